package graft.app.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import graft.app.workflow.Edits.Side;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Ten thousand edits of all kinds: undone, the file is as it was; done again, as it became; saved, as it is. */
class RandomEditsTest {

    private static final int EDITS = 10_000;
    private static final List<String> TYPES = List.of("t/make", "t/pass", "t/end", "stranger/not/installed");
    private static final String FIRST = """
            {"format": 2, "title": "Start", "nodes": {
              "a": {"type": "t/make", "settings": {"seed": 18446744073709551615, "rate": 1e-4}, "at": [0, 0]},
              "odd": {"type": "other/program", "version": 9, "settings": {"x": [1.0, {"y": null}]},
                      "extra": {"kept": [1, 2.50, "three"]}},
              "c": {"type": "t/end", "at": [300, 10.5], "size": [200, 90], "colour": "#a0b1c2", "mode": "muted"}},
             "wires": [{"from": "a.out", "to": "c.in", "via": [[100, 5]]}, {"from": "odd.what", "to": "gone.where"}],
             "groups": [{"id": "g", "title": "Both", "at": [-10, -10], "size": [900, 300]}],
             "extra": {"theirs": {"deep": [true]}}}
            """;

    @Property(tries = 1)
    void undoneAndDoneAgainTheFileIsEqualToTheByte(@ForAll Random random) {
        Workflow first = Workflow.parse(FIRST, "first.json");
        History history = new History(first);
        String saved = first.toJson();
        for (int i = 0; i < EDITS; i++) {
            Workflow next = edited(history.current(), random);
            history.apply("edit", random.nextInt(4) == 0 ? "key" : "", next);
            if (random.nextInt(50) == 0) {
                undoSome(history, random.nextInt(5));
            }
            if (i % 10 == 0) {
                Workflow now = history.current();
                String text = now.toJson();
                Workflow loaded = Workflow.parse(text, "saved.json");
                assertThat(loaded.toJson()).isEqualTo(text);
                assertThat(loaded).isEqualTo(now);
            }
        }
        // The last of the edits may be among those that were undone.
        while (history.canRedo()) {
            history.redo();
        }
        String last = history.current().toJson();
        while (history.canUndo()) {
            history.undo();
        }
        assertThat(history.current().toJson()).isEqualTo(saved);
        while (history.canRedo()) {
            history.redo();
        }
        assertThat(history.current().toJson()).isEqualTo(last);
        assertThat(history.labels()).hasSizeGreaterThan(EDITS / 3);
    }

    private static void undoSome(History history, int steps) {
        for (int i = 0; i < steps; i++) {
            history.undo();
        }
        for (int i = 0; i < steps / 2; i++) {
            history.redo();
        }
    }

