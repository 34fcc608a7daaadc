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

    private final Surface surface;
    private final SearchPopup search;
    private final WireDrag drag;
    private final LooseWire wire;
    private final Scene.Overlay overlay = this::paint;
    private Point mouse;

    /** @param search offers nodes for a wire that ends nowhere */
    WireGesture(Surface surface, MouseEvent press, WireDrag drag, SearchPopup search) {
        this.surface = surface;
        this.search = search;
        this.drag = drag;
        this.mouse = press.getPoint();
        wire = new LooseWire(surface, drag, () -> surface.viewport().toCanvas(mouse));
        surface.scene().overlays().add(overlay);
    }

    @Override
    public void drag(MouseEvent event) {
        mouse = event.getPoint();
        drag.aim(surface.hit(mouse));
        surface.component().repaint();
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
        } else if (surface.hit(mouse).isEmpty() || !(surface.hit(mouse).get() instanceof Hit.OfSocket)) {
            search.open(mouse, Optional.of(drag));
        }
    }

    @Override
    public void cancel() {
        end();
    }

    private void end() {
        surface.scene().overlays().remove(overlay);
        wire.end();
    }

    private void paint(Graphics2D g) {
        drag.refusal().ifPresent(why -> paintReason(g, why));
    }

    private void paintReason(Graphics2D g, String why) {
        Font font = surface.palette().text;
        double width = FittedText.width(why, font) + 20;
        double x = Math.max(4, Math.min(mouse.x + 16, surface.component().getWidth() - width - 4));
        double y = Math.min(mouse.y + 18, surface.component().getHeight() - 30);
        g.setStroke(new BasicStroke(1));
        g.setColor(surface.palette().of("problem.errorBackground"));
        g.fill(new RoundRectangle2D.Double(x, y, width, 26, 10, 10));
        g.setColor(surface.palette().of("problem.error"));
        g.draw(new RoundRectangle2D.Double(x, y, width, 26, 10, 10));
        g.setFont(font);
        g.drawString(why, (float) (x + 10), (float) (y + 17));
    }

    /** Why what is under the mouse refuses the wire. */
    Optional<String> refusal() {
        return drag.refusal();
    }
}
