package graft.app.workflow;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A workflow that stands as one node, of the type {@code subgraph/NAME}, in the workflow that holds it or in other
 * subgraphs of that.
 *
 * <p>Input ports of one id are one socket outside whose wire enters several sockets inside. A node's setting named as an
 * input port goes to the settings behind it; one named {@code inner.setting} changes that setting for this node alone.
 *
 * @param title what people read
 * @param inside without a title or subgraphs of its own: those that it uses are those of the workflow that holds it
 */
public record Subgraph(String title, Workflow inside, List<Port> inputs, List<Port> outputs) {

    private static final String TYPE = "subgraph/";

    public Subgraph {
        inside = inside.withTitle("").withSubgraphs(Map.of());
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /** The node type that stands for the subgraph of a name. */
    public static String type(String name) {
        return TYPE + name;
    }

    /** Whether a node type stands for a subgraph. */
    public static boolean isType(String type) {
        return type.startsWith(TYPE);
    }

    /** The name of the subgraph that a node type stands for. */
    public static String name(String type) {
        return type.substring(TYPE.length());
    }

    /** The sockets that show outside at the left, each with what it enters. */
    public Map<String, List<Port>> inputSockets() {
        Map<String, List<Port>> sockets = new LinkedHashMap<>();
        for (Port port : inputs) {
            sockets.merge(port.id(), List.of(port), (a, b) -> Stream.concat(a.stream(), b.stream())
                    .toList());
        }
        return sockets;
    }

    /** A copy with another inside. */
    public Subgraph withInside(Workflow other) {
        return new Subgraph(title, other, inputs, outputs);
    }
}
