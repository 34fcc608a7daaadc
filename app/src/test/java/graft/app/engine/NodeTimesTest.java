package graft.app.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import graft.app.engine.RunEvent.RunFinished;
import graft.app.engine.RunEvent.RunStarted;
import graft.app.plugin.NodeLibrary;
import graft.app.user.ModelFolders;
import graft.app.workflow.Workflow;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Run;
import graft.node.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How long nodes will take, by how long like ones took, and what is kept of one that is stopped. */
@Timeout(600)
class NodeTimesTest {

    @NodeType(id = "test/learn", title = "Learn", category = "test", help = "Learns.")
    static final class Learn implements Node {
        @Setting(min = 1)
        int steps = 2;

        @Setting(min = 1)
        int size = 8;

        @Setting
        double rate = 0.5;

        @Setting(control = Setting.Control.SEED)
        long seed;

        @Setting
        String name = "a";

        @Output
        double learnt;

        @Override
        public void run(Run run) throws InterruptedException, IOException {
            Path state = run.stateFile();
            for (int step = 1; step <= steps; step++) {
                run.progress("step", step, steps, Map.of());
                if (run.cancelled()) {
                    Files.createDirectories(state.getParent());
                    Files.writeString(state, "as far as it is");
                    run.partial("Stopped after step " + step + " of " + steps + "; what was learnt so far is kept.");
                    return;
                }
                Thread.sleep(1);
            }
        }
    }

    @NodeType(id = "test/keep", title = "Keep", category = "test", help = "Keeps.", output = true)
    static final class Keep implements Node {
        @Input
        double value;

        @Override
        public void run(Run run) throws IOException {
            run.wrote(Files.writeString(run.folder().resolve("learnt.txt"), "" + value));
        }
    }

    @NodeType(id = "test/other", title = "Other", category = "test", help = "Writes what it likes.", output = true)
    static final class Other implements Node {
        @Override
        public void run(Run run) throws IOException {
            run.wrote(Files.writeString(run.folder().resolve("other.txt"), "other"));
        }
    }

    private final CountDownLatch learns = new CountDownLatch(1);

    @TempDir
    private Path folder;

    private final NodeLibrary library = NodeLibrary.of(List.of(Learn.class, Keep.class, Other.class));

    private NodeTimes times() {
        return NodeTimes.in(folder.resolve("cache/node-times.json"));
    }

    private static Sketch sketch(Object... settings) {
        return new Sketch()
                .node("learn", "learn", settings)
                .node("keep", "keep")
                .wire("learn.learnt", "keep.value");
    }

    private List<RunEvent> run(Workflow workflow, Consumer<RunHandle> then) throws InterruptedException {
        List<RunEvent> events = new ArrayList<>();
        try (Cache cache = Cache.none()) {
            Engine engine = new Engine(library, cache, () -> ModelFolders.NONE, times());
            Plan plan = engine.check(workflow);
            assertThat(plan.findings()).isEmpty();
            RunHandle handle = engine.start(plan, new RunOptions(folder.resolve("runs"), "cpu", event -> {
                events.add(event);
                if (event instanceof RunEvent.NodeProgress) {
                    learns.countDown();
                }
            }));
            then.accept(handle);
            handle.join();
        }
        return events;
    }

    private Map<String, Double> expected(Workflow workflow) throws InterruptedException {
        return run(workflow, handle -> {}).stream()
                .filter(RunStarted.class::isInstance)
                .map(RunStarted.class::cast)
                .findFirst()
                .orElseThrow()
                .expected();
    }

    private void stopWhileItLearns(RunHandle handle) {
        try {
            learns.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        handle.cancel();
    }

    private static List<String> kept(List<RunEvent> events) {
        return ((RunFinished) events.get(events.size() - 1)).kept();
    }

    @Test
    void whatLikeNodesTookIsKnownToTheNextProgram() throws Exception {
        assertThat(expected(sketch().done())).as("of a first run nobody knows").isEmpty();
        assertThat(expected(sketch().done())).containsOnlyKeys("learn", "keep");
        assertThat(expected(
                        sketch("seed", 7, "name", "b", "rate", 0.25, "steps", 3).done()))
                .as("seeds, names, rates and steps do not make another work of it")
                .containsOnlyKeys("learn", "keep");
        assertThat(expected(sketch("size", 9).done()))
                .as("another size does, and for what comes after it too")
                .isEmpty();
    }

    @Test
    void timeGoesWithStepsAndByTwoNumbersOfThemBesideWhatComesButOnce() {
        NodeTimes times = times();
        assertThat(times.expected("a", 10)).isEmpty();
        times.took("a", 10, 20);
        assertThat(times.expected("a", 5).orElseThrow()).isCloseTo(10, within(1e-9));
        assertThat(times.expected("a", 100).orElseThrow()).isCloseTo(200, within(1e-9));
        times.took("a", 20, 30);
        assertThat(times.expected("a", 15).orElseThrow()).isCloseTo(25, within(1e-9));
        assertThat(times.expected("a", 100).orElseThrow()).isCloseTo(110, within(1e-9));
        assertThat(times.expected("a", 1).orElseThrow()).isCloseTo(11, within(1e-9));
        times.took("a", 20, 40);
        assertThat(times.expected("a", 20).orElseThrow())
                .as("a loaded machine counts half")
                .isCloseTo(35, within(1e-9));
        times.save();
        assertThat(times().expected("a", 20).orElseThrow()).isCloseTo(35, within(1e-9));
        assertThat(times().expected("b", 20)).isEmpty();
    }

    @Test
    void aFileThatCannotBeReadOnlyMeansThatNothingIsKnown() throws IOException {
        Files.createDirectories(folder.resolve("cache"));
        Files.writeString(folder.resolve("cache/node-times.json"), "{\"a\": [1, ");
        NodeTimes times = times();
        assertThat(times.expected("a", 1)).isEmpty();
        times.took("a", 1, 2);
        times.save();
        assertThat(times().expected("a", 1).orElseThrow()).isEqualTo(2);
    }

    @Test
    void whatIsKeptOfANodeThatIsStoppedIsSaidWithItsFileAndNoOther() throws Exception {
        List<RunEvent> events =
                run(sketch("steps", 1_000_000).node("other", "other").done(), this::stopWhileItLearns);
        assertThat(kept(events)).singleElement().asString().satisfies(sentence -> {
            assertThat(sentence).startsWith("Learn: Stopped after step ");
            assertThat(sentence).contains("It is in " + folder.resolve("runs")).contains("learnt.txt.");
            assertThat(sentence).doesNotContain("other.txt");
            assertThat(sentence).endsWith("Run the workflow again to go on from there.");
        });
        assertThat(Files.readString(folder.resolve("cache/node-times.json")))
                .as("a node that was stopped does not tell how long one takes")
                .doesNotContain("test/learn")
                .contains("test/keep");
    }

    @Test
    void aRunThatGoesToItsEndKeepsAllAndSaysNothing() throws Exception {
        assertThat(kept(run(sketch().done(), handle -> {}))).isEmpty();
    }
}
