package graft.app.workflow;

import java.util.List;

/**
 * What a document must know of node types to join wires: asked of whoever knows the plugins.
 *
 * <p>An unknown type has no sockets.
 */
public interface Sockets {

    /**
     * An input or output.
     *
     * @param id its name in wires
     * @param kind id of what it carries
     */
    record Socket(String id, String kind) {}

    /** The inputs of a node type, in order, without its settings. */
    List<Socket> inputs(String type);

    /** The outputs of a node type, in order. */
    List<Socket> outputs(String type);

    /** Whether a wire may carry an output of one kind into an input of another. */
    boolean fits(String output, String input);
}
