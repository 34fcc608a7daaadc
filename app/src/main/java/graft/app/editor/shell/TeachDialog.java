package graft.app.editor.shell;

import com.formdev.flatlaf.util.UIScale;
import graft.app.editor.EscapeCloses;
import graft.app.editor.ScreenRoom;
import graft.app.editor.Strings;
import graft.app.editor.Theme;
import graft.app.editor.TracksWidth;
import graft.app.editor.WhenChanged;
import graft.app.editor.Wrapped;
import graft.app.editor.viewer.Thumbnails;
import java.awt.BorderLayout;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Graphics;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.Window;
import java.awt.datatransfer.Clipboard;
import java.awt.datatransfer.DataFlavor;
import java.awt.datatransfer.UnsupportedFlavorException;
import java.awt.event.WindowAdapter;
import java.awt.event.WindowEvent;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import javax.swing.BorderFactory;
import javax.swing.ButtonGroup;
import javax.swing.JButton;
import javax.swing.JComboBox;
import javax.swing.JComponent;
import javax.swing.JDialog;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JRadioButton;
import javax.swing.JScrollPane;
import javax.swing.JTextArea;
import javax.swing.JTextField;
import javax.swing.ScrollPaneConstants;
import javax.swing.Timer;
import javax.swing.TransferHandler;
import javax.swing.text.JTextComponent;
import net.miginfocom.swing.MigLayout;

/** Asks what to teach: the folder, the word, its class and the method; all else follows from these. */
final class TeachDialog {

    /** What pictures mostly show. */
    private static final List<String> CLASSES = List.of(
            "person",
            "woman",
            "man",
            "child",
            "dog",
            "cat",
            "bird",
            "toy",
            "car",
            "bag",
            "shoe",
            "cup",
            "building",
            "plant",
            "food",
            Lesson.STYLE);

    /** What the guide asks of the window. */
    interface Host {
        /** Tells what a folder holds for a model. */
        void look(String folder, String model, Consumer<LessonPictures> then);

        /** The models that there are to choose from. */
        void models(Consumer<List<String>> then);

        /** Remembers what was said. */
        void said(Lesson lesson);

        /**
         * Builds the workflow.
         *
         * @param go whether to run it at once
         */
        void teach(Lesson lesson, LessonPictures pictures, boolean go);
    }

    private final JDialog dialog;
    private final Host host;
    private final JTextField folder = new JTextField(28);
    private final JTextArea found = Wrapped.text(" ");
    private final JTextArea wrong = Wrapped.small("");
    private final Strip strip = new Strip();
    private final JTextField word = new JTextField(10);
    private final JComboBox<String> className = new JComboBox<>(CLASSES.toArray(String[]::new));
    private final Map<Lesson.Method, JRadioButton> methods = new EnumMap<>(Lesson.Method.class);
    private final JComboBox<String> model = new JComboBox<>();
    private final JTextArea missing = Wrapped.small(" ");
    private final JButton build = new JButton(Strings.get("teach.build"));
    private final JButton go = new JButton(Strings.get("teach.go"));
    private final Timer look = new Timer(250, event -> look());
    private Optional<LessonPictures> pictures = Optional.empty();
    private boolean classChosen;
    private boolean guessing;
    private long turn;

    private TeachDialog(Window owner, Lesson before, Host host) {
        this.host = host;
        dialog = new JDialog(owner, Strings.get("teach.title"), JDialog.ModalityType.DOCUMENT_MODAL);
        dialog.setName("teach");
        look.setRepeats(false);
        fill(before);
        dialog.setContentPane(content());
        dialog.getRootPane().setDefaultButton(go);
        drop();
        EscapeCloses.in(dialog);
        dialog.addWindowListener(new WindowAdapter() {
            @Override
            public void windowClosed(WindowEvent event) {
                look.stop();
                host.said(lesson());
            }
        });
    }

    /** Asks, beginning with what was said before. */
    static void show(Window owner, Lesson before, Host host) {
        TeachDialog made = new TeachDialog(owner, before, host);
        made.dialog.setSize(ScreenRoom.now().fitting(720, 680, owner));
        made.dialog.setLocationRelativeTo(owner);
        made.look();
        made.dialog.setVisible(true);
    }

