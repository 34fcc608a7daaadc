package graft.app.editor.inspector;

import com.formdev.flatlaf.extras.components.FlatTriStateCheckBox;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import graft.app.editor.Strings;
import graft.node.SettingSchema;
import java.util.Optional;
import javax.swing.JComponent;

/** Yes or no. */
final class SwitchField extends Field {

    private final FlatTriStateCheckBox box;

    SwitchField(SettingSchema setting, Listener changed) {
        super(setting, changed);
        box = named(new FlatTriStateCheckBox());
        box.setAllowIndeterminate(false);
        box.setOpaque(false);
        box.addActionListener(event -> {
            word();
            tell(new JsonPrimitive(box.isSelected()));
        });
    }

    @Override
    JComponent component() {
        return box;
    }

    @Override
    protected void put(Optional<JsonElement> value) {
        if (value.isEmpty()) {
            box.setAllowIndeterminate(true);
            box.setIndeterminate(true);
            box.setAllowIndeterminate(false);
            box.setText(Strings.get("inspector.several"));
            return;
        }
        JsonElement given = value.get();
        box.setSelected(given.isJsonPrimitive() && given.getAsBoolean());
        word();
    }

    private void word() {
        box.setText(Strings.get(box.isSelected() ? "inspector.on" : "inspector.off"));
    }

    @Override
    void enable(boolean enabled) {
        box.setEnabled(enabled);
    }
}
