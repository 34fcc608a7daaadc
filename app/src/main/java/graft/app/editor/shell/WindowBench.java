package graft.app.editor.shell;

import com.google.gson.JsonPrimitive;
import graft.app.editor.Commands;
import graft.app.editor.Theme;
import graft.app.editor.canvas.CanvasBench;
import graft.app.editor.canvas.GraphCanvas;
import graft.app.editor.canvas.NodeState;
import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.node.Problem;
import java.awt.GraphicsEnvironment;
import java.awt.Rectangle;
import java.awt.Toolkit;
import java.awt.event.ActionEvent;
import java.awt.event.InputEvent;
import java.awt.event.MouseEvent;
import java.awt.event.MouseWheelEvent;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.swing.Action;
import javax.swing.SwingUtilities;

/**
 * Measures by the clock how smoothly the editor's window shows a large workflow, while it does nothing else or while a training runs
 * beside it as the editor runs one.
 *
 * <p>The wheel turns sixty times a second. A frame begins with a turn and ends when the display has drawn what follows from it.
 */
public final class WindowBench implements AutoCloseable {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final long TICK = TimeUnit.SECONDS.toNanos(1) / 60;
    private static final long PATIENCE = TimeUnit.MINUTES.toNanos(3);
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(50);

    private static final Rectangle PLACE = new Rectangle(0, 0, 1920, 1080);

    /** Turns until the wheel goes the other way. */
    private static final int THERE = 60;

    private static final double TURN = 0.4;

    /** The workflow that ships, and the node in it, that trains. */
    private static final String TEMPLATE = "train-lora.json";

    private static final String TRAINING = "train";

    /** More than are ever waited for. */
    private static final int STEPS = 100_000;

    /**
     * How a movement went.
     *
     * @param frames a second; 60 is the most
     * @param median milliseconds from a turn of the wheel until it is seen
     * @param processor milliseconds of the processor that the event dispatch thread took of it, the median: other programs
     *     disturb them little
     * @param longest milliseconds between two frames
     */
    public record Movement(double frames, double median, double processor, double longest) {}

    private final MainWindow window;
    private final CountDownLatch closed;
    private final GraphCanvas canvas;
    private boolean trains;

    private WindowBench(MainWindow window, CountDownLatch closed)
            throws InterruptedException, InvocationTargetException {
        this.window = window;
        this.closed = closed;
        await(() -> window.current().isPresent());
        canvas = window.current().orElseThrow().canvas();
        // Nodes without what they need are among them: their marks are there once all were checked.
        await(() -> !window.current().orElseThrow().findings().isEmpty());
    }

    /**
     * Opens the window with so many nodes and wires, beside the nodes of a training.
     *
     * @param workflows the folder of the workflows that ship
     * @param folder for settings, runs and what else the editor writes
     * @param program the command that starts this program's command line
     * @throws Problem when there is no display
     */
    public static WindowBench open(
            Path workflows, Path folder, NodeLibrary library, List<String> program, int nodes, int wires)
            throws InterruptedException, InvocationTargetException {
        if (GraphicsEnvironment.isHeadless()) {
            throw new Problem(
                    "cannot measure the editor's window",
                    "there is no display",
                    "start it on a desktop, or by xvfb-run");
        }
        Path file = folder.resolve("bench.json");
        workflow(library, workflows.resolve(TEMPLATE), nodes, wires).write(file);
        EditorPlace place = new EditorPlace(workflows, folder.resolve("runs"), folder, library, program);
        CountDownLatch closed = new CountDownLatch(1);
        MainWindow window = onSwing(() -> {
            Preferences.DEFAULT.install(Theme.DARK);
            Session session = Session.FIRST.begun().withOpen(List.of(), -1, PLACE, false);
            MainWindow made = new MainWindow(place, Preferences.DEFAULT, session, closed::countDown);
            made.show(List.of(file));
            return made;
        });
        return new WindowBench(window, closed);
    }

    private static Workflow workflow(NodeLibrary library, Path template, int nodes, int wires) {
        Workflow training = Workflow.read(template);
        Workflow large = CanvasBench.workflow(
                library, Math.max(0, nodes - training.nodes().size()), wires);
        Map<String, WorkflowNode> all = new LinkedHashMap<>(large.nodes());
        all.putAll(training.nodes());
        all.computeIfPresent(TRAINING, (id, node) -> node.with("steps", new JsonPrimitive(STEPS)));
        List<Wire> drawn = new ArrayList<>(large.wires());
        drawn.addAll(training.wires());
        return large.withNodes(all).withWires(drawn);
    }

    /**
     * Starts a training of the built-in model as the editor does, and returns when it takes steps.
     *
     * @throws Problem when it fails
     */
    public void train() throws InterruptedException, InvocationTargetException {
        onSwing(() -> {
            canvas.select(Set.of(TRAINING));
            action(Commands.RUN_TO_HERE);
            return true;
        });
        await(() -> canvas.state(TRAINING).kind() == NodeState.Kind.FAILED
                || canvas.state(TRAINING).progress() > 0);
        checkTraining();
        trains = true;
    }

