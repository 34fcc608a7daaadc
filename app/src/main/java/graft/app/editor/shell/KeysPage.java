package graft.app.editor.shell;

import graft.app.editor.Commands;
import graft.app.editor.Icons;
import graft.app.editor.Keymap;
import graft.app.editor.Strings;
import graft.app.editor.WhenChanged;
import java.awt.event.KeyAdapter;
import java.awt.event.KeyEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import javax.swing.JButton;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.JTable;
import javax.swing.JTextField;
import javax.swing.KeyStroke;
import javax.swing.ListSelectionModel;
import javax.swing.table.AbstractTableModel;
import net.miginfocom.swing.MigLayout;

/**
 * The page of the settings that gives commands other keys.
 *
 * <p>The field beneath the list takes the next key that is pressed in it. A key that has a command already is told of,
 * and changes hands only when the user presses the button that says so.
 */
final class KeysPage extends JPanel {
    private static final long serialVersionUID = 1;

    private static final Set<Integer> MODIFIERS =
            Set.of(KeyEvent.VK_CONTROL, KeyEvent.VK_SHIFT, KeyEvent.VK_ALT, KeyEvent.VK_ALT_GRAPH, KeyEvent.VK_META);

    private final Rows rows = new Rows();
    private final JTable table = new JTable(rows);
    private final JTextField filter = new JTextField();
    private final JTextField capture = new JTextField();
    private final JLabel conflict = new JLabel(" ");
    private final JButton assign = button("settings.keys.assign", this::assign);
    private final JButton add = button("settings.keys.add", this::add);
    private final JButton clear = button("settings.keys.clear", () -> put(List.of()));
    private final JButton reset = button("settings.keys.reset", this::reset);
    private final transient Consumer<Keymap> changed;
    private transient Keymap keymap;
    private transient Optional<KeyStroke> pressed = Optional.empty();

    KeysPage(Keymap keymap, Consumer<Keymap> changed) {
        super(new MigLayout("insets 20 24 20 24, fill, gap 10 8, hidemode 3", "[grow,fill]", "[][][grow,fill][][][]"));
        this.keymap = keymap;
        this.changed = changed;
        setName("settings.keys");
        JLabel title = new JLabel(Strings.get("settings.keys"));
        title.putClientProperty("FlatLaf.styleClass", "h2");
        filter.setName("settings.keys.filter");
        filter.putClientProperty("JTextField.placeholderText", Strings.get("settings.keys.filter"));
        filter.putClientProperty("JTextField.leadingIcon", Icons.get("search"));
        filter.getAccessibleContext().setAccessibleName(Strings.get("settings.keys.filter"));
        filter.getDocument().addDocumentListener(new WhenChanged(() -> rows.filter(filter.getText())));
        table.setName("settings.keys.table");
        table.getAccessibleContext().setAccessibleName(Strings.get("settings.keys"));
        table.setSelectionMode(ListSelectionModel.SINGLE_SELECTION);
        table.getColumnModel().getColumn(0).setPreferredWidth(300);
        table.getSelectionModel().addListSelectionListener(event -> show(Optional.empty()));
        capture.setName("settings.keys.capture");
        capture.setEditable(false);
        capture.setFocusTraversalKeysEnabled(false);
        capture.putClientProperty("JTextField.placeholderText", Strings.get("settings.keys.press"));
        capture.getAccessibleContext().setAccessibleName(Strings.get("settings.keys.press"));
        capture.addKeyListener(new KeyAdapter() {
            @Override
            public void keyPressed(KeyEvent event) {
                event.consume();
                if (!MODIFIERS.contains(event.getKeyCode())) {
                    show(Optional.of(KeyStroke.getKeyStrokeForEvent(event)));
                }
            }
        });
        conflict.setName("settings.keys.conflict");
        conflict.putClientProperty("FlatLaf.style", "foreground: $Graft.problem.warning");
        add(title, "wrap");
        add(filter, "wrap");
        add(new JScrollPane(table), "grow, wrap");
        add(capture, "split 5, growx");
        add(assign);
        add(add);
        add(clear);
        add(reset, "wrap");
        add(conflict);
        show(Optional.empty());
    }

    private static JButton button(String key, Runnable then) {
        JButton button = new JButton(Strings.get(key));
        button.setName(key);
        button.addActionListener(event -> then.run());
        return button;
    }

    private Optional<Commands> selected() {
        int row = table.getSelectedRow();
        return row < 0 ? Optional.empty() : Optional.of(rows.shown.get(row));
    }

    /** Shows a key that was pressed, and who has it. */
    private void show(Optional<KeyStroke> key) {
        pressed = key;
        capture.setText(key.map(Keymap::words).orElse(""));
        Optional<Commands> command = selected();
        Optional<Commands> holder = key.flatMap(keymap::command).filter(other -> !other.equals(command.orElse(null)));
        conflict.setText(
                holder.map(other -> Strings.get("settings.keys.conflict", Keymap.words(key.get()), other.title()))
                        .orElse(" "));
        capture.setEnabled(command.isPresent());
        assign.setEnabled(command.isPresent() && key.isPresent());
        add.setEnabled(command.isPresent() && key.isPresent());
        clear.setEnabled(command.isPresent());
        reset.setEnabled(command.filter(keymap.changed()::containsKey).isPresent());
    }

    private void assign() {
        pressed.ifPresent(key -> put(List.of(key)));
    }

    private void add() {
        pressed.ifPresent(key -> {
            List<KeyStroke> keys = new ArrayList<>(keymap.keys(selected().orElseThrow()));
            keys.remove(key);
            keys.add(key);
            put(keys);
        });
    }

    /** A command's own keys go back to it, from whoever was given them. */
    private void reset() {
        put(selected().orElseThrow().defaultKeys());
    }

    private void put(List<KeyStroke> keys) {
        Commands command = selected().orElseThrow();
        Keymap next = keymap;
        for (Commands other : Commands.values()) {
            if (!other.equals(command) && next.keys(other).stream().anyMatch(keys::contains)) {
                next = next.with(
                        other,
                        next.keys(other).stream()
                                .filter(key -> !keys.contains(key))
                                .toList());
            }
        }
        keymap = next.with(command, keys);
        changed.accept(keymap);
        int row = table.getSelectedRow();
        rows.fireTableDataChanged();
        table.setRowSelectionInterval(row, row);
        show(Optional.empty());
    }

    /** Commands and their keys. */
    private final class Rows extends AbstractTableModel {
        private static final long serialVersionUID = 1;

        private transient List<Commands> shown = Arrays.asList(Commands.values());

        void filter(String text) {
            String wanted = text.strip().toLowerCase(Locale.ROOT);
            shown = Arrays.stream(Commands.values())
                    .filter(command -> (command.title() + " " + keymap.words(command))
                            .toLowerCase(Locale.ROOT)
                            .contains(wanted))
                    .toList();
            fireTableDataChanged();
        }

        @Override
        public int getRowCount() {
            return shown.size();
        }

        @Override
        public int getColumnCount() {
            return 2;
        }

        @Override
        public String getColumnName(int column) {
            return Strings.get(column == 0 ? "settings.keys.command" : "settings.keys.keys");
        }

        @Override
        public Object getValueAt(int row, int column) {
            Commands command = shown.get(row);
            return column == 0
                    ? command.title()
                    : keymap.words(command) + (keymap.changed().containsKey(command) ? "  •" : "");
        }
    }
}
