package graft.app.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import graft.app.workflow.Place;
import graft.app.workflow.Port;
import graft.app.workflow.Subgraph;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a check says of a workflow, before anything runs. */
class CheckTest {

    private final Engine engine = new Engine(TestNodes.library(), Cache.none());

    private List<String> errors(Workflow workflow, String... outputs) {
        return engine.check(workflow, List.of(outputs)).findings().stream()
                .filter(Finding::isError)
                .map(Finding::sentence)
                .toList();
    }

    @Test
    void aRightWorkflowIsPlannedInTheOrderOfItsWires() {
        Plan plan = engine.check(new Sketch()
                .node("save", "save")
                .node("unused", "make")
                .node("view", "view")
                .node("make", "make")
                .wire("view.view", "save.thing")
                .wire("make.thing", "view.base")
                .done());
        assertThat(plan.findings()).isEmpty();
        assertThat(plan.steps()).extracting(Plan.Step::node).containsExactly("make", "view", "save");
    }

    @Test
    void anUnknownTypeIsNamedWithTheNearestKnownOne() {
        assertThat(errors(new Sketch().node("a", "mke").node("s", "save").done()))
                .containsExactly("a: There is no node type test/mke: no plugin here offers it; choose test/make if"
                        + " that is meant, else install the plugin that offers it.");
    }

    @Test
    void anUnknownSettingIsNamedWithTheNearestKnownOne() {
        assertThat(errors(new Sketch()
                        .node("a", "make", "sise", 4)
                        .node("s", "save")
                        .done()))
                .containsExactly("a.sise: There is no setting sise: Make has size, name, seed; perhaps size is meant.");
    }

    @Test
    void aSettingOutOfItsRangeSaysTheRange() {
        assertThat(errors(new Sketch()
                        .node("a", "make", "size", 0)
                        .node("s", "save")
                        .done()))
                .singleElement()
                .asString()
                .startsWith("a.size: Setting size cannot be 0: it takes a whole number, 1 to 10;");
    }

    @Test
    void aSettingOfTheWrongKindSaysWhatItTakes() {
        Workflow workflow = new Sketch()
                .node("a", "make", "size", "three", "name", 7)
                .node("b", "make", "size", 1.5, "seed", 1e300)
                .node("f", "fail", "kind", "sulk")
                .node("c", "count", "value", true)
                .node("s", "save")
                .done()
                .with("b", "name", new JsonArray());
        assertThat(errors(workflow)).hasSize(7).allSatisfy(sentence -> assertThat(sentence)
                .contains("cannot be")
                .contains("it takes"));
        assertThat(errors(workflow)).anyMatch(each -> each.contains("it takes one of problem, fault, memory, linkage"));
    }

    @Test
    void allThatIsWrongIsNamedAtOnce() {
        Workflow workflow = new Sketch()
                .node("a", "make", "size", 99)
                .node("v", "view")
                .node("w", "view")
                .node("c", "count")
                .node("s", "save")
                .wire("nobody.thing", "s.thing")
                .wire("c.number", "w.base")
                .wire("a.thin", "s.thing")
                .wire("a.thing", "s.thin")
                .done();
        assertThat(errors(workflow))
                .anyMatch(each -> each.startsWith("a.size: Setting size cannot be 99"))
                .anyMatch(each -> each.startsWith("v.base: View has nothing at its input base: it needs Thing"))
                .anyMatch(each -> each.contains("the workflow has no node nobody"))
                .anyMatch(each -> each.contains("it carries Number, and Thing is wanted"))
                .anyMatch(each -> each.contains("Make has no output thin, only thing; perhaps thing is meant"))
                .anyMatch(each -> each.contains("Save has no input thin, only thing; perhaps thing is meant"))
                .hasSize(6);
    }

    @Test
    void twoWiresIntoASingleInputAreRefused() {
        assertThat(errors(new Sketch()
                        .node("a", "make")
                        .node("b", "make")
                        .node("s", "save")
                        .wire("a.thing", "s.thing")
                        .wire("b.thing", "s.thing")
                        .done()))
                .containsExactly("s.thing: Two wires enter s.thing: it takes one; take one of them out.");
    }

