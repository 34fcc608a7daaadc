package graft.app.editor.shell;

import graft.app.editor.Icons;
import graft.app.editor.Theme;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JTextArea;
import net.miginfocom.swing.MigLayout;

/** What the plugin manager says: how something went, or why it was refused. Hidden while there is nothing to say. */
final class PluginBanner extends JPanel {
    private static final long serialVersionUID = 1;

    private final JLabel icon = new JLabel();
    private final JTextArea message = PluginForms.text("");

    PluginBanner() {
        super(new MigLayout("insets 8 10 8 10, fillx", "[][grow,fill]", "[top]"));
        setName("plugins.banner");
        putClientProperty("FlatLaf.style", "arc: 8");
        setVisible(false);
        message.setName("plugins.message");
        message.setFocusable(true);
        add(icon, "top");
        add(message, "wmin 0");
    }

    /** Says how something goes or went. */
    void say(String words) {
        show(words, "plugins", "card.background");
    }

    /** Says what went wrong. */
    void warn(String words) {
        show(words, "problems", "problem.errorBackground");
    }

    private void show(String words, String picture, String colour) {
        message.setText(words);
        message.getAccessibleContext().setAccessibleName(words);
        icon.setIcon(Icons.get(picture));
        setBackground(Theme.colour(colour));
        setVisible(true);
        // The text knows how high it is once it knows how wide.
        getParent().validate();
    }
}
