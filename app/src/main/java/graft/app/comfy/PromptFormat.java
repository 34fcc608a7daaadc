package graft.app.comfy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import graft.app.comfy.ComfyNode.Input;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The API format: nodes by id, each with its class and its inputs by name, values and links alike. */
final class PromptFormat {

    /** A list as a value, which else would be taken for a link. */
    static final String VALUE = "__value__";

    private PromptFormat() {}

    static ComfyGraph read(JsonObject root) {
        List<ComfyNode> nodes = new ArrayList<>();
        List<String> oddities = new ArrayList<>();
        JsonObject rest = new JsonObject();
        root.asMap().forEach((id, element) -> {
            Optional<Loose> node =
                    Loose.of(element).filter(each -> each.text("class_type").isPresent());
            node.ifPresentOrElse(each -> nodes.add(node(id, each)), () -> {
                rest.add(id, element);
                oddities.add("its entry " + id + " is no node");
            });
        });
        return new ComfyGraph(nodes, List.of(), Map.of(), oddities, new Loose(rest));
    }

    private static ComfyNode node(String id, Loose node) {
        List<Input> inputs = new ArrayList<>();
        Map<String, JsonElement> values = new LinkedHashMap<>();
        node.fields("inputs").forEach((name, value) -> link(value)
                .ifPresentOrElse(
                        link -> inputs.add(new Input(name, "", false, Optional.of(link))),
                        () -> values.put(name, plain(value))));
        String title = node.object("_meta").text("title").orElse("");
        String type = node.text("class_type").orElseThrow();
        return new ComfyNode(id, type, title, inputs, List.of(), List.of(), values, node, Optional.empty());
    }

    /** As ComfyUI tells them: a list of a text and a number. */
    private static Optional<ComfyLink> link(JsonElement value) {
        return value instanceof JsonArray link
                        && link.size() == 2
                        && link.get(0) instanceof JsonPrimitive id
                        && id.isString()
                ? Loose.index(link.get(1)).map(slot -> new ComfyLink(id.getAsString(), slot, List.of()))
                : Optional.empty();
    }

    private static JsonElement plain(JsonElement value) {
        return value instanceof JsonObject wrapped && wrapped.size() == 1 && wrapped.has(VALUE)
                ? wrapped.get(VALUE)
                : value;
    }
}