    @Test
    void aCircleIsNamedByItsNodes() {
        assertThat(errors(new Sketch()
                        .node("a", "view")
                        .node("b", "view")
                        .node("s", "save")
                        .wire("a.view", "b.base")
                        .wire("b.view", "a.base")
                        .wire("b.view", "s.thing")
                        .done()))
                .singleElement()
                .asString()
                .contains("run in a circle")
                .contains("a")
                .contains("→");
    }

    @Test
    void aNodeThatFeedsItselfIsACircle() {
        assertThat(errors(new Sketch()
                        .node("a", "view")
                        .node("s", "save")
                        .wire("a.view", "a.base")
                        .done()))
                .singleElement()
                .asString()
                .contains("a → a needs itself");
    }

    @Test
    void aWorkflowThatWritesNothingIsNotRunnable() {
        assertThat(errors(new Sketch().node("a", "make").done()))
                .singleElement()
                .asString()
                .startsWith("There is nothing to run");
        assertThat(errors(new Sketch().done())).hasSize(1);
    }

    @Test
    void whatANodeKnowsOfItsOutputReachesTheNodesAfterIt() {
        assertThat(errors(new Sketch()
                        .node("a", "make", "name", "a long name")
                        .node("v", "view")
                        .node("s", "save")
                        .wire("a.thing", "v.base")
                        .wire("v.view", "s.thing")
                        .done()))
                .containsExactly("v.base: Cannot view: the name has 11 letters; take a short one.");
    }

    @Test
    void aNodeIsNotBlamedForTheOneBeforeIt() {
        assertThat(errors(new Sketch()
                        .node("a", "make", "name", "")
                        .node("v", "view")
                        .node("s", "save")
                        .wire("a.thing", "v.base")
                        .wire("v.view", "s.thing")
                        .done()))
                .containsExactly("a.name: Cannot make a thing: it has no name; type one.");
    }

    @Test
    void onlyWhatTheWantedOutputsNeedIsPlannedAndMustBeRight() {
        Workflow workflow = new Sketch()
                .node("a", "make")
                .node("s", "save")
                .wire("a.thing", "s.thing")
                .node("broken", "make", "size", 99)
                .node("t", "save")
                .wire("broken.thing", "t.thing")
                .done();
        assertThat(errors(workflow, "s")).isEmpty();
        assertThat(engine.check(workflow, List.of("s")).steps())
                .extracting(Plan.Step::node)
                .containsExactly("a", "s");
        assertThat(errors(workflow, "t")).hasSize(1);
        assertThat(errors(workflow, "x")).singleElement().asString().contains("the workflow has no such node");
    }

    @Test
    void anyNodeMayBeTheWantedOutput() {
        Workflow workflow = new Sketch()
                .node("a", "make")
                .node("v", "view")
                .wire("a.thing", "v.base")
                .done();
        assertThat(engine.check(workflow, List.of("v")).steps())
                .extracting(Plan.Step::node)
                .containsExactly("a", "v");
    }

    @Test
    void aWireMayDriveASettingOfItsKind() {
        assertThat(errors(new Sketch()
                        .node("c", "count")
                        .node("a", "make")
                        .node("s", "save")
                        .wire("c.number", "a.size")
                        .wire("a.thing", "s.thing")
                        .done()))
                .isEmpty();
        assertThat(errors(new Sketch()
                        .node("c", "count")
                        .node("a", "make")
                        .node("s", "save")
                        .wire("c.yes", "a.size")
                        .wire("a.thing", "s.thing")
                        .done()))
                .singleElement()
                .asString()
                .contains("it carries Yes or no, and Number is wanted");
    }

    @Test
    void olderSettingsAndNamesAreBroughtAlong() {
        Plan plan = engine.check(new Sketch()
                .node("a", "make")
                .node("r", 1, "renamed", "size", 3)
                .node("s", "save")
                .wire("a.thing", "r.in")
                .wire("r.out", "s.text")
                .done());
        assertThat(plan.findings()).isEmpty();
        assertThat(plan.workflow().nodes().get("r").version()).isEqualTo(2);
        assertThat(plan.workflow().nodes().get("r").settings())
                .containsOnlyKeys("length", "strength")
                .containsEntry("length", new JsonPrimitive(30));
        assertThat(plan.workflow().wires().get(0).to()).isEqualTo("r.given");
        assertThat(plan.workflow().wires().get(1).from()).isEqualTo("r.text");
        assertThat(engine.check(plan.workflow()).workflow()).isEqualTo(plan.workflow());
    }

