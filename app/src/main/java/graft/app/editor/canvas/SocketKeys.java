package graft.app.editor.canvas;

import graft.app.editor.Strings;
import graft.app.workflow.Edits;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Goes from socket to socket of the selected node by the keyboard, and draws wires from them or takes them off. */
final class SocketKeys {

    private final Surface surface;
    private final Runnable selectNext;
    private final SocketChooser chooser;

    /** @param selectNext selects a node where none is */
    SocketKeys(Surface surface, SearchPopup search, Runnable selectNext) {
        this.surface = surface;
        this.selectNext = selectNext;
        this.chooser = new SocketChooser(surface, search);
    }

    /** The socket that the keyboard is at, and its node. */
    private record At(NodeView node, NodeGeometry.Spot spot) {
        SocketId id() {
            return new SocketId(node.id(), spot.id(), spot.output());
        }
    }

    private Optional<NodeView> node() {
        List<String> selected = surface.selectedNodes();
        return selected.size() == 1 ? surface.projection().node(selected.get(0)) : Optional.empty();
    }

    private Optional<At> at() {
        return surface.scene().focus().flatMap(id -> node().filter(
                        node -> node.id().equals(id.node()))
                .flatMap(node -> node.geometry().socket(id.id(), id.output()).map(spot -> new At(node, spot))));
    }

    /** Another node has other sockets. */
    void selectionChanged() {
        surface.scene().setFocus(at().map(At::id));
    }

    /** Goes to the next socket, or the one before, on its side of the node; to the first where it is at none. */
    void step(int by) {
        if (node().isEmpty()) {
            selectNext.run();
        }
        node().ifPresent(node -> {
            boolean output = at().map(each -> each.spot().output())
                    .orElse(spots(node, false).isEmpty());
            List<NodeGeometry.Spot> side = spots(node, output);
            int now = at().map(each -> side.indexOf(each.spot())).orElse(by > 0 ? -1 : 0);
            if (!side.isEmpty()) {
                go(node, side.get(Math.floorMod(now + by, side.size())));
            }
        });
    }

    /** Goes to the side of the outputs, or to that of the inputs. */
    void side(boolean outputs) {
        if (node().isEmpty()) {
            selectNext.run();
        }
        node().ifPresent(node -> {
            double y = at().map(each -> each.spot().y()).orElse(0.0);
            spots(node, outputs).stream()
                    .min(Comparator.comparingDouble(spot -> Math.abs(spot.y() - y)))
                    .ifPresent(spot -> go(node, spot));
        });
    }

    private static List<NodeGeometry.Spot> spots(NodeView node, boolean output) {
        return node.geometry().sockets().stream()
                .filter(spot -> spot.output() == output)
                .sorted(Comparator.comparingDouble(NodeGeometry.Spot::y))
                .toList();
    }

    private void go(NodeView node, NodeGeometry.Spot spot) {
        surface.scene().setFocus(Optional.of(new At(node, spot).id()));
        surface.reveal(node.id());
        surface.context().say(words(node, spot));
        surface.component().repaint();
    }

    /** What a socket is, for who does not see where the ring is. */
    private String words(NodeView node, NodeGeometry.Spot spot) {
        String kind = spot.output() ? "output" : spot.ofSetting() ? "setting" : "input";
        return Strings.get(
                "canvas.socket." + kind,
                node.title(),
                spot.title(),
                spot.kind().title(),
                wires(node, spot).size());
    }

    private List<Wire> wires(NodeView node, NodeGeometry.Spot spot) {
        return surface.document().shown().wires().stream()
                .filter(wire -> spot.output()
                        ? wire.fromNode().equals(node.id()) && wire.output().equals(spot.id())
                        : wire.toNode().equals(node.id()) && wire.input().equals(spot.id()))
                .toList();
    }

    /** Begins a wire at the socket that the keyboard is at; false when it is at none. */
    boolean wire() {
        at().ifPresent(from -> chooser.open(
                from.node(),
                from.spot(),
                WireDrag.from(surface.document().shown(), from.id(), from.spot().kind(), surface.document()::joins)));
        return at().isPresent();
    }

    /** Takes all wires off the socket that the keyboard is at; false when it is at none. */
    boolean disconnect() {
        at().ifPresent(from -> {
            List<Wire> wires = wires(from.node(), from.spot());
            if (wires.isEmpty()) {
                surface.context()
                        .say(Strings.get("canvas.socket.none", from.spot().title()));
            } else {
                surface.document().edit(Strings.get("canvas.edit.disconnect"), workflow -> {
                    Workflow next = workflow;
                    for (Wire wire : wires) {
                        next = Edits.disconnect(next, wire);
                    }
                    return next;
                });
            }
        });
        return at().isPresent();
    }

    /** Ends what is under way, else leaves the sockets; false when there was neither. */
    boolean leave() {
        if (chooser.isOpen()) {
            chooser.close();
            return true;
        }
        boolean was = at().isPresent();
        surface.scene().setFocus(Optional.empty());
        surface.component().repaint();
        return was;
    }

    /** A press of the mouse goes elsewhere. */
    void end() {
        chooser.close();
        surface.scene().setFocus(Optional.empty());
    }

    /** The socket that the keyboard is at, as {@code node.socket}. */
    Optional<String> focus() {
        return at().map(each -> each.node().id() + "." + each.spot().id());
    }
}