    private void fill(Lesson before) {
        folder.setText(before.folder());
        word.setText(before.word());
        classChosen = !before.className().isEmpty();
        className.setEditable(true);
        className.setSelectedItem(classChosen ? before.className() : guessed(before.folder()));
        model.addItem(Lesson.BUILT_IN);
        if (!before.isBuiltIn()) {
            model.addItem(before.model());
        }
        model.setSelectedItem(before.model());
        host.models(all -> all.stream().filter(each -> !isOffered(each)).forEach(model::addItem));
        ButtonGroup group = new ButtonGroup();
        for (Lesson.Method method : Lesson.Method.values()) {
            JRadioButton button = new JRadioButton(method.title(), method == before.method());
            button.setName("teach.method." + method.name().toLowerCase(Locale.ROOT));
            button.putClientProperty("FlatLaf.style", "font: bold");
            button.getAccessibleContext().setAccessibleDescription(method.when());
            group.add(button);
            methods.put(method, button);
        }
        folder.getDocument().addDocumentListener(new WhenChanged(this::folderTyped));
        word.getDocument().addDocumentListener(new WhenChanged(this::enable));
        JTextComponent text = (JTextComponent) className.getEditor().getEditorComponent();
        text.setName("teach.class.text");
        text.getDocument().addDocumentListener(new WhenChanged(() -> {
            classChosen |= !guessing;
            // A style has needs of its own.
            show(pictures);
        }));
        // Else it would press Go, and what follows would not have been asked.
        folder.addActionListener(event -> word.requestFocusInWindow());
        word.addActionListener(event -> text.requestFocusInWindow());
        model.addActionListener(event -> look());
        build.addActionListener(event -> teach(false));
        go.addActionListener(event -> teach(true));
    }

    private boolean isOffered(String name) {
        for (int i = 0; i < model.getItemCount(); i++) {
            if (model.getItemAt(i).equals(name)) {
                return true;
            }
        }
        return false;
    }

    private JComponent content() {
        JPanel form =
                new JPanel(new MigLayout("insets 16 20 8 20, fillx, wrap 1, gapy 4, hidemode 3", "[grow,fill]", ""));
        form.add(heading("teach.folder", folder, 1));
        JPanel place = new JPanel(new MigLayout("insets 0, fillx, gap 8", "[grow,fill][]", ""));
        JButton choose = new JButton(Strings.get("teach.choose"));
        choose.setName("teach.choose");
        choose.addActionListener(event -> Choosers.folder(dialog, Strings.get("teach.folder"))
                .ifPresent(chosen -> folder.setText(chosen.toString())));
        named(folder, "teach.folder");
        folder.putClientProperty("JTextField.placeholderText", Strings.get("teach.folder.hint"));
        place.add(folder, "wmin 0");
        place.add(choose);
        form.add(place);
        found.setName("teach.found");
        form.add(found, "wmin 0");
        wrong.setName("teach.wrong");
        form.add(wrong, "wmin 0");
        form.add(strip, "h " + UIScale.unscale(strip.getPreferredSize().height) + "!, wmin 0");

        JPanel what =
                new JPanel(new MigLayout("insets 0, fillx, wrap 2, gap 24 4", "[grow,fill,sg][grow,fill,sg]", ""));
        what.add(heading("teach.word", word, 2));
        what.add(heading("teach.class", className, 3));
        named(word, "teach.word");
        named(className, "teach.class");
        what.add(word, "wmin 0");
        what.add(className, "wmin 0");
        what.add(hint("teach.word.hint"), "wmin 0");
        what.add(hint("teach.class.hint"), "wmin 0");
        form.add(what, "gaptop 10, wmin 0");

        form.add(heading("teach.method", methods.get(Lesson.Method.LORA), 4), "gaptop 10");
        methods.forEach((method, button) -> {
            form.add(button);
            JTextArea when = Wrapped.small(method.when());
            when.setForeground(Theme.colour("text.dim"));
            form.add(when, "gapleft 24, wmin 0");
        });

        JPanel with = new JPanel(new MigLayout("insets 0, fillx, gap 8", "[][grow,fill]", ""));
        JLabel label = new JLabel(Strings.get("teach.model"));
        label.setLabelFor(model);
        named(model, "teach.model");
        with.add(label);
        with.add(model, "wmin 0");
        form.add(with, "gaptop 10, wmin 0");

        JScrollPane scroll = new JScrollPane(
                new Tracking(form),
                ScrollPaneConstants.VERTICAL_SCROLLBAR_AS_NEEDED,
                ScrollPaneConstants.HORIZONTAL_SCROLLBAR_NEVER);
        scroll.setBorder(null);
        scroll.getVerticalScrollBar().setUnitIncrement(UIScale.scale(20));
        JPanel all = new JPanel(new BorderLayout());
        all.add(scroll, BorderLayout.CENTER);
        all.add(answers(), BorderLayout.SOUTH);
        return all;
    }

