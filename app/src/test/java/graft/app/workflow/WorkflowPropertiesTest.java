package graft.app.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import graft.node.Problem;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Whatever a workflow holds survives its file; whatever a file holds, the answer is a workflow or a problem in words. */
class WorkflowPropertiesTest {

    @Property(tries = 200)
    void savedAndLoadedItIsTheSame(@ForAll("workflows") Workflow workflow) {
        String saved = workflow.toJson();
        Workflow loaded = Workflow.parse(saved, "saved.json");
        assertThat(loaded.toJson()).isEqualTo(saved);
        assertThat(loaded.title()).isEqualTo(workflow.title());
        assertThat(loaded.notes()).isEqualTo(workflow.notes());
        assertThat(loaded.wires()).isEqualTo(workflow.wires());
        assertThat(List.copyOf(loaded.nodes().keySet()))
                .isEqualTo(List.copyOf(workflow.nodes().keySet()));
        assertThat(loaded.groups()).isEqualTo(workflow.groups());
        assertThat(loaded.comments()).isEqualTo(workflow.comments());
        assertThat(loaded.subgraphs().keySet()).isEqualTo(workflow.subgraphs().keySet());
        assertThat(Workflow.parse(loaded.toJson(), "again.json")).isEqualTo(loaded);
    }

    @Property(tries = 600)
    void aDamagedFileIsAProblemAtWorst(
            @ForAll("workflows") Workflow workflow,
            @ForAll int where,
            @ForAll @IntRange(max = 4) int how,
            @ForAll char put) {
        String text = workflow.toJson();
        int at = Math.floorMod(where, text.length());
        String damaged =
                switch (how) {
                    case 0 -> text.substring(0, at);
                    case 1 -> text.substring(0, at) + put + text.substring(at);
                    case 2 -> text.substring(0, at) + text.substring(at + 1);
                    case 3 -> text.substring(0, at) + text.substring(at / 2);
                    default ->
                        text.replaceFirst("\\\"(at|size|mode|colour|via|id|inputs|subgraphs)\\\": .", "\"$1\": " + put);
                };
        try {
            Workflow read = Workflow.parse(damaged, "damaged.json");
            assertThat(Workflow.parse(read.toJson(), "again.json")).isEqualTo(read);
        } catch (Problem inWords) {
            assertThat(inWords.getMessage()).startsWith("Cannot read").contains("damaged.json");
        }
    }

    @Property(tries = 300)
    void anyTextIsAProblem(@ForAll String text) {
        try {
            Workflow.parse(text, "any.json");
        } catch (Problem inWords) {
            assertThat(inWords.getMessage()).contains("any.json");
        }
    }

    @Property(tries = 5)
    void evenTheDeepestNestingIsAProblem(@ForAll @IntRange(min = 100_000, max = 200_000) int depth) {
        try {
            Workflow.parse("{\"format\": 1, \"nodes\": {}, \"extra\": {\"a\": " + "[".repeat(depth), "deep.json");
        } catch (Problem inWords) {
            assertThat(inWords.getMessage()).contains("deep.json");
        }
    }

    @Provide
    Arbitrary<Workflow> workflows() {
        Arbitrary<Map<String, WorkflowNode>> nodes =
                Arbitraries.maps(ids(), nodes()).ofMaxSize(3);
        Arbitrary<Wire> wire = Combinators.combine(
                        ids(), ids(), ids(), ids(), places().list().ofMaxSize(2))
                .as(Wire::new);
        // Ids are told apart by their first letter, since no two things may share one.
        Arbitrary<Group> group = Combinators.combine(ids().map("_g"::concat), texts(), colours(), places(), sizes())
                .as(Group::new);
        Arbitrary<Comment> comment = Combinators.combine(ids().map("_c"::concat), texts(), places(), sizes(), colours())
                .as(Comment::new);
        Arbitrary<Workflow> graphs = Combinators.combine(
                        texts(),
                        nodes,
                        wire.list().ofMaxSize(3),
                        group.list().ofMaxSize(2).uniqueElements(Group::id),
                        comment.list().ofMaxSize(2).uniqueElements(Comment::id),
                        objects())
                .as((notes, map, wires, groups, comments, extra) ->
                        new Workflow("", notes, map, wires, groups, comments, Map.of(), extra));
        Arbitrary<Port> port = Combinators.combine(ids(), texts(), ids(), ids()).as(Port::new);
        Arbitrary<Subgraph> subgraph = Combinators.combine(
                        texts(), graphs, port.list().ofMaxSize(2), port.list().ofMaxSize(2))
                .as(Subgraph::new);
        return Combinators.combine(
                        texts(), graphs, Arbitraries.maps(ids(), subgraph).ofMaxSize(1))
                .as((title, graph, subgraphs) -> graph.withTitle(title).withSubgraphs(subgraphs));
    }

    private static Arbitrary<Place> places() {
        return Combinators.combine(Arbitraries.doubles(), Arbitraries.doubles()).as(Place::new);
    }

    private static Arbitrary<Size> sizes() {
        return Combinators.combine(Arbitraries.doubles(), Arbitraries.doubles()).as(Size::new);
    }

    private static Arbitrary<String> colours() {
        return Arbitraries.of("", "#000000", "#A0b1C2");
    }

    private static Arbitrary<WorkflowNode> nodes() {
        Arbitrary<Integer> versions = Arbitraries.integers().between(1, Integer.MAX_VALUE);
        Arbitrary<Map<String, JsonElement>> settings =
                Arbitraries.maps(texts(), values()).ofMaxSize(4);
        Arbitrary<Look> looks = Combinators.combine(
                        sizes().optional(), Arbitraries.of(true, false), colours(), Arbitraries.of(true, false))
                .as(Look::new);
        return Combinators.combine(
                        texts(),
                        versions,
                        settings,
                        texts(),
                        places().optional(),
                        looks,
                        Arbitraries.of(Mode.values()),
                        objects())
                .as(WorkflowNode::new);
    }

    private static Arbitrary<String> ids() {
        return Arbitraries.strings()
                .alpha()
                .numeric()
                .withChars('-', '_')
                .ofMinLength(1)
                .ofMaxLength(12);
    }

    /** Half a surrogate pair is no text: no file in UTF-8 can hold it. */
    private static Arbitrary<String> texts() {
        return Arbitraries.strings().ofMaxLength(20).filter(text -> text.chars()
                .noneMatch(c -> Character.isSurrogate((char) c)));
    }

    private static Arbitrary<JsonObject> objects() {
        return Arbitraries.maps(texts(), values()).ofMaxSize(3).map(fields -> {
            JsonObject object = new JsonObject();
            fields.forEach(object::add);
            return object;
        });
    }

    private static Arbitrary<JsonElement> values() {
        return Arbitraries.lazyOf(
                () -> texts().map(JsonPrimitive::new),
                () -> Arbitraries.longs().map(JsonPrimitive::new),
                () -> Arbitraries.doubles().map(JsonPrimitive::new),
                () -> Arbitraries.of(true, false).map(JsonPrimitive::new),
                () -> Arbitraries.just(JsonNull.INSTANCE),
                () -> values().list().ofMaxSize(3).map(elements -> {
                    JsonArray array = new JsonArray();
                    elements.forEach(array::add);
                    return array;
                }));
    }
}
