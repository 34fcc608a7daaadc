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

    private final GraphCanvas canvas;
    private final WireDrag drag;
    private final Supplier<Point2D> end;
    private final GraphCanvas.Overlay overlay = this::paint;

    /**
     * Begins to be drawn.
     *
     * @param end where its loose end is while it aims at no socket, in canvas pixels
     */
    LooseWire(GraphCanvas canvas, WireDrag drag, Supplier<Point2D> end) {
        this.canvas = canvas;
        this.drag = drag;
        this.end = end;
        canvas.scene().setPending(Optional.of(drag));
        canvas.scene().hideWires(drag.moved());
        canvas.overlays().add(overlay);
        canvas.repaint();
    }

    /** Leads it into a socket. */
    void connect(SocketId socket) {
        canvas.edit(Strings.get("canvas.edit.connect"), workflow -> {
            Workflow next = withoutMoved(workflow);
            for (Wire wire : drag.wires(socket)) {
                next = canvas.connected(next, wire);
            }
            return next;
        });
    }

    /** Lets go of it where it ends nowhere. */
    void unplug() {
        canvas.edit(Strings.get("canvas.edit.disconnect"), this::withoutMoved);
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
        canvas.overlays().remove(overlay);
        canvas.scene().setPending(Optional.empty());
        canvas.scene().hideWires(List.of());
        canvas.repaint();
    }

    private void paint(Graphics2D g) {
        Point2D loose = drag.target()
                .flatMap(id -> canvas.projection().node(id.node()).map(node -> node.end(id.id(), id.output())))
                .orElseGet(end);
        Color colour = canvas.palette().of(drag.kind());
        boolean refused = drag.refusal().isPresent();
        AffineTransform component = g.getTransform();
        g.transform(canvas.viewport().transform());
        for (SocketId fixed : drag.fixed()) {
            canvas.projection().node(fixed.node()).ifPresent(node -> {
                Point2D held = node.end(fixed.id(), fixed.output());
                canvas.wirePainter()
                        .paintPending(
                                g,
                                drag.seeksOutput() ? loose : held,
                                drag.seeksOutput() ? held : loose,
                                colour,
                                refused);
            });
        }
        g.setTransform(component);
    }
}
