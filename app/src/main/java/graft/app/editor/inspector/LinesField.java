package graft.app.editor.inspector;

import com.google.gson.JsonElement;
import graft.app.editor.Strings;
import graft.app.editor.TypedSetting;
import graft.app.editor.WhenTyped;
import graft.node.SettingKind;
import graft.node.SettingSchema;
import java.awt.BorderLayout;
import java.awt.KeyboardFocusManager;
import java.io.File;
import java.util.Optional;
import javax.swing.JButton;
import javax.swing.JComponent;
import javax.swing.JFileChooser;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.JTextArea;

/** A list of texts or of files, one on each line. */
final class LinesField extends Field {

    private final JTextArea text;
    private final JPanel panel = new JPanel(new BorderLayout(0, 4));
    private final JButton add = new JButton(Strings.get("inspector.lines.add"));

    LinesField(SettingSchema setting, Listener changed) {
        super(setting, changed);
        text = named(new JTextArea(4, 10));
        text.setToolTipText(Strings.get("inspector.lines.help"));
        text.setFocusTraversalKeys(KeyboardFocusManager.FORWARD_TRAVERSAL_KEYS, null);
        text.setFocusTraversalKeys(KeyboardFocusManager.BACKWARD_TRAVERSAL_KEYS, null);
        panel.setOpaque(false);
        panel.add(new JScrollPane(text), BorderLayout.CENTER);
        if (setting.kind() == SettingKind.PATHS) {
            add.setName("setting." + setting.id() + ".add");
            add.addActionListener(event -> add());
            panel.add(add, BorderLayout.SOUTH);
        }
        WhenTyped.in(text, this::typed);
        visited(text);
    }

    private void add() {
        JFileChooser chooser = new JFileChooser();
        chooser.setMultiSelectionEnabled(true);
        if (chooser.showOpenDialog(panel) == JFileChooser.APPROVE_OPTION) {
            for (File file : chooser.getSelectedFiles()) {
                String before = text.getText();
                text.append((before.isEmpty() || before.endsWith("\n") ? "" : "\n") + file);
            }
        }
    }

    private void typed() {
        accepted(text.getText()).ifPresent(this::tell);
    }

    @Override
    JComponent component() {
        return panel;
    }

    @Override
    protected void put(Optional<JsonElement> value) {
        String shown = value.map(TypedSetting::text).orElse("");
        if (!text.getText().equals(shown)) {
            text.setText(shown);
            text.setCaretPosition(0);
        }
    }

    @Override
    void enable(boolean enabled) {
        text.setEnabled(enabled);
        add.setEnabled(enabled);
    }
}
