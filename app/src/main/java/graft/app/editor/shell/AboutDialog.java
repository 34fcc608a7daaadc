package graft.app.editor.shell;

import graft.app.editor.EscapeCloses;
import graft.app.editor.Icons;
import graft.app.editor.ScreenRoom;
import graft.app.editor.Strings;
import graft.app.engine.Versions;
import java.awt.Dimension;
import java.awt.Window;
import java.util.List;
import javax.swing.JDialog;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.JTable;
import javax.swing.SwingConstants;
import javax.swing.table.DefaultTableModel;
import net.miginfocom.swing.MigLayout;

/** Versions, and the licences of the libraries that Graft is built on. */
final class AboutDialog {

    private record Library(String name, String purpose, String licence) {}

    private static final List<Library> LIBRARIES = List.of(
            new Library("Deep Java Library", "PyTorch from Java", "Apache 2.0"),
            new Library("libtorch", "tensors and autograd", "BSD 3-Clause"),
            new Library("FlatLaf", "look and feel", "Apache 2.0"),
            new Library("JSVG", "icons", "MIT"),
            new Library("JGraphX", "graph projection", "BSD 3-Clause"),
            new Library("MigLayout", "layout", "BSD 3-Clause"),
            new Library("XChart", "loss curves", "Apache 2.0"),
            new Library("PF4J", "plugins", "Apache 2.0"),
            new Library("Gson", "JSON", "Apache 2.0"),
            new Library("picocli", "command line", "Apache 2.0"),
            new Library("Logback, SLF4J", "log", "EPL 1.0 / LGPL 2.1, MIT"),
            new Library("TwelveMonkeys ImageIO", "WebP", "BSD 3-Clause"),
            new Library("metadata-extractor", "EXIF", "Apache 2.0"));

    private AboutDialog() {}

    static void show(Window owner) {
        JDialog dialog = new JDialog(owner, Strings.get("about.title"));
        dialog.setName("about");
        JPanel content = new JPanel(new MigLayout("insets 24, fill, wrap 2, gap 14 4", "[][grow,fill]", ""));
        JLabel title = new JLabel(Strings.get("shell.name"), Icons.get("graft", 40), SwingConstants.LEADING);
        title.setIconTextGap(12);
        title.putClientProperty("FlatLaf.styleClass", "h1");
        content.add(title, "span 2, gapbottom 8");
        Versions.all().forEach((name, version) -> {
            JLabel label = new JLabel(name);
            label.putClientProperty("FlatLaf.style", "foreground: $Graft.text.dim");
            content.add(label);
            content.add(new JLabel(version));
        });
        DefaultTableModel rows = new DefaultTableModel(
                new Object[] {Strings.get("about.library"), Strings.get("about.purpose"), Strings.get("about.licence")},
                0);
        LIBRARIES.forEach(each -> rows.addRow(new Object[] {each.name(), each.purpose(), each.licence()}));
        JTable table = new JTable(rows);
        table.setName("about.libraries");
        table.getAccessibleContext().setAccessibleName(Strings.get("about.library"));
        table.setDefaultEditor(Object.class, null);
        content.add(new JScrollPane(table), "span 2, grow, push, gaptop 12, w 560, h 300");
        dialog.setContentPane(content);
        EscapeCloses.in(dialog);
        dialog.pack();
        dialog.setMinimumSize(new Dimension(400, 300));
        dialog.setLocationRelativeTo(owner);
        dialog.setBounds(ScreenRoom.now().within(dialog.getBounds()));
        dialog.setVisible(true);
    }
}
