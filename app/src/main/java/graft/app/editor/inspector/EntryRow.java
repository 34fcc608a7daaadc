package graft.app.editor.inspector;

import com.formdev.flatlaf.util.UIScale;
import graft.app.editor.Icons;
import graft.app.editor.Scaled;
import graft.app.editor.Strings;
import graft.app.editor.Theme;
import graft.app.editor.inspector.FileLibrary.Entry;
import graft.model.FileKind;
import java.awt.BorderLayout;
import java.awt.Component;
import java.awt.Dimension;
import javax.swing.BorderFactory;
import javax.swing.Icon;
import javax.swing.ImageIcon;
import javax.swing.JLabel;
import javax.swing.JList;
import javax.swing.JPanel;
import javax.swing.ListCellRenderer;
import net.miginfocom.swing.MigLayout;

/** A thumbnail, the name, and beneath it what is known. */
public final class EntryRow implements ListCellRenderer<Entry> {

    private static final int SIZE = 44;

    private final JPanel panel = new JPanel(new BorderLayout(10, 0));
    private final JLabel picture = new JLabel();
    private final JLabel name = new JLabel();
    private final JLabel line = new JLabel();

    public EntryRow() {
        JPanel words = new JPanel(new MigLayout("insets 0, gapy 1, wrap 1, fillx, aligny center", "[fill]", ""));
        words.setOpaque(false);
        line.putClientProperty("FlatLaf.styleClass", "small");
        words.add(name, "wmin 0");
        words.add(line, "wmin 0");
        picture.setHorizontalAlignment(JLabel.CENTER);
        panel.setBorder(BorderFactory.createEmptyBorder(5, 8, 5, 8));
        panel.add(picture, BorderLayout.WEST);
        panel.add(words, BorderLayout.CENTER);
    }

    @Override
    public Component getListCellRendererComponent(
            JList<? extends Entry> list, Entry entry, int index, boolean selected, boolean focused) {
        panel.setBackground(selected ? list.getSelectionBackground() : list.getBackground());
        name.setForeground(selected ? list.getSelectionForeground() : list.getForeground());
        line.setForeground(selected ? list.getSelectionForeground() : Theme.colour("text.dim"));
        int size = UIScale.scale(SIZE);
        picture.setPreferredSize(new Dimension(size, size));
        picture.setIcon(entry.thumbnail()
                .<Icon>map(image -> new ImageIcon(Scaled.fitted(image, size, size)))
                .orElseGet(() -> Icons.get(icon(entry), 24)));
        name.setText(
                entry.within().isEmpty() ? entry.name() : Strings.get("files.within", entry.name(), entry.within()));
        line.setText(entry.facts().map(FileFacts::line).orElse(entry.place()));
        panel.getAccessibleContext().setAccessibleName(name.getText());
        panel.setToolTipText(entry.facts().map(FileFacts::line).orElse(null));
        return panel;
    }

    private static String icon(Entry entry) {
        return entry.facts().map(FileFacts::role).orElse(FileKind.Role.UNKNOWN) == FileKind.Role.PICTURES
                ? "folder"
                : "file";
    }
}
