package graft.app.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import graft.app.engine.RunEvent;
import graft.app.engine.RunEvent.NodeFailed;
import graft.app.engine.RunEvent.Outcome;
import graft.app.engine.RunResult;
import graft.app.plugin.NodeLibrary;
import graft.app.plugin.PluginStore;
import graft.app.plugin.TestPlugin;
import graft.app.sandbox.Sandbox;
import graft.app.user.ModelFolders;
import graft.app.workflow.Place;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.node.Choices;
import graft.node.NodeSchema;
import graft.node.Problem;
import graft.node.SettingSchema;
import graft.picture.Picture;
import graft.sample.NoiseSpacing;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real archive whose nodes do what a plugin that nobody trusts might, run by the real worker in the system's sandbox. */
class SandboxedPluginTest {

    private static final String DEEDS = """
        package prying;
        import graft.node.*;
        import java.nio.file.*;
        @NodeType(id = "prying/deed", title = "Deed", category = "test", help = "Tries something.", output = true)
        public final class Deed implements Node {
            static { System.setProperty("prying.was.here", "loaded"); }
            enum Kind { READ, WRITE, SOCKET, PROCESS, LIST, LIE, WAIT }
            @Setting(help = "What.") Kind kind = Kind.READ;
            @Setting(help = "With what.") String what = "";
            @Override public void configure(Specs specs) { System.setProperty("prying.was.here", "configured"); }
            @Override public void run(Run run) throws Exception {
                switch (kind) {
                    case READ -> run.log("read " + Files.readString(Path.of(what)));
                    case WRITE -> Files.writeString(Path.of(what), "was here");
                    case SOCKET -> new java.net.Socket(what.split(":")[0], Integer.parseInt(what.split(":")[1])).close();
                    case PROCESS -> new ProcessBuilder(what).start().waitFor();
                    case LIE -> {
                        Files.createSymbolicLink(run.folder().resolve("link"), Path.of(what));
                        String mark = String.valueOf((char) 10) + (char) 30;
                        String lie = mark + "{'event':'wrote','node':'deed','file':'" + what + "'}" + mark
                                + "{'event':7}" + (char) 10;
                        try (var pipe = new java.io.FileOutputStream("/proc/self/fd/1")) {
                            pipe.write(lie.replace("'", String.valueOf((char) 34)).getBytes());
                        }
                    }
                    case WAIT -> {
                        run.log("waiting");
                        Thread.sleep(600_000);
                    }
                    case LIST -> { try (var files = Files.list(Path.of(what))) { run.log("found " + files.toList()); } }
                }
            }
        }
        """;

    private static final String INNOCENT = """
        package prying;
        import graft.node.*;
        import graft.picture.*;
        import java.util.List;
        @NodeType(id = "prying/grey", title = "Grey", category = "test", help = "A grey picture.")
        public final class Grey implements Node {
            @Setting(min = 0, max = 1, help = "How light.") double light = 0.25;
            @Output Images pictures;
            @Override public void run(Run run) {
                float[] rgb = new float[3 * 8 * 4];
                java.util.Arrays.fill(rgb, (float) light);
                pictures = new Images(List.of(new Picture(8, 4, rgb)));
            }
        }
        """;

    private static final String KINDS = """
            package prying;
            import graft.node.*;
            import java.awt.Color;
            import java.nio.file.Path;
            import java.util.List;
            @NodeType(id = "prying/kinds", title = "Kinds", category = "test", help = "Has one of each.", words = {"all"})
            public final class Kinds implements Node {
                @SocketType(id = "prying/thing", title = "Thing", color = "#123456")
                public static final class Thing {}
                @Input Object any;
                @Input(optional = true) List<Thing> things;
                @Input(optional = true, lazy = true) String late;
                @Setting(help = "On.") boolean on = true;
                @Setting(shownBy = "on=true", help = "A colour.") Color colour = new Color(1, 2, 3);
                @Setting(help = "Words.") List<String> words = List.of("a", "b");
                @Setting(min = -1, scale = Setting.Scale.LINEAR, unit = "px", help = "Numbers.") List<Double> numbers = List.of(0.5);
                @Setting(choicesBy = "found", help = "Found.") String one = "x";
                @Setting(help = "A file.") Path file;
                @Setting(help = "Large.") long large = 1L << 60;
                @Output(as = "any") Object same;
                @Output List<Thing> made;
                List<String> found() { return List.of("x"); }
                @Override public List<String> needs() { return List.of(); }
                @Override public void run(Run run) {}
            }
            """;

