package graft.app.workflow;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A node of a workflow.
 *
 * @param type the id of its {@link graft.node.NodeType}
 * @param version of the node type when it was saved
 * @param settings saved settings by name; those left out have their defaults
 * @param title what the user calls it; empty for the type's title
 * @param place where it lies on the canvas, if anybody placed it
 * @param extra what other programs keep with it
 */
public record WorkflowNode(
        String type,
        int version,
        Map<String, JsonElement> settings,
        String title,
        Optional<Place> place,
        JsonObject extra) {

    /** Upper left corner on the canvas, in pixels at 100 %. */
    public record Place(double x, double y) {}

    public WorkflowNode {
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    }

    /** A copy with one setting changed. */
    WorkflowNode with(String setting, JsonElement value) {
        Map<String, JsonElement> changed = new LinkedHashMap<>(settings);
        changed.put(setting, value);
        return withSettings(changed);
    }

    /** A copy with other settings. */
    public WorkflowNode withSettings(Map<String, JsonElement> other) {
        return new WorkflowNode(type, version, other, title, place, extra);
    }
}
