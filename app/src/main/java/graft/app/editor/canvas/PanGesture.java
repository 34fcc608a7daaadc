package graft.app.editor.canvas;

import java.awt.Cursor;
import java.awt.Point;
import java.awt.event.MouseEvent;

/** Moves the view along with the mouse. */
final class PanGesture implements Gesture {

    private final GraphCanvas canvas;
    private Point last;

    PanGesture(GraphCanvas canvas, MouseEvent press) {
        this.canvas = canvas;
        this.last = press.getPoint();
        canvas.setCursor(Cursor.getPredefinedCursor(Cursor.MOVE_CURSOR));
    }

    @Override
    public void drag(MouseEvent event) {
        canvas.setViewport(canvas.viewport().moved(event.getX() - last.x, event.getY() - last.y));
        last = event.getPoint();
    }

    @Override
    public void release(MouseEvent event) {
        cancel();
    }

    @Override
    public void cancel() {
        canvas.setCursor(Cursor.getDefaultCursor());
    }
}
