package graft.app.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import graft.app.engine.PlannedState.Kind;
import graft.app.engine.RunEvent.NodeCached;
import graft.app.engine.RunEvent.NodeFailed;
import graft.app.engine.RunEvent.NodeFinished;
import graft.app.engine.RunEvent.Outcome;
import graft.app.workflow.Edits;
import graft.app.workflow.Mode;
import graft.app.workflow.Workflow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that are left out, nodes within nodes, and what would run without running it. */
class ModesAndSubgraphsTest {

    @TempDir
    private Path folder;

    private final Cache cache = Cache.keepAll();
    private final Engine engine = new Engine(TestNodes.library(), cache);
    private final List<RunEvent> events = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void close() {
        cache.close();
    }

    private static Workflow chain() {
        return new Sketch()
                .node("make", "make", "name", "cup")
                .node("view", "view")
                .node("save", "save")
                .wire("make.thing", "view.base")
                .wire("view.view", "save.thing")
                .done();
    }

    private List<String> errors(Workflow workflow, String... outputs) {
        return engine.check(workflow, List.of(outputs)).findings().stream()
                .filter(Finding::isError)
                .map(Finding::sentence)
                .toList();
    }

    private RunResult run(Workflow workflow, String... outputs) throws InterruptedException {
        events.clear();
        Plan plan = engine.check(workflow, List.of(outputs));
        assertThat(plan.findings()).isEmpty();
        return engine.run(plan, new RunOptions(folder, "cpu", events::add));
    }

    private List<String> finished() {
        return events.stream()
                .filter(NodeFinished.class::isInstance)
                .map(event -> ((NodeFinished) event).node())
                .toList();
    }

    private static Workflow mode(Workflow workflow, Mode mode, String... nodes) {
        return Edits.setMode(workflow, Set.of(nodes), mode);
    }

    @Test
    void aMutedNodeIsLeftOutAndWhatNeedsItSaysSo() {
        assertThat(errors(mode(chain(), Mode.MUTED, "make")))
                .containsExactly("view.base: View has nothing at its input base: it needs Thing, and make, which would"
                        + " give it, is muted; let make run, or mute view too.");
        assertThat(errors(mode(chain(), Mode.MUTED, "make", "view"))).isEmpty();
        assertThat(errors(mode(chain(), Mode.MUTED, "save")))
                .singleElement()
                .asString()
                .contains("left out");
        assertThat(errors(mode(chain(), Mode.MUTED, "view"), "view"))
                .containsExactly("Cannot run up to view: it is muted; let it run.");
    }

    @Test
    void aMutedNodeThatNobodyNeedsIsSimplyNotRun() throws InterruptedException {
        assertThat(run(mode(chain(), Mode.MUTED, "make", "view")).outcome()).isEqualTo(Outcome.DONE);
        assertThat(finished()).containsExactly("save");
    }

    @Test
    void aMutedNodeMayBeOfATypeThatIsNotInstalledAndBreaksACircle() {
        Workflow circle = new Sketch()
                .node("a", "view")
                .node("strange", "stranger")
                .node("b", "view")
                .node("save", "save")
                .wire("a.view", "b.base")
                .wire("b.view", "a.base")
                .done();
        assertThat(errors(mode(circle, Mode.MUTED, "a", "b", "strange"))).isEmpty();
    }

    @Test
    void aBypassedNodeHandsOnWhatComesIn() throws InterruptedException, IOException {
        RunResult result = run(mode(chain(), Mode.BYPASSED, "view"));
        assertThat(finished()).containsExactly("make", "save");
        assertThat(result.folder().resolve("save/saved.txt")).hasContent("cup");
        assertThat(errors(mode(chain(), Mode.BYPASSED, "view"), "view"))
                .containsExactly("Cannot run up to view: it is bypassed; let it run.");
    }

    @Test
    void aBypassedNodeWithoutAFittingInputSaysSo() {
        assertThat(errors(mode(chain(), Mode.BYPASSED, "make")))
                .containsExactly("view.base: View has nothing at its input base: it needs Thing, and make, which is"
                        + " bypassed, has nothing of that kind to hand on; let make run, or mute view too.");
    }

    @Test
    void theRunFolderKeepsTheWorkflowAsDrawnWithModesAndSubgraphs() throws InterruptedException {
        Workflow drawn = Edits.toSubgraph(mode(chain(), Mode.BYPASSED, "view"), Set.of("make", "view"), "Inner")
                .workflow();
        Workflow kept = Workflow.read(run(drawn).folder().resolve("workflow.json"));
        assertThat(kept.nodes()).containsOnlyKeys("inner", "save");
        assertThat(kept.subgraphs().get("inner").inside().nodes().get("view").mode())
                .isEqualTo(Mode.BYPASSED);
        assertThat(kept.subgraphs().get("inner").inside().nodes().get("make").settings())
                .containsOnlyKeys("size", "name", "seed");
        assertThat(engine.check(kept).runnable()).isTrue();
    }

    @Test
    void nodesOfASubgraphRunUnderTheNamesOfBoth() throws InterruptedException, IOException {
        Workflow drawn =
                Edits.toSubgraph(chain(), Set.of("make", "view"), "Inner").workflow();
        RunResult result = run(drawn);
        assertThat(finished()).containsExactly("inner.make", "inner.view", "save");
        assertThat(result.folder().resolve("save/saved.txt")).hasContent("view of cup");
        var record = JsonParser.parseString(Files.readString(result.folder().resolve("run.json")))
                .getAsJsonObject();
        assertThat(record.getAsJsonObject("nodes").keySet()).contains("inner.make");
        assertThat(record.getAsJsonObject("seeds").keySet()).containsExactly("inner.make.seed");
        run(drawn);
        assertThat(events.stream().filter(NodeCached.class::isInstance)).hasSize(2);
    }

