package graft.app.editor.viewer;

import graft.app.editor.Icons;
import graft.app.editor.Strings;
import graft.app.editor.TracksWidth;
import graft.app.editor.Wrapped;
import java.awt.Rectangle;
import java.awt.Toolkit;
import java.awt.datatransfer.StringSelection;
import java.nio.file.Path;
import java.util.Locale;
import javax.swing.JButton;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JTextArea;
import net.miginfocom.swing.MigLayout;

/** What a picture's file tells of it. */
final class FactsPanel extends JPanel implements TracksWidth {

    private static final long serialVersionUID = 1;

    FactsPanel() {
        super(new MigLayout("insets 12, fillx, wrap 1, gap 2", "[grow,fill]", ""));
        setName("viewer.facts");
        getAccessibleContext().setAccessibleName(Strings.get("viewer.facts"));
    }

    void clear() {
        removeAll();
        revalidate();
        repaint();
    }

    void show(Path file, PictureFacts facts) {
        removeAll();
        JTextArea name = selectable(Wrapped.bold(String.valueOf(file.getFileName())));
        name.setToolTipText(file.toString());
        add(name, "wmin 0");
        add(dim(Strings.get(
                "viewer.size",
                Integer.toString(facts.width()),
                Integer.toString(facts.height()),
                String.format(Locale.ROOT, "%.0f", Math.max(1, facts.bytes() / 1024.0)))));
        section("viewer.prompt", facts.prompt());
        section("viewer.negative", facts.negative());
        if (!facts.settings().isEmpty()) {
            add(dim(Strings.get("viewer.settings")), "gaptop 10");
            JPanel rows = new JPanel(new MigLayout("insets 0, fillx, wrap 2, gap 10 2", "[][grow,fill]", ""));
            facts.settings().forEach((key, value) -> {
                rows.add(dim(key), "top");
                rows.add(selectable(Wrapped.text(value)), "wmin 0");
            });
            add(rows, "wmin 0");
        }
        if (facts.prompt().isEmpty() && facts.settings().isEmpty()) {
            add(Wrapped.small(Strings.get("viewer.untold")), "gaptop 10, wmin 0");
        } else {
            JButton copy = new JButton(Strings.get("viewer.copy"), Icons.get("file", 14));
            copy.setName("viewer.copy");
            copy.addActionListener(event -> Toolkit.getDefaultToolkit()
                    .getSystemClipboard()
                    .setContents(new StringSelection(facts.text()), null));
            add(copy, "gaptop 12, growx 0");
        }
        revalidate();
        repaint();
    }

    private void section(String key, String words) {
        if (!words.isEmpty()) {
            add(dim(Strings.get(key)), "gaptop 10");
            add(selectable(Wrapped.text(words)), "wmin 0");
        }
    }

    private static JLabel dim(String words) {
        JLabel label = new JLabel(words);
        label.putClientProperty("FlatLaf.style", "foreground: $Graft.text.dim");
        return label;
    }

    /** Words that can be selected. */
    private static JTextArea selectable(JTextArea words) {
        words.setFocusable(true);
        return words;
    }

    @Override
    public int getScrollableUnitIncrement(Rectangle visible, int orientation, int direction) {
        return 16;
    }
}
