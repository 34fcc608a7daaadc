package graft.app.comfy;

import java.util.List;
import java.util.Map;

/**
 * What ComfyUI saved, in whichever form: the whole, or the inside of a subgraph.
 *
 * @param groups as they came
 * @param subgraphs by id, those within others too; none for the inside of one
 * @param oddities sentences about what the file says and does not follow
 * @param rest everything that is not in the nodes, as it came
 */
record ComfyGraph(
        List<ComfyNode> nodes,
        List<Loose> groups,
        Map<String, ComfySubgraph> subgraphs,
        List<String> oddities,
        Loose rest) {}
