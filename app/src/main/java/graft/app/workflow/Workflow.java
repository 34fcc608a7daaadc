package graft.app.workflow;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import graft.node.Problem;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A workflow: nodes by id, and the wires between them. Immutable.
 *
 * @param title what it is called; empty for its file's name
 * @param notes what its author says of it
 * @param nodes by id, in the order of the file
 * @param wires in the order in which they were drawn
 * @param groups frames around nodes, the lowest first
 * @param comments notes on the canvas, the lowest first
 * @param subgraphs workflows that stand as one node in this one or in each other, by name
 * @param extra what other programs keep with it
 */
public record Workflow(
        String title,
        String notes,
        Map<String, WorkflowNode> nodes,
        List<Wire> wires,
        List<Group> groups,
        List<Comment> comments,
        Map<String, Subgraph> subgraphs,
        JsonObject extra) {

    /** The version of the file format that is written. */
    public static final int FORMAT = FormatMigrations.ALL.latest();

    /** A workflow with nothing in it. */
    public static final Workflow EMPTY = new Workflow("", "", Map.of(), List.of(), new JsonObject());

    public Workflow {
        nodes = Collections.unmodifiableMap(new LinkedHashMap<>(nodes));
        wires = List.copyOf(wires);
        groups = List.copyOf(groups);
        comments = List.copyOf(comments);
        subgraphs = Collections.unmodifiableMap(new LinkedHashMap<>(subgraphs));
    }

    /** A workflow of nodes and wires alone. */
    public Workflow(String title, String notes, Map<String, WorkflowNode> nodes, List<Wire> wires, JsonObject extra) {
        this(title, notes, nodes, wires, List.of(), List.of(), Map.of(), extra);
    }

    /**
     * Reads a workflow file, or a picture that Graft saved with its workflow inside.
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
     * @param node its id; {@code outer.inner} for a node of a subgraph, where it changes for that outer node alone
     * @throws Problem when there is no such node
     */
    public Workflow with(String node, String setting, JsonElement value) {
        if (nodes.containsKey(node)) {
            return map(node, old -> old.with(setting, value));
        }
        int dot = node.indexOf('.');
        String outer = dot < 0 ? node : node.substring(0, dot);
        if (node(node).isEmpty()) {
            List<String> known = Subgraphs.ids(this);
            throw new Problem(
                    "cannot set " + node + "." + setting,
                    "the workflow has no node " + node,
                    "its nodes are " + String.join(", ", known));
        }
        return map(outer, old -> old.with(node.substring(dot + 1) + "." + setting, value));
    }

    /**
     * A copy in which some settings of a node have no value of their own.
     *
     * @param node as of {@link #with}
     */
    public Workflow without(String node, Collection<String> settings) {
        int dot = nodes.containsKey(node) ? -1 : node.indexOf('.');
        String within = dot < 0 ? "" : node.substring(dot + 1) + ".";
        return map(dot < 0 ? node : node.substring(0, dot), old -> {
            Map<String, JsonElement> left = new LinkedHashMap<>(old.settings());
            settings.forEach(setting -> left.remove(within + setting));
            return old.withSettings(left);
        });
    }

    /** A node by its id; {@code outer.inner} for one of a subgraph. */
    public Optional<WorkflowNode> node(String path) {
        return node(path, this);
    }

    private Optional<WorkflowNode> node(String path, Workflow root) {
        int dot = nodes.containsKey(path) ? -1 : path.indexOf('.');
        return dot < 0
                ? Optional.ofNullable(nodes.get(path))
                : Optional.ofNullable(nodes.get(path.substring(0, dot)))
                        .flatMap(root::subgraph)
                        .flatMap(subgraph -> subgraph.inside().node(path.substring(dot + 1), root));
    }

    /** The subgraph that a node, of this workflow or of one of its subgraphs, stands for. */
    public Optional<Subgraph> subgraph(WorkflowNode node) {
        return Subgraph.isType(node.type())
                ? Optional.ofNullable(subgraphs.get(Subgraph.name(node.type())))
                : Optional.empty();
    }

    /** A copy with one node changed. */
    public Workflow map(String node, UnaryOperator<WorkflowNode> change) {
        Map<String, WorkflowNode> changed = new LinkedHashMap<>(nodes);
        changed.computeIfPresent(node, (id, old) -> change.apply(old));
        return withNodes(changed);
    }

    /** A copy with another title; empty for the file's name. */
    public Workflow withTitle(String other) {
        return new Workflow(other, notes, nodes, wires, groups, comments, subgraphs, extra);
    }

    /** A copy with other notes. */
    public Workflow withNotes(String other) {
        return new Workflow(title, other, nodes, wires, groups, comments, subgraphs, extra);
    }

    /** A copy with other nodes. */
    public Workflow withNodes(Map<String, WorkflowNode> other) {
        return new Workflow(title, notes, other, wires, groups, comments, subgraphs, extra);
    }

    /** A copy with other wires. */
    public Workflow withWires(List<Wire> other) {
        return new Workflow(title, notes, nodes, other, groups, comments, subgraphs, extra);
    }

    /** A copy with other groups. */
    public Workflow withGroups(List<Group> other) {
        return new Workflow(title, notes, nodes, wires, other, comments, subgraphs, extra);
    }

    /** A copy with other comments. */
    public Workflow withComments(List<Comment> other) {
        return new Workflow(title, notes, nodes, wires, groups, other, subgraphs, extra);
    }

    /** A copy with other subgraphs. */
    public Workflow withSubgraphs(Map<String, Subgraph> other) {
        return new Workflow(title, notes, nodes, wires, groups, comments, other, extra);
    }

    /** A copy with which other programs keep something else. */
    Workflow withExtra(JsonObject other) {
        return new Workflow(title, notes, nodes, wires, groups, comments, subgraphs, other);
    }
}
