package graft.app.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonPrimitive;
import graft.app.workflow.Edits;
import graft.app.workflow.Mode;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowDifference;
import graft.app.workflow.WorkflowDifference.Change;
import graft.node.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What run folders tell afterwards. */
class RunFoldersTest {

    @TempDir
    private Path folder;

    private static Workflow workflow() {
        return new Sketch()
                .node("make", "make", "seed", 12)
                .node("save", "save")
                .wire("make.thing", "save.thing")
                .done();
    }

    private RunResult run(Workflow workflow) throws InterruptedException {
        Engine engine = new Engine(TestNodes.library(), Cache.none());
        return engine.run(engine.check(workflow), new RunOptions(folder, "cpu", event -> {}));
    }

    @Test
    void pastRunsAreListedTheNewestFirst() throws Exception {
        List<Problem> trouble = new ArrayList<>();
        assertThat(RunFolders.list(folder.resolve("none"), 9, trouble::add)).isEmpty();
        RunResult first = run(workflow());
        run(new Sketch()
                .node("fail", "fail")
                .node("s", "save")
                .wire("fail.thing", "s.thing")
                .done());
        Files.createDirectories(folder.resolve("other"));
        List<PastRun> runs = RunFolders.list(folder, 9, trouble::add);
        assertThat(runs).extracting(PastRun::state).containsExactly(PastRun.State.FAILED, PastRun.State.DONE);
        PastRun done = runs.get(1);
        assertThat(done.title()).isEqualTo("Sketch");
        assertThat(done.device()).isEqualTo("cpu");
        assertThat(done.seconds()).isPositive();
        assertThat(done.seeds()).containsEntry("make.seed", "12");
        assertThat(done.nodes()).containsOnlyKeys("make", "save");
        assertThat(done.nodes().get("save").files())
                .containsExactly(first.folder().resolve("save/saved.txt"));
        assertThat(done.pictures()).isEmpty();
        assertThat(done.workflow().nodes()).containsOnlyKeys("make", "save");
        assertThat(runs.get(0).nodes().get("fail").why()).isNotEmpty();
        assertThat(RunFolders.list(folder, 1, trouble::add)).hasSize(1);
        assertThat(trouble).isEmpty();
    }

    @Test
    void aRunWhoseProcessIsNoMoreWasBrokenOff() throws Exception {
        Path file = run(workflow()).folder().resolve("run.json");
        String running = Files.readString(file).replace("\"outcome\": \"done\"", "\"outcome\": \"running\"");
        Files.writeString(file, running);
        assertThat(RunFolders.read(file.getParent()).state()).isEqualTo(PastRun.State.RUNNING);
        Files.writeString(file, running.replaceAll("\"processStarted\": \"[^\"]*\"", "\"processStarted\": \"1970\""));
        assertThat(RunFolders.read(file.getParent()).state()).isEqualTo(PastRun.State.BROKEN_OFF);
    }

    @Test
    void aDamagedRecordIsToldAndHidesNoOther() throws Exception {
        run(workflow());
        Path broken = run(workflow()).folder();
        Files.writeString(broken.resolve("run.json"), "{\"started\": 7}");
        List<Problem> trouble = new ArrayList<>();
        assertThat(RunFolders.list(folder, 9, trouble::add)).hasSize(1);
        assertThat(trouble).singleElement().satisfies(problem -> assertThat(problem.getMessage())
                .contains(broken.getFileName().toString()));
    }

    @Test
    void twoWorkflowsDifferInSettingsModesNodesAndWires() throws IOException {
        Workflow before = Edits.toSubgraph(workflow(), Set.of("make"), "Part").workflow();
        Workflow after = before.with("part.make", "size", new JsonPrimitive(4));
        after = Edits.setMode(after, Set.of("save"), Mode.MUTED);
        after = Edits.disconnect(after, new Wire("part", "thing", "save", "thing"));
        assertThat(WorkflowDifference.between(before, after))
                .containsExactly(
                        new Change("setting", "part.make", "size", "", "4"),
                        new Change("mode", "save", "", "RUN", "MUTED"),
                        new Change("wire", "save", "thing", "part.make.thing", ""));
        assertThat(WorkflowDifference.between(before, Edits.moveBy(before, Set.of("part"), 9, 9)))
                .isEmpty();
        assertThat(WorkflowDifference.between(before, Edits.remove(before, Set.of("part"))))
                .contains(new Change("node", "part.make", "", "test/make", ""));
    }
}