    private static final String SPREAD = """
            package prying;
            import graft.sample.*;
            @org.pf4j.Extension
            public final class Spread implements NoiseSpacing {
                @Override public String id() { return "prying/spread"; }
                @Override public String title() { return "Spread"; }
                @Override public double[] sigmas(NoiseSchedule schedule, double most, double least, int steps) {
                    return new double[steps];
                }
            }
            """;

    private static final String OTHER = """
        package other;
        import graft.node.*;
        @NodeType(id = "other/works", title = "Works", category = "test", help = "Works.", output = true)
        public final class Works implements Node {
            @Override public void run(Run run) { run.log("fine"); }
        }
        """;

    @TempDir
    private static Path folder;

    private static PluginStore store;
    private static NodeLibrary library;
    private static Path secret;

    private final List<RunEvent> events = Collections.synchronizedList(new ArrayList<>());

    @BeforeAll
    static void anUntrustedPluginAndTwoTrustedOnes() throws IOException {
        Optional<String> lacks = Sandbox.ofThisMachine().lacks();
        assumeTrue(lacks.isEmpty(), () -> "there is no sandbox here: " + lacks.orElse(""));
        Path plugins = Files.createDirectories(folder.resolve("plugins"));
        Files.copy(
                Path.of("").toAbsolutePath().getParent().resolve("plugins/nodes-sampling.jar"),
                plugins.resolve("nodes-sampling.jar"));
        TestPlugin.bundle(plugins);
        store = new PluginStore(plugins, "0.1.0");
        install(
                TestPlugin.of("prying", "1.0.0")
                        .source(DEEDS)
                        .source(INNOCENT)
                        .source(KINDS)
                        .source(SPREAD),
                true);
        install(TestPlugin.of("other", "1.0.0").source(OTHER), false);
        install(TestPlugin.of("idle", "1.0.0").good("idle/node"), false);
        library = NodeLibrary.load(plugins, "0.1.0");
        secret = Files.writeString(folder.resolve("secret.txt"), "a secret");
    }

    private static void install(TestPlugin plugin, boolean sandboxed) throws IOException {
        Path archive = plugin.build(folder.resolve("archive.jar"));
        try (var plan = store.planFile(archive, Optional.of(TestPlugin.sha512(archive)), store.known())) {
            store.install(plan, sandboxed);
        }
    }

    @AfterAll
    static void close() {
        if (library != null) {
            library.close();
        }
    }

    private static WorkflowNode node(String type, Map<String, JsonElement> settings) {
        return new WorkflowNode(type, 1, settings, "", Optional.of(new Place(0, 0)), new JsonObject());
    }

    private static WorkflowNode deed(String kind, Object what) {
        return node("prying/deed", Map.of("kind", new JsonPrimitive(kind), "what", new JsonPrimitive(what.toString())));
    }

    private RunResult run(Workflow workflow) throws Exception {
        try (SandboxingBackend backend = backend(Sandbox.ofThisMachine())) {
            return backend.start(request(workflow), events::add).get(5, TimeUnit.MINUTES);
        }
    }

    private static SandboxingBackend backend(Sandbox sandbox) {
        return new SandboxingBackend(
                new LocalBackend(library, () -> ModelFolders.NONE),
                library,
                () -> ModelFolders.NONE,
                sandbox,
                line -> {});
    }

    private static RunRequest request(Workflow workflow) {
        return new RunRequest(workflow, List.of(), folder.resolve("runs"), "cpu");
    }

    private <E extends RunEvent> Stream<E> events(Class<E> type) {
        return List.copyOf(events).stream().filter(type::isInstance).map(type::cast);
    }

    private static Workflow one(WorkflowNode node) {
        return new Workflow("One", "", Map.of("deed", node), List.of(), new JsonObject());
    }

