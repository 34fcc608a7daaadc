package graft.app.workflow;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import graft.node.Problem;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A workflow: nodes by id, and the wires between them. Immutable.
 *
 * @param title what it is called; empty for its file's name
 * @param notes what its author says of it
 * @param nodes by id, in the order of the file
 * @param wires in the order in which they were drawn
 * @param extra what other programs keep with it
 */
public record Workflow(
        String title, String notes, Map<String, WorkflowNode> nodes, List<Wire> wires, JsonObject extra) {

    /** The version of the file format that is written. */
    public static final int FORMAT = FormatMigrations.ALL.latest();

    public Workflow {
        nodes = Collections.unmodifiableMap(new LinkedHashMap<>(nodes));
        wires = List.copyOf(wires);
    }

    /**
     * Reads a workflow file.
     *
     * @throws Problem when it is missing, no JSON, or has fields that a workflow has not
     */
    public static Workflow read(Path file) {
        return WorkflowFile.read(file);
    }

    /**
     * Reads a workflow from its text.
     *
     * @param name what messages call it
     */
    public static Workflow parse(String json, String name) {
        return WorkflowFile.parse(json, name);
    }

    /** Writes the workflow whole or not at all. */
    public void write(Path file) {
        WorkflowFile.write(this, file);
    }

    /** The text of its file. */
    public String toJson() {
        return WorkflowFile.toJson(this);
    }

    /**
     * A copy with one setting changed.
     *
     * @throws Problem when there is no such node
     */
    public Workflow with(String node, String setting, JsonElement value) {
        if (!nodes.containsKey(node)) {
            throw new Problem(
                    "cannot set " + node + "." + setting,
                    "the workflow has no node " + node,
                    "its nodes are " + String.join(", ", nodes.keySet()));
        }
        return map(node, old -> old.with(setting, value));
    }

    /** A copy with one node changed. */
    public Workflow map(String node, UnaryOperator<WorkflowNode> change) {
        Map<String, WorkflowNode> changed = new LinkedHashMap<>(nodes);
        changed.computeIfPresent(node, (id, old) -> change.apply(old));
        return new Workflow(title, notes, changed, wires, extra);
    }
}
