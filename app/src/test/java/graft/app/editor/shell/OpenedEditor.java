package graft.app.editor.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.swing.edt.GuiActionRunner.execute;

import graft.app.editor.Hands;
import graft.app.editor.Theme;
import graft.app.editor.canvas.GraphCanvas;
import graft.app.editor.canvas.NodeState;
import graft.app.plugin.NodeLibrary;
import graft.app.sandbox.ThisProgram;
import graft.app.workflow.Workflow;
import java.awt.Point;
import java.awt.Rectangle;
import java.awt.datatransfer.DataFlavor;
import java.awt.datatransfer.Transferable;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import javax.swing.AbstractButton;
import javax.swing.JComponent;
import javax.swing.JFrame;
import javax.swing.JLabel;
import javax.swing.JList;
import javax.swing.SwingUtilities;
import javax.swing.TransferHandler;
import org.assertj.swing.core.ComponentMatcher;
import org.assertj.swing.core.MouseButton;
import org.assertj.swing.core.Robot;
import org.assertj.swing.edt.FailOnThreadViolationRepaintManager;
import org.assertj.swing.finder.JFileChooserFinder;
import org.assertj.swing.finder.JOptionPaneFinder;
import org.assertj.swing.finder.WindowFinder;
import org.assertj.swing.fixture.DialogFixture;
import org.assertj.swing.fixture.FrameFixture;
import org.assertj.swing.fixture.JFileChooserFixture;

/** The editor as a person has it on the screen, with settings of its own; what fails on Swing's thread fails the test. */
final class OpenedEditor implements AutoCloseable {

    static final Path HOME = Path.of("").toAbsolutePath().getParent();
    static final Path WORKFLOWS = HOME.resolve("workflows");

    /** The command line, in a process that finds the same plugins. */
    private static final List<String> PROGRAM =
            ThisProgram.command("-Dgraft.home=" + HOME, "-Dgraft.terminal=", "graft.app.command.Graft");

    private final Robot robot = Hands.robot();
    private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    private final List<String> said = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch closed = new CountDownLatch(1);
    private final MainWindow window;
    private final FrameFixture frame;

    OpenedEditor(Path config, Session session, Path... files) {
        this(config, session, NodeLibrary.load(HOME.resolve("plugins"), "0.1.0"), files);
    }

