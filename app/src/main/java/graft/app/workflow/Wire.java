package graft.app.workflow;

/**
 * A wire from an output of one node to an input, or a setting, of another.
 *
 * @param fromNode id of the node that it leaves
 * @param output id of the output there
 * @param toNode id of the node that it enters
 * @param input id of the input or setting there
 */
public record Wire(String fromNode, String output, String toNode, String input) {

    /** As files and messages say it: {@code model.model}. */
    public String from() {
        return fromNode + "." + output;
    }

    /** As files and messages say it: {@code sample.model}. */
    public String to() {
        return toNode + "." + input;
    }
}
