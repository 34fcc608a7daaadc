package graft.app.editor.inspector;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import graft.app.editor.Strings;
import graft.app.editor.WhenTyped;
import graft.node.SettingSchema;
import java.awt.KeyboardFocusManager;
import java.util.Optional;
import javax.swing.JComponent;
import javax.swing.JScrollPane;
import javax.swing.JTextArea;
import javax.swing.JTextField;
import javax.swing.ScrollPaneConstants;
import javax.swing.text.JTextComponent;

/** Text of one line, or of several. */
class TextField extends Field {

    private final JTextComponent text;
    private final JComponent component;

    TextField(SettingSchema setting, boolean paragraph, Listener changed) {
        super(setting, changed);
        if (paragraph) {
            JTextArea area = named(new JTextArea(4, 10));
            area.setLineWrap(true);
            area.setWrapStyleWord(true);
            // Tab goes on to the next control, as everywhere.
            area.setFocusTraversalKeys(KeyboardFocusManager.FORWARD_TRAVERSAL_KEYS, null);
            area.setFocusTraversalKeys(KeyboardFocusManager.BACKWARD_TRAVERSAL_KEYS, null);
            JScrollPane scroll = new JScrollPane(
                    area,
                    ScrollPaneConstants.VERTICAL_SCROLLBAR_AS_NEEDED,
                    ScrollPaneConstants.HORIZONTAL_SCROLLBAR_NEVER);
            text = area;
            component = scroll;
        } else {
            text = named(new JTextField());
            component = text;
        }
        WhenTyped.in(text, this::typed);
        visited(text);
    }

    final JTextComponent text() {
        return text;
    }

    /** Also called when a value is put in. */
    protected void typed() {
        if (!isShowing()) {
            tell(new JsonPrimitive(text.getText()));
        }
    }

    @Override
    JComponent component() {
        return component;
    }

    @Override
    protected void put(Optional<JsonElement> value) {
        String shown = value.map(given -> given.isJsonNull() ? "" : given.getAsString())
                .orElse("");
        text.putClientProperty("JTextField.placeholderText", value.isEmpty() ? Strings.get("inspector.several") : null);
        if (!text.getText().equals(shown)) {
            text.setText(shown);
            text.setCaretPosition(0);
        }
    }

    @Override
    void enable(boolean enabled) {
        text.setEnabled(enabled);
    }
}
