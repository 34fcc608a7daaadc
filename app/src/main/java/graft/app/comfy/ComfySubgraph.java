package graft.app.comfy;

import java.util.List;
import java.util.Optional;

/**
 * A subgraph as ComfyUI defines it; the type of the nodes that stand for it is its id.
 */
record ComfySubgraph(String id, String title, List<Input> inputs, List<Output> outputs, ComfyGraph inside) {

    /** The node that links inside come from where they come from outside. */
    static final String INPUTS = "-10";

    /** The node that links inside go to where they go outside. */
    static final String OUTPUTS = "-20";

    /**
     * An input.
     *
     * @param title what people read; empty for the name
     */
    record Input(String name, String title, String kind) {}

    /** An output, and what gives it inside. */
    record Output(String name, String title, String kind, Optional<ComfyLink> from) {}
}
