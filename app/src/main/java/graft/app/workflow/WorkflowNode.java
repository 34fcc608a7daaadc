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
 * @param type the id of its {@link graft.node.NodeType}, or {@link Subgraph#type}
 * @param version of the node type when it was saved
 * @param settings saved settings by name; those left out have their defaults
 * @param title what the user calls it; empty for the type's title
 * @param place where it lies on the canvas, if anybody placed it
 * @param look how it looks there
 * @param mode whether it takes part in a run
 * @param extra what other programs keep with it
 */
public record WorkflowNode(
        String type,
        int version,
        Map<String, JsonElement> settings,
        String title,
        Optional<Place> place,
        Look look,
        Mode mode,
        JsonObject extra) {

    public WorkflowNode {
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    }

    /** A node that looks plain and runs. */
    public WorkflowNode(
            String type,
            int version,
            Map<String, JsonElement> settings,
            String title,
            Optional<Place> place,
            JsonObject extra) {
        this(type, version, settings, title, place, Look.PLAIN, Mode.RUN, extra);
    }

    /** A new node of a type, with its defaults. */
    public static WorkflowNode of(String type, int version, Place place) {
        return new WorkflowNode(type, version, Map.of(), "", Optional.of(place), new JsonObject());
    }

    /** A copy with one setting changed. */
    public WorkflowNode with(String setting, JsonElement value) {
        Map<String, JsonElement> changed = new LinkedHashMap<>(settings);
        changed.put(setting, value);
        return withSettings(changed);
    }

    /** A copy with one setting at its default. */
    WorkflowNode without(String setting) {
        Map<String, JsonElement> changed = new LinkedHashMap<>(settings);
        changed.remove(setting);
        return withSettings(changed);
    }

    /** A copy with other settings. */
    public WorkflowNode withSettings(Map<String, JsonElement> other) {
        return new WorkflowNode(type, version, other, title, place, look, mode, extra);
    }

    /** A copy that was saved by another version of its type. */
    public WorkflowNode withVersion(int other) {
        return new WorkflowNode(type, other, settings, title, place, look, mode, extra);
    }

    /** A copy of another type. */
    public WorkflowNode withType(String other) {
        return new WorkflowNode(other, version, settings, title, place, look, mode, extra);
    }

    /** A copy with another title; empty for the type's. */
    public WorkflowNode withTitle(String other) {
        return new WorkflowNode(type, version, settings, other, place, look, mode, extra);
    }

    /** A copy elsewhere. */
    public WorkflowNode withPlace(Place other) {
        return new WorkflowNode(type, version, settings, title, Optional.of(other), look, mode, extra);
    }

    /** A copy that looks otherwise. */
    public WorkflowNode withLook(Look other) {
        return new WorkflowNode(type, version, settings, title, place, other, mode, extra);
    }

    /** A copy of another mode. */
    public WorkflowNode withMode(Mode other) {
        return new WorkflowNode(type, version, settings, title, place, look, other, extra);
    }

    /** A copy with which other programs keep something else. */
    public WorkflowNode withExtra(JsonObject other) {
        return new WorkflowNode(type, version, settings, title, place, look, mode, other);
    }
}