    /** With plugins of the test's own. */
    OpenedEditor(Path config, Session session, NodeLibrary library, Path... files) {
        FailOnThreadViolationRepaintManager.install();
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> failures.add(failure));
        window = execute(() -> {
            Preferences.DEFAULT.install(Theme.DARK);
            MainWindow made = new MainWindow(
                    place(config, library), Preferences.DEFAULT.withWorker(false), session, closed::countDown);
            robot.finder()
                    .findByName(made.frame(), "status.message", JLabel.class, false)
                    .addPropertyChangeListener("text", event -> said.add((String) event.getNewValue()));
            made.show(List.of(files));
            return made;
        });
        // A click on a grey button would be lost and the test would wait for what never comes.
        robot.settings().clickOnDisabledComponentsAllowed(false);
        frame = new FrameFixture(robot, window.frame());
    }

    static EditorPlace place(Path config) {
        return place(config, NodeLibrary.load(HOME.resolve("plugins"), "0.1.0"));
    }

    private static EditorPlace place(Path config, NodeLibrary library) {
        return new EditorPlace(WORKFLOWS, config.resolve("runs"), config, library, PROGRAM);
    }

    /** A session that is not the first, in a window that fits a small screen. */
    static Session begun() {
        return Session.FIRST.begun().withOpen(List.of(), -1, new Rectangle(0, 0, 1280, 900), false);
    }

    FrameFixture frame() {
        return frame;
    }

    MainWindow window() {
        return window;
    }

    Robot robot() {
        return robot;
    }

    /** All that the line at the foot has said so far, in order: it says things for a few seconds, and a test may look later. */
    List<String> said() {
        return List.copyOf(said);
    }

    Workflow workflow() {
        return execute(() -> window.current().orElseThrow().document().workflow());
    }

    /** How a node of the workflow in front stands after its run. */
    NodeState.Kind state(String node) {
        return window.current().orElseThrow().target().states().state(node).kind();
    }

    /** Opens a template by its card on the start page. */
    void openTemplate(String name) {
        String card = "template." + name + ".json";
        await(
                "the templates are shown",
                () -> robot.finder().findAll(named(card)).size() == 1);
        frame.button(card).click();
        awaitWorkflow();
    }

    /** Components of a name, shown or not. */
    static ComponentMatcher named(String name) {
        return component -> name.equals(component.getName());
    }

    /** Waits for a workflow to be in front. */
    void awaitWorkflow() {
        await("a workflow is open", () -> window.current().isPresent());
        robot.waitForIdle();
    }

    /**
     * Answers the question that a dialog asks, when it does. By the button itself: a display without a window manager may move
     * a dialog from under the mouse while it comes.
     */
    void answer(String words) {
        AbstractButton button = JOptionPaneFinder.findOptionPane()
                .withTimeout(Hands.LONGEST.duration(), TimeUnit.MILLISECONDS)
                .using(robot)
                .buttonWithText(words)
                .target();
        execute(() -> button.doClick());
        await("the question is gone", () -> !button.isShowing());
    }

    /** Waits until what was asked of files is done, and shown. */
    void awaitFileWork() {
        CountDownLatch done = new CountDownLatch(1);
        execute(() -> window.afterFileWork(done::countDown));
        await("the files are read", () -> done.getCount() == 0);
        robot.waitForIdle();
    }

    /** Waits until something is so on Swing's thread. */
    void await(String what, BooleanSupplier so) {
        Hands.await(what, so);
    }

    /** A dialog, when it is shown. */
    DialogFixture dialog(String name) {
        DialogFixture dialog = WindowFinder.findDialog(name)
                .withTimeout(Hands.LONGEST.duration(), TimeUnit.MILLISECONDS)
                .using(robot);
        Hands.awaitKeyboard(dialog.target());
        return dialog;
    }

    /** A file chooser, when it is shown. */
    JFileChooserFixture chooser() {
        JFileChooserFixture chooser = JFileChooserFinder.findFileChooser()
                .withTimeout(Hands.LONGEST.duration(), TimeUnit.MILLISECONDS)
                .using(robot);
        Hands.awaitKeyboard(SwingUtilities.getWindowAncestor(chooser.target()));
        return chooser;
    }

    /** Clicks on the title of a node. */
    void clickNode(String node) {
        Rectangle at = execute(() -> {
            window.current().orElseThrow().canvas().fit();
            return window.current().orElseThrow().canvas().place(node).orElseThrow();
        });
        robot.click(window.current().orElseThrow().canvas(), new Point(at.x + at.width / 2, at.y + 6));
        robot.waitForIdle();
    }

    /** Presses a key with others held down. */
    void press(int key, int... held) {
        for (int each : held) {
            robot.pressKey(each);
        }
        robot.pressAndReleaseKey(key);
        for (int each : held) {
            robot.releaseKey(each);
        }
        robot.waitForIdle();
    }

    /** The canvas in front. */
    GraphCanvas canvas() {
        return execute(() -> window.current().orElseThrow().canvas());
    }

    /** Gives the canvas in front the keyboard, which a window that a dialog stood over may get back later. */
    void awaitCanvas() {
        GraphCanvas canvas = canvas();
        await("the canvas has the keyboard", () -> {
            if (!canvas.isFocusOwner()) {
                canvas.requestFocus();
            }
            return canvas.isFocusOwner();
        });
    }

    /** Drags files from a window beside the editor's and lets them go over the canvas. */
    void drop(Path... files) {
        List<File> dragged = Stream.of(files).map(Path::toFile).toList();
        JList<String> list = execute(() -> {
            JList<String> made = new JList<>(new String[] {"files"});
            made.setDragEnabled(true);
            made.setSelectedIndex(0);
            made.setTransferHandler(new DraggedFiles(dragged));
            JFrame desktop = new JFrame("Files");
            desktop.setUndecorated(true);
            desktop.add(made);
            desktop.setBounds(1400, 100, 200, 100);
            return made;
        });
        JFrame desktop = (JFrame) SwingUtilities.getWindowAncestor(list);
        robot.showWindow(desktop, null, false);
        GraphCanvas canvas = canvas();
        robot.pressMouse(list, new Point(20, 8));
        robot.moveMouse(list, new Point(40, 30));
        robot.moveMouse(canvas, new Point(200, 200));
        robot.moveMouse(canvas, new Point(210, 210));
        robot.releaseMouse(MouseButton.LEFT_BUTTON);
        execute(desktop::dispose);
    }

    /** What a file manager gives. */
    private static final class DraggedFiles extends TransferHandler {
        private static final long serialVersionUID = 1;

        private final transient List<File> files;

        DraggedFiles(List<File> files) {
            this.files = files;
        }

        @Override
        public int getSourceActions(JComponent from) {
            return COPY;
        }

        @Override
        protected Transferable createTransferable(JComponent from) {
            return new Transferable() {
                @Override
                public DataFlavor[] getTransferDataFlavors() {
                    return new DataFlavor[] {DataFlavor.javaFileListFlavor};
                }

                @Override
                public boolean isDataFlavorSupported(DataFlavor flavor) {
                    return flavor.equals(DataFlavor.javaFileListFlavor);
                }

                @Override
                public Object getTransferData(DataFlavor flavor) {
                    return files;
                }
            };
        }
    }

    /** Whether the user has left the editor. */
    boolean isClosed() {
        return closed.getCount() == 0;
    }

    @Override
    public void close() {
        if (!isClosed()) {
            execute(() -> window.end());
        }
        robot.cleanUp();
        assertThat(failures).isEmpty();
    }
}
