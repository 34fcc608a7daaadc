package graft.app.editor.viewer;

import graft.app.editor.Icons;
import graft.app.editor.Strings;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.Rectangle;
import java.awt.Toolkit;
import java.awt.datatransfer.StringSelection;
import java.nio.file.Path;
import java.util.Locale;
import javax.swing.BorderFactory;
import javax.swing.JButton;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JTextArea;
import javax.swing.Scrollable;
import javax.swing.UIManager;
import javax.swing.text.DefaultCaret;
import net.miginfocom.swing.MigLayout;

/** What a picture's file tells of it. */
final class FactsPanel extends JPanel implements Scrollable {

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
        JTextArea name = text(String.valueOf(file.getFileName()));
        name.setFont(name.getFont().deriveFont(Font.BOLD));
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
                rows.add(text(value), "wmin 0");
            });
            add(rows, "wmin 0");
        }
        if (facts.prompt().isEmpty() && facts.settings().isEmpty()) {
            add(dim(Strings.get("viewer.untold")), "gaptop 10");
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
            add(text(words), "wmin 0");
        }
    }

    private static JLabel dim(String words) {
        JLabel label = new JLabel(words);
        label.putClientProperty("FlatLaf.style", "foreground: $Graft.text.dim");
        return label;
    }

    /** Words that wrap and can be selected. */
    private static JTextArea text(String words) {
        JTextArea area = new JTextArea(words);
        area.setEditable(false);
        // Else the view scrolls to the end of whatever text was set last.
        ((DefaultCaret) area.getCaret()).setUpdatePolicy(DefaultCaret.NEVER_UPDATE);
        area.setOpaque(false);
        area.setLineWrap(true);
        area.setWrapStyleWord(true);
        area.setBorder(BorderFactory.createEmptyBorder());
        area.setFont(UIManager.getFont("Label.font"));
        area.getAccessibleContext().setAccessibleName(words);
        return area;
    }

    @Override
    public Dimension getPreferredScrollableViewportSize() {
        return getPreferredSize();
    }

    @Override
    public int getScrollableUnitIncrement(Rectangle visible, int orientation, int direction) {
        return 16;
    }

    @Override
    public int getScrollableBlockIncrement(Rectangle visible, int orientation, int direction) {
        return visible.height;
    }

    @Override
    public boolean getScrollableTracksViewportWidth() {
        return true;
    }

    @Override
    public boolean getScrollableTracksViewportHeight() {
        return false;
    }
}