    private void checkTraining() throws InterruptedException, InvocationTargetException {
        NodeState state = onSwing(() -> canvas.state(TRAINING));
        if (state.kind() != NodeState.Kind.RUNNING) {
            throw new Problem(
                    "cannot measure beside a training", "it ended: " + state.problem(), "try graft run " + TEMPLATE);
        }
    }

    /** Moves across at 100 %. */
    public Movement pan(int seconds) throws InterruptedException, InvocationTargetException {
        onSwing(() -> {
            action(Commands.ZOOM_ACTUAL);
            return true;
        });
        return measure(seconds, InputEvent.SHIFT_DOWN_MASK);
    }

    /** Moves across with all nodes in view. */
    public Movement far(int seconds) throws InterruptedException, InvocationTargetException {
        fit();
        return measure(seconds, InputEvent.SHIFT_DOWN_MASK);
    }

    /** Comes nearer and goes away, from all nodes in view. */
    public Movement zoom(int seconds) throws InterruptedException, InvocationTargetException {
        fit();
        return measure(seconds, 0);
    }

    private void fit() throws InterruptedException, InvocationTargetException {
        onSwing(() -> {
            canvas.select(Set.of());
            canvas.fit();
            return true;
        });
    }

    /** After one way there and back, on which the machine learns what is drawn. */
    private Movement measure(int seconds, int modifiers) throws InterruptedException, InvocationTargetException {
        List<Double> took = new ArrayList<>();
        List<Double> processor = new ArrayList<>();
        long[] before = new long[1];
        long begin = System.nanoTime();
        long last = begin;
        double longest = 0;
        for (int turn = 0; turn < 2 * THERE || last - begin < TimeUnit.SECONDS.toNanos(seconds); turn++) {
            if (turn == 2 * THERE) {
                begin = last;
                longest = 0;
                took.clear();
                processor.clear();
            }
            long due = System.nanoTime();
            double way = turn % (2 * THERE) < THERE ? -TURN : TURN;
            SwingUtilities.invokeAndWait(() -> {
                before[0] = THREADS.getCurrentThreadCpuTime();
                turn(way, modifiers);
            });
            // What was to be painted anew is painted before this comes.
            SwingUtilities.invokeAndWait(() -> {
                Toolkit.getDefaultToolkit().sync();
                processor.add((THREADS.getCurrentThreadCpuTime() - before[0]) / 1e6);
            });
            long seen = System.nanoTime();
            took.add((seen - due) / 1e6);
            longest = Math.max(longest, (seen - last) / 1e6);
            last = seen;
            LockSupport.parkNanos(due + TICK - System.nanoTime());
        }
        if (trains) {
            checkTraining();
        }
        return new Movement(took.size() / ((last - begin) / 1e9), median(took), median(processor), longest);
    }

    private static double median(List<Double> all) {
        return all.stream().sorted().toList().get(all.size() / 2);
    }

    private void turn(double way, int modifiers) {
        canvas.dispatchEvent(new MouseWheelEvent(
                canvas,
                MouseEvent.MOUSE_WHEEL,
                System.currentTimeMillis(),
                modifiers,
                canvas.getWidth() / 2,
                canvas.getHeight() / 2,
                0,
                0,
                0,
                false,
                MouseWheelEvent.WHEEL_UNIT_SCROLL,
                1,
                (int) Math.signum(way),
                way));
    }

    private void action(Commands command) {
        Action action = window.action(command).orElseThrow();
        action.actionPerformed(new ActionEvent(canvas, ActionEvent.ACTION_PERFORMED, command.id()));
    }

    private static <T> T onSwing(Callable<T> work) throws InterruptedException, InvocationTargetException {
        FutureTask<T> task = new FutureTask<>(work);
        SwingUtilities.invokeAndWait(task);
        try {
            return task.get();
        } catch (ExecutionException failed) {
            throw new InvocationTargetException(failed.getCause());
        }
    }

    private static void await(BooleanSupplier so) throws InterruptedException, InvocationTargetException {
        long end = System.nanoTime() + PATIENCE;
        while (!onSwing(so::getAsBoolean)) {
            if (System.nanoTime() > end) {
                throw new Problem(
                        "cannot measure the editor's window",
                        "what it waits for did not come within " + TimeUnit.NANOSECONDS.toMinutes(PATIENCE)
                                + " minutes",
                        "look at the window");
            }
            LockSupport.parkNanos(PAUSE);
        }
    }

    /** Stops the training and closes the window. */
    @Override
    public void close() {
        SwingUtilities.invokeLater(() -> {
            action(Commands.CANCEL);
            window.end();
        });
        try {
            closed.await();
        } catch (InterruptedException left) {
            Thread.currentThread().interrupt();
        }
    }
}
