package graft.app.comfy;

import graft.app.workflow.Place;
import java.util.List;

/**
 * Where what enters an input comes from.
 *
 * @param node id of the node; {@link ComfySubgraph#INPUTS} for the subgraph's own inputs
 * @param slot which of its outputs, from 0
 * @param via points that the wire is led through
 */
record ComfyLink(String node, int slot, List<Place> via) {

    /** Of a wire that an input names and the file does not have. */
    static final ComfyLink NOWHERE = new ComfyLink("", -1, List.of());

    ComfyLink {
        via = List.copyOf(via);
    }
}
