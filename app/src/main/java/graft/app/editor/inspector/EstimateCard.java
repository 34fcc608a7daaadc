package graft.app.editor.inspector;

import graft.app.editor.EstimateText;
import graft.app.editor.Strings;
import graft.app.editor.Theme;
import graft.app.editor.Wrapped;
import graft.app.engine.Estimate;
import java.util.Optional;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JTextArea;
import net.miginfocom.swing.MigLayout;

/** What the selected node will take: time, memory, file and where that goes; not there where none is told. */
final class EstimateCard extends JPanel {
    private static final long serialVersionUID = 1;

    private transient Optional<Estimate> shown = Optional.empty();

    EstimateCard() {
        super(new MigLayout("insets 8 10 8 10, fillx, gap 10 3, hidemode 3", "[][grow,fill]", "[top]"));
        setName("inspector.estimate");
        putClientProperty("FlatLaf.style", "arc: 8");
        setVisible(false);
    }

    void show(Optional<Estimate> estimate) {
        if (!estimate.equals(shown)) {
            shown = estimate;
            build();
        }
        setVisible(estimate.isPresent());
    }

    private void build() {
        removeAll();
        shown.map(EstimateText::new).ifPresent(words -> {
            JLabel title = new JLabel(Strings.get("estimate.title"));
            title.putClientProperty("FlatLaf.style", "font: bold");
            add(title, "span 2, wrap");
            if (!words.remark().isEmpty()) {
                add(new ProblemCard(false, words.remark()), "span 2, growx, wmin 0, wrap");
            }
            row("time", words.time());
            row("memory", words.memory());
            row("file", words.file());
            row("folder", words.folders());
            getAccessibleContext().setAccessibleName(words.sentence());
        });
        colour();
        revalidate();
        repaint();
    }

    private void row(String what, String words) {
        if (!words.isEmpty()) {
            JLabel label = new JLabel(Strings.get("estimate." + what + ".title"));
            label.putClientProperty("FlatLaf.styleClass", "small");
            label.putClientProperty("FlatLaf.style", "foreground: $Graft.text.dim");
            JTextArea value = Wrapped.small(words);
            // A path has no spaces to break at.
            value.setWrapStyleWord(!what.equals("folder"));
            value.setName("inspector.estimate." + what);
            add(label);
            add(value, "wmin 0, wrap");
        }
    }

    private void colour() {
        setBackground(Theme.colour("card.background"));
    }

    @Override
    public void updateUI() {
        super.updateUI();
        colour();
    }
}
