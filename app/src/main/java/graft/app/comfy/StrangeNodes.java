package graft.app.comfy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Keeps nodes of classes that Graft has no node for, with their values and sockets as they are called there. */
final class StrangeNodes {

    private final List<ComfyNode> all;
    private final Draft draft;
    private final NodeValues values;
    private final Remarks remarks;
    private final Set<String> kept;
    private final Set<String> told = new HashSet<>();

    /**
     * @param all the nodes of the level, to count those of a class
     * @param kept the classes of every level, added to
     */
    StrangeNodes(List<ComfyNode> all, Draft draft, NodeValues values, Remarks remarks, Set<String> kept) {
        this.all = all;
        this.draft = draft;
        this.values = values;
        this.remarks = remarks;
        this.kept = kept;
    }

    void add(ComfyNode node) {
        String type = Draft.AS_IT_CAME + "/" + node.type();
        String id = draft.id(type);
        draft.became(node, id);
        kept.add(node.type());
        if (told.add(node.type())) {
            long many = all.stream()
                    .filter(other -> other.type().equals(node.type()))
                    .count();
            remarks.say(
                    id,
                    "Graft has no node for ComfyUI's " + node.type()
                            + (many > 1 ? ", of which there are " + many : "") + ": it is kept as it came, and does not"
                            + " run");
        }
        draft.add(
                id,
                node,
                type,
                values.of(node),
                Draft.asItCame(node, SocketNames.inputs(node), SocketNames.outputs(node)));
    }
}
