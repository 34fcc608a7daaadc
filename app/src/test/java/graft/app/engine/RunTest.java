package graft.app.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import graft.app.engine.RunEvent.NodeCached;
import graft.app.engine.RunEvent.NodeFailed;
import graft.app.engine.RunEvent.NodeFinished;
import graft.app.engine.RunEvent.NodeSkipped;
import graft.app.engine.RunEvent.NodeStarted;
import graft.app.engine.RunEvent.Outcome;
import graft.app.engine.TestNodes.Thing;
import graft.app.engine.TestNodes.Wait;
import graft.app.workflow.Workflow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs of whole workflows: order, cache, failures, stopping, memory and what is left on the disk. */
class RunTest {

    @TempDir
    private Path folder;

    private final Cache cache = Cache.keepAll();
    private final Engine engine = new Engine(TestNodes.library(), cache);
    private final List<RunEvent> events = Collections.synchronizedList(new ArrayList<>());
    private int openBefore;

    @BeforeEach
    void countOpen() {
        openBefore = Thing.OPEN.get();
    }

    @AfterEach
    void everythingIsFreed() {
        cache.close();
        assertThat(cache.resources()).isZero();
        assertThat(Thing.OPEN.get()).isEqualTo(openBefore);
    }

    private RunResult run(Workflow workflow, String... outputs) throws InterruptedException {
        return run(engine, workflow, outputs);
    }

    private RunResult run(Engine with, Workflow workflow, String... outputs) throws InterruptedException {
        events.clear();
        Plan plan = with.check(workflow, List.of(outputs));
        assertThat(plan.findings()).isEmpty();
        return with.run(plan, new RunOptions(folder, "cpu", events::add));
    }

    private <E extends RunEvent> Stream<E> events(Class<E> type) {
        return List.copyOf(events).stream().filter(type::isInstance).map(type::cast);
    }

    private String whyStarted(String node) {
        return events(NodeStarted.class)
                .filter(each -> each.node().equals(node))
                .findFirst()
                .orElseThrow(() -> new AssertionError(node + " was not started: " + events))
                .why();
    }

    private List<String> cached() {
        return events(NodeCached.class).map(NodeCached::node).toList();
    }

    private static Sketch chain() {
        return new Sketch()
                .node("make", "make")
                .node("view", "view")
                .node("save", "save")
                .wire("make.thing", "view.base")
                .wire("view.view", "save.thing");
    }

    private String saved(RunResult result) throws IOException {
        return Files.readString(result.folder().resolve("save/saved.txt"));
    }

    @Test
    void valuesTravelAlongWires() throws Exception {
        RunResult result = run(chain().done());
        assertThat(result.outcome()).isEqualTo(Outcome.DONE);
        assertThat(saved(result)).isEqualTo("view of thing");
        assertThat(events.get(0)).isInstanceOf(RunEvent.RunStarted.class);
        assertThat(events.get(events.size() - 1)).isInstanceOf(RunEvent.RunFinished.class);
        assertThat(events(NodeFinished.class)).extracting(NodeFinished::node).containsExactly("make", "view", "save");
    }

    @Test
    void aListInputTakesItsWiresInOrder() throws Exception {
        RunResult result = run(new Sketch()
                .node("a", "make", "name", "a")
                .node("b", "make", "name", "b")
                .node("join", "join")
                .node("save", "save")
                .wire("b.thing", "join.things")
                .wire("a.thing", "join.things")
                .wire("join.names", "save.text")
                .wire("join.first", "save.thing")
                .done());
        assertThat(saved(result)).isEqualTo("b+ab");
    }

    @Test
    void numbersFitWhateverHoldsThem() throws Exception {
        Sketch sketch = new Sketch()
                .node("n", "count", "value", 4)
                .node("hungry", "hungry")
                .node("save", "save")
                .wire("n.number", "hungry.one")
                .wire("n.number", "hungry.many")
                .wire("n.number", "hungry.many")
                .wire("hungry.text", "save.text");
        assertThat(saved(run(sketch.done()))).isEqualTo("4 8");
        assertThat(run(sketch.done().with("n", "value", Sketch.json(4.5))).outcome())
                .isEqualTo(Outcome.FAILED);
        assertThat(events(NodeFailed.class).map(NodeFailed::problem))
                .containsExactly("Input one cannot be 4.5: it takes a whole number; wire another number to it.");
    }

