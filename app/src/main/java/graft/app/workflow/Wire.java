package graft.app.workflow;

import java.util.List;

/**
 * A wire from an output of one node to an input, or a setting, of another.
 *
 * @param fromNode id of the node that it leaves
 * @param output id of the output there
 * @param toNode id of the node that it enters
 * @param input id of the input or setting there
 * @param via points that it is led through on its way
 */
public record Wire(String fromNode, String output, String toNode, String input, List<Place> via) {

    public Wire {
        via = List.copyOf(via);
    }

    /** A wire that goes straight. */
    public Wire(String fromNode, String output, String toNode, String input) {
        this(fromNode, output, toNode, input, List.of());
    }

    /** As files and messages say it: {@code model.model}. */
    public String from() {
        return fromNode + "." + output;
    }

    /** As files and messages say it: {@code sample.model}. */
    public String to() {
        return toNode + "." + input;
    }

    /** A copy led through other points. */
    public Wire withVia(List<Place> other) {
        return new Wire(fromNode, output, toNode, input, other);
    }

    /** A copy that begins elsewhere. */
    Wire withFrom(String node, String socket) {
        return new Wire(node, socket, toNode, input, via);
    }

    /** A copy that ends elsewhere. */
    Wire withTo(String node, String socket) {
        return new Wire(fromNode, output, node, socket, via);
    }

    /** Whether both join the same sockets. */
    boolean joinsAs(Wire other) {
        return from().equals(other.from()) && to().equals(other.to());
    }
}
