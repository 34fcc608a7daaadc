package graft.app.editor.canvas;

import java.awt.Graphics2D;
import java.awt.Point;
import java.awt.Rectangle;
import java.awt.event.MouseEvent;
import java.util.HashSet;
import java.util.Set;

/** Selects what a rubber band touches; with Shift besides what is selected already, with Alt no longer. */
final class BandGesture implements Gesture {

    private final Surface surface;
    private final Point start;
    private final Set<String> before;
    private final boolean adds;
    private final boolean takesAway;
    private final Scene.Overlay overlay = this::paint;
    private Rectangle band = new Rectangle();

    BandGesture(Surface surface, MouseEvent press) {
        this.surface = surface;
        this.start = press.getPoint();
        this.before = surface.selected();
        this.adds = press.isShiftDown();
        this.takesAway = press.isAltDown();
        surface.scene().overlays().add(overlay);
    }

    @Override
    public void drag(MouseEvent event) {
        band = new Rectangle(start);
        band.add(event.getPoint());
        Set<String> within =
                new HitTest(surface.projection()).within(surface.viewport().toCanvas(band));
        Set<String> next = new HashSet<>(adds || takesAway ? before : Set.of());
        if (takesAway) {
            next.removeAll(within);
        } else {
            next.addAll(within);
        }
        surface.select(next);
    }

    @Override
    public void release(MouseEvent event) {
        if (band.isEmpty() && !adds && !takesAway) {
            surface.select(Set.of());
        }
        end();
    }

    @Override
    public void cancel() {
        surface.select(before);
        end();
    }

    private void end() {
        surface.scene().overlays().remove(overlay);
        surface.component().repaint();
    }

    private void paint(Graphics2D g) {
        g.setColor(surface.palette().of("rubberBand.fill"));
        g.fill(band);
        g.setColor(surface.palette().of("rubberBand.border"));
        g.drawRect(band.x, band.y, band.width, band.height);
    }
}
