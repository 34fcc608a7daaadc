package graft.app.editor.canvas;

import graft.app.editor.Strings;
import graft.app.workflow.Edits;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Point2D;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A wire whose loose end is being led somewhere: drawn over the nodes until it is connected or given up. */
final class LooseWire {

    private final Surface surface;
    private final WireDrag drag;
    private final Supplier<Point2D> end;
    private final Scene.Overlay overlay = this::paint;

    /**
     * Begins to be drawn.
     *
     * @param end where its loose end is while it aims at no socket, in canvas pixels
     */
    LooseWire(Surface surface, WireDrag drag, Supplier<Point2D> end) {
        this.surface = surface;
        this.drag = drag;
        this.end = end;
        surface.scene().setPending(Optional.of(drag));
        surface.scene().hideWires(drag.moved());
        surface.scene().overlays().add(overlay);
        surface.component().repaint();
    }

    /** Leads it into a socket. */
    void connect(SocketId socket) {
        surface.document().edit(Strings.get("canvas.edit.connect"), workflow -> {
            Workflow next = withoutMoved(workflow);
            for (Wire wire : drag.wires(socket)) {
                next = surface.document().connected(next, wire);
            }
            return next;
        });
    }

    /** Lets go of it where it ends nowhere. */
    void unplug() {
        surface.document().edit(Strings.get("canvas.edit.disconnect"), this::withoutMoved);
    }

    private Workflow withoutMoved(Workflow workflow) {
        Workflow next = workflow;
        for (Wire wire : drag.moved()) {
            next = Edits.disconnect(next, wire);
        }
        return next;
    }

    /** Is drawn no more. */
    void end() {
        surface.scene().overlays().remove(overlay);
        surface.scene().setPending(Optional.empty());
        surface.scene().hideWires(List.of());
        surface.component().repaint();
    }

    private void paint(Graphics2D g) {
        Point2D loose = drag.target()
                .flatMap(id -> surface.projection().node(id.node()).map(node -> node.end(id.id(), id.output())))
                .orElseGet(end);
        WirePainter wires = new WirePainter(surface.scene(), surface.palette());
        Color colour = surface.palette().of(drag.kind());
        boolean refused = drag.refusal().isPresent();
        AffineTransform component = g.getTransform();
        g.transform(surface.viewport().transform());
        for (SocketId fixed : drag.fixed()) {
            surface.projection().node(fixed.node()).ifPresent(node -> {
                Point2D held = node.end(fixed.id(), fixed.output());
                wires.paintPending(
                        g, drag.seeksOutput() ? loose : held, drag.seeksOutput() ? held : loose, colour, refused);
            });
        }
        g.setTransform(component);
    }
}