    @Test
    void aSharedSettingIsKnownByItsFormerNameToo() {
        Plan plan = engine.check(new Sketch()
                .node("r", 2, "renamed", "weight", 3)
                .node("s", "save")
                .wire("r.out", "s.text")
                .done());
        assertThat(plan.findings()).isEmpty();
        assertThat(plan.workflow().nodes().get("r").settings()).containsEntry("strength", new JsonPrimitive(3));
    }

    /** Ports and what an outer node changes within name sockets and settings as the plugins of then did. */
    @Test
    void olderNamesAndMeaningsAreBroughtAlongIntoSubgraphs() {
        Workflow inside =
                new Sketch().node("r", 1, "renamed", "size", 3, "weight", 4).done();
        Subgraph renamed = new Subgraph(
                "Renamed",
                inside,
                List.of(
                        new Port("given", "", "r", "in"),
                        new Port("much", "", "r", "weight"),
                        new Port("long", "", "r", "size")),
                List.of(new Port("said", "", "r", "out")));
        Workflow around = new Sketch().done().withNodes(Map.of("deep", outer("renamed", "much", 8)));
        Subgraph twice = new Subgraph(
                "Twice",
                around,
                List.of(new Port("size", "", "deep", "long")),
                List.of(new Port("said", "", "deep", "said")));
        Workflow drawn = new Sketch()
                .node("a", "make")
                .node("s", "save")
                .node("s2", "save")
                .node("s3", "save")
                .wire("a.thing", "one.given")
                .wire("one.said", "s.text")
                .wire("two.said", "s2.text")
                .wire("three.said", "s3.text")
                .done()
                .withSubgraphs(Map.of("renamed", renamed, "twice", twice));
        Map<String, WorkflowNode> nodes = new LinkedHashMap<>(drawn.nodes());
        nodes.put("one", outer("renamed", "much", 7, "r.size", 5));
        nodes.put("two", outer("renamed", "long", 6));
        nodes.put("three", outer("twice", "size", 9, "deep.r.weight", 2));
        Plan plan = engine.check(drawn.withNodes(nodes));
        assertThat(plan.findings()).isEmpty();
        assertThat(settings(plan, "one.r")).containsEntry("strength", 7).containsEntry("length", 50);
        assertThat(settings(plan, "two.r")).containsEntry("strength", 4).containsEntry("length", 60);
        assertThat(settings(plan, "three.deep.r")).containsEntry("length", 90);
        assertThat(plan.graph().wires()).extracting(Wire::to).contains("one.r.given");
        assertThat(engine.check(plan.workflow()).workflow()).isEqualTo(plan.workflow());
    }

    private static WorkflowNode outer(String subgraph, Object... settings) {
        Map<String, JsonElement> saved =
                new Sketch().node("x", "any", settings).done().nodes().get("x").settings();
        return WorkflowNode.of(Subgraph.type(subgraph), 1, new Place(0, 0)).withSettings(saved);
    }

    private static Map<String, Object> settings(Plan plan, String node) {
        return plan.steps().stream()
                .filter(step -> step.node().equals(node))
                .findFirst()
                .orElseThrow()
                .settings()
                .entrySet()
                .stream()
                .collect(Collectors.toMap(each -> each.getKey().id(), Map.Entry::getValue));
    }

    @Test
    void settingsOfThisVersionAreNotMigratedAgain() {
        Plan plan = engine.check(new Sketch()
                .node("r", 2, "renamed", "size", 3)
                .node("s", "save")
                .done());
        assertThat(plan.workflow().nodes().get("r").settings()).containsEntry("length", new JsonPrimitive(3));
    }

    @Test
    void aNodeOfANewerPluginIsRefused() {
        assertThat(errors(new Sketch().node("r", 3, "renamed").node("s", "save").done()))
                .singleElement()
                .asString()
                .contains("it is of version 3 and the plugin here of version 2");
    }
}