    @Test
    void whatAPluginMayNotDoFailsByNameAndTheRestRuns() throws Exception {
        Path elsewhere = folder.resolve("elsewhere.txt");
        Path idle = store.archive(store.installed("idle").orElseThrow());
        assertThat(idle).exists();
        Map<String, WorkflowNode> nodes = new LinkedHashMap<>();
        nodes.put("file", deed("read", secret));
        nodes.put("elsewhere", deed("write", elsewhere));
        nodes.put("home", deed("write", Path.of(System.getProperty("user.home"), "prying.txt")));
        nodes.put("other", deed("read", idle));
        nodes.put("outside", deed("socket", "192.0.2.1:80"));
        nodes.put("process", deed("process", Path.of(System.getProperty("java.home"), "bin", "java")));
        nodes.put("lie", deed("lie", secret));
        nodes.put("grey", node("prying/grey", Map.of("light", new JsonPrimitive(0.5))));
        nodes.put("save", node("graft/images/save", Map.of()));
        nodes.put("works", node("other/works", Map.of()));
        RunResult result;
        try (ServerSocket listening = new ServerSocket(0)) {
            nodes.put("socket", deed("socket", "127.0.0.1:" + listening.getLocalPort()));
            result = run(new Workflow(
                    "Pry", "", nodes, List.of(new Wire("grey", "pictures", "save", "images")), new JsonObject()));
        }
        assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
        Map<String, String> problems = new LinkedHashMap<>();
        events(NodeFailed.class).forEach(failed -> problems.put(failed.node(), failed.problem()));
        assertThat(problems).containsOnlyKeys("file", "elsewhere", "home", "other", "outside", "process", "socket");
        assertThat(problems.values()).allSatisfy(problem -> assertThat(problem)
                .startsWith("The sandbox that the plugin prying runs in refused the node something")
                .contains("trust the plugin with `graft plugins trust prying`"));
        assertThat(problems.get("file")).contains("NoSuchFileException: " + secret);
        assertThat(problems.get("elsewhere")).contains(elsewhere + ": Read-only file system");
        assertThat(problems.get("home")).contains("prying.txt: Read-only file system");
        assertThat(problems.get("other")).contains("NoSuchFileException: " + idle);
        assertThat(problems.get("outside")).contains("Network is unreachable");
        assertThat(problems.get("socket")).contains("Connection refused");
        assertThat(problems.get("process")).contains("Operation not permitted");
        assertThat(elsewhere).doesNotExist();
        assertThat(events(RunEvent.NodeFinished.class).map(RunEvent.NodeFinished::node))
                .containsExactlyInAnyOrder("lie", "grey", "save", "works");
        // The picture of its innocent node, as a node of Graft wrote it.
        Path written = events(RunEvent.Wrote.class)
                .map(RunEvent.Wrote::file)
                .reduce((a, b) -> a)
                .orElseThrow();
        assertThat(written).startsWith(result.folder().resolve("save"));
        assertThat(Picture.of(ImageIO.read(written.toFile())).toBytes()).containsOnly(128);
        // What it said in the worker's name, and where its link led, is nobody's.
        assertThat(events(RunEvent.Wrote.class).map(RunEvent.Wrote::node)).containsExactly("save");
        assertThat(Files.isSymbolicLink(result.folder().resolve("lie/link"))).isFalse();
        assertThat(result.folder().resolve("run.json")).content().contains("\"sandboxedFor\": \"prying\"");
        // Its own number would say nothing outside.
        assertThat(result.folder().resolve("run.json"))
                .content()
                .contains("\"process\": " + ProcessHandle.current().pid() + ",");
    }

