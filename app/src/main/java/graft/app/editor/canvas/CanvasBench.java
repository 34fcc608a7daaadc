package graft.app.editor.canvas;

import com.google.gson.JsonObject;
import graft.app.editor.Theme;
import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Edits;
import graft.app.workflow.OpenWorkflow;
import graft.app.workflow.Place;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.node.NodeSchema;
import graft.node.Problem;
import graft.node.SocketSchema;
import java.awt.Dimension;
import java.awt.Graphics2D;
import java.awt.Point;
import java.awt.image.BufferedImage;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import javax.swing.SwingUtilities;

/**
 * Measures the canvas with a large workflow: painted frames, opening, editing, searching.
 *
 * <p>It paints into a picture as large as a screen, with the software that paints windows, and so needs none. Times are
 * of the processor, on the event dispatch thread: what one sees when no other program wants it.
 */
public final class CanvasBench {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int WIDTH = 1920;
    private static final int HEIGHT = 1080;
    private static final int FRAMES = 90;
    private static final int ROUNDS = 40;
    private static final double COLUMN = 330;
    private static final double ROW = 420;
    private static final int SEARCHED_TYPES = 200;

    /**
     * What was measured.
     *
     * @param panFrames frames per second while the view moves at 100 %
     * @param farFrames the same with all nodes in view
     * @param zoomFrames frames per second from all in view to 200 % and back
     * @param openSeconds from the text of a file to the first frame
     * @param editMilliseconds one moved node, until the canvas knows of it
     * @param searchMilliseconds one typed letter, until the list shows what fits, with at least 200 node types
     */
    public record Result(
            int nodes,
            int wires,
            double panFrames,
            double farFrames,
            double zoomFrames,
            double openSeconds,
            double editMilliseconds,
            double searchMilliseconds) {}

    private final NodeLibrary library;
    private final BufferedImage screen = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    private GraphCanvas canvas;
    private OpenWorkflow document;

    private CanvasBench(NodeLibrary library) {
        this.library = library;
    }

    /** Measures with so many nodes and wires of a library's types. */
    public static Result measure(NodeLibrary library, int nodes, int wires)
            throws InterruptedException, InvocationTargetException {
        Result[] result = new Result[1];
        SwingUtilities.invokeAndWait(() -> result[0] = new CanvasBench(library).run(nodes, wires));
        return result[0];
    }

    private Result run(int nodes, int wires) {
        Theme.DARK.install(Theme.ACCENT);
        Workflow large = workflow(library, nodes, wires);
        String text = large.toJson();
        open(text);
        long start = now();
        open(text);
        double openSeconds = (now() - start) / 1e9;
        double far = frames(frame -> canvas.setViewport(canvas.viewport().moved(frame % 2 == 0 ? 7 : -7, 3)));
        double zoom = zoomFrames();
        canvas.setViewport(new Viewport(1, -2000, -2000));
        double pan = frames(frame -> canvas.setViewport(canvas.viewport().moved(-23, -11)));
        return new Result(large.nodes().size(), large.wires().size(), pan, far, zoom, openSeconds, edit(), search());
    }

    /** Of the processor, in nanoseconds: programs beside this one take their share of the clock's time, not of this. */
    private static long now() {
        return THREADS.getCurrentThreadCpuTime();
    }

    private void open(String text) {
        document = OpenWorkflow.unkept(Workflow.parse(text, "bench"));
        canvas = new GraphCanvas(document, library, new CanvasContext() {
            @Override
            public void open(Path file) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void tell(Problem problem) {
                throw problem;
            }
        });
        canvas.setSize(new Dimension(WIDTH, HEIGHT));
        canvas.doLayout();
        paint();
    }

    private void paint() {
        Graphics2D g = screen.createGraphics();
        canvas.paint(g);
        g.dispose();
    }

    private double frames(IntConsumer step) {
        for (int i = 0; i < FRAMES / 3; i++) {
            step.accept(i);
            paint();
        }
        long start = now();
        for (int i = 0; i < FRAMES; i++) {
            step.accept(i);
            paint();
        }
        return FRAMES / ((now() - start) / 1e9);
    }

    private double zoomFrames() {
        canvas.fit();
        double far = canvas.zoom();
        double factor = Math.pow(2 / far, 2.0 / FRAMES);
        return frames(frame -> canvas.zoomBy(frame % FRAMES < FRAMES / 2 ? factor : 1 / factor));
    }

    private double edit() {
        String moved = document.workflow().nodes().keySet().iterator().next();
        double[] times = new double[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            long start = now();
            document.edit("move", workflow -> Edits.moveBy(workflow, Set.of(moved), 5, 5));
            times[i] = (now() - start) / 1e6;
        }
        return median(times);
    }

    private double search() {
        List<NodeSchema> types = new ArrayList<>(library.nodes());
        while (!types.isEmpty() && types.size() < SEARCHED_TYPES) {
            types.addAll(library.nodes());
        }
        canvas.search().open(new Point(100, 100), Optional.empty(), types);
        List<Double> times = new ArrayList<>();
        for (String word : List.of("sample", "lora tr", "img", "encode prompt", "z")) {
            for (int length = 1; length <= word.length(); length++) {
                long start = now();
                canvas.search().field().setText(word.substring(0, length));
                paint(canvas.search());
                times.add((now() - start) / 1e6);
            }
        }
        canvas.search().close();
        return median(times.stream().mapToDouble(time -> time).toArray());
    }

    /** What a letter that is typed makes the window paint anew. */
    private void paint(SearchPopup search) {
        Graphics2D g = screen.createGraphics();
        search.component().paint(g);
        g.dispose();
    }

    private static double median(double[] times) {
        Arrays.sort(times);
        return times[times.length / 2];
    }

    // --- a large workflow
    // ---------------------------------------------------------------------------------------------

    /** Nodes of all types in turn, in rows, each wired to near ones before it. */
    public static Workflow workflow(NodeLibrary library, int nodes, int wires) {
        List<NodeSchema> types = List.copyOf(library.nodes());
        int columns = (int) Math.ceil(Math.sqrt(nodes * ROW / COLUMN));
        Map<String, WorkflowNode> all = new LinkedHashMap<>();
        List<NodeSchema> typeOf = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            NodeSchema type = types.get(i % types.size());
            Place place = new Place(i % columns * COLUMN, Math.floorDiv(i, columns) * ROW);
            all.put("n" + i, WorkflowNode.of(type.id(), type.version(), place));
            typeOf.add(type);
        }
        List<Wire> drawn = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        for (int reach = 1; drawn.size() < wires && reach < nodes; reach++) {
            for (int to = reach; to < nodes && drawn.size() < wires; to++) {
                wire(typeOf, to - reach, to, taken).ifPresent(drawn::add);
            }
        }
        return new Workflow("", "", all, drawn, new JsonObject());
    }

    private static Optional<Wire> wire(List<NodeSchema> types, int from, int to, Set<String> taken) {
        for (SocketSchema output : types.get(from).outputs()) {
            for (SocketSchema input : types.get(to).inputs()) {
                if (output.kind().fits(input.kind()) && (input.list() || !taken.contains(to + "." + input.id()))) {
                    taken.add(to + "." + input.id());
                    return Optional.of(new Wire("n" + from, output.id(), "n" + to, input.id()));
                }
            }
        }
        return Optional.empty();
    }
}
