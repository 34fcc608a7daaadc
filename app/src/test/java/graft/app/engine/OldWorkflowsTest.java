package graft.app.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.reflect.TypeToken;
import graft.app.plugin.NodeLibrary;
import graft.app.user.ModelFolders;
import graft.app.workflow.Subgraph;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.node.NodeSchema;
import graft.node.SettingSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Workflows of every version that shipped go on: each opens, checks without a word, and writes what it wrote.
 *
 * <p>In the resources' folder {@code replay} lie the shipped workflows, a file for each change of their nodes, settings or wires
 * and the last drawing of each, named by day and commit; four of format 2 with the settings, kinds, modes and subgraphs that those
 * have not; a file of ComfyUI; and in {@code nodes.json} every socket and setting that the nodes had in version 0.1.0.
 * {@code written.json} says what the workflows wrote before a model could be of more than one family.
 *
 * <p>Bits are those of one processor's kernels with one thread ({@code OMP_NUM_THREADS=1}, as the build's tests have it), told by
 * {@link Written#arithmetic}; elsewhere what is written has to come near.
 */
class OldWorkflowsTest {

    private static final Path HOME = Path.of("").toAbsolutePath().getParent();
    private static final Path REPLAY = replay();
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();
    private static final NodeLibrary LIBRARY = NodeLibrary.load(HOME.resolve("plugins"), "0.1.0");

    /** What was written by this run of the test, kept in the build folder: what written.json is taken from. */
    private static final Map<String, Map<String, Written>> FOUND = new TreeMap<>();

    @TempDir
    private Path folder;

    @AfterAll
    static void close() throws IOException {
        LIBRARY.close();
        JsonObject record = new JsonObject();
        record.addProperty("arithmetic", Written.arithmetic());
        record.add("written", GSON.toJsonTree(FOUND));
        Files.writeString(Path.of("target", "written.json"), GSON.toJson(record));
    }

    private static Path replay() {
        try {
            return Path.of(OldWorkflowsTest.class
                    .getResource("/graft/app/replay/workflows")
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonObject record(String name) {
        try {
            return GSON.fromJson(Files.readString(REPLAY.resolveSibling(name)), JsonObject.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> workflows() {
        try (Stream<Path> files = Files.list(REPLAY)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Workflow open(Path file) {
        return ComfyWorkflow.isOne(file)
                ? ComfyWorkflow.read(file, LIBRARY, ModelFolders.NONE).workflow()
                : Workflow.read(file);
    }

    @TestFactory
    Stream<DynamicTest> eachOpensAndChecksWithoutAWord() {
        return workflows().stream()
                .map(file -> dynamicTest(file.getFileName().toString(), () -> {
                    try (Cache cache = Cache.none()) {
                        assertThat(new Engine(LIBRARY, cache).check(open(file)).findings())
                                .isEmpty();
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> eachWritesWhatItWrote() {
        JsonObject record = record("written.json");
        boolean sameBits = "1".equals(System.getenv("OMP_NUM_THREADS"))
                && Written.arithmetic().equals(record.get("arithmetic").getAsString());
        Map<String, Map<String, Written>> written =
                GSON.fromJson(record.get("written"), new TypeToken<Map<String, Map<String, Written>>>() {});
        return written.entrySet().stream()
                .map(each -> dynamicTest(each.getKey(), () -> {
                    Map<String, Written> now = run(shortened(open(REPLAY.resolve(each.getKey()))));
                    FOUND.put(each.getKey(), now);
                    Map<String, Written> then = each.getValue();
                    assertThat(now.keySet()).isNotEmpty().isEqualTo(then.keySet());
                    if (sameBits) {
                        assertThat(now).isEqualTo(then);
                    } else {
                        now.forEach((what, file) -> file.isNear(then.get(what), what));
                    }
                }));
    }

    private Map<String, Written> run(Workflow workflow) throws Exception {
        try (Cache cache = Cache.none()) {
            Engine engine = new Engine(LIBRARY, cache);
            List<String> failures = new ArrayList<>();
            RunResult result = engine.run(engine.check(workflow), new RunOptions(folder, "cpu", event -> {
                if (event instanceof RunEvent.NodeFailed failed) {
                    failures.add(failed.node() + ": " + failed.problem());
                }
            }));
            assertThat(failures).isEmpty();
            return Written.in(result.folder());
        }
    }

    /** With so few steps, pictures and cells of a sweep that the whole folder runs in a minute. */
    private static Workflow shortened(Workflow workflow) {
        Map<String, Subgraph> subgraphs = new LinkedHashMap<>();
        workflow.subgraphs()
                .forEach((name, subgraph) -> subgraphs.put(name, subgraph.withInside(shortened(subgraph.inside()))));
        Map<String, WorkflowNode> nodes = new LinkedHashMap<>();
        workflow.nodes().forEach((id, node) -> nodes.put(id, shortened(node)));
        return workflow.withNodes(nodes).withSubgraphs(subgraphs);
    }

    private static WorkflowNode shortened(WorkflowNode node) {
        WorkflowNode less = node;
        for (Map.Entry<String, Integer> most :
                Map.of("steps", 2, "count", 2, "seeds", 1).entrySet()) {
            JsonElement value = node.settings().get(most.getKey());
            if (value != null && value.getAsInt() > most.getValue()) {
                less = less.with(most.getKey(), new JsonPrimitive(most.getValue()));
            }
        }
        return less;
    }

    /** Each socket and setting of version 0.1.0 is known by its name of then, and each setting takes its default of then. */
    @TestFactory
    Stream<DynamicTest> eachNameIsStillKnown() {
        return record("nodes.json").entrySet().stream()
                .map(node -> dynamicTest(node.getKey(), () -> {
                    NodeSchema now = LIBRARY.node(node.getKey()).orElseThrow();
                    JsonObject then = node.getValue().getAsJsonObject();
                    then.getAsJsonArray("inputs").forEach(input -> assertThat(now.input(input.getAsString()))
                            .as(input.getAsString())
                            .isPresent());
                    then.getAsJsonArray("outputs").forEach(output -> assertThat(now.output(output.getAsString()))
                            .as(output.getAsString())
                            .isPresent());
                    then.getAsJsonObject("settings")
                            .asMap()
                            .forEach((setting, values) -> isTaken(
                                    now.setting(setting).orElseThrow(() -> new AssertionError(setting)), values));
                }));
    }

    private static void isTaken(SettingSchema setting, JsonElement values) {
        values.getAsJsonArray().forEach(setting::fromJson);
    }
}