    @Test
    void aDrivenSettingKeepsItsRange() throws Exception {
        Sketch sketch = new Sketch()
                .node("n", "count", "value", 11)
                .node("make", "make")
                .node("save", "save")
                .wire("n.number", "make.size")
                .wire("make.thing", "save.thing");
        assertThat(run(sketch.done()).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(events(NodeFailed.class).map(NodeFailed::socket)).containsExactly("size");
    }

    // --- cache

    @Test
    void whatDidNotChangeIsTakenFromTheLastRun() throws Exception {
        run(chain().done());
        assertThat(whyStarted("make")).isEqualTo("it has not run before");
        run(chain().done());
        assertThat(cached()).containsExactly("make", "view");
        assertThat(whyStarted("save")).isEqualTo("it writes files, so it runs every time");
    }

    @Test
    void aChangedSettingIsNamedAndWhatFollowsRunsAgain() throws Exception {
        run(chain().done());
        run(chain().done().with("make", "size", Sketch.json(4)));
        assertThat(whyStarted("make")).isEqualTo("size changed from 3 to 4");
        assertThat(whyStarted("view")).isEqualTo("what comes in at base changed");
    }

    @Test
    void aChangedFileIsNamed() throws Exception {
        Path file = Files.writeString(folder.resolve("dog.txt"), "dog");
        Workflow workflow = new Sketch()
                .node("read", "read", "file", file)
                .node("save", "save")
                .wire("read.text", "save.text")
                .done();
        assertThat(saved(run(workflow))).isEqualTo("dog");
        run(workflow);
        assertThat(cached()).containsExactly("read");
        Files.writeString(file, "cat");
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000));
        assertThat(saved(run(workflow))).isEqualTo("cat");
        assertThat(whyStarted("read")).isEqualTo("the file " + file + " changed");
    }

    @Test
    void aFileThatAWireNamesIsWatchedToo() throws Exception {
        Path pointer = Files.writeString(
                folder.resolve("pointer.txt"), folder.resolve("dog.txt").toString());
        Path file = Files.writeString(folder.resolve("dog.txt"), "dog");
        Workflow workflow = new Sketch()
                .node("pointer", "read", "file", pointer)
                .node("read", "read")
                .node("save", "save")
                .wire("pointer.text", "read.file")
                .wire("read.text", "save.text")
                .done();
        run(workflow);
        Files.writeString(file, "a cat");
        assertThat(saved(run(workflow))).isEqualTo("a cat");
        assertThat(cached()).containsExactly("pointer");
    }

    @Test
    void aFileThatComesIntoAReadFolderIsNamed() throws Exception {
        Path watched = Files.createDirectory(folder.resolve("watched"));
        Files.writeString(watched.resolve("a.txt"), "a");
        Workflow workflow = new Sketch()
                .node("read", "read", "file", watched)
                .node("save", "save")
                .wire("read.text", "save.text")
                .done();
        run(workflow);
        Files.writeString(watched.resolve("b.txt"), "b");
        run(workflow);
        assertThat(whyStarted("read")).isEqualTo("the file " + watched.resolve("b.txt") + " changed");
    }

    @Test
    void aNodeThatLeftTheWorkflowLeavesTheCache() throws Exception {
        run(chain().done());
        assertThat(cache.resources()).isEqualTo(2);
        run(new Sketch().node("save", "save").done());
        assertThat(cache.resources()).isZero();
    }

    @Test
    void withoutACacheAValueIsFreedOnceItsLastUserIsDone() throws Exception {
        try (Cache none = Cache.none()) {
            Engine once = new Engine(TestNodes.library(), none);
            Wait.begun = new CountDownLatch(1);
            Wait.goOn = new CountDownLatch(1);
            Plan plan = once.check(new Sketch()
                    .node("early", "make", "name", "early")
                    .node("use", "join")
                    .node("first", "save")
                    .wire("early.thing", "use.things")
                    .wire("use.names", "first.text")
                    .node("make", "make")
                    .node("view", "view")
                    .node("wait", "wait")
                    .node("last", "save")
                    .wire("make.thing", "view.base")
                    .wire("view.view", "wait.thing")
                    .wire("wait.passed", "last.thing")
                    .done());
            RunHandle handle = once.start(plan, new RunOptions(folder, "cpu", events::add));
            Wait.begun.await();
            // "early" is gone; "make" lives on because the view uses it.
            assertThat(none.resources()).isEqualTo(2);
            assertThat(Thing.OPEN.get()).isEqualTo(openBefore + 2);
            assertThatThrownBy(() -> once.start(plan, new RunOptions(folder, "cpu", events::add)))
                    .isInstanceOf(IllegalStateException.class);
            Wait.goOn.countDown();
            assertThat(handle.join().outcome()).isEqualTo(Outcome.DONE);
            assertThat(none.resources()).isZero();
        }
    }

    // --- failures

    @Test
    void aFailureEndsItsBranchAndNoOther() throws Exception {
        RunResult result = run(new Sketch()
                .node("fail", "fail")
                .node("lost", "save")
                .wire("fail.thing", "lost.thing")
                .node("make", "make")
                .node("save", "save")
                .wire("make.thing", "save.thing")
                .done());
        assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(saved(result)).isEqualTo("thing");
        assertThat(events(NodeFailed.class)).singleElement().satisfies(failed -> {
            assertThat(failed.problem()).isEqualTo("Cannot go on: the test says so; change the test.");
            assertThat(failed.socket()).isEqualTo("kind");
        });
        assertThat(events(NodeSkipped.class)).singleElement().satisfies(skipped -> assertThat(skipped.why())
                .isEqualTo("it needs what fail did not give"));
    }

    @Test
    void aFaultOfTheNodeSaysSoAndLeavesItsTraceInTheLog() throws Exception {
        for (String kind : List.of("fault", "linkage")) {
            RunResult result = run(new Sketch()
                    .node("make", "make")
                    .node("fail", "fail", "kind", kind)
                    .node("save", "save")
                    .wire("make.thing", "fail.given")
                    .wire("fail.thing", "save.thing")
                    .done());
            assertThat(events(NodeFailed.class).map(NodeFailed::problem))
                    .singleElement()
                    .asString()
                    .contains("this is a fault of the node");
            assertThat(Files.readString(result.folder().resolve("log.txt"))).contains("at graft.app.engine.TestNodes");
        }
    }

    @Test
    void exhaustedMemoryHasARemedy() throws Exception {
        run(new Sketch()
                .node("fail", "fail", "kind", "memory")
                .node("save", "save")
                .wire("fail.thing", "save.thing")
                .done());
        assertThat(events(NodeFailed.class).map(NodeFailed::problem))
                .containsExactly(
                        "The device ran out of memory: 16384.0 GiB more were asked for than it has free; take a smaller picture, batch or rank.");
    }

    @Test
    void exhaustedMemoryNamesTheSettingsThatWouldTakeLess() throws Exception {
        run(new Sketch()
                .node("canvas", "canvas")
                .node("fail", "fail", "kind", "memory")
                .node("save", "save")
                .wire("canvas.thing", "fail.given")
                .wire("fail.thing", "save.thing")
                .done());
        assertThat(events(NodeFailed.class).map(NodeFailed::problem))
                .singleElement()
                .asString()
                .endsWith("choose a smaller canvas.width and canvas.height (they are 4096 and 128),"
                        + " or set canvas.batch to 1 (it is 3), or turn on canvas.checkpointing.");
    }

    @Test
    void anEmptyOutputAndAnUnaskedStopAreFaults() throws Exception {
        RunResult result = run(new Sketch()
                .node("forgetful", "forgetful")
                .node("deserter", "deserter")
                .node("a", "save")
                .node("b", "save")
                .wire("forgetful.thing", "a.thing")
                .wire("deserter.thing", "b.thing")
                .done());
        assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(events(NodeFailed.class).map(NodeFailed::problem))
                .satisfiesExactly(
                        forgetful -> assertThat(forgetful).contains("it left its output thing empty"),
                        deserter -> assertThat(deserter).contains("nobody asked it to"));
    }

    @Test
    void aListenerThatThrowsHarmsNothing() throws Exception {
        RunResult result = engine.run(engine.check(chain().done()), new RunOptions(folder, "cpu", event -> {
            throw new IllegalStateException("broken pipe");
        }));
        assertThat(result.outcome()).isEqualTo(Outcome.DONE);
    }

    @Test
    void afterAFailureTheReasonToRunAgainIsTold() throws Exception {
        Workflow workflow = new Sketch()
                .node("fail", "fail")
                .node("save", "save")
                .wire("fail.thing", "save.thing")
                .done();
        run(workflow);
        run(workflow);
        assertThat(whyStarted("fail")).isEqualTo("it did not finish the last time");
    }

    // --- stopping

    private RunResult stopWhileTraining(Workflow workflow) throws InterruptedException {
        events.clear();
        CountDownLatch training = new CountDownLatch(1);
        RunHandle handle = engine.start(engine.check(workflow), new RunOptions(folder, "cpu", event -> {
            if (event instanceof RunEvent.NodeProgress) {
                training.countDown();
            } else {
                events.add(event);
            }
        }));
        training.await();
        handle.cancel();
        return handle.join();
    }

    @Test
    void aStoppedTrainingHandsOnWhatItLearnt() throws Exception {
        Workflow workflow = new Sketch()
                .node("train", "train")
                .node("save", "save")
                .wire("train.learnt", "save.thing")
                .node("make", "make")
                .node("other", "save")
                .wire("make.thing", "other.thing")
                .done();
        RunResult result = stopWhileTraining(workflow);
        assertThat(result.outcome()).isEqualTo(Outcome.CANCELLED);
        assertThat(saved(result)).isEqualTo("half");
        assertThat(events(NodeFinished.class).filter(NodeFinished::partial)).hasSize(1);
        assertThat(events(NodeSkipped.class)).extracting(NodeSkipped::node).containsExactly("make", "other");
        assertThat(cache.resources()).isZero();

        stopWhileTraining(workflow);
        assertThat(whyStarted("train")).isEqualTo("it did not finish the last time");
    }

    @Test
    void aTrainingThatDivergedHandsOnWhatItLearntAndTheRunFails() throws Exception {
        RunResult result = run(new Sketch()
                .node("train", "diverge")
                .node("save", "save")
                .wire("train.learnt", "save.thing")
                .done());

        assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(saved(result)).isEqualTo("half");
        assertThat(events(NodeFailed.class)).singleElement().satisfies(failed -> assertThat(failed.problem())
                .isEqualTo("Training stopped at step 3: the loss became NaN; choose a lower rate."));
        assertThat(result.folder().resolveSibling(".state")).isNotEmptyDirectory();
        assertThat(cache.resources()).isZero();
    }

    @Test
    void aStoppedNodeThatKeepsNothingIsLeftOut() throws Exception {
        RunResult result = stopWhileTraining(new Sketch()
                .node("train", "train", "keeps", false)
                .node("save", "save")
                .wire("train.learnt", "save.thing")
                .done());
        assertThat(result.outcome()).isEqualTo(Outcome.CANCELLED);
        assertThat(events(NodeSkipped.class)).extracting(NodeSkipped::node).containsExactly("train", "save");
        assertThat(events(NodeFailed.class)).isEmpty();
    }

    // --- the folder

    private static JsonObject record(RunResult result) throws IOException {
        return JsonParser.parseString(Files.readString(result.folder().resolve("run.json")))
                .getAsJsonObject();
    }

    @Test
    void aRunLeavesItsRecord() throws Exception {
        RunResult result = run(chain().done());
        JsonObject record = record(result);
        assertThat(record.get("outcome").getAsString()).isEqualTo("done");
        assertThat(record.get("device").getAsString()).isEqualTo("cpu");
        assertThat(record.getAsJsonObject("seeds").get("make.seed").getAsLong()).isEqualTo(5);
        assertThat(record.getAsJsonObject("versions").keySet()).contains("graft", "java", "djl", "libtorch", "system");
        JsonObject save = record.getAsJsonObject("nodes").getAsJsonObject("save");
        assertThat(save.get("state").getAsString()).isEqualTo("done");
        assertThat(save.get("seconds").getAsDouble()).isNotNegative();
        assertThat(save.getAsJsonArray("files").get(0).getAsString())
                .isEqualTo(Path.of("save", "saved.txt").toString());
        assertThat(Files.readString(result.folder().resolve("log.txt"))).contains("save: wrote", "run: done in");
    }

    @Test
    void theWorkflowOfARunRunsAgainToTheSame() throws Exception {
        RunResult result = run(chain().done().with("make", "name", Sketch.json("other")));
        Workflow again = Workflow.read(result.folder().resolve("workflow.json"));
        assertThat(again.nodes().get("make").settings()).containsKeys("size", "name", "seed");
        assertThat(saved(run(again))).isEqualTo("view of other");
        assertThat(cached()).containsExactly("make", "view");
    }

    @Test
    void runsOfOneSecondAndLongTitlesHaveFoldersOfTheirOwn() throws Exception {
        Workflow sketch = new Sketch().node("save", "save").done();
        Workflow titled =
                new Workflow("Ä/..\\ " + "very ".repeat(99), "", sketch.nodes(), sketch.wires(), new JsonObject());
        Path first = run(titled).folder();
        Path second = run(titled).folder();
        assertThat(first).isNotEqualTo(second).hasParent(folder);
        assertThat(first.getFileName().toString()).matches("[0-9_-]+[a-z-]{1,40}");
    }
}
