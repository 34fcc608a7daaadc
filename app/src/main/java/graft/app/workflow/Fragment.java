package graft.app.workflow;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import graft.node.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A piece of a workflow on its way through the clipboard, as JSON text.
 *
 * @param piece nodes, the wires among them, groups, comments, and the subgraphs that they use
 * @param incoming wires into the piece from nodes that are not in it
 */
public record Fragment(Workflow piece, List<Wire> incoming) {

    private static final String MARK = "graft-fragment";

    public Fragment {
        incoming = List.copyOf(incoming);
    }

    /**
     * The nodes, groups and comments of those ids.
     *
     * @param withWires whether to take along the wires from other nodes
     */
    public static Fragment of(Workflow workflow, Set<String> ids, boolean withWires) {
        Map<String, WorkflowNode> nodes = new LinkedHashMap<>(workflow.nodes());
        nodes.keySet().retainAll(ids);
        Workflow piece = new Workflow(
                "",
                "",
                nodes,
                workflow.wires().stream()
                        .filter(wire -> nodes.containsKey(wire.fromNode()) && nodes.containsKey(wire.toNode()))
                        .toList(),
                workflow.groups().stream()
                        .filter(group -> ids.contains(group.id()))
                        .toList(),
                workflow.comments().stream()
                        .filter(comment -> ids.contains(comment.id()))
                        .toList(),
                Map.of(),
                new JsonObject());
        Map<String, Subgraph> subgraphs = new LinkedHashMap<>(workflow.subgraphs());
        subgraphs.keySet().retainAll(Subgraphs.used(piece, workflow));
        List<Wire> incoming = workflow.wires().stream()
                .filter(wire -> !nodes.containsKey(wire.fromNode()) && nodes.containsKey(wire.toNode()))
                .toList();
        return new Fragment(piece.withSubgraphs(subgraphs), withWires ? incoming : List.of());
    }

    /** The text for the clipboard. */
    public String toJson() {
        JsonObject root = WorkflowFile.json(piece);
        root.remove("format");
        JsonObject marked = new JsonObject();
        marked.addProperty(MARK, Workflow.FORMAT);
        root.asMap().forEach(marked::add);
        JsonArray wires = new JsonArray();
        incoming.forEach(wire -> wires.add(WorkflowFile.json(wire)));
        marked.add("incoming", wires);
        return WorkflowFile.text(marked);
    }

    /**
     * Reads what was copied: a piece, or the text of a whole workflow file.
     *
     * @return empty when the text is something else altogether
     * @throws Problem when it is of Graft but damaged, or of another program's kind of workflow
     */
    public static Optional<Fragment> parse(String text) {
        if (!text.stripLeading().startsWith("{")) {
            return Optional.empty();
        }
        return WorkflowFile.fragment(text, MARK);
    }
}
