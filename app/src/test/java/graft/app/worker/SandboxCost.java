package graft.app.worker;

import com.google.gson.JsonPrimitive;
import graft.app.command.Graft;
import graft.app.engine.RunEvent;
import graft.app.plugin.NodeLibrary;
import graft.app.plugin.PluginStore;
import graft.app.plugin.TestPlugin;
import graft.app.sandbox.Sandbox;
import graft.app.sandbox.ThisProgram;
import graft.app.user.ModelFolders;
import graft.app.workflow.Place;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the sandbox costs: the workflow text-to-image with a node of a plugin behind it, in this process, in a worker and in a worker in the
 * sandbox, in turn. Its one argument is how often; it prints milliseconds, the least and the median.
 *
 * <p>Start is from asking for the run to the run's first event, of a new process where there is one. Step is one of 25 of four
 * pictures of the built-in model.
 */
final class SandboxCost {

    private static final int STEPS = 25;

    private SandboxCost() {}

    private interface Made {
        RunBackend backend();
    }

    private record Times(List<Double> start, List<Double> step, List<Double> whole) {
        Times() {
            this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory("sandbox-cost");
        NodeLibrary trusted = library(folder.resolve("trusted"), false);
        NodeLibrary sandboxed = library(folder.resolve("sandboxed"), true);
        Map<String, Made> places = new LinkedHashMap<>();
        places.put("in this process", () -> new LocalBackend(trusted, () -> ModelFolders.NONE));
        places.put(
                "in a worker",
                () -> new WorkerClient(
                        ThisProgram.command(
                                "-Dgraft.home=" + folder.resolve("trusted"), Graft.class.getName(), "worker"),
                        line -> {}));
        places.put(
                "in the sandbox",
                () -> new SandboxingBackend(
                        new LocalBackend(sandboxed, () -> ModelFolders.NONE),
                        sandboxed,
                        () -> ModelFolders.NONE,
                        Sandbox.ofThisMachine(),
                        line -> {}));
        Map<String, Times> times = new LinkedHashMap<>();
        places.keySet().forEach(place -> times.put(place, new Times()));
        int rounds = Integer.parseInt(arguments[0]);
        for (int round = -1; round < rounds; round++) {
            for (Map.Entry<String, Made> place : places.entrySet()) {
                // The first round warms the caches of all.
                measure(place.getValue(), folder, round < 0 ? new Times() : times.get(place.getKey()));
            }
        }
        times.forEach((place, each) -> System.out.printf(
                Locale.ROOT,
                "%-16s start %s  step %s  whole %s%n",
                place,
                words(each.start()),
                words(each.step()),
                words(each.whole())));
        System.exit(0);
    }

    private static String words(List<Double> times) {
        List<Double> sorted = times.stream().sorted().toList();
        return String.format(Locale.ROOT, "%.0f / %.0f", sorted.get(0), sorted.get(sorted.size() / 2));
    }

    private static NodeLibrary library(Path home, boolean sandboxed) throws IOException {
        Path plugins = Files.createDirectories(home.resolve("plugins"));
        Files.copy(
                Path.of("").toAbsolutePath().getParent().resolve("plugins/nodes-sampling.jar"),
                plugins.resolve("nodes-sampling.jar"));
        TestPlugin.bundle(plugins);
        PluginStore store = new PluginStore(plugins, "0.1.0");
        Path archive = TestPlugin.example().build(home.resolve("example.jar"));
        try (var plan = store.planFile(archive, Optional.of(TestPlugin.sha512(archive)), store.known())) {
            store.install(plan, sandboxed);
        }
        return NodeLibrary.load(plugins, "0.1.0");
    }

    private static Workflow workflow() {
        Path home = Path.of("").toAbsolutePath().getParent();
        Workflow drawn = Workflow.read(home.resolve("workflows/text-to-image.json"))
                .with("sample", "steps", new JsonPrimitive(STEPS));
        Map<String, WorkflowNode> nodes = new LinkedHashMap<>(drawn.nodes());
        nodes.put("vignette", WorkflowNode.of("example/images/vignette", 1, new Place(0, 0)));
        List<Wire> wires = new ArrayList<>(drawn.wires());
        wires.removeIf(wire -> wire.toNode().equals("save"));
        wires.add(new Wire("decode", "images", "vignette", "images"));
        wires.add(new Wire("vignette", "darkened", "save", "images"));
        return drawn.withNodes(nodes).withWires(wires);
    }

    private static void measure(Made place, Path folder, Times times) throws Exception {
        AtomicLong begun = new AtomicLong();
        try (RunBackend backend = place.backend()) {
            RunRequest request =
                    new RunRequest(workflow(), List.of(), folder.resolve("runs"), "cpu", false, Optional.empty());
            long asked = System.nanoTime();
            backend.start(request, event -> {
                        if (event instanceof RunEvent.RunStarted) {
                            begun.set(System.nanoTime());
                        } else if (event instanceof RunEvent.NodeFinished finished
                                && finished.node().equals("sample")) {
                            times.step().add(1000 * finished.seconds() / STEPS);
                        }
                    })
                    .get(10, TimeUnit.MINUTES);
            times.whole().add((System.nanoTime() - asked) / 1e6);
            times.start().add((begun.get() - asked) / 1e6);
        }
    }
}
