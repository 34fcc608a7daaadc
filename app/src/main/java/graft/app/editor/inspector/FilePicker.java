package graft.app.editor.inspector;

import graft.app.editor.EscapeCloses;
import graft.app.editor.Icons;
import graft.app.editor.ScreenRoom;
import graft.app.editor.Strings;
import graft.app.editor.Theme;
import graft.app.editor.WhenChanged;
import graft.app.editor.Wrapped;
import graft.app.editor.inspector.FileLibrary.Entry;
import graft.node.Setting.Collection;
import graft.node.Setting.Control;
import java.awt.Component;
import java.awt.Dialog.ModalityType;
import java.awt.Dimension;
import java.awt.event.MouseAdapter;
import java.awt.event.MouseEvent;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.swing.DefaultListModel;
import javax.swing.ImageIcon;
import javax.swing.JButton;
import javax.swing.JDialog;
import javax.swing.JLabel;
import javax.swing.JList;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.JTextField;
import javax.swing.ScrollPaneConstants;
import javax.swing.SwingUtilities;
import net.miginfocom.swing.MigLayout;

/** A dialog to choose a model, an adapter, a picture or a folder among what there is, by its thumbnail and facts. */
final class FilePicker {

    private final JDialog dialog;
    private final DefaultListModel<Entry> shown = new DefaultListModel<>();
    private final JList<Entry> list = new JList<>(shown);
    private final JTextField filter = new JTextField();
    private final JLabel note = new JLabel(Strings.get("files.looking"));
    private final JPanel facts = new JPanel(new MigLayout("insets 0 12 0 0, wrap 1, fillx", "[fill]", ""));
    private List<Entry> all = List.of();
    private Optional<String> chosen = Optional.empty();

    private FilePicker(Component over, Control control, Collection collection, FileLibrary library, String current) {
        dialog = new JDialog(SwingUtilities.getWindowAncestor(over), title(control), ModalityType.APPLICATION_MODAL);
        dialog.setName("file-picker");
        filter.setName("file-picker.filter");
        filter.putClientProperty("JTextField.placeholderText", Strings.get("files.search"));
        filter.putClientProperty("JTextField.leadingIcon", Icons.get("search"));
        filter.getAccessibleContext().setAccessibleName(Strings.get("files.search"));
        filter.getDocument().addDocumentListener(new WhenChanged(this::filter));
        list.setName("file-picker.list");
        list.getAccessibleContext().setAccessibleName(title(control));
        list.setCellRenderer(new EntryRow());
        list.addListSelectionListener(event -> describe());
        list.addMouseListener(new MouseAdapter() {
            @Override
            public void mouseClicked(MouseEvent event) {
                if (event.getClickCount() == 2) {
                    choose();
                }
            }
        });
        JButton choose = button("files.choose", this::choose);
        JButton cancel = button("files.cancel", dialog::dispose);
        JScrollPane scroll = new JScrollPane(list);
        scroll.setHorizontalScrollBarPolicy(ScrollPaneConstants.HORIZONTAL_SCROLLBAR_NEVER);
        note.setForeground(Theme.colour("text.dim"));
        JPanel content = new JPanel(new MigLayout("insets 16, fill", "[grow,fill][240!,fill]", "[][grow,fill][]"));
        content.add(filter, "span 2, wrap");
        content.add(scroll, "w 380, h 420");
        content.add(facts, "aligny top, wrap");
        content.add(note, "split 3, span 2, growx");
        content.add(cancel, "tag cancel");
        content.add(choose, "tag ok");
        dialog.setContentPane(content);
        dialog.getRootPane().setDefaultButton(choose);
        EscapeCloses.in(dialog);
        library.find(control, collection, found -> {
            all = found;
            filter();
            found.stream()
                    .filter(entry -> entry.place().equals(current))
                    .findFirst()
                    .ifPresent(entry -> {
                        list.setSelectedValue(entry, true);
                    });
        });
        dialog.pack();
        dialog.setMinimumSize(new Dimension(520, 360));
        dialog.setLocationRelativeTo(over);
        dialog.setBounds(ScreenRoom.now().within(dialog.getBounds()));
    }

    /** Shows the dialog and waits for the user; empty when nothing was chosen. */
    static Optional<String> choose(
            Component over, Control control, Collection collection, FileLibrary library, String current) {
        FilePicker picker = new FilePicker(over, control, collection, library, current);
        picker.dialog.setVisible(true);
        return picker.chosen;
    }

    static String title(Control control) {
        return Strings.get(
                switch (control) {
                    case MODEL -> "files.title.model";
                    case ADAPTER -> "files.title.adapter";
                    case FOLDER -> "files.title.folder";
                    case IMAGE_FILE -> "files.title.image";
                    default -> "files.title.file";
                });
    }

    private static JButton button(String key, Runnable pressed) {
        JButton button = new JButton(Strings.get(key));
        button.setName(key);
        button.addActionListener(event -> pressed.run());
        return button;
    }

    private void filter() {
        String wanted = filter.getText().strip().toLowerCase(Locale.ROOT);
        shown.clear();
        all.stream().filter(entry -> entry.matches(wanted)).forEach(shown::addElement);
        note.setText(all.isEmpty() ? Strings.get("files.none") : " ");
        if (!shown.isEmpty()) {
            list.setSelectedIndex(0);
        }
    }

    private void describe() {
        facts.removeAll();
        Entry entry = list.getSelectedValue();
        if (entry != null) {
            entry.thumbnail()
                    .ifPresent(picture ->
                            facts.add(new JLabel(new ImageIcon(picture)), "gapbottom 8, align left, grow 0"));
            JLabel name = new JLabel(entry.name());
            name.putClientProperty("FlatLaf.styleClass", "h4");
            facts.add(name, "wmin 0");
            entry.facts().ifPresent(known -> known.facts().forEach((title, value) -> {
                JLabel label = new JLabel(title);
                label.putClientProperty("FlatLaf.styleClass", "small");
                label.setForeground(Theme.colour("text.dim"));
                facts.add(label, "gaptop 6");
                facts.add(Wrapped.text(value), "wmin 0");
            }));
        }
        facts.revalidate();
        facts.repaint();
    }

    private void choose() {
        chosen = Optional.ofNullable(list.getSelectedValue()).map(Entry::place);
        if (chosen.isPresent()) {
            dialog.dispose();
        }
    }
}
