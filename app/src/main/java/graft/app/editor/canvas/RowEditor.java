package graft.app.editor.canvas;

import com.formdev.flatlaf.util.UIScale;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import graft.app.editor.Background;
import graft.app.editor.Icons;
import graft.app.editor.PromptWeight;
import graft.app.editor.Strings;
import graft.app.editor.TypedSetting;
import graft.app.editor.WhenTyped;
import graft.app.engine.FoundChoices;
import graft.app.workflow.Edits;
import graft.node.Setting.Control;
import graft.node.SettingKind;
import graft.node.SettingSchema;
import java.awt.BorderLayout;
import java.awt.Component;
import java.awt.Font;
import java.awt.KeyboardFocusManager;
import java.awt.Rectangle;
import java.awt.event.ActionEvent;
import java.awt.event.FocusAdapter;
import java.awt.event.FocusEvent;
import java.awt.event.InputEvent;
import java.awt.event.KeyEvent;
import java.awt.geom.Rectangle2D;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.swing.AbstractAction;
import javax.swing.BorderFactory;
import javax.swing.DefaultListCellRenderer;
import javax.swing.JButton;
import javax.swing.JComboBox;
import javax.swing.JComponent;
import javax.swing.JFileChooser;
import javax.swing.JLabel;
import javax.swing.JList;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.JTextArea;
import javax.swing.JTextField;
import javax.swing.KeyStroke;
import javax.swing.SwingUtilities;
import javax.swing.text.JTextComponent;

/**
 * The one editor that opens over what is clicked: the row of a setting, a title, or a comment.
 *
 * <p>What is typed is in the document at once, as one step of undo, so that no command, no other gesture and no death of the
 * process finds an older value there. Enter and Tab end the editor, Esc takes back what was typed; a value that the setting does
 * not take is not kept, and is marked with the reason while it stands there.
 */
final class RowEditor {

    private static final float LEAST_FONT = 12;
    private static final float MOST_FONT = 26;
    private static final int LEAST_WIDTH = 190;
    private static final int LEAST_HEIGHT = 24;
    private static final int LEAST_TEXT_HEIGHT = 96;

    /**
     * What is open.
     *
     * @param shell what lies on the canvas
     * @param typed what it holds now
     * @param of what it edits
     */
    private record Open(JComponent shell, Supplier<String> typed, Edited of) {}

    /**
     * What can be edited.
     *
     * @param title what people call it
     * @param complaint why a text cannot be kept
     * @param keep keeps a text, by an edit with a key
     * @param next opens the next one, forward or backward
     */
    private record Edited(
            String title,
            Function<String, Optional<String>> complaint,
            BiConsumer<String, String> keep,
            Consumer<Boolean> next) {

        /** What takes every text and has nothing beside it. */
        static Edited text(String title, BiConsumer<String, String> keep) {
            return new Edited(title, typed -> Optional.empty(), keep, forward -> {});
        }
    }

    private final Surface surface;
    private final JLabel why = new JLabel();
    private Optional<Open> open = Optional.empty();
    private boolean ending;
    private boolean keeping;
    /** The key of the edits of the editor that is open. */
    private String visit = "";
    /** What stood in it at first. */
    private String before = "";
    /** Whether the next editor opens, which then takes the focus. */
    private boolean goingOn;

    RowEditor(Surface surface) {
        this.surface = surface;
        why.setName("canvas.complaint");
        why.setOpaque(true);
        why.setVisible(false);
        surface.component().add(why);
    }

    boolean isOpen() {
        return open.isPresent();
    }

    // --- what can be edited
    // -------------------------------------------------------------------------------------------

