package graft.app.comfy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import graft.app.workflow.Mode;
import graft.app.workflow.Place;
import graft.app.workflow.Subgraph;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The file of ComfyUI that a workflow came from, put together again from all that was kept of it, with the values and places that
 * were changed since.
 */
final class Rebuilt {

    private final Workflow workflow;
    private final Predicate<String> installed;

    Rebuilt(Workflow workflow, Predicate<String> installed) {
        this.workflow = workflow;
        this.installed = installed;
    }

    /** Empty when it came from no drawing of ComfyUI, or has other nodes and wires now. */
    Optional<JsonObject> file() {
        Optional<JsonObject> level = level(workflow);
        if (level.isEmpty() || !level.get().has("links")) {
            return Optional.empty();
        }
        JsonObject file = level.get();
        JsonArray definitions = new JsonArray();
        for (Subgraph subgraph : workflow.subgraphs().values()) {
            Optional<JsonObject> definition = level(subgraph.inside());
            if (definition.isEmpty()) {
                return Optional.empty();
            }
            definitions.add(definition.get());
        }
        if (!definitions.isEmpty()) {
            JsonObject all = file.get("definitions") instanceof JsonObject rest ? rest : new JsonObject();
            if (all.get("subgraphs") instanceof JsonArray strange) {
                definitions.addAll(strange);
            }
            all.add("subgraphs", definitions);
            file.add("definitions", all);
        }
        Workflow before =
                Translation.of(DrawnFormat.read(file, "the file"), installed).workflow();
        return changed(before, workflow) ? Optional.of(file) : Optional.empty();
    }

    /** What is kept of one level, with its nodes, of which a LoRA is several here. */
    private static Optional<JsonObject> level(Workflow level) {
        if (!(level.extra().get(Draft.AS_IT_CAME) instanceof JsonObject kept)) {
            return Optional.empty();
        }
        JsonObject file = kept.deepCopy();
        JsonArray nodes = new JsonArray();
        List<JsonElement> aside = file.get("nodes") instanceof JsonArray list ? list.asList() : List.of();
        for (WorkflowNode node : level.nodes().values()) {
            JsonElement came = node.extra().get(Draft.AS_IT_CAME);
            if (came instanceof JsonObject) {
                nodes.add(came.deepCopy());
            }
        }
        aside.forEach(nodes::add);
        file.add("nodes", nodes);
        return Optional.of(file);
    }

    // ---- what was changed since

    /** Takes over into the file what is otherwise now; false when that is more than values and places. */
    private boolean changed(Workflow before, Workflow now) {
        if (!same(before, now)
                || !before.subgraphs().keySet().equals(now.subgraphs().keySet())) {
            return false;
        }
        for (Map.Entry<String, Subgraph> each : before.subgraphs().entrySet()) {
            Subgraph other = now.subgraphs().get(each.getKey());
            if (!same(each.getValue().inside(), other.inside())
                    || !each.getValue().inputs().equals(other.inputs())
                    || !each.getValue().outputs().equals(other.outputs())
                    || !patched(each.getValue().inside(), other.inside())) {
                return false;
            }
        }
        return patched(before, now);
    }

    private static boolean same(Workflow before, Workflow now) {
        return before.nodes().keySet().equals(now.nodes().keySet())
                && before.nodes().entrySet().stream().allMatch(each -> each.getValue()
                        .type()
                        .equals(now.nodes().get(each.getKey()).type()))
                && joined(before).equals(joined(now))
                && before.comments().equals(now.comments())
                && before.groups().equals(now.groups());
    }

    private static Set<String> joined(Workflow level) {
        Set<String> all = new HashSet<>();
        level.wires().forEach(wire -> all.add(wire.from() + " " + wire.to()));
        return all;
    }

    private boolean patched(Workflow before, Workflow now) {
        return before.nodes().entrySet().stream()
                .allMatch(each -> patched(each.getValue(), now.nodes().get(each.getKey())));
    }

    /** What makes choices in a prompt has a seed of its own here, which there is nothing like there. */
    private static Map<String, JsonElement> valued(WorkflowNode node) {
        if (!node.type().equals(Choosing.NODE)) {
            return node.settings();
        }
        Map<String, JsonElement> values = new HashMap<>(node.settings());
        values.remove("seed");
        return values;
    }

    /** Nodes of the file that were read are those of the file itself, so that changing one changes it. */
    private boolean patched(WorkflowNode before, WorkflowNode now) {
        boolean valuesAreTheSame = valued(before).equals(valued(now));
        boolean looksTheSame = before.place().equals(now.place())
                && before.mode() == now.mode()
                && before.title().equals(now.title());
        if (valuesAreTheSame && looksTheSame) {
            return true;
        }
        if (!(before.extra().get(Draft.AS_IT_CAME) instanceof JsonObject raw)) {
            return valuesAreTheSame;
        }
        if (!valuesAreTheSame && !values(raw, before, now)) {
            return false;
        }
        if (!before.place().equals(now.place())) {
            now.place().ifPresent(place -> raw.add("pos", pair(place)));
        }
        if (before.mode() != now.mode()) {
            raw.addProperty("mode", mode(now.mode()));
        }
        if (!before.title().equals(now.title()) && !now.title().isEmpty()) {
            raw.addProperty("title", now.title());
        }
        return true;
    }

    static int mode(Mode mode) {
        return switch (mode) {
            case MUTED -> ComfyNode.MUTED;
            case BYPASSED -> ComfyNode.BYPASSED;
            default -> 0;
        };
    }

    static JsonArray pair(Place place) {
        JsonArray pair = new JsonArray();
        pair.add(place.x());
        pair.add(place.y());
        return pair;
    }

    private boolean values(JsonObject raw, WorkflowNode before, WorkflowNode now) {
        Optional<Counterpart> known = Draft.theirType(before)
                .flatMap(Counterparts::of)
                .filter(each -> each.type().equals(now.type()));
        Set<String> names = new HashSet<>(before.settings().keySet());
        names.addAll(now.settings().keySet());
        names.removeIf(name ->
                Objects.equals(before.settings().get(name), now.settings().get(name)));
        if (known.isEmpty() || names.stream().anyMatch(Samplers.PLAN::contains)) {
            return false;
        }
        List<String> order = NodeValues.names(known.get(), new Loose(raw).list("widgets_values"));
        for (String name : names) {
            Optional<Counterpart.Widget> widget = known.get().widgets().stream()
                    .filter(each -> each.setting().equals(name))
                    .findFirst();
            Optional<JsonElement> there = widget.flatMap(
                    each -> Optional.ofNullable(now.settings().get(name)).flatMap(each.words()::there));
            if (there.isEmpty() || !set(raw, widget.get().name(), order, there.get())) {
                return false;
            }
        }
        return true;
    }

    private static boolean set(JsonObject raw, String name, List<String> order, JsonElement value) {
        List<JsonObject> named = new ArrayList<>();
        for (String field : List.of("widgets_values", "widgets_values_named")) {
            if (raw.get(field) instanceof JsonObject object && object.has(name)) {
                named.add(object);
            }
        }
        named.forEach(object -> object.add(name, value));
        int at = order.indexOf(name);
        if (raw.get("widgets_values") instanceof JsonArray list && at >= 0 && at < list.size()) {
            list.set(at, value);
            return true;
        }
        return !named.isEmpty();
    }
}
