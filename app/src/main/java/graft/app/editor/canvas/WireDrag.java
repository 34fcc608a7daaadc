package graft.app.editor.canvas;

import graft.app.editor.Faces;
import graft.app.editor.Strings;
import graft.app.engine.WireRules;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import graft.node.SocketKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * One or several wires with a loose end, and the rules of where it may go: the kinds have to fit, and no wires may run
 * in a circle.
 *
 * <p>Needs no window.
 */
final class WireDrag implements Scene.Pending {

    /** The ends that stay: outputs when the loose end seeks an input, inputs when it seeks an output. */
    private final List<SocketId> fixed;

    private final List<SocketKind> kinds;
    private final BiPredicate<SocketKind, SocketKind> joins;
    private final boolean seeksOutput;
    private final List<Wire> moved;

    /** Nodes that a wire would make need themselves. */
    private final Set<String> circular;

    private Optional<SocketId> target = Optional.empty();
    private Optional<String> refusal = Optional.empty();

    private WireDrag(
            Workflow workflow,
            List<SocketId> fixed,
            List<SocketKind> kinds,
            BiPredicate<SocketKind, SocketKind> joins,
            boolean seeksOutput,
            List<Wire> moved) {
        this.fixed = fixed;
        this.kinds = kinds;
        this.joins = joins;
        this.seeksOutput = seeksOutput;
        this.moved = moved;
        List<Wire> rest = new ArrayList<>(workflow.wires());
        rest.removeAll(moved);
        this.circular = new HashSet<>();
        fixed.forEach(end -> circular.addAll(reached(rest, end.node(), !seeksOutput)));
    }

    /**
     * A new wire from a socket.
     *
     * @param joins whether what a wire carries is taken where something is wanted
     */
    static WireDrag from(
            Workflow workflow, SocketId socket, SocketKind kind, BiPredicate<SocketKind, SocketKind> joins) {
        return new WireDrag(workflow, List.of(socket), List.of(kind), joins, !socket.output(), List.of());
    }

    /** A wire that is pulled out of its input. */
    static WireDrag unplugged(
            Workflow workflow, Wire wire, SocketKind kind, BiPredicate<SocketKind, SocketKind> joins) {
        SocketId output = new SocketId(wire.fromNode(), wire.output(), true);
        return new WireDrag(workflow, List.of(output), List.of(kind), joins, false, List.of(wire));
    }

    /**
     * All wires of an output, which are pulled out of it together.
     *
     * @param kinds what the inputs that they enter want
     */
    static WireDrag unplugged(
            Workflow workflow, List<Wire> wires, List<SocketKind> kinds, BiPredicate<SocketKind, SocketKind> joins) {
        List<SocketId> inputs = wires.stream()
                .map(wire -> new SocketId(wire.toNode(), wire.input(), false))
                .toList();
        return new WireDrag(workflow, inputs, kinds, joins, true, wires);
    }

    /** A node and all that come after it, or before it. */
    private static Set<String> reached(List<Wire> wires, String node, boolean before) {
        Set<String> reached = new HashSet<>();
        List<String> open = new ArrayList<>(List.of(node));
        while (!open.isEmpty()) {
            String next = open.remove(open.size() - 1);
            if (reached.add(next)) {
                for (Wire wire : wires) {
                    if ((before ? wire.toNode() : wire.fromNode()).equals(next)) {
                        open.add(before ? wire.fromNode() : wire.toNode());
                    }
                }
            }
        }
        return reached;
    }

    @Override
    public boolean fits(NodeView node, NodeGeometry.Spot spot) {
        return spot.output() == seeksOutput
                ? refusal(node.id(), spot).isEmpty()
                : fixed.contains(new SocketId(node.id(), spot.id(), spot.output()));
    }