    @Test
    void aSubgraphMayBeTheOutputAndIsMutedAndBypassedAsAWhole() throws InterruptedException {
        Workflow views = new Sketch()
                .node("make", "make")
                .node("a", "view")
                .node("b", "view")
                .node("save", "save")
                .wire("make.thing", "a.base")
                .wire("a.view", "b.base")
                .wire("b.view", "save.thing")
                .done();
        Workflow drawn = Edits.toSubgraph(views, Set.of("a", "b"), "Views").workflow();
        run(drawn, "views");
        assertThat(finished()).containsExactly("make", "views.a", "views.b");
        run(mode(drawn, Mode.BYPASSED, "views"));
        assertThat(finished()).containsExactly("save");
        run(mode(drawn, Mode.MUTED, "views"));
        assertThat(finished()).containsExactly("save");
    }

    @Test
    void whatIsBypassedWithinSubgraphsHandsOnFromOutsideToOutside() throws InterruptedException {
        Workflow inner = Edits.toSubgraph(chain(), Set.of("view"), "Inner").workflow();
        Workflow outer = Edits.toSubgraph(inner, Set.of("inner"), "Outer").workflow();
        Workflow leaf =
                Edits.subgraph(outer, "inner", part -> part.withInside(mode(part.inside(), Mode.BYPASSED, "view")));
        Workflow whole =
                Edits.subgraph(outer, "outer", part -> part.withInside(mode(part.inside(), Mode.BYPASSED, "inner")));
        for (Workflow drawn : List.of(leaf, whole, mode(outer, Mode.BYPASSED, "outer"))) {
            try (Cache fresh = Cache.none()) {
                events.clear();
                Engine without = new Engine(TestNodes.library(), fresh);
                without.run(without.check(drawn), new RunOptions(folder, "cpu", events::add));
                assertThat(finished()).containsExactly("make", "save");
                assertThat(states(drawn)).containsEntry("outer.inner.view", Kind.BYPASSED);
            }
        }
    }

    @Test
    void aFindingAndAFailureWithinASubgraphNameBothNodes() throws InterruptedException {
        Workflow drawn =
                Edits.toSubgraph(chain(), Set.of("make", "view"), "Inner").workflow();
        assertThat(errors(drawn.with("inner.make", "size", new JsonPrimitive(99))))
                .singleElement()
                .asString()
                .startsWith("inner.make.size:");
        Workflow failing = Edits.toSubgraph(
                        new Sketch()
                                .node("f", "fail")
                                .node("s", "save")
                                .wire("f.thing", "s.thing")
                                .done(),
                        Set.of("f"),
                        "Bad")
                .workflow();
        assertThat(run(failing).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(events.stream().filter(NodeFailed.class::isInstance).map(event -> ((NodeFailed) event).node()))
                .containsExactly("bad.f");
    }

    @Test
    void aMissingSubgraphIsNamed() {
        Workflow drawn =
                Edits.toSubgraph(chain(), Set.of("make", "view"), "Inner").workflow();
        assertThat(errors(drawn.withSubgraphs(Map.of())))
                .contains("inner: The subgraph inner cannot be taken apart: the workflow has no subgraph of that name;"
                        + " take the node out.");
    }

    private Map<String, Kind> states(Workflow workflow) {
        return engine.states(workflow, "cpu").entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().kind()));
    }

    @Test
    void statesSayWhatARunWouldDoWithoutRunning() throws InterruptedException {
        assertThat(states(chain())).isEqualTo(Map.of("make", Kind.FRESH, "view", Kind.FRESH, "save", Kind.WRITES));
        run(chain());
        assertThat(states(chain())).isEqualTo(Map.of("make", Kind.CACHED, "view", Kind.CACHED, "save", Kind.WRITES));
        Workflow changed = chain().with("make", "size", new JsonPrimitive(7));
        assertThat(states(changed)).isEqualTo(Map.of("make", Kind.STALE, "view", Kind.STALE, "save", Kind.WRITES));
        assertThat(engine.states(changed, "cpu").get("make").reason()).isEqualTo("size changed from 3 to 7");
        assertThat(engine.states(changed, "cpu").get("view").reason()).isEqualTo("what comes in at base changed");
        assertThat(states(mode(chain(), Mode.BYPASSED, "view")))
                .isEqualTo(Map.of("make", Kind.CACHED, "view", Kind.BYPASSED, "save", Kind.WRITES));
        assertThat(states(mode(chain(), Mode.MUTED, "make")))
                .isEqualTo(Map.of("make", Kind.MUTED, "view", Kind.WRONG, "save", Kind.WRONG));
    }

    @Test
    void aNodeThatWasMutedForARunIsStillCachedAfterwards() throws InterruptedException {
        run(chain());
        run(mode(chain(), Mode.MUTED, "make", "view"));
        assertThat(states(chain())).containsEntry("make", Kind.CACHED).containsEntry("view", Kind.CACHED);
    }

    @Test
    void statesOfABrokenWorkflowAreWordsToo() {
        Workflow broken = new Sketch()
                .node("make", "make")
                .node("strange", "stranger")
                .node("a", "view")
                .node("b", "view")
                .node("c", "view")
                .wire("make.nothing", "a.base")
                .wire("strange.x", "b.base")
                .wire("c.view", "c.base")
                .done();
        assertThat(states(broken).values()).containsOnly(Kind.WRONG);
        assertThat(engine.states(broken, "cpu").values())
                .allSatisfy(state -> assertThat(state.reason()).isNotEmpty());
    }
}
