package graft.app.comfy;

import java.util.List;
import java.util.Optional;

/**
 * Tells what becomes of one level: of the whole beside the node that it is about, of what is inside a subgraph after the subgraph's
 * name.
 */
final class Remarks {

    private final Optional<ComfySubgraph> within;
    private final List<Remark> all;

    /** @param all those of every level, added to */
    Remarks(Optional<ComfySubgraph> within, List<Remark> all) {
        this.within = within;
        this.all = all;
    }

    /** @param node id of the node here; empty for the level as a whole */
    void say(String node, String sentence) {
        String where = within.map(subgraph ->
                        "in the subgraph " + (subgraph.title().isEmpty() ? subgraph.id() : subgraph.title()) + ", ")
                .orElse("");
        String whole = within.isEmpty() || node.isEmpty() ? sentence : node + ": " + sentence;
        all.add(new Remark(within.isEmpty() ? node : "", where + whole));
    }
}
