package graft.app.editor.canvas;

import graft.app.editor.Strings;
import graft.app.workflow.Edits;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Point;
import java.awt.event.MouseEvent;
import java.awt.geom.AffineTransform;
import java.awt.geom.Point2D;
import java.awt.geom.RoundRectangle2D;
import java.util.List;
import java.util.Optional;

/** Draws wires from a socket to where the mouse lets them go: a socket, a node, or bare canvas, which offers nodes. */
final class WireGesture implements Gesture {

    private final GraphCanvas canvas;
    private final WireDrag drag;
    private final GraphCanvas.Overlay overlay = this::paint;
    private Point mouse;

    WireGesture(GraphCanvas canvas, MouseEvent press, WireDrag drag) {
        this.canvas = canvas;
        this.drag = drag;
        this.mouse = press.getPoint();
        canvas.scene().setPending(Optional.of(drag));
        canvas.scene().hideWires(drag.moved());
        canvas.overlays().add(overlay);
        canvas.repaint();
    }

    @Override
    public void drag(MouseEvent event) {
        mouse = event.getPoint();
        drag.aim(canvas.hit(mouse));
        canvas.repaint();
    }

    @Override
    public void release(MouseEvent event) {
        drag(event);
        end();
        Optional<SocketId> target = drag.target();
        if (target.isPresent()) {
            if (!drag.moved().equals(drag.wires(target.get()))) {
                connect(target.get());
            }
        } else if (drag.refusal().isPresent()) {
            return;
        } else if (!drag.moved().isEmpty()) {
            canvas.edit(Strings.get("canvas.edit.disconnect"), this::withoutMoved);
        } else if (canvas.hit(mouse).isEmpty() || !(canvas.hit(mouse).get() instanceof Hit.OfSocket)) {
            canvas.search().open(mouse, Optional.of(drag));
        }
    }

    private void connect(SocketId socket) {
        canvas.edit(Strings.get("canvas.edit.connect"), workflow -> {
            Workflow next = withoutMoved(workflow);
            for (Wire wire : drag.wires(socket)) {
                next = canvas.connected(next, wire);
            }
            return next;
        });
    }

    private Workflow withoutMoved(Workflow workflow) {
        Workflow next = workflow;
        for (Wire wire : drag.moved()) {
            next = Edits.disconnect(next, wire);
        }
        return next;
    }

    @Override
    public void cancel() {
        end();
    }

    private void end() {
        canvas.overlays().remove(overlay);
        canvas.scene().setPending(Optional.empty());
        canvas.scene().hideWires(List.of());
        canvas.repaint();
    }

    private void paint(Graphics2D g) {
        Point2D loose = drag.target()
                .flatMap(id -> canvas.projection().node(id.node()).map(node -> node.end(id.id(), id.output())))
                .orElse(canvas.viewport().toCanvas(mouse));
        Color colour = canvas.palette().of(drag.kind());
        boolean refused = drag.refusal().isPresent();
        AffineTransform component = g.getTransform();
        g.transform(canvas.viewport().transform());
        for (SocketId end : drag.fixed()) {
            canvas.projection().node(end.node()).ifPresent(node -> {
                Point2D fixed = node.end(end.id(), end.output());
                canvas.wirePainter()
                        .paintPending(
                                g,
                                drag.seeksOutput() ? loose : fixed,
                                drag.seeksOutput() ? fixed : loose,
                                colour,
                                refused);
            });
        }
        g.setTransform(component);
        drag.refusal().ifPresent(why -> paintReason(g, why));
    }

    private void paintReason(Graphics2D g, String why) {
        Font font = canvas.palette().text;
        double width = FittedText.width(why, font) + 20;
        double x = Math.max(4, Math.min(mouse.x + 16, canvas.getWidth() - width - 4));
        double y = Math.min(mouse.y + 18, canvas.getHeight() - 30);
        g.setStroke(new BasicStroke(1));
        g.setColor(canvas.palette().of("problem.errorBackground"));
        g.fill(new RoundRectangle2D.Double(x, y, width, 26, 10, 10));
        g.setColor(canvas.palette().of("problem.error"));
        g.draw(new RoundRectangle2D.Double(x, y, width, 26, 10, 10));
        g.setFont(font);
        g.drawString(why, (float) (x + 10), (float) (y + 17));
    }

    /** Why what is under the mouse refuses the wire. */
    Optional<String> refusal() {
        return drag.refusal();
    }
}
