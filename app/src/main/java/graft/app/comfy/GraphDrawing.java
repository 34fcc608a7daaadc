package graft.app.comfy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import graft.app.workflow.Comment;
import graft.app.workflow.Group;
import graft.app.workflow.Place;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Draws nodes of ComfyUI anew in the format 0.4 that its window opens. */
final class GraphDrawing {

    /** How far nodes without a place stand from each other, in ComfyUI's points. */
    private static final double COLUMN = 340;

    private final Workflow workflow;
    private final List<OutNode> nodes;
    private final Map<String, Integer> numbers = new LinkedHashMap<>();
    private final Map<String, JsonArray> leaving = new LinkedHashMap<>();
    private final JsonArray links = new JsonArray();
    private int last;

    GraphDrawing(Workflow workflow, List<OutNode> nodes) {
        this.workflow = workflow;
        this.nodes = nodes;
    }

    JsonObject file() {
        nodes.stream()
                .map(OutNode::id)
                .filter(id -> id.matches("[1-9][0-9]{0,7}"))
                .forEach(id -> numbers.put(id, Integer.valueOf(id)));
        last = numbers.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        nodes.forEach(node -> numbers.computeIfAbsent(node.id(), none -> ++last));
        List<JsonObject> drawn = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            drawn.add(drawn(nodes.get(i), i));
        }
        for (int i = 0; i < nodes.size(); i++) {
            outputs(nodes.get(i), drawn.get(i));
        }
        JsonArray all = new JsonArray();
        drawn.forEach(all::add);
        workflow.comments().forEach(comment -> all.add(note(comment)));
        JsonArray groups = new JsonArray();
        workflow.groups().forEach(group -> groups.add(group(group)));
        JsonObject file = new JsonObject();
        file.addProperty("last_node_id", last);
        file.addProperty("last_link_id", links.size());
        file.add("nodes", all);
        file.add("links", links);
        file.add("groups", groups);
        file.add("config", new JsonObject());
        file.add("extra", new JsonObject());
        file.addProperty("version", 0.4);
        return file;
    }

    private JsonObject drawn(OutNode node, int place) {
        Optional<WorkflowNode> from = node.from().flatMap(workflow::node);
        JsonObject raw = from.filter(each -> Draft.theirType(each).equals(Optional.of(node.type())))
                .flatMap(each -> Loose.of(each.extra().get(Draft.AS_IT_CAME)))
                .filter(each -> each.text("type").isPresent())
                .map(each -> each.json().deepCopy())
                .orElseGet(JsonObject::new);
        raw.addProperty("id", numbers.get(node.id()));
        raw.addProperty("type", node.type());
        if (!node.title().isEmpty()) {
            raw.addProperty("title", node.title());
        }
        Place at = from.flatMap(WorkflowNode::place).orElse(new Place(COLUMN * place, -COLUMN));
        raw.add("pos", Rebuilt.pair(at));
        if (!raw.has("size")) {
            raw.add("size", Rebuilt.pair(new Place(300, 120)));
        }
        if (!raw.has("flags")) {
            raw.add("flags", new JsonObject());
        }
        raw.addProperty("order", place);
        raw.addProperty("mode", 0);
        inputs(node, raw);
        if (!raw.has("properties")) {
            JsonObject properties = new JsonObject();
            properties.addProperty("Node name for S&R", node.type());
            raw.add("properties", properties);
        }
        values(node, raw);
        return raw;
    }

    private void inputs(OutNode node, JsonObject raw) {
        Map<String, JsonObject> inputs = new LinkedHashMap<>();
        for (Loose input : new Loose(raw).objects("inputs")) {
            input.json().add("link", JsonNull.INSTANCE);
            inputs.putIfAbsent(input.text("name").orElse(""), input.json());
        }
        Optional<Counterpart> known = Counterparts.of(node.type());
        known.ifPresent(counterpart -> counterpart
                .inputs()
                .forEach(input -> inputs.computeIfAbsent(input.name(), name -> input(name, input.kind(), false))));
        node.links().forEach((name, link) -> {
            boolean widget = known.flatMap(each -> each.widget(name)).isPresent();
            JsonObject input = inputs.computeIfAbsent(name, none -> input(none, "*", widget));
            input.addProperty(
                    "link", link(link, node, List.copyOf(inputs.keySet()).indexOf(name), input));
        });
        JsonArray all = new JsonArray();
        inputs.values().forEach(all::add);
        raw.add("inputs", all);
    }

    private static JsonObject input(String name, String kind, boolean widget) {
        JsonObject input = new JsonObject();
        input.addProperty("name", name);
        input.addProperty("type", kind);
        input.add("link", JsonNull.INSTANCE);
        if (widget) {
            JsonObject of = new JsonObject();
            of.addProperty("name", name);
            input.add("widget", of);
        }
        return input;
    }

    private int link(OutNode.Link from, OutNode to, int slot, JsonObject input) {
        int id = links.size() + 1;
        JsonArray line = new JsonArray();
        line.add(id);
        line.add(numbers.get(from.node()));
        line.add(from.slot());
        line.add(numbers.get(to.id()));
        line.add(slot);
        line.add(new Loose(input).id("type").orElse("*"));
        links.add(line);
        leaving.computeIfAbsent(from.node() + ":" + from.slot(), none -> new JsonArray())
                .add(id);
        return id;
    }

    private void outputs(OutNode node, JsonObject raw) {
        JsonArray outputs = new JsonArray();
        new Loose(raw).objects("outputs").forEach(each -> outputs.add(each.json()));
        Counterparts.of(node.type()).filter(known -> outputs.isEmpty()).ifPresent(known -> known.outputs()
                .forEach(output -> {
                    JsonObject socket = new JsonObject();
                    socket.addProperty("name", output.name());
                    socket.addProperty("type", output.kind());
                    outputs.add(socket);
                }));
        for (int i = 0; i < outputs.size(); i++) {
            outputs.get(i).getAsJsonObject().add("links", leaving.getOrDefault(node.id() + ":" + i, new JsonArray()));
        }
        raw.add("outputs", outputs);
    }

    private static void values(OutNode node, JsonObject raw) {
        Optional<Counterpart> known = Counterparts.of(node.type());
        if (known.isEmpty()) {
            // It is as it came, but for values that were changed here by name.
            if (!raw.has("widgets_values")) {
                JsonObject named = new JsonObject();
                node.values().forEach(named::add);
                raw.add("widgets_values", named);
            }
            return;
        }
        List<JsonElement> before = new Loose(raw).list("widgets_values");
        Map<String, JsonElement> came = NodeValues.listed(known.get(), before);
        JsonArray values = new JsonArray();
        for (Counterpart.Widget widget : known.get().widgets()) {
            if (widget.name().equals("vae_name")) {
                continue;
            }
            JsonElement value = Optional.ofNullable(node.values().get(widget.name()))
                    .or(() -> Optional.ofNullable(came.get(widget.name())))
                    .or(widget::usual)
                    .orElse(JsonNull.INSTANCE);
            values.add(value);
        }
        raw.add("widgets_values", values);
        raw.remove("widgets_values_named");
    }

    private JsonObject note(Comment comment) {
        JsonObject note = new JsonObject();
        note.addProperty("id", ++last);
        note.addProperty("type", "MarkdownNote");
        note.add("pos", Rebuilt.pair(comment.at()));
        note.add(
                "size",
                Rebuilt.pair(new Place(comment.size().width(), comment.size().height())));
        note.add("flags", new JsonObject());
        note.addProperty("order", 0);
        note.addProperty("mode", 0);
        note.add("inputs", new JsonArray());
        note.add("outputs", new JsonArray());
        note.add("properties", new JsonObject());
        JsonArray values = new JsonArray();
        values.add(new JsonPrimitive(comment.text()));
        note.add("widgets_values", values);
        return note;
    }

    private static JsonObject group(Group group) {
        JsonObject box = new JsonObject();
        box.addProperty("title", group.title());
        JsonArray bounding = new JsonArray();
        bounding.add(group.at().x());
        bounding.add(group.at().y());
        bounding.add(group.size().width());
        bounding.add(group.size().height());
        box.add("bounding", bounding);
        if (!group.colour().isEmpty()) {
            box.addProperty("color", group.colour());
        }
        return box;
    }
}
