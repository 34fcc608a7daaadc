package graft.app.editor.inspector;

import com.google.gson.JsonElement;
import graft.app.editor.Strings;
import graft.app.editor.WhenTyped;
import graft.node.SettingSchema;
import java.util.Optional;
import javax.swing.JComponent;
import javax.swing.JTextField;

/** A list of numbers with a comma between. */
final class NumbersField extends Field {

    private final JTextField text;

    NumbersField(SettingSchema setting, Listener changed) {
        super(setting, changed);
        text = named(new JTextField());
        WhenTyped.in(text, this::typed);
        visited(text);
        mark(Optional.empty());
    }

    private void typed() {
        accepted(text.getText()).ifPresent(this::tell);
    }

    @Override
    protected void mark(Optional<String> reason) {
        text.putClientProperty("JComponent.outline", reason.isPresent() ? "error" : null);
        text.setToolTipText(reason.orElseGet(() -> Strings.get("inspector.numbers.help")));
    }

    @Override
    JComponent component() {
        return text;
    }

    @Override
    protected void put(Optional<JsonElement> value) {
        put(text, value);
    }

    @Override
    void enable(boolean enabled) {
        text.setEnabled(enabled);
    }
}