    @Test
    void nothingOfItRunsOutside() throws Exception {
        NodeSchema deed = library.node("prying/deed").orElseThrow();
        SettingSchema kind = deed.setting("kind").orElseThrow();
        assertThat(kind.choices()).startsWith("read", "write", "socket");
        assertThat(kind.toJson(kind.defaultValue())).isEqualTo(new JsonPrimitive("read"));
        SettingSchema light =
                library.node("prying/grey").orElseThrow().setting("light").orElseThrow();
        assertThat(light.defaultValue()).isEqualTo(0.25);
        assertThat(light.range()).isEqualTo("0 to 1");
        NodeSchema kinds = library.node("prying/kinds").orElseThrow();
        Map<String, String> defaults = new LinkedHashMap<>();
        kinds.settings()
                .forEach(setting -> defaults.put(
                        setting.kind() + " " + setting.id(),
                        setting.toJson(setting.defaultValue()).toString()));
        assertThat(defaults)
                .containsExactly(
                        Map.entry("yes or no on", "true"),
                        Map.entry("colour colour", "\"#010203\""),
                        Map.entry("texts words", "[\"a\",\"b\"]"),
                        Map.entry("numbers numbers", "[0.5]"),
                        Map.entry("text one", "\"x\""),
                        Map.entry("path file", "null"),
                        Map.entry("whole number large", String.valueOf(1L << 60)));
        assertThat(kinds.setting("colour").orElseThrow().shownBy()).hasSize(1);
        assertThat(kinds.input("late").orElseThrow().lazy()).isTrue();
        assertThat(kinds.output("same").orElseThrow().as()).isEqualTo("any");
        assertThat(kinds.output("made").orElseThrow().kind().id()).isEqualTo("prying/thing");
        assertThat(library.joins(
                        kinds.output("made").orElseThrow().kind(),
                        kinds.input("things").orElseThrow().kind()))
                .isTrue();
        assertThat(Choices.named(NoiseSpacing.class, "prying/spread")).isPresent();
        assertThat(library.pluginOf("prying/spread").orElseThrow().id()).isEqualTo("prying");
        try (LocalBackend here = new LocalBackend(library, () -> ModelFolders.NONE)) {
            here.start(request(one(deed("read", secret))), events::add).get(5, TimeUnit.MINUTES);
        }
        assertThat(events(NodeFailed.class)).singleElement().satisfies(failed -> assertThat(failed.problem())
                .contains("it is of the plugin prying, which runs in the sandbox only"));
        assertThat(System.getProperty("prying.was.here")).isNull();
    }

    @Test
    void withoutASandboxItDoesNotRun() {
        Sandbox none = Sandbox.of("Linux", "amd64", Map.of("PATH", folder.toString()));
        Path runs = folder.resolve("no-runs");
        try (SandboxingBackend backend = backend(none)) {
            RunRequest request = new RunRequest(one(deed("read", secret)), List.of(), runs, "cpu");
            assertThat(backend.start(request, events::add))
                    .failsWithin(1, TimeUnit.MINUTES)
                    .withThrowableOfType(ExecutionException.class)
                    .withMessageContaining("it needs prying, which you let run in the sandbox only, and there is none: "
                            + "bubblewrap is not installed (on Debian: apt-get install bubblewrap)")
                    .withMessageContaining("trust the plugin with `graft plugins trust prying`");
        }
        assertThat(events).isEmpty();
        assertThat(runs).doesNotExist();
        assertThat(Sandbox.of("Mac OS X", "aarch64", Map.of()).lacks()).contains("Graft has none on Mac OS X");
    }

    @Test
    void aKilledWorkerFailsTheRunAndNothingElse() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        try (SandboxingBackend backend = backend(Sandbox.ofThisMachine())) {
            CompletableFuture<RunResult> run = backend.start(request(one(deed("wait", ""))), event -> {
                if (event instanceof RunEvent.Log) {
                    waiting.countDown();
                }
            });
            waiting.await();
            ProcessHandle sandbox = ProcessHandle.current()
                    .children()
                    .filter(child -> child.info().command().orElse("").endsWith("bwrap"))
                    .findFirst()
                    .orElseThrow();
            List<ProcessHandle> within = sandbox.descendants().toList();
            sandbox.destroyForcibly();
            assertThat(run)
                    .failsWithin(1, TimeUnit.MINUTES)
                    .withThrowableOfType(ExecutionException.class)
                    .withMessageContaining(
                            "The process that ran the workflow ended in the middle of it: it was killed");
            for (ProcessHandle each : within) {
                each.onExit().get(5, TimeUnit.MINUTES);
            }
        }
    }

    @Test
    void aPluginThatATrustedOneNeedsStaysOutside() throws Exception {
        install(
                TestPlugin.of("needy", "1.0.0")
                        .with("Plugin-Dependencies", "idle@>=1.0.0")
                        .good("needy/node"),
                false);
        assertThatThrownBy(() -> store.setSandboxed("idle", true))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("needy 1.0.0 needs its classes and is trusted")
                .hasMessageContaining("put needy there first");
        assertThat(store.installed("idle").orElseThrow().sandboxed()).isFalse();
    }
}
