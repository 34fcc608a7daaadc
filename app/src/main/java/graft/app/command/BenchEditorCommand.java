package graft.app.command;

import com.google.gson.JsonObject;
import graft.app.editor.canvas.CanvasBench;
import graft.app.editor.shell.WindowBench;
import graft.app.plugin.NodeLibrary;
import graft.app.sandbox.ThisProgram;
import graft.file.Folder;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code graft bench editor}: how smoothly the canvas shows and edits a large workflow. */
@Command(
        name = "editor",
        description = {
            "Measures the editor's canvas at 1920x1080 with a large workflow, in processor time; no window opens.",
            "",
            "pan     frames per second while the view moves at 100 %",
            "far     the same with all nodes in view",
            "zoom    frames per second from all in view to 200 % and back",
            "open    from the text of a workflow to its first frame",
            "edit    one node moved, until the canvas knows of it",
            "search  one typed letter, until what it finds is painted, with at least 200 node types",
            "",
            "With --window it opens the editor's window instead, of 1920x1080, turns the wheel sixty times a second and measures by "
                    + "the clock until the display has drawn what follows: frames a second, the median of a frame, what the "
                    + "window's thread took of the processor for it, and the longest time between two."
        })
final class BenchEditorCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Nodes (default: ${DEFAULT-VALUE}).")
    private int nodes;

    @Option(
            names = "--wires",
            paramLabel = "N",
            defaultValue = "1500",
            description = "Wires (default: ${DEFAULT-VALUE}).")
    private int wires;

    @Option(names = "--window", description = "Measures pan, far and zoom in a window, by the clock.")
    private boolean window;

    @Option(
            names = "--training",
            description = "The same while the editor trains the built-in model in its worker process.")
    private boolean training;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "10",
            description = "Seconds of each movement in a window (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--json", description = "Prints one line of JSON.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException, InvocationTargetException, IOException {
        NodeLibrary library = Home.library(spec.commandLine().getErr());
        if (window || training) {
            return inWindow(library);
        }
        CanvasBench.Result result = CanvasBench.measure(library, nodes, wires);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            JsonObject line = new JsonObject();
            line.addProperty("nodes", result.nodes());
            line.addProperty("wires", result.wires());
            line.addProperty("pan_fps", result.panFrames());
            line.addProperty("far_fps", result.farFrames());
            line.addProperty("zoom_fps", result.zoomFrames());
            line.addProperty("open_s", result.openSeconds());
            line.addProperty("edit_ms", result.editMilliseconds());
            line.addProperty("search_ms", result.searchMilliseconds());
            out.println(line);
        } else {
            out.printf(Locale.ROOT, "%d nodes, %d wires at 1920x1080%n", result.nodes(), result.wires());
            row(out, "pan", result.panFrames(), "frames/s", "60 or more");
            row(out, "far", result.farFrames(), "frames/s", "60 or more");
            row(out, "zoom", result.zoomFrames(), "frames/s", "60 or more");
            row(out, "open", result.openSeconds(), "s", "below 1.5");
            row(out, "edit", result.editMilliseconds(), "ms", "below 8");
            row(out, "search", result.searchMilliseconds(), "ms", "below 16");
        }
        out.flush();
        return ExitCode.DONE;
    }

    private int inWindow(NodeLibrary library) throws InterruptedException, InvocationTargetException, IOException {
        Map<String, WindowBench.Movement> movements = new LinkedHashMap<>();
        Path folder = Files.createTempDirectory("graft");
        try (WindowBench bench = WindowBench.open(
                Home.folder().resolve("workflows"),
                folder,
                library,
                ThisProgram.command(spec.root().userObject().getClass().getName(), "worker"),
                nodes,
                wires)) {
            if (training) {
                bench.train();
            }
            movements.put("pan", bench.pan(seconds));
            movements.put("far", bench.far(seconds));
            movements.put("zoom", bench.zoom(seconds));
        } finally {
            clear(folder);
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            JsonObject line = new JsonObject();
            line.addProperty("nodes", nodes);
            line.addProperty("wires", wires);
            line.addProperty("training", training);
            movements.forEach((what, movement) -> {
                line.addProperty(what + "_fps", movement.frames());
                line.addProperty(what + "_ms", movement.median());
                line.addProperty(what + "_processor_ms", movement.processor());
                line.addProperty(what + "_longest_ms", movement.longest());
            });
            out.println(line);
        } else {
            out.printf(
                    Locale.ROOT,
                    "%d nodes, %d wires in a window of 1920x1080%s%n",
                    nodes,
                    wires,
                    training ? ", while a training runs" : "");
            movements.forEach((what, movement) -> out.printf(
                    Locale.ROOT,
                    "%-8s %6.1f frames/s, %6.1f ms each, %5.1f ms of the processor, %7.1f ms the longest  aim: 60, 50 ms%n",
                    what,
                    movement.frames(),
                    movement.median(),
                    movement.processor(),
                    movement.longest()));
        }
        out.flush();
        return ExitCode.DONE;
    }

    private static void clear(Path folder) {
        try {
            Folder.delete(folder);
        } catch (IOException writtenTo) {
            // A worker that ends may write still; what was measured stays so.
            LoggerFactory.getLogger(BenchEditorCommand.class).info("{} stays", folder, writtenTo);
        }
    }

    private static void row(PrintWriter out, String what, double value, String unit, String aim) {
        out.printf(Locale.ROOT, "%-8s %10.2f %-9s aim: %s%n", what, value, unit, aim);
    }
}
