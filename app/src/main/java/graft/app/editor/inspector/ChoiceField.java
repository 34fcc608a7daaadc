package graft.app.editor.inspector;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import graft.node.ChoiceSettings;
import graft.node.SettingSchema;
import java.awt.Component;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.swing.DefaultListCellRenderer;
import javax.swing.JComboBox;
import javax.swing.JComponent;
import javax.swing.JList;

/** One of several names. */
final class ChoiceField extends Field {

    private final JComboBox<String> box;

    /** @param named what people read for a choice's id */
    ChoiceField(SettingSchema setting, UnaryOperator<String> named, Listener changed) {
        super(setting, changed);
        box = named(new JComboBox<>(setting.choices().toArray(String[]::new)));
        box.setMaximumRowCount(24);
        box.setRenderer(new DefaultListCellRenderer() {
            private static final long serialVersionUID = 1;

            @Override
            public Component getListCellRendererComponent(
                    JList<?> list, Object value, int index, boolean selected, boolean focus) {
                return super.getListCellRendererComponent(
                        list, value instanceof String id ? named.apply(id) : value, index, selected, focus);
            }
        });
        box.addActionListener(event -> {
            // The same again would cost it the settings of its own.
            if (box.getSelectedItem() instanceof String choice
                    && !shown(stored()).equals(Optional.of(choice))) {
                tell(new JsonPrimitive(choice));
            }
        });
    }

    @Override
    JComponent component() {
        return box;
    }

    @Override
    protected void put(Optional<JsonElement> value) {
        String shown = shown(value).orElse(null);
        box.setSelectedItem(shown);
        if (shown == null || !setting().choices().contains(shown)) {
            box.setSelectedIndex(-1);
        }
    }

    private static Optional<String> shown(Optional<JsonElement> value) {
        return value.map(choice -> ChoiceSettings.id(choice).toLowerCase(Locale.ROOT))
                .filter(id -> !id.isEmpty());
    }

    @Override
    void enable(boolean enabled) {
        box.setEnabled(enabled);
    }
}
