package graft.app.editor.inspector;

import com.google.gson.JsonElement;
import graft.app.editor.Strings;
import graft.app.editor.WhenTyped;
import graft.node.Problem;
import graft.node.SettingSchema;
import java.awt.BorderLayout;
import java.awt.Color;
import java.awt.Component;
import java.awt.Graphics;
import java.util.Optional;
import javax.swing.Icon;
import javax.swing.JButton;
import javax.swing.JColorChooser;
import javax.swing.JComponent;
import javax.swing.JPanel;
import javax.swing.JTextField;

/** A colour: its numbers, and a patch of it that opens the chooser. */
final class ColourField extends Field {

    private final JTextField text;
    private final JButton choose = new JButton(new Patch());
    private final JPanel panel = new JPanel(new BorderLayout(4, 0));
    private Color colour = Color.BLACK;

    ColourField(SettingSchema setting, Listener changed) {
        super(setting, changed);
        text = named(new JTextField());
        choose.setName("setting." + setting.id() + ".choose");
        choose.setToolTipText(Strings.get("inspector.colour.choose"));
        choose.getAccessibleContext().setAccessibleName(Strings.get("inspector.colour.choose"));
        choose.addActionListener(event -> {
            Color chosen = JColorChooser.showDialog(panel, setting.title(), colour, true);
            if (chosen != null) {
                text.setText(setting.toJson(chosen).getAsString());
            }
        });
        panel.setOpaque(false);
        panel.add(text, BorderLayout.CENTER);
        panel.add(choose, BorderLayout.EAST);
        WhenTyped.in(text, this::typed);
        visited(text);
    }

    private void typed() {
        accepted(text.getText()).ifPresent(value -> tell(patched(value)));
    }

    private JsonElement patched(JsonElement value) {
        try {
            colour = (Color) setting().fromJson(value);
        } catch (Problem toldByTheCheck) {
            colour = Color.BLACK;
        }
        choose.repaint();
        return value;
    }

    @Override
    protected void mark(Optional<String> reason) {
        text.putClientProperty("JComponent.outline", reason.isPresent() ? "error" : null);
    }

    @Override
    JComponent component() {
        return panel;
    }

    @Override
    protected void put(Optional<JsonElement> value) {
        value.ifPresent(this::patched);
        put(text, value);
    }

    @Override
    void enable(boolean enabled) {
        text.setEnabled(enabled);
        choose.setEnabled(enabled);
    }

    private final class Patch implements Icon {

        @Override
        public void paintIcon(Component component, Graphics g, int x, int y) {
            g.setColor(colour);
            g.fillRect(x, y, getIconWidth(), getIconHeight());
        }

        @Override
        public int getIconWidth() {
            return 24;
        }

        @Override
        public int getIconHeight() {
            return 14;
        }
    }
}