    private JComponent answers() {
        JPanel answers = new JPanel(new MigLayout("insets 10 20 14 20, fillx, gap 8", "[grow,fill][][][]", ""));
        answers.setBorder(BorderFactory.createMatteBorder(1, 0, 0, 0, Theme.colour("card.border")));
        missing.setName("teach.missing");
        missing.setForeground(Theme.colour("text.dim"));
        JButton cancel = new JButton(Strings.get("close.cancel"));
        cancel.setName("teach.cancel");
        cancel.addActionListener(event -> dialog.dispose());
        build.setName("teach.build");
        go.setName("teach.go");
        answers.add(missing, "wmin 0");
        answers.add(cancel);
        answers.add(build);
        answers.add(go);
        return answers;
    }

    private static JLabel heading(String key, JComponent of, int number) {
        JLabel label = new JLabel(number + "  " + Strings.get(key));
        label.setLabelFor(of);
        label.putClientProperty("FlatLaf.styleClass", "h4");
        return label;
    }

    private static JTextArea hint(String key) {
        JTextArea hint = Wrapped.small(Strings.get(key));
        hint.setForeground(Theme.colour("text.dim"));
        return hint;
    }

    private static void named(JComponent field, String key) {
        field.setName(key);
        field.getAccessibleContext().setAccessibleName(Strings.get(key));
    }

    /** A folder that is dropped anywhere on the guide. */
    private void drop() {
        TransferHandler handler = new TransferHandler() {
            private static final long serialVersionUID = 1;

            @Override
            public boolean canImport(TransferSupport support) {
                return support.isDrop() && support.isDataFlavorSupported(DataFlavor.javaFileListFlavor);
            }

            @Override
            public boolean importData(TransferSupport support) {
                try {
                    List<?> files = (List<?>) support.getTransferable().getTransferData(DataFlavor.javaFileListFlavor);
                    Path first = ((File) files.get(0)).toPath();
                    folder.setText(String.valueOf(Files.isDirectory(first) ? first : first.getParent()));
                    return true;
                } catch (UnsupportedFlavorException | IOException | IndexOutOfBoundsException nothing) {
                    return false;
                }
            }
        };
        ((JComponent) dialog.getContentPane()).setTransferHandler(handler);
        folder.setTransferHandler(new OrText(folder.getTransferHandler(), handler));
    }

    // --- what was said -----------------------------------------------------------------------------------------------

    private Lesson lesson() {
        return new Lesson(
                folder.getText().strip(),
                word.getText().strip(),
                className(),
                methods.entrySet().stream()
                        .filter(each -> each.getValue().isSelected())
                        .map(Map.Entry::getKey)
                        .findFirst()
                        .orElse(Lesson.Method.LORA),
                String.valueOf(model.getSelectedItem()));
    }

    private String className() {
        return ((JTextComponent) className.getEditor().getEditorComponent())
                .getText()
                .strip();
    }

    private void folderTyped() {
        if (!classChosen) {
            guessing = true;
            className.setSelectedItem(guessed(folder.getText()));
            guessing = false;
        }
        pictures = Optional.empty();
        enable();
        look.restart();
    }

    /** The class that a folder's name says; a thing when it says none. */
    private static String guessed(String folder) {
        String name =
                folder.replaceAll("[/\\\\]+$", "").replaceAll("^.*[/\\\\]", "").toLowerCase(Locale.ROOT);
        List<String> words = List.of(name.split("[^\\p{L}]+", -1));
        return CLASSES.stream()
                .filter(each -> words.contains(each) || words.contains(each + "s"))
                .findFirst()
                .orElse("thing");
    }

    private void look() {
        look.stop();
        long mine = ++turn;
        String asked = folder.getText().strip();
        if (asked.isEmpty()) {
            show(Optional.empty());
            return;
        }
        found.setText(Strings.get("teach.looking"));
        host.look(asked, String.valueOf(model.getSelectedItem()), seen -> {
            if (mine == turn) {
                show(Optional.of(seen));
            }
        });
    }