    /** Why a socket does not take the loose end, a sentence; empty when it does. */
    Optional<String> refusal(String node, NodeGeometry.Spot spot) {
        if (spot.output() != seeksOutput) {
            return Optional.of(Strings.get(seeksOutput ? "canvas.refuse.wants-output" : "canvas.refuse.wants-input"));
        }
        for (SocketKind kind : kinds) {
            SocketKind carried = seeksOutput ? spot.kind() : kind;
            SocketKind wanted = seeksOutput ? kind : spot.kind();
            if (!joins.test(carried, wanted) && !carried.equals(Faces.UNKNOWN)) {
                return Optional.of(Strings.sentence(WireRules.misfit(carried, wanted)));
            }
        }
        if (fixed.stream().anyMatch(end -> end.node().equals(node))) {
            return Optional.of(Strings.get("canvas.refuse.itself"));
        }
        return circular.contains(node) ? Optional.of(Strings.get("canvas.refuse.circle")) : Optional.empty();
    }

    /** Takes aim at what lies under the mouse: a socket, or the first of a node that fits. */
    void aim(Optional<Hit> under) {
        target = Optional.empty();
        refusal = Optional.empty();
        if (under.isEmpty()) {
            return;
        }
        if (under.get() instanceof Hit.OfSocket socket) {
            aim(socket.node(), socket.spot());
        } else if (under.get() instanceof Hit.OfSetting row && !seeksOutput) {
            row.node().geometry().socket(row.setting().id(), false).ifPresent(spot -> aim(row.node(), spot));
            if (target.isEmpty() && first(row.node()).isPresent()) {
                aim(row.node(), first(row.node()).get());
            }
        } else if (under.get() instanceof Hit.OfNode node) {
            aim(node.node());
        } else if (under.get() instanceof Hit.OfSetting row) {
            aim(row.node());
        }
    }

    private void aim(NodeView node) {
        Optional<NodeGeometry.Spot> first = first(node);
        if (first.isPresent()) {
            aim(node, first.get());
        } else if (fixed.stream().noneMatch(end -> end.node().equals(node.id()))) {
            refusal = node.geometry().sockets().stream()
                    .filter(spot -> spot.output() == seeksOutput && !spot.ofSetting())
                    .findFirst()
                    .flatMap(spot -> circular.contains(node.id()) ? refusal(node.id(), spot) : Optional.empty())
                    .or(() -> Optional.of(Strings.get(
                            "canvas.refuse.none", node.title(), kinds.get(0).title())));
        }
    }

    /** Takes aim at a socket. */
    void aim(NodeView node, NodeGeometry.Spot spot) {
        SocketId id = new SocketId(node.id(), spot.id(), spot.output());
        if (fixed.contains(id)) {
            return;
        }
        refusal = refusal(node.id(), spot);
        target = refusal.isEmpty() ? Optional.of(id) : Optional.empty();
    }

    /** Takes aim at nothing. */
    void aimAtNothing() {
        aim(Optional.empty());
    }

    /** The socket of a node that fits best: one without a wire before one with, an input before a setting. */
    Optional<NodeGeometry.Spot> first(NodeView node) {
        return node.geometry().sockets().stream()
                .filter(spot -> spot.output() == seeksOutput)
                .filter(spot -> refusal(node.id(), spot).isEmpty())
                .min(Comparator.comparing((NodeGeometry.Spot spot) -> spot.ofSetting())
                        .thenComparing(spot -> !spot.output()
                                && node.isWired(spot.id(), false)
                                && spot.schema().filter(schema -> schema.list()).isEmpty()));
    }

    @Override
    public Optional<SocketId> target() {
        return target;
    }

    /** Why what it aims at does not take it. */
    Optional<String> refusal() {
        return refusal;
    }

    boolean seeksOutput() {
        return seeksOutput;
    }

    List<SocketId> fixed() {
        return fixed;
    }

    /** What the first of the wires carries, or has to carry. */
    SocketKind kind() {
        return kinds.get(0);
    }

    /** Wires that were there before and go when the loose end finds another place, or none. */
    List<Wire> moved() {
        return moved;
    }

    /** The wires to draw when the loose end goes to a socket. */
    List<Wire> wires(SocketId socket) {
        return fixed.stream()
                .map(end -> seeksOutput
                        ? new Wire(socket.node(), socket.id(), end.node(), end.id(), List.of())
                        : new Wire(end.node(), end.id(), socket.node(), socket.id(), List.of()))
                .toList();
    }
}