    /** Opens the editor of a setting; one of two states changes at once. */
    void open(NodeView node, SettingSchema setting) {
        commit();
        Optional<NodeGeometry.Row> row = node.geometry().row(setting.id());
        if (row.isEmpty() || row.get().wired()) {
            return;
        }
        JsonElement value = node.value(setting);
        if (setting.kind() == SettingKind.SWITCH) {
            surface.document()
                    .set(node.id(), setting, new JsonPrimitive(!value.getAsBoolean()), "toggle " + System.nanoTime());
            return;
        }
        if (setting.kind() == SettingKind.TABLE) {
            surface.context().say(Strings.get("canvas.table", setting.title()));
            return;
        }
        Rectangle2D box = node.onCanvas(row.get().bounds());
        String old = TypedSetting.text(value);
        Edited edited = new Edited(
                setting.title(),
                typed -> TypedSetting.complaint(setting, typed),
                (typed, key) -> surface.document().set(node.id(), setting, TypedSetting.parse(setting, typed), key),
                forward -> openNext(node, setting, forward));
        surface.scene().setEdited(Optional.of(new Scene.SettingKey(node.id(), setting.id())));
        String name = "canvas.edit." + setting.id();
        if (!setting.choices().isEmpty()) {
            showChoices(setting.title(), setting.choices(), old, box, name, edited);
        } else if (setting.findsChoices()) {
            showFound(node, setting, old, box, name, edited);
        } else if (row.get().paragraph()) {
            JTextArea area = showText(old, box, name, edited);
            if (setting.declared().control() == Control.PROMPT) {
                PromptWeight.keys(area);
            }
        } else {
            showField(setting, old, box, name, edited);
        }
    }

    /** Opens the editor of the first setting of a node. */
    void openFirst(NodeView node) {
        node.geometry().rows().stream()
                .filter(row -> !row.wired() && row.setting().kind() != SettingKind.SWITCH)
                .findFirst()
                .ifPresent(row -> open(node, row.setting()));
    }