    private void show(Optional<LessonPictures> seen) {
        pictures = seen;
        int count = seen.map(each -> each.files().size()).orElse(0);
        List<String> remarks = new ArrayList<>(seen.map(LessonPictures::remarks).orElse(List.of()));
        if (count > 0 && lesson().isStyle() && seen.get().captions() == 0) {
            remarks.add(Strings.get("teach.style"));
        }
        found.setText(
                count > 0
                        ? Strings.get("teach.found", count, seen.get().side())
                        : Strings.get(seen.isEmpty() ? "teach.found.none" : "teach.found.nothing"));
        found.setForeground(Theme.colour(count > 0 ? "text.changed" : "text.dim"));
        wrong.setText(String.join("\n", remarks));
        wrong.setForeground(Theme.colour(count > 0 ? "problem.warning" : "problem.error"));
        wrong.setVisible(!remarks.isEmpty());
        strip.show(seen.map(LessonPictures::files).orElse(List.of()));
        enable();
        dialog.getContentPane().revalidate();
    }

    private void enable() {
        String lacks = pictures.filter(seen -> !seen.files().isEmpty()).isEmpty()
                ? "teach.missing.pictures"
                : word.getText().isBlank() ? "teach.missing.word" : className().isEmpty() ? "teach.missing.class" : "";
        build.setEnabled(lacks.isEmpty());
        go.setEnabled(lacks.isEmpty());
        missing.setText(lacks.isEmpty() ? " " : Strings.get(lacks));
    }

    private void teach(boolean at) {
        Lesson said = lesson();
        pictures.ifPresent(seen -> {
            dialog.dispose();
            host.teach(said, seen, at);
        });
    }

    /** As wide as the view. */
    private static final class Tracking extends JPanel implements TracksWidth {
        private static final long serialVersionUID = 1;

        Tracking(JComponent content) {
            super(new BorderLayout());
            add(content);
        }

        @Override
        public int getScrollableUnitIncrement(Rectangle visible, int orientation, int direction) {
            return UIScale.scale(20);
        }
    }

    /** Takes files by one handler and all else by another. */
    private static final class OrText extends TransferHandler {
        private static final long serialVersionUID = 1;

        private final transient TransferHandler text;
        private final transient TransferHandler files;

        OrText(TransferHandler text, TransferHandler files) {
            this.text = text;
            this.files = files;
        }

        @Override
        public boolean canImport(TransferSupport support) {
            return files.canImport(support) || text.canImport(support);
        }

        @Override
        public boolean importData(TransferSupport support) {
            return files.canImport(support) ? files.importData(support) : text.importData(support);
        }

        @Override
        public void exportToClipboard(JComponent from, Clipboard to, int action) {
            text.exportToClipboard(from, to, action);
        }

        @Override
        public int getSourceActions(JComponent from) {
            return text.getSourceActions(from);
        }
    }

    /** The first pictures of the folder, small. */
    private static final class Strip extends JComponent {
        private static final long serialVersionUID = 1;

        private static final int SIDE = 64;

        private final transient Thumbnails thumbnails = new Thumbnails();
        private transient List<Path> files = List.of();

        Strip() {
            setPreferredSize(UIScale.scale(new Dimension(300, SIDE)));
            setName("teach.strip");
        }

        void show(List<Path> next) {
            files = List.copyOf(next);
            setVisible(!files.isEmpty());
            repaint();
        }

        @Override
        protected void paintComponent(Graphics graphics) {
            Graphics2D g = (Graphics2D) graphics.create();
            g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
            int side = UIScale.scale(SIDE);
            int gap = UIScale.scale(6);
            for (int i = 0; i < files.size() && (i + 1) * (side + gap) - gap <= getWidth(); i++) {
                int x = i * (side + gap);
                g.setColor(new Color(0x30808080, true));
                g.fillRect(x, 0, side, side);
                thumbnails.get(files.get(i), 2 * side, this::repaint).ifPresent(image -> {
                    // The middle of it, cut to a square.
                    int square = Math.min(image.getWidth(), image.getHeight());
                    int left = (image.getWidth() - square) / 2;
                    int top = (image.getHeight() - square) / 2;
                    g.drawImage(image, x, 0, x + side, side, left, top, left + square, top + square, null);
                });
            }
            g.dispose();
        }
    }
}
