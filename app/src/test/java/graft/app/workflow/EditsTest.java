package graft.app.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import graft.app.workflow.Edits.Side;
import graft.node.Problem;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What single edits do, on a chain a → b → c of nodes that pass things on. */
class EditsTest {

    private static final Sockets SOCKETS = new Sockets() {
        @Override
        public List<Socket> inputs(String type) {
            return switch (type) {
                case "t/pass" -> List.of(new Socket("other", "text"), new Socket("in", "thing"));
                case "t/end" -> List.of(new Socket("in", "thing"));
                default -> List.of();
            };
        }

        @Override
        public List<Socket> outputs(String type) {
            return type.equals("t/end") ? List.of() : List.of(new Socket("out", "thing"));
        }

        @Override
        public boolean fits(String output, String input) {
            return output.equals(input);
        }
    };

    private static Size size(String node) {
        return new Size(100, 50);
    }

    private static WorkflowNode node(String type, double x, double y) {
        return WorkflowNode.of(type, 1, new Place(x, y));
    }

    private static Workflow chain() {
        Workflow workflow = Edits.add(Workflow.EMPTY, "a", node("t/make", 0, 0));
        workflow = Edits.add(workflow, "b", node("t/pass", 300, 20));
        workflow = Edits.add(workflow, "c", node("t/end", 600, 70));
        workflow = Edits.connect(workflow, new Wire("a", "out", "b", "in"), false);
        return Edits.connect(workflow, new Wire("b", "out", "c", "in"), false);
    }

    @Test
    void anIdIsTakenFromTheTypeAndNumberedWhenItIsTaken() {
        assertThat(Edits.freshId(chain(), "graft/latents/sample")).isEqualTo("sample");
        assertThat(Edits.freshId(chain(), "t/a")).isEqualTo("a2");
        Workflow twice = Edits.add(chain(), "a2", node("t/a", 0, 0));
        assertThat(Edits.freshId(twice, "a2")).isEqualTo("a3");
        assertThat(Edits.freshId(chain(), "Ärger!")).isEqualTo("-rger-");
        assertThat(Edits.freshId(chain(), "123")).isEqualTo("node");
    }

    @Test
    void aSecondWireIntoAnInputTakesThePlaceOfTheFirstUnlessItTakesMany() {
        Workflow more = Edits.add(chain(), "d", node("t/make", 0, 100));
        Wire second = new Wire("d", "out", "b", "in");
        assertThat(Edits.connect(more, second, false).wires()).containsExactly(new Wire("b", "out", "c", "in"), second);
        assertThat(Edits.connect(more, second, true).wires()).hasSize(3).endsWith(second);
        assertThat(Edits.connect(more, more.wires().get(0), true)).isEqualTo(more);
    }

    @Test
    void aRemovedNodeTakesItsWiresAlong() {
        Workflow without = Edits.remove(chain(), Set.of("b"));
        assertThat(without.nodes()).containsOnlyKeys("a", "c");
        assertThat(without.wires()).isEmpty();
    }

    @Test
    void removedWithReconnectionWhatCameInGoesOnToTheNodesAfter() {
        Workflow without = Edits.removeReconnecting(chain(), Set.of("b"), SOCKETS);
        assertThat(without.nodes()).containsOnlyKeys("a", "c");
        assertThat(without.wires()).containsExactly(new Wire("a", "out", "c", "in"));
        assertThat(Edits.removeReconnecting(chain(), Set.of("a"), SOCKETS).wires())
                .containsExactly(new Wire("b", "out", "c", "in"));
    }

    @Test
    void movedNodesTakeTheWayOfTheirWiresAlongAndPinnedOnesStay() {
        Workflow led = Edits.via(chain(), new Wire("a", "out", "b", "in"), List.of(new Place(200, 10)));
        Workflow moved = Edits.moveBy(led, Set.of("a", "b"), 10, 5);
        assertThat(moved.nodes().get("b").place()).contains(new Place(310, 25));
        assertThat(moved.wires().get(0).via()).containsExactly(new Place(210, 15));
        Workflow pinned = Edits.moveBy(Edits.pin(led, Set.of("b"), true), Set.of("a", "b"), 10, 5);
        assertThat(pinned.nodes().get("a").place()).contains(new Place(10, 5));
        assertThat(pinned.nodes().get("b").place()).contains(new Place(300, 20));
        assertThat(pinned.wires().get(0).via()).containsExactly(new Place(200, 10));
    }

