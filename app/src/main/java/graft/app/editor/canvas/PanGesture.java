package graft.app.editor.canvas;

import java.awt.Cursor;
import java.awt.Point;
import java.awt.event.MouseEvent;

/** Moves the view along with the mouse. */
final class PanGesture implements Gesture {

    private final Surface surface;
    private Point last;

    PanGesture(Surface surface, MouseEvent press) {
        this.surface = surface;
        this.last = press.getPoint();
        surface.component().setCursor(Cursor.getPredefinedCursor(Cursor.MOVE_CURSOR));
    }

    @Override
    public void drag(MouseEvent event) {
        surface.setViewport(surface.viewport().moved(event.getX() - last.x, event.getY() - last.y));
        last = event.getPoint();
    }

    @Override
    public void release(MouseEvent event) {
        cancel();
    }

    @Override
    public void cancel() {
        surface.component().setCursor(Cursor.getDefaultCursor());
    }
}
