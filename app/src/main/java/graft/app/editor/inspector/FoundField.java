package graft.app.editor.inspector;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import graft.app.editor.Strings;
import graft.app.engine.FoundChoices;
import graft.node.SettingSchema;
import java.awt.Component;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import javax.swing.DefaultListCellRenderer;
import javax.swing.JComboBox;
import javax.swing.JComponent;
import javax.swing.JList;
import javax.swing.event.PopupMenuEvent;
import javax.swing.event.PopupMenuListener;

/**
 * One of what the node finds when it is asked: at first, and each time the list opens. A value that is not among that stays and is
 * marked.
 */
final class FoundField extends Field {

    private final JComboBox<String> box;
    private final transient BiConsumer<SettingSchema, Consumer<FoundChoices>> ask;
    private Optional<List<String>> found = Optional.empty();

    /** @param ask asks for what there is, in the background, and tells it on the window's thread */
    FoundField(SettingSchema setting, BiConsumer<SettingSchema, Consumer<FoundChoices>> ask, Listener changed) {
        super(setting, changed);
        this.ask = ask;
        box = named(new JComboBox<>());
        box.setMaximumRowCount(24);
        box.setRenderer(new Marked());
        box.addActionListener(event -> {
            if (box.getSelectedItem() instanceof String choice) {
                tell(new JsonPrimitive(choice));
            }
        });
        box.addPopupMenuListener(new PopupMenuListener() {
            @Override
            public void popupMenuWillBecomeVisible(PopupMenuEvent event) {
                ask();
            }

            @Override
            public void popupMenuWillBecomeInvisible(PopupMenuEvent event) {}

            @Override
            public void popupMenuCanceled(PopupMenuEvent event) {}
        });
        ask();
    }

    private void ask() {
        ask.accept(setting(), this::found);
    }

    private void found(FoundChoices choices) {
        box.setToolTipText(choices.failure().orElse(null));
        Optional<List<String>> next = choices.failure().isPresent() ? found : Optional.of(choices.all());
        if (!next.equals(found)) {
            found = next;
            show(() -> put(stored()));
        }
    }

    @Override
    JComponent component() {
        return box;
    }

    @Override
    protected void put(Optional<JsonElement> value) {
        String shown = value.filter(JsonElement::isJsonPrimitive)
                .map(JsonElement::getAsString)
                .orElse(null);
        List<String> items = new ArrayList<>(found.orElse(List.of()));
        if (shown != null && !items.contains(shown)) {
            items.add(0, shown);
        }
        box.removeAllItems();
        items.forEach(box::addItem);
        box.setSelectedItem(shown);
        if (shown == null) {
            box.setSelectedIndex(-1);
        }
    }

    /** What the list says of a choice. */
    String words(String choice) {
        boolean gone = found.isPresent() && !found.get().contains(choice) && !choice.isEmpty();
        return gone ? Strings.get("inspector.found.gone", choice) : choice;
    }

    @Override
    void enable(boolean enabled) {
        box.setEnabled(enabled);
    }

    private final class Marked extends DefaultListCellRenderer {
        private static final long serialVersionUID = 1;

        @Override
        public Component getListCellRendererComponent(
                JList<?> list, Object value, int index, boolean selected, boolean focused) {
            return super.getListCellRendererComponent(
                    list, value == null ? "" : words((String) value), index, selected, focused);
        }
    }
}
