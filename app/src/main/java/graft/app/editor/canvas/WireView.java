package graft.app.editor.canvas;

import com.mxgraph.model.mxCell;
import graft.app.workflow.Wire;
import graft.node.SocketKind;
import java.awt.Graphics2D;
import java.awt.geom.Point2D;
import java.util.List;

/** A wire as the canvas shows it. */
final class WireView implements Drawn {

    private final Wire wire;
    private final mxCell cell;
    private final NodeView from;
    private final NodeView to;
    private WirePath path;

    WireView(Wire wire, mxCell cell, NodeView from, NodeView to) {
        this.wire = wire;
        this.cell = cell;
        this.from = from;
        this.to = to;
        route();
    }

    /** Lays it anew between its ends. */
    void route() {
        List<Point2D.Double> via = wire.via().stream()
                .map(place -> new Point2D.Double(place.x(), place.y()))
                .toList();
        path = WirePath.of(from.end(wire.output(), true), via, to.end(wire.input(), false));
    }

    /** What it carries. */
    SocketKind kind() {
        return from.face().output(wire.output()).map(socket -> socket.kind()).orElse(Faces.UNKNOWN);
    }

    @Override
    public void draw(Graphics2D g, Painters painters) {
        painters.wires().paint(g, this);
    }

    Wire wire() {
        return wire;
    }

    mxCell cell() {
        return cell;
    }

    NodeView from() {
        return from;
    }

    NodeView to() {
        return to;
    }

    WirePath path() {
        return path;
    }
}
