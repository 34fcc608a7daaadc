package graft.nodes.sampling;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** The nodes and wires of a run, to be asked what led to what. */
final class RunGraph {

    private final JsonObject nodes;
    private final JsonArray wires;

    private RunGraph(JsonObject nodes, JsonArray wires) {
        this.nodes = nodes;
        this.wires = wires;
    }

    /** @param workflow the flat workflow as JSON, settings as run */
    static RunGraph of(String workflow) {
        JsonObject document = JsonParser.parseString(workflow).getAsJsonObject();
        JsonArray wires = document.has("wires") ? document.getAsJsonArray("wires") : new JsonArray();
        return new RunGraph(document.getAsJsonObject("nodes"), wires);
    }

    Set<String> ids() {
        return nodes.keySet();
    }

    /** Of a node that may not be there: then empty. */
    String type(String id) {
        return nodes.has(id) ? nodes.getAsJsonObject(id).get("type").getAsString() : "";
    }

    JsonObject settings(String id) {
        JsonElement settings = nodes.getAsJsonObject(id).get("settings");
        return settings == null ? new JsonObject() : settings.getAsJsonObject();
    }

    /** A setting as text; empty where it has no single value. */
    String text(String id, String setting) {
        JsonElement value = settings(id).get(setting);
        return value == null || !value.isJsonPrimitive() ? "" : value.getAsString();
    }

    /** A number of a setting; that of a list at a position, or its only one. */
    OptionalDouble number(String id, String setting, int position) {
        JsonElement value = settings(id).get(setting);
        if (value instanceof JsonArray list && !list.isEmpty()) {
            value = list.get(list.size() == 1 ? 0 : Math.min(position, list.size() - 1));
        }
        try {
            return value == null || !value.isJsonPrimitive()
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(value.getAsDouble());
        } catch (NumberFormatException none) {
            return OptionalDouble.empty();
        }
    }

    /** The nodes of some types that are reached first when going up all wires from a node, itself included. */
    Set<String> nearest(String from, Set<String> types) {
        Set<String> found = new LinkedHashSet<>();
        Set<String> seen = new LinkedHashSet<>();
        Deque<String> open = new ArrayDeque<>(Set.of(from));
        while (!open.isEmpty()) {
            String id = open.remove();
            if (!nodes.has(id) || !seen.add(id)) {
                continue;
            }
            if (types.contains(type(id))) {
                found.add(id);
            } else {
                wiresInto(id).values().forEach(output -> open.add(nodeOf(output)));
            }
        }
        return found;
    }

    /** The node whose output feeds an input. */
    Optional<String> source(String id, String input) {
        return Optional.ofNullable(wiresInto(id).get(input)).map(RunGraph::nodeOf);
    }

    /** The nodes whose outputs feed an input that takes several, in order. */
    List<String> sources(String id, String input) {
        List<String> sources = new ArrayList<>();
        wiresInto(id).forEach((to, output) -> {
            if (to.equals(input) || to.startsWith(input + "[")) {
                sources.add(nodeOf(output));
            }
        });
        return sources;
    }

    /** Input to the output that feeds it, "node.output"; further wires into a list are numbered "input[1]". */
    Map<String, String> wiresInto(String id) {
        Map<String, String> into = new LinkedHashMap<>();
        for (JsonElement wire : wires) {
            String to = wire.getAsJsonObject().get("to").getAsString();
            if (nodeOf(to).equals(id)) {
                String input = to.substring(id.length() + 1);
                String from = wire.getAsJsonObject().get("from").getAsString();
                String key = input;
                for (int i = 1; into.containsKey(key); i++) {
                    key = input + "[" + i + "]";
                }
                into.put(key, from);
            }
        }
        return into;
    }

    static String nodeOf(String socket) {
        return socket.substring(0, socket.lastIndexOf('.'));
    }
}
