package graft.app.worker;

import static org.assertj.core.api.Assertions.assertThat;
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
import graft.node.NodeSchema;
import graft.node.SettingSchema;
import graft.picture.Picture;
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
                enum Kind { READ, WRITE, SOCKET, PROCESS, LIST }
                @Setting(help = "What.") Kind kind = Kind.READ;
                @Setting(help = "With what.") String what = "";
                @Override public void configure(Specs specs) { System.setProperty("prying.was.here", "configured"); }
                @Override public void run(Run run) throws Exception {
                    switch (kind) {
                        case READ -> run.log("read " + Files.readString(Path.of(what)));
                        case WRITE -> Files.writeString(Path.of(what), "was here");
                        case SOCKET -> new java.net.Socket("127.0.0.1", Integer.parseInt(what)).close();
                        case PROCESS -> new ProcessBuilder(what).start().waitFor();
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
        install(TestPlugin.of("prying", "1.0.0").source(DEEDS).source(INNOCENT), true);
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
        return node(
                "prying/deed",
                Map.of("kind", new JsonPrimitive(kind), "what", new JsonPrimitive(what.toString())));
    }

    private RunResult run(Workflow workflow) throws Exception {
        try (SandboxingBackend backend = backend(Sandbox.ofThisMachine())) {
            return backend.start(request(workflow), events::add).get(2, TimeUnit.MINUTES);
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

    @Test
    void whatAPluginMayNotDoFailsByNameAndTheRestRuns() throws Exception {
        try (ServerSocket listening = new ServerSocket(0)) {
            Path elsewhere = folder.resolve("elsewhere.txt");
            Map<String, WorkflowNode> nodes = new LinkedHashMap<>();
            nodes.put("home", deed("list", System.getProperty("user.home")));
            nodes.put("file", deed("read", secret));
            nodes.put("socket", deed("socket", listening.getLocalPort()));
            nodes.put("elsewhere", deed("write", elsewhere));
            nodes.put("process", deed("process", Path.of(System.getProperty("java.home"), "bin", "java")));
            nodes.put("other", deed("list", folder.resolve("plugins/installed")));
            nodes.put("grey", node("prying/grey", Map.of("light", new JsonPrimitive(0.5))));
            nodes.put("save", node("graft/images/save", Map.of()));
            nodes.put("works", node("other/works", Map.of()));
            RunResult result = run(new Workflow(
                    "Pry", "", nodes, List.of(new Wire("grey", "pictures", "save", "images")), new JsonObject()));
            events.forEach(System.out::println);
            assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
        }
    }
}
