package graft.app.editor.canvas;

import graft.app.workflow.Neighbours;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.node.NodeSchema;
import graft.node.SocketKind;
import graft.node.SocketSchema;
import java.util.Comparator;
import java.util.Optional;

/** Orders node types by how likely a wire is meant to go to one of them. */
final class Likely implements Comparator<NodeSchema> {

    private final WireDrag wire;
    private final Neighbours neighbours;
    private final Optional<String> type;
    private final Comparator<NodeSchema> order;

    Likely(Workflow shown, Neighbours neighbours, WireDrag wire) {
        this.wire = wire;
        this.neighbours = neighbours;
        type = Optional.ofNullable(shown.nodes().get(wire.fixed().get(0).node()))
                .map(WorkflowNode::type);
        order = Comparator.comparing((NodeSchema each) -> !each.deprecated().isEmpty())
                .thenComparing(Comparator.comparingInt(this::wired).reversed())
                .thenComparingInt(this::entrance);
    }

    @Override
    public int compare(NodeSchema one, NodeSchema other) {
        return order.compare(one, other);
    }

    /** How often such a wire goes to such a node. */
    private int wired(NodeSchema other) {
        SocketId end = wire.fixed().get(0);
        return type.map(of -> neighbours.count(of, end.id(), end.output(), other.id()))
                .orElse(0);
    }

    /** What it would enter: an input that has to be wired, one that may be, a setting. */
    private int entrance(NodeSchema other) {
        SocketKind kind = wire.kind();
        if (wire.seeksOutput()) {
            return other.outputs().isEmpty() || !other.outputs().get(0).kind().fits(kind) ? 1 : 0;
        }
        return other.inputs().stream()
                .filter(input -> kind.fits(input.kind()))
                .map(SocketSchema::optional)
                .map(optional -> optional ? 1 : 0)
                .min(Comparator.naturalOrder())
                .orElse(2);
    }
}
