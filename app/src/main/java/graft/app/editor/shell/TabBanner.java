package graft.app.editor.shell;

import graft.app.editor.Icons;
import graft.app.editor.Strings;
import graft.app.editor.Theme;
import graft.app.editor.Wrapped;
import javax.swing.JButton;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JTextArea;
import net.miginfocom.swing.MigLayout;

/** A sentence over a canvas about how its workflow came to be, with one thing to do about it. */
final class TabBanner extends JPanel {
    private static final long serialVersionUID = 1;

    /**
     * A banner.
     *
     * @param does what the button does, in words; empty for none
     * @param close takes the banner away
     */
    TabBanner(String words, String does, Runnable then, Runnable close) {
        super(new MigLayout("insets 6 12 6 8, fillx, gap 10", "[][grow,fill][][]", "[center]"));
        setName("tab.banner");
        JTextArea message = Wrapped.text(words);
        message.setName("tab.banner.words");
        add(new JLabel(Icons.get("warning")));
        add(message, "wmin 0");
        if (!does.isEmpty()) {
            JButton button = new JButton(does);
            button.setName("tab.banner.do");
            button.addActionListener(event -> then.run());
            add(button);
        }
        JButton away = new JButton(Icons.get("close", 14));
        away.setName("tab.banner.close");
        away.setToolTipText(Strings.get("tab.banner.close"));
        away.getAccessibleContext().setAccessibleName(Strings.get("tab.banner.close"));
        away.putClientProperty("JButton.buttonType", "toolBarButton");
        away.addActionListener(event -> close.run());
        add(away);
        getAccessibleContext().setAccessibleName(words);
        coloured();
    }

    @Override
    public void updateUI() {
        super.updateUI();
        coloured();
    }

    private void coloured() {
        setBackground(Theme.colour("problem.warningBackground"));
    }
}
