package graft.app.editor.canvas;

import java.awt.Graphics2D;
import java.awt.Point;
import java.awt.Rectangle;
import java.awt.event.MouseEvent;
import java.util.HashSet;
import java.util.Set;

/** Selects what a rubber band touches; with Shift besides what is selected already, with Alt no longer. */
final class BandGesture implements Gesture {

    private final GraphCanvas canvas;
    private final Point start;
    private final Set<String> before;
    private final boolean adds;
    private final boolean takesAway;
    private final GraphCanvas.Overlay overlay = this::paint;
    private Rectangle band = new Rectangle();

    BandGesture(GraphCanvas canvas, MouseEvent press) {
        this.canvas = canvas;
        this.start = press.getPoint();
        this.before = canvas.selection();
        this.adds = press.isShiftDown();
        this.takesAway = press.isAltDown();
        canvas.overlays().add(overlay);
    }

    @Override
    public void drag(MouseEvent event) {
        band = new Rectangle(start);
        band.add(event.getPoint());
        Set<String> within = canvas.hitTest().within(canvas.viewport().toCanvas(band));
        Set<String> next = new HashSet<>(adds || takesAway ? before : Set.of());
        if (takesAway) {
            next.removeAll(within);
        } else {
            next.addAll(within);
        }
        canvas.select(next);
    }

    @Override
    public void release(MouseEvent event) {
        if (band.isEmpty() && !adds && !takesAway) {
            canvas.select(Set.of());
        }
        end();
    }

    @Override
    public void cancel() {
        canvas.select(before);
        end();
    }

    private void end() {
        canvas.overlays().remove(overlay);
        canvas.repaint();
    }

    private void paint(Graphics2D g) {
        g.setColor(canvas.palette().of("rubberBand.fill"));
        g.fill(band);
        g.setColor(canvas.palette().of("rubberBand.border"));
        g.drawRect(band.x, band.y, band.width, band.height);
    }
}
