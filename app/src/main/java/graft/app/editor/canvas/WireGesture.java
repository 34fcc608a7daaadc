package graft.app.editor.canvas;

import java.awt.BasicStroke;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Point;
import java.awt.event.MouseEvent;
import java.awt.geom.RoundRectangle2D;
import java.util.Optional;

/** Draws wires from a socket to where the mouse lets them go: a socket, a node, or bare canvas, which offers nodes. */
final class WireGesture implements Gesture {

    private final GraphCanvas canvas;
    private final WireDrag drag;
    private final LooseWire wire;
    private final GraphCanvas.Overlay overlay = this::paint;
    private Point mouse;

    WireGesture(GraphCanvas canvas, MouseEvent press, WireDrag drag) {
        this.canvas = canvas;
        this.drag = drag;
        this.mouse = press.getPoint();
        wire = new LooseWire(canvas, drag, () -> canvas.viewport().toCanvas(mouse));
        canvas.overlays().add(overlay);
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
                wire.connect(target.get());
            }
        } else if (drag.refusal().isPresent()) {
            return;
        } else if (!drag.moved().isEmpty()) {
            wire.unplug();
        } else if (canvas.hit(mouse).isEmpty() || !(canvas.hit(mouse).get() instanceof Hit.OfSocket)) {
            canvas.search().open(mouse, Optional.of(drag));
        }
    }

    @Override
    public void cancel() {
        end();
    }

    private void end() {
        canvas.overlays().remove(overlay);
        wire.end();
    }

    private void paint(Graphics2D g) {
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