    private static Workflow edited(Workflow workflow, Random random) {
        Set<String> some = some(workflow, random);
        String one = some.stream().findFirst().orElse("nothing");
        Wire wire = workflow.wires().isEmpty() ? new Wire("a", "b", "c", "d") : pick(workflow.wires(), random);
        Place place = new Place(random.nextInt(2000), random.nextDouble() * 1000);
        Size size = new Size(50 + random.nextInt(400), 20 + random.nextDouble() * 300);
        boolean large = workflow.nodes().size() > 16;
        return switch (random.nextInt(36)) {
            case 0, 1, 2, 3 -> large ? Edits.remove(workflow, some) : added(workflow, place, random);
            case 4 -> Edits.remove(workflow, Set.of(one));
            case 5 -> Edits.removeReconnecting(workflow, Set.of(one), new AnySockets());
            case 6, 7, 8, 9 ->
                Edits.connect(
                        workflow,
                        new Wire(node(workflow, random), "out", node(workflow, random), "in"),
                        random.nextBoolean());
            case 10 -> Edits.disconnect(workflow, wire);
            case 11, 12 -> Edits.via(workflow, wire, random.nextInt(4) == 0 ? List.of() : List.of(place));
            case 13 -> Edits.setText(workflow, one, "note " + random.nextInt());
            case 14 -> Edits.fitGroup(workflow, one, id -> size);
            case 15, 16, 17 -> Edits.setSetting(workflow, one, "s" + random.nextInt(4), value(random));
            case 18 -> Edits.resetSetting(workflow, one, "s" + random.nextInt(4));
            case 19 -> Edits.rename(workflow, one, "Title \"" + random.nextInt(9) + "\" é\n");
            case 20 -> Edits.setMode(workflow, some, pick(List.of(Mode.values()), random));
            case 21 -> Edits.collapse(workflow, some, random.nextBoolean());
            case 22 -> Edits.pin(workflow, some, random.nextInt(3) == 0);
            case 23 -> Edits.colour(workflow, some, random.nextBoolean() ? "" : "#12ab9f");
            case 24, 25 -> Edits.moveBy(workflow, some, random.nextInt(100) - 50, random.nextGaussian());
            case 26 -> Edits.resize(workflow, one, size);
            case 27 -> Edits.align(workflow, some, pick(List.of(Side.values()), random), id -> size);
            case 28 -> Edits.distribute(workflow, some, random.nextBoolean(), id -> size);
            case 29 -> Edits.arrange(workflow, random.nextBoolean() ? some : Set.of(), id -> size);
            case 30 ->
                workflow.groups().size() > 5
                        ? Edits.ungroup(workflow, some)
                        : Edits.group(workflow, some, "Group", id -> size).workflow();
            case 31 ->
                workflow.comments().size() > 5
                        ? Edits.remove(workflow, some)
                        : Edits.comment(workflow, "note " + random.nextInt(), place, size)
                                .workflow();
            case 32 ->
                large
                        ? Edits.fitSize(workflow, some)
                        : Edits.paste(
                                        workflow,
                                        Fragment.parse(Fragment.of(workflow, some, random.nextBoolean())
                                                        .toJson())
                                                .orElseThrow(),
                                        place,
                                        random.nextBoolean())
                                .workflow();
            case 33 ->
                large ? workflow : Edits.duplicate(workflow, some, 20, 20).workflow();
            case 34 ->
                workflow.subgraphs().size() > 4
                        ? Edits.place(workflow, id -> size)
                        : Edits.toSubgraph(workflow, some, random.nextBoolean() ? "" : "Part")
                                .workflow();
            default -> unpacked(workflow);
        };
    }

    private static Workflow unpacked(Workflow workflow) {
        return workflow.nodes().entrySet().stream()
                .filter(entry -> Subgraph.isType(entry.getValue().type()))
                .findFirst()
                .map(entry -> Edits.unpack(workflow, entry.getKey()).workflow())
                .orElse(workflow);
    }

    private static Workflow added(Workflow workflow, Place place, Random random) {
        String type = pick(TYPES, random);
        return Edits.add(workflow, Edits.freshId(workflow, type), WorkflowNode.of(type, 1, place));
    }

    private static String node(Workflow workflow, Random random) {
        return workflow.nodes().isEmpty()
                ? "nothing"
                : pick(List.copyOf(workflow.nodes().keySet()), random);
    }

    private static Set<String> some(Workflow workflow, Random random) {
        List<String> all = new ArrayList<>(workflow.nodes().keySet());
        workflow.groups().forEach(group -> all.add(group.id()));
        workflow.comments().forEach(comment -> all.add(comment.id()));
        Set<String> some = new LinkedHashSet<>();
        for (int i = random.nextInt(4); i >= 0 && !all.isEmpty(); i--) {
            some.add(pick(all, random));
        }
        return some;
    }

    private static JsonElement value(Random random) {
        JsonArray list = new JsonArray();
        list.add(random.nextDouble());
        list.add(JsonNull.INSTANCE);
        return pick(
                List.of(
                        new JsonPrimitive(random.nextLong()),
                        new JsonPrimitive(random.nextGaussian()),
                        new JsonPrimitive("text\u2028" + random.nextInt()),
                        new JsonPrimitive(random.nextBoolean()),
                        list),
                random);
    }

    private static <T> T pick(List<T> list, Random random) {
        return list.get(random.nextInt(list.size()));
    }

    private static final class AnySockets implements Sockets {

        private static final Map<String, List<Socket>> SOCKETS = Map.of(
                "t/pass", List.of(new Socket("in", "thing"), new Socket("out", "thing")),
                "t/make", List.of(new Socket("out", "thing")));

        @Override
        public List<Socket> inputs(String type) {
            return SOCKETS.getOrDefault(type, List.of());
        }

        @Override
        public List<Socket> outputs(String type) {
            return SOCKETS.getOrDefault(type, List.of());
        }

        @Override
        public boolean fits(String output, String input) {
            return output.equals(input);
        }
    }
}
