package graft.app.editor.inspector;

import graft.app.editor.Icons;
import graft.app.editor.Theme;
import graft.app.editor.Wrapped;
import javax.swing.JButton;
import javax.swing.JLabel;
import javax.swing.JPanel;
import net.miginfocom.swing.MigLayout;

/** A problem in words on its colour. */
final class ProblemCard extends JPanel {
    private static final long serialVersionUID = 1;

    private final boolean error;

    ProblemCard(boolean error, String words) {
        super(new MigLayout("insets 8 10 8 10, fillx", "[][grow,fill]", "[top]"));
        this.error = error;
        putClientProperty("FlatLaf.style", "arc: 8");
        setBackground(Theme.colour(error ? "problem.errorBackground" : "problem.warningBackground"));
        add(new JLabel(Icons.get("problems", 14)));
        add(Wrapped.text(words), "wmin 0");
        getAccessibleContext().setAccessibleName(words);
    }

    /** Adds a button with what can be done about it. */
    void offer(String name, String words, Runnable then) {
        JButton button = new JButton(words);
        button.setName(name);
        button.addActionListener(event -> then.run());
        add(button, "newline, skip, growx 0");
    }

    @Override
    public void updateUI() {
        super.updateUI();
        setBackground(Theme.colour(error ? "problem.errorBackground" : "problem.warningBackground"));
    }
}