    private void openNext(NodeView node, SettingSchema setting, boolean forward) {
        List<NodeGeometry.Row> rows = node.geometry().rows().stream()
                .filter(row -> !row.wired() && row.setting().kind() != SettingKind.SWITCH)
                .toList();
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i).setting().id().equals(setting.id())) {
                int at = Math.floorMod(i + (forward ? 1 : -1), rows.size());
                open(node, rows.get(at).setting());
                return;
            }
        }
    }

    /** Opens the editor of a node's title. */
    void rename(NodeView node) {
        commit();
        Rectangle2D title = new Rectangle2D.Double(24, 3, node.geometry().width() - 34, NodeGeometry.TITLE - 6);
        showTitle(node.title(), node.onCanvas(title), (typed, key) -> {
            String given = typed.strip().equals(node.face().title()) ? "" : typed.strip();
            surface.document()
                    .edit(Strings.get("canvas.edit.rename"), key, workflow -> Edits.rename(workflow, node.id(), given));
        });
    }

    private void showTitle(String old, Rectangle2D box, BiConsumer<String, String> keep) {
        JTextField field = new JTextField(old);
        field.setName("canvas.rename");
        field.getAccessibleContext().setAccessibleName(Strings.get("canvas.rename"));
        Edited edited = Edited.text(Strings.get("canvas.rename"), keep);
        show(field, field, box, LEAST_HEIGHT, new Open(field, field::getText, edited));
        field.selectAll();
    }

    /** Opens the editor of a group's title or a comment's text. */
    void edit(BoxView box) {
        commit();
        BiConsumer<String, String> keep = (typed, key) -> surface.document()
                .edit(
                        Strings.get("canvas.edit.text"),
                        key,
                        workflow -> box.comment().isPresent()
                                ? Edits.setText(workflow, box.id(), typed)
                                : Edits.rename(workflow, box.id(), typed));
        if (box.comment().isPresent()) {
            showText(box.text(), box.bounds(), "canvas.comment", Edited.text(Strings.get("canvas.comment"), keep));
        } else {
            showTitle(box.text(), box.handle(), keep);
        }
    }

    // --- controls
    // -----------------------------------------------------------------------------------------------------

    private void showField(SettingSchema setting, String old, Rectangle2D box, String name, Edited edited) {
        JTextField field = new JTextField(old);
        field.setName(name);
        field.getAccessibleContext().setAccessibleName(setting.title());
        JComponent shell = field;
        if (SettingText.isPath(setting)) {
            shell = withChooser(field, setting);
        }
        if (SettingText.isNumber(setting)) {
            bind(field, KeyStroke.getKeyStroke(KeyEvent.VK_UP, 0), () -> step(field, setting, 1));
            bind(field, KeyStroke.getKeyStroke(KeyEvent.VK_DOWN, 0), () -> step(field, setting, -1));
        }
        show(shell, field, box, LEAST_HEIGHT, new Open(shell, field::getText, edited));
        field.selectAll();
    }

    private static void step(JTextField field, SettingSchema setting, int steps) {
        if (TypedSetting.complaint(setting, field.getText()).isEmpty()) {
            field.setText(
                    TypedSetting.text(SettingText.moved(setting, TypedSetting.parse(setting, field.getText()), steps)));
        }
    }

    private JComponent withChooser(JTextField field, SettingSchema setting) {
        JPanel panel = new JPanel(new BorderLayout());
        JButton choose = new JButton(Icons.get("folder"));
        choose.setName("canvas.choose");
        choose.setFocusable(false);
        choose.setToolTipText(Strings.get("canvas.choose"));
        choose.getAccessibleContext().setAccessibleName(Strings.get("canvas.choose"));
        choose.addActionListener(event -> choose(field, setting.declared().control()));
        panel.add(field, BorderLayout.CENTER);
        panel.add(choose, BorderLayout.EAST);
        return panel;
    }

    private void choose(JTextField field, Control control) {
        JFileChooser chooser = new JFileChooser();
        chooser.setFileSelectionMode(
                control == Control.FOLDER
                        ? JFileChooser.DIRECTORIES_ONLY
                        : control == Control.MODEL ? JFileChooser.FILES_AND_DIRECTORIES : JFileChooser.FILES_ONLY);
        String typed = field.getText();
        if (!typed.isBlank() && !typed.startsWith("builtin:")) {
            chooser.setSelectedFile(Path.of(typed).toAbsolutePath().toFile());
        }
        // The dialog takes the focus, which must not end the editor.
        ending = true;
        int answer = chooser.showOpenDialog(surface.component());
        ending = false;
        if (answer == JFileChooser.APPROVE_OPTION) {
            field.setText(chooser.getSelectedFile().toString());
            commit();
        } else {
            field.requestFocusInWindow();
        }
    }

    private JTextArea showText(String old, Rectangle2D box, String name, Edited edited) {
        JTextArea area = new JTextArea(old);
        area.setName(name);
        area.getAccessibleContext().setAccessibleName(edited.title());
        area.setLineWrap(true);
        area.setWrapStyleWord(true);
        area.setBorder(BorderFactory.createEmptyBorder(4, 7, 4, 7));
        JScrollPane scroll = new JScrollPane(area);
        show(scroll, area, box, LEAST_TEXT_HEIGHT, new Open(scroll, area::getText, edited));
        area.setCaretPosition(old.length());
        return area;
    }

    /** What there is to choose from comes when the node has found it. */
    private void showFound(
            NodeView node, SettingSchema setting, String old, Rectangle2D box, String name, Edited edited) {
        JComboBox<String> combo = showChoices(setting.title(), List.of(old), old, box, name, edited);
        Background.FILES.run(
                () -> FoundChoices.of(surface.document().library(), node.node(), setting.id()),
                found -> {
                    found.all().stream().filter(each -> !each.equals(old)).forEach(combo::addItem);
                    if (combo.isShowing()) {
                        combo.hidePopup();
                        combo.showPopup();
                    }
                },
                staysAsItIs -> {});
    }

    private JComboBox<String> showChoices(
            String title, List<String> choices, String old, Rectangle2D box, String name, Edited edited) {
        JComboBox<String> combo = new JComboBox<>(choices.toArray(String[]::new));
        combo.setName(name);
        combo.getAccessibleContext().setAccessibleName(title);
        combo.setSelectedItem(old);
        combo.setMaximumRowCount(16);
        combo.setRenderer(new DefaultListCellRenderer() {
            @Override
            public Component getListCellRendererComponent(
                    JList<?> list, Object value, int index, boolean selected, boolean focus) {
                return super.getListCellRendererComponent(
                        list, SettingText.choice(String.valueOf(value)), index, selected, focus);
            }
        });
        show(combo, combo, box, LEAST_HEIGHT, new Open(combo, () -> (String) combo.getSelectedItem(), edited));
        combo.addActionListener(event -> {
            typed();
            // Arrow keys change the choice too, while the list is open.
            if (!combo.isPopupVisible()) {
                commit();
            }
        });
        SwingUtilities.invokeLater(() -> {
            if (combo.isShowing()) {
                combo.showPopup();
            }
        });
        return combo;
    }

    // --- open and close
    // -----------------------------------------------------------------------------------------------

    private void show(JComponent shell, JComponent focus, Rectangle2D box, int leastHeight, Open what) {
        Rectangle place = surface.viewport().toComponent(box).getBounds();
        int width = Math.max(place.width, UIScale.scale(LEAST_WIDTH));
        int height = Math.max(place.height, UIScale.scale(leastHeight));
        int x = Math.max(2, Math.min(place.x, surface.component().getWidth() - width - 2));
        int y = Math.max(2, Math.min(place.y, surface.component().getHeight() - height - 2));
        shell.setBounds(x, y, width, height);
        float size = (float) (12 * surface.viewport().zoom());
        Font font = focus.getFont().deriveFont(UIScale.scale(Math.max(LEAST_FONT, Math.min(MOST_FONT, size))));
        focus.setFont(font);
        open = Optional.of(what);
        visit = "editor " + System.nanoTime();
        before = what.typed().get();
        surface.component().add(shell, 0);
        shell.revalidate();
        shell.validate();
        keys(focus);
        if (focus instanceof JTextComponent text) {
            WhenTyped.in(text, this::typed);
        }
        focus.addFocusListener(new FocusAdapter() {
            @Override
            public void focusLost(FocusEvent event) {
                // By then the next one may be open.
                if (!event.isTemporary() && open.filter(what::equals).isPresent()) {
                    commit();
                }
            }
        });
        surface.component().repaint();
        focus.requestFocusInWindow();
    }

    private void keys(JComponent focus) {
        focus.setFocusTraversalKeysEnabled(false);
        boolean lines = focus instanceof JTextArea;
        KeyStroke enter = KeyStroke.getKeyStroke(KeyEvent.VK_ENTER, lines ? InputEvent.CTRL_DOWN_MASK : 0);
        bind(focus, enter, this::accept);
        bind(focus, KeyStroke.getKeyStroke(KeyEvent.VK_ESCAPE, 0), this::cancel);
        bind(focus, KeyStroke.getKeyStroke(KeyEvent.VK_TAB, 0), () -> acceptAndGoOn(true));
        bind(focus, KeyStroke.getKeyStroke(KeyEvent.VK_TAB, InputEvent.SHIFT_DOWN_MASK), () -> acceptAndGoOn(false));
    }

    private static void bind(JComponent component, KeyStroke key, Runnable run) {
        component.getInputMap(JComponent.WHEN_FOCUSED).put(key, "canvas " + key);
        component.getActionMap().put("canvas " + key, new AbstractAction() {
            @Override
            public void actionPerformed(ActionEvent event) {
                run.run();
            }
        });
    }

    /** Why what stands in the editor cannot be kept; what stood there at first was kept as it is. */
    private Optional<String> complaint() {
        return open.filter(each -> !each.typed().get().equals(before))
                .flatMap(each -> each.of().complaint().apply(each.typed().get()));
    }

    boolean hasRefused() {
        return complaint().isPresent();
    }

    /** Keeps what was just typed, or takes back what was typed on the way to what cannot be kept. */
    private void typed() {
        Optional<Open> typed = open;
        if (typed.isEmpty()) {
            return;
        }
        keeping = true;
        try {
            if (hasRefused() || typed.get().typed().get().equals(before)) {
                surface.document().takeBack(visit);
            } else {
                typed.get().of().keep().accept(typed.get().typed().get(), visit);
            }
        } finally {
            keeping = false;
        }
        check();
    }

    /** The document is another: when not by what is typed here, what is edited may be gone or no more what it was. */
    void documentChanged() {
        if (!keeping) {
            commit();
        }
    }

    private void check() {
        Optional<String> complaint = complaint();
        open.ifPresent(
                each -> each.shell().putClientProperty("JComponent.outline", complaint.isPresent() ? "error" : null));
        why.setVisible(complaint.isPresent());
        complaint.ifPresent(words -> {
            why.setText(words);
            why.setFont(surface.palette().text);
            why.setForeground(surface.palette().of("problem.error"));
            why.setBackground(surface.palette().of("problem.errorBackground"));
            why.setBorder(BorderFactory.createEmptyBorder(4, 8, 4, 8));
            Rectangle below = open.orElseThrow().shell().getBounds();
            why.setSize(why.getPreferredSize());
            int x = Math.max(2, Math.min(below.x, surface.component().getWidth() - why.getWidth() - 2));
            why.setLocation(x, below.y + below.height + 3);
            surface.component().setComponentZOrder(why, 0);
        });
    }

    /** Why what is typed cannot be kept, as it is shown. */
    Optional<String> shownComplaint() {
        return why.isVisible() ? Optional.of(why.getText()) : Optional.empty();
    }

    private void accept() {
        if (complaint().isEmpty()) {
            commit();
        } else {
            check();
        }
    }

    private void acceptAndGoOn(boolean forward) {
        if (complaint().isPresent()) {
            check();
            return;
        }
        Optional<Open> ended = open;
        goingOn = true;
        commit();
        goingOn = false;
        ended.ifPresent(each -> each.of().next().accept(forward));
        if (open.isEmpty()) {
            surface.component().requestFocusInWindow();
        }
    }

    /** Closes, for what was typed is kept; what could not be kept is gone, and the user is told. */
    void commit() {
        if (ending || open.isEmpty()) {
            return;
        }
        Optional<String> complaint = complaint();
        Open ended = open.get();
        String typed = ended.typed().get();
        close();
        complaint.ifPresent(reason -> surface.context()
                .say(Strings.get(
                        typed.isBlank() ? "inspector.put-back.empty" : "inspector.put-back",
                        ended.of().title(),
                        typed,
                        before,
                        reason)));
    }

    /** Closes as if nothing had been typed. */
    private void cancel() {
        close();
        surface.document().takeBack(visit);
    }

    private void close() {
        Component focus = KeyboardFocusManager.getCurrentKeyboardFocusManager().getFocusOwner();
        // Else the keyboard is where the user went, and stays there.
        boolean here = open.isPresent()
                && focus != null
                && SwingUtilities.isDescendingFrom(focus, open.get().shell());
        ending = true;
        open.ifPresent(each -> {
            if (each.shell() instanceof JComboBox<?> combo) {
                combo.hidePopup();
            }
            surface.component().remove(each.shell());
        });
        open = Optional.empty();
        why.setVisible(false);
        surface.scene().setEdited(Optional.empty());
        ending = false;
        if (!goingOn && here) {
            surface.component().requestFocusInWindow();
        }
        surface.component().repaint();
    }
}