    @Test
    void alignedAndDistributedTheOutermostSay() {
        Set<String> all = Set.of("a", "b", "c");
        Workflow top = Edits.align(chain(), all, Side.TOP, EditsTest::size);
        assertThat(top.nodes().values())
                .allSatisfy(node -> assertThat(node.place().orElseThrow().y()).isZero());
        Workflow bottom = Edits.align(chain(), all, Side.BOTTOM, EditsTest::size);
        assertThat(bottom.nodes().get("a").place()).contains(new Place(0, 70));
        Workflow shifted = Edits.move(chain(), Map.of("b", new Place(110, 0)));
        assertThat(Edits.distribute(shifted, all, true, EditsTest::size)
                        .nodes()
                        .get("b")
                        .place())
                .contains(new Place(300, 0));
    }

    @Test
    void arrangedEveryWireRunsFromLeftToRightAndNothingOverlaps() {
        Workflow heap = Workflow.EMPTY;
        for (int i = 0; i < 30; i++) {
            heap = Edits.add(heap, "n" + i, node("t/pass", 7, 9));
            heap = i == 0 ? heap : Edits.connect(heap, new Wire("n" + (i * 7 % i), "out", "n" + i, "in"), false);
            heap = i < 4 ? heap : Edits.connect(heap, new Wire("n" + (i - 3), "out", "n" + i, "other"), false);
        }
        Workflow arranged = Edits.arrange(heap, Set.of(), EditsTest::size);
        for (Wire wire : arranged.wires()) {
            assertThat(arranged.nodes()
                                    .get(wire.fromNode())
                                    .place()
                                    .orElseThrow()
                                    .x()
                            + 100)
                    .isLessThan(arranged.nodes()
                            .get(wire.toNode())
                            .place()
                            .orElseThrow()
                            .x());
        }
        assertThat(arranged.nodes().values().stream().map(WorkflowNode::place)).doesNotHaveDuplicates();
        assertThat(Box.around(arranged, arranged.nodes().keySet(), EditsTest::size))
                .extracting(Box::x, Box::y)
                .containsExactly(7.0, 9.0);
        Workflow circle = Edits.connect(chain(), new Wire("c", "out", "a", "in"), false);
        assertThat(Edits.arrange(circle, Set.of(), EditsTest::size).nodes()).hasSize(3);
    }

    @Test
    void whatHasNoPlaceIsLaidOutBeneathWhatHasOne() {
        Workflow lost =
                Edits.add(chain(), "d", new WorkflowNode("t", 1, Map.of(), "", Optional.empty(), new JsonObject()));
        Workflow placed = Edits.place(lost, EditsTest::size);
        assertThat(placed.nodes().get("d").place().orElseThrow().y()).isGreaterThan(120);
        assertThat(Edits.place(placed, EditsTest::size)).isEqualTo(placed);
    }

    @Test
    void aGroupHoldsWhatLiesInItsFrame() {
        Edited grouped = Edits.group(chain(), Set.of("a", "b"), "Start", EditsTest::size);
        String id = grouped.ids().iterator().next();
        assertThat(Edits.members(grouped.workflow(), id, EditsTest::size)).containsExactly("a", "b");
        Edited outer = Edits.group(grouped.workflow(), Set.of("a", "b", "c", id), "All", EditsTest::size);
        assertThat(outer.workflow().groups()).extracting(Group::title).containsExactly("All", "Start");
        assertThat(Edits.members(outer.workflow(), outer.ids().iterator().next(), EditsTest::size))
                .containsExactlyInAnyOrder("a", "b", "c", id);
        assertThat(Edits.ungroup(outer.workflow(), outer.ids()).groups()).hasSize(1);
    }

    @Test
    void pastedNodesHaveNamesOfTheirOwnAndTheirWires() {
        Fragment fragment = copied(Fragment.of(chain(), Set.of("b", "c"), true));
        Edited pasted = Edits.paste(chain(), fragment, new Place(1000, 500), false);
        assertThat(pasted.ids()).containsExactly("b2", "c2");
        assertThat(pasted.workflow().nodes().get("b2").place()).contains(new Place(1000, 500));
        assertThat(pasted.workflow().nodes().get("c2").place()).contains(new Place(1300, 550));
        assertThat(pasted.workflow().wires()).hasSize(3).endsWith(new Wire("b2", "out", "c2", "in"));
        assertThat(Edits.paste(chain(), fragment, new Place(0, 0), true)
                        .workflow()
                        .wires())
                .contains(new Wire("a", "out", "b2", "in"));
        assertThat(Edits.paste(Workflow.EMPTY, fragment, new Place(0, 0), true)
                        .workflow()
                        .nodes())
                .containsOnlyKeys("b", "c");
    }

