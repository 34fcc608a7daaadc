package graft.app.engine;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Draws a workflow in a line or two: {@code new Sketch().node("a", "make").node("s", "save").wire("a.thing", "s.thing")}. */
final class Sketch {

    private final Map<String, WorkflowNode> nodes = new LinkedHashMap<>();
    private final List<Wire> wires = new ArrayList<>();

    /** Settings are given as name, value, name, value. */
    Sketch node(String id, String type, Object... settings) {
        return node(id, 1, type, settings);
    }

    Sketch node(String id, int version, String type, Object... settings) {
        Map<String, JsonElement> values = new LinkedHashMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            values.put((String) settings[i], json(settings[i + 1]));
        }
        nodes.put(id, new WorkflowNode("test/" + type, version, values, "", Optional.empty(), new JsonObject()));
        return this;
    }

    Sketch wire(String from, String to) {
        String[] begin = from.split("\\.", -1);
        String[] end = to.split("\\.", -1);
        wires.add(new Wire(begin[0], begin[1], end[0], end[1]));
        return this;
    }

    Workflow done() {
        return new Workflow("Sketch", "", nodes, wires, new JsonObject());
    }

    static JsonElement json(Object value) {
        return value instanceof Number number
                ? new JsonPrimitive(number)
                : value instanceof Boolean truth ? new JsonPrimitive(truth) : new JsonPrimitive(value.toString());
    }
}
