package graft.app.workflow;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The sockets that a subgraph shows, as two nodes and their wires while its inside is edited, so that every edit of wires
 * keeps them right: what is removed shows no more, what is folded or unpacked shows from where it went.
 */
final class Boundary {

    // No id of a file has such characters.
    private static final String LEFT = "<inputs>";
    private static final String RIGHT = "<outputs>";

    private static final WorkflowNode NODE = new WorkflowNode(
            "graft/boundary",
            1,
            Map.of(),
            "",
            Optional.of(new Place(0, 0)),
            Look.PLAIN.withPinned(true),
            Mode.RUN,
            new JsonObject());

    private Boundary() {}

    /** The inside with its boundary, and with the subgraphs of the whole. */
    static Workflow opened(Subgraph subgraph, Map<String, Subgraph> all) {
        Workflow inside = subgraph.inside();
        Map<String, WorkflowNode> nodes = new LinkedHashMap<>(inside.nodes());
        nodes.put(LEFT, NODE);
        nodes.put(RIGHT, NODE);
        List<Wire> wires = new ArrayList<>(inside.wires());
        subgraph.inputs().forEach(port -> wires.add(new Wire(LEFT, port.id(), port.node(), port.socket())));
        subgraph.outputs().forEach(port -> wires.add(new Wire(port.node(), port.socket(), RIGHT, port.id())));
        return inside.withNodes(nodes).withWires(wires).withSubgraphs(all);
    }

    /** The subgraph with an inside that was edited. */
    static Subgraph closed(Subgraph before, Workflow edited) {
        Map<String, String> inputTitles = new LinkedHashMap<>();
        before.inputs().forEach(port -> inputTitles.put(port.id(), port.title()));
        Map<String, String> outputTitles = new LinkedHashMap<>();
        before.outputs().forEach(port -> outputTitles.put(port.id(), port.title()));
        List<Wire> wires = new ArrayList<>();
        List<Port> inputs = new ArrayList<>();
        List<Port> outputs = new ArrayList<>();
        for (Wire wire : edited.wires()) {
            boolean left = wire.fromNode().equals(LEFT);
            boolean right = wire.toNode().equals(RIGHT);
            if (left && !right) {
                String title = inputTitles.getOrDefault(wire.output(), "");
                inputs.add(new Port(wire.output(), title, wire.toNode(), wire.input()));
            } else if (right && !left) {
                String title = outputTitles.getOrDefault(wire.input(), "");
                outputs.add(new Port(wire.input(), title, wire.fromNode(), wire.output()));
            } else if (!left) {
                wires.add(wire);
            }
        }
        Map<String, WorkflowNode> nodes = new LinkedHashMap<>(edited.nodes());
        nodes.remove(LEFT);
        nodes.remove(RIGHT);
        return new Subgraph(before.title(), edited.withNodes(nodes).withWires(wires), inputs, outputs);
    }
}