    @Test
    void aWholeWorkflowCanBePastedAndOtherTextIsNotOne() {
        assertThat(Fragment.parse(chain().toJson()).orElseThrow().piece()).isEqualTo(chain());
        assertThat(Fragment.parse("a red apple")).isEmpty();
        assertThat(Fragment.parse("{\"a\": 1}")).isEmpty();
        assertThat(Fragment.parse("{oops")).isEmpty();
        assertThatThrownBy(() -> Fragment.parse("{\"graft-fragment\": 2, \"nodes\": {\"a\": {}}}"))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("the node a has no \"type\"");
        assertThatThrownBy(() -> Fragment.parse("{\"3\": {\"class_type\": \"KSampler\", \"inputs\": {}}}"))
                .hasMessageContaining("ComfyUI");
    }

    @Test
    void aSubgraphTakenApartAgainIsWhatItWas() {
        Workflow more = Edits.connect(
                Edits.add(chain(), "d", node("t/pass", 300, 200)), new Wire("a", "out", "d", "in"), false);
        Edited folded = Edits.toSubgraph(more, Set.of("b", "d"), "Middle part");
        assertThat(folded.ids()).containsExactly("middle-part");
        Workflow workflow = folded.workflow();
        assertThat(workflow.nodes()).containsOnlyKeys("a", "middle-part", "c");
        Subgraph subgraph =
                workflow.subgraph(workflow.nodes().get("middle-part")).orElseThrow();
        assertThat(subgraph.inputSockets()).containsOnlyKeys("in");
        assertThat(subgraph.inputSockets().get("in")).hasSize(2);
        assertThat(workflow.wires())
                .containsExactlyInAnyOrder(
                        new Wire("a", "out", "middle-part", "in"), new Wire("middle-part", "out", "c", "in"));
        assertThat(Subgraphs.flatten(workflow).wires())
                .containsExactlyInAnyOrder(
                        new Wire("a", "out", "middle-part.b", "in"),
                        new Wire("a", "out", "middle-part.d", "in"),
                        new Wire("middle-part.b", "out", "c", "in"));
        Workflow unpacked = Edits.unpack(workflow, "middle-part").workflow();
        assertThat(unpacked.nodes()).isEqualTo(more.nodes());
        assertThat(unpacked.wires()).containsExactlyInAnyOrderElementsOf(more.wires());
        assertThat(unpacked.subgraphs()).isEmpty();
    }

    @Test
    void aSettingOfANodeInsideChangesForOneOuterNodeAlone() {
        Edited folded = Edits.toSubgraph(chain(), Set.of("b"), "Part");
        Edited two = Edits.duplicate(folded.workflow(), Set.of("part"), 0, 200);
        Workflow set = two.workflow().with("part2.b", "steps", new JsonPrimitive(7));
        assertThat(Subgraphs.flatten(set).nodes().get("part2.b").settings())
                .containsEntry("steps", new JsonPrimitive(7));
        assertThat(Subgraphs.flatten(set).nodes().get("part.b").settings()).isEmpty();
        Workflow nested = Edits.toSubgraph(set, Set.of("part2"), "Outer").workflow();
        assertThat(Subgraphs.flatten(nested.with("outer.part2.b", "cfg", new JsonPrimitive(1)))
                        .nodes()
                        .get("outer.part2.b")
                        .settings())
                .containsOnlyKeys("steps", "cfg");
        assertThatThrownBy(() -> nested.with("outer.part2.x", "cfg", new JsonPrimitive(1)))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("has no node outer.part2.x; its nodes are a, part.b, c, outer.part2.b");
    }

    @Test
    void whatASubgraphShowsIsRenamedMovedAndHidden() {
        Workflow folded = Edits.toSubgraph(chain(), Set.of("b"), "Part").workflow();
        Workflow two = Edits.expose(folded, "part", new Port("other", "", "b", "other"), true);
        assertThat(two.subgraphs().get("part").inputSockets().keySet()).containsExactly("in", "other");

        Workflow named = Edits.renameSocket(two, "part", "in", true, "What comes");
        assertThat(named.subgraphs().get("part").inputs().get(0).title()).isEqualTo("What comes");
        assertThat(named.wires()).isEqualTo(two.wires());
        assertThat(Workflow.parse(named.toJson(), "again")).isEqualTo(named);

        Workflow moved = Edits.moveSocket(named, "part", "in", true, 1);
        assertThat(moved.subgraphs().get("part").inputSockets().keySet()).containsExactly("other", "in");
        assertThat(Edits.within(moved, "part", inside -> Edits.move(inside, Map.of("b", new Place(9, 9))))
                        .subgraphs()
                        .get("part")
                        .inputs())
                .isEqualTo(moved.subgraphs().get("part").inputs());
        assertThat(Edits.moveSocket(moved, "part", "other", true, 7)
                        .subgraphs()
                        .get("part")
                        .inputSockets()
                        .keySet())
                .containsExactly("in", "other");

        Workflow hidden = Edits.hideSocket(moved, "part", "in", true);
        assertThat(hidden.subgraphs().get("part").inputSockets().keySet()).containsExactly("other");
        assertThat(hidden.wires())
                .extracting(Wire::to)
                .doesNotContain("part.in")
                .contains("c.in");
    }

