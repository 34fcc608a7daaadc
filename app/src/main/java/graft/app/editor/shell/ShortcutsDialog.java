package graft.app.editor.shell;

import com.formdev.flatlaf.util.UIScale;
import graft.app.editor.Commands;
import graft.app.editor.EscapeCloses;
import graft.app.editor.Keymap;
import graft.app.editor.Markup;
import graft.app.editor.Strings;
import java.awt.Dimension;
import java.awt.Window;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.swing.JComponent;
import javax.swing.JDialog;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.KeyStroke;
import javax.swing.ScrollPaneConstants;
import net.miginfocom.swing.MigLayout;

/** All keys and gestures on one sheet, and those of ComfyUI that are left out, with the reason. */
final class ShortcutsDialog {

    /** Keys of {@link Strings}: {@code shortcuts.mouse.N} holds "gesture|what it does". */
    private static final int GESTURES = 12;

    private static final int KEYS = 6;

    private static final int AROUND = 4;

    private static final int LEFT_OUT = 1;

    private ShortcutsDialog() {}

    static JDialog show(Window owner, Keymap keymap) {
        JDialog dialog = new JDialog(owner, Strings.get("shortcuts.title"));
        dialog.setName("shortcuts");
        JPanel columns = new JPanel(new MigLayout("insets 20 24 24 24, gap 40 0", "[fill][fill][fill]", "[top]"));
        columns.add(column(
                group(keymap, Commands.Menu.FILE),
                group(keymap, Commands.Menu.EDIT),
                group(keymap, Commands.Menu.RUN),
                group(keymap, Commands.Menu.HELP)));
        columns.add(column(group(keymap, Commands.Menu.NODE), texts("shortcuts.mouse", GESTURES)));
        columns.add(column(
                group(keymap, Commands.Menu.VIEW),
                texts("shortcuts.keys", KEYS),
                texts("shortcuts.around", AROUND),
                texts("shortcuts.left-out", LEFT_OUT)));
        JScrollPane scroll = new JScrollPane(columns);
        scroll.setBorder(null);
        scroll.setHorizontalScrollBarPolicy(ScrollPaneConstants.HORIZONTAL_SCROLLBAR_AS_NEEDED);
        scroll.getVerticalScrollBar().setUnitIncrement(24);
        dialog.setContentPane(scroll);
        EscapeCloses.in(dialog);
        dialog.pack();
        Dimension most = new Dimension(owner.getWidth(), owner.getHeight() - UIScale.scale(60));
        dialog.setSize(
                Math.min(dialog.getWidth() + UIScale.scale(20), most.width), Math.min(dialog.getHeight(), most.height));
        dialog.setLocationRelativeTo(owner);
        dialog.setVisible(true);
        return dialog;
    }

    private static JPanel column(JComponent... groups) {
        JPanel column = new JPanel(new MigLayout("insets 0, wrap 1, fillx, gapy 18", "[fill]", ""));
        Arrays.stream(groups).forEach(column::add);
        return column;
    }

    private static JPanel group(Keymap keymap, Commands.Menu menu) {
        JPanel group = newGroup(Strings.get("menu." + menu.name().toLowerCase(Locale.ROOT)));
        for (Commands command : Commands.values()) {
            if (command.menu() == menu && !keymap.keys(command).isEmpty()) {
                row(group, command.title().replace("…", ""), keymap.keys(command));
            }
        }
        return group;
    }

    private static JPanel newGroup(String title) {
        JPanel group = new JPanel(new MigLayout("insets 0, fillx, gap 16 4", "[grow,fill][]", ""));
        JLabel heading = new JLabel(title);
        heading.putClientProperty("FlatLaf.styleClass", "h4");
        group.add(heading, "span 2, gapbottom 2, wrap");
        return group;
    }

    private static void row(JPanel group, String title, List<KeyStroke> keys) {
        group.add(new JLabel(title));
        JPanel caps = new JPanel(new MigLayout("insets 0, gap 4", "", ""));
        keys.forEach(key -> caps.add(cap(Keymap.words(key))));
        group.add(caps, "align right, wrap");
    }

    private static JLabel cap(String words) {
        JLabel cap = new JLabel(words);
        cap.putClientProperty(
                "FlatLaf.style",
                "font: -1; arc: 6; border: 1,6,1,6,$Graft.card.border,1,6; background: $Graft.card.background");
        return cap;
    }

    private static JPanel texts(String key, int count) {
        JPanel group = newGroup(Strings.get(key));
        for (int i = 1; i <= count; i++) {
            String[] parts = Strings.get(key + "." + i).split("\\|", -1);
            JLabel what = Markup.allow(new JLabel());
            what.setText("<html><body style='width: 190px'>" + parts[1] + "</body></html>");
            group.add(what);
            group.add(cap(parts[0]), "align right, aligny top, wrap");
        }
        return group;
    }
}