    @Test
    void aSubgraphIsEditedFromWithinWithTheSubgraphsOfTheWhole() {
        Workflow folded = Edits.toSubgraph(chain(), Set.of("b", "c"), "Part").workflow();
        Workflow deeper = Edits.within(folded, "part", inside -> Edits.toSubgraph(inside, Set.of("b"), "Deep")
                .workflow());
        assertThat(deeper.subgraphs()).containsOnlyKeys("part", "deep");
        assertThat(Subgraphs.flatten(deeper).nodes()).containsOnlyKeys("a", "part.deep.b", "part.c");
        assertThat(Subgraphs.inputs(deeper, deeper.nodes().get("part"), SOCKETS))
                .containsExactly(new Sockets.Socket("in", "thing"));
        assertThat(Subgraphs.behind(deeper, deeper.nodes().get("part"), "in", true)
                        .orElseThrow())
                .extracting(Subgraphs.Inner::path, Subgraphs.Inner::socket)
                .containsExactly("deep.b", "in");
        Workflow unpacked = Edits.within(
                deeper, "part", inside -> Edits.unpack(inside, "deep").workflow());
        assertThat(unpacked.nodes()).isEqualTo(folded.nodes());
        assertThat(unpacked.subgraphs()).isEqualTo(folded.subgraphs());
        Workflow without = Edits.within(deeper, "part", inside -> Edits.remove(inside, Set.of("deep")));
        assertThat(without.subgraphs().get("part").inputs()).isEmpty();
        assertThat(without.subgraphs()).containsOnlyKeys("part");
        assertThat(Edits.within(deeper, "deep", inside -> Edits.add(inside, "x", node(Subgraph.type("part"), 0, 0))))
                .isEqualTo(deeper);
        assertThat(Edits.within(deeper, "", inside -> inside.withTitle("whole")).title())
                .isEqualTo("whole");
    }

    @Test
    void aSettingThatShowsOutsideIsSetThere() {
        Workflow folded = Edits.toSubgraph(chain(), Set.of("b"), "Part").workflow();
        Workflow shown = Edits.expose(folded, "part", new Port("steps", "Steps", "b", "steps"), true);
        assertThat(Edits.expose(shown, "part", new Port("again", "", "b", "steps"), true))
                .isEqualTo(shown);
        assertThat(Subgraphs.inputs(shown, shown.nodes().get("part"), SOCKETS))
                .contains(new Sockets.Socket("steps", ""));
        Workflow set = Edits.setSetting(shown, "part", "steps", new JsonPrimitive(5));
        assertThat(Subgraphs.flatten(set).nodes().get("part.b").settings())
                .containsEntry("steps", new JsonPrimitive(5));
    }

    @Test
    void pastedSubgraphsOfOneNameStayApart() {
        Workflow mine = Edits.toSubgraph(chain(), Set.of("b"), "Part").workflow();
        Workflow theirs = Edits.toSubgraph(chain(), Set.of("b", "c"), "Part").workflow();
        Fragment copied = copied(Fragment.of(theirs, Set.of("part"), false));
        Workflow both = Edits.paste(mine, copied, new Place(0, 0), false).workflow();
        assertThat(both.subgraphs()).containsOnlyKeys("part", "part2");
        assertThat(both.nodes().get("part2").type()).isEqualTo("subgraph/part2");
        assertThat(Subgraphs.flatten(both).nodes()).containsOnlyKeys("a", "part.b", "c", "part2.b", "part2.c");
        Workflow same = Edits.paste(theirs, copied, new Place(0, 0), false).workflow();
        assertThat(same.subgraphs()).containsOnlyKeys("part");
    }

    @Test
    void aSubgraphThatHoldsItselfIsLeftAsItIs() {
        Workflow folded = Edits.toSubgraph(chain(), Set.of("b"), "Part").workflow();
        Workflow endless = Edits.subgraph(
                folded,
                "part",
                part -> part.withInside(Edits.add(part.inside(), "again", node(Subgraph.type("part"), 0, 0))));
        assertThat(Subgraphs.flatten(endless).nodes()).containsOnlyKeys("a", "part.b", "part.again", "c");
        assertThat(Bypass.flatten(Edits.setMode(endless, Set.of("part"), Mode.BYPASSED), SOCKETS)
                        .wires())
                .containsExactly(new Wire("a", "out", "c", "in"));
    }

    private static Fragment copied(Fragment fragment) {
        return Fragment.parse(fragment.toJson()).orElseThrow();
    }
}
