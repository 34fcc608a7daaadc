package graft.app.editor.canvas;

import graft.app.editor.Strings;
import graft.app.workflow.Edits;
import graft.app.workflow.Size;
import java.awt.event.MouseEvent;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;

/** Makes a node, a group or a comment larger or smaller by its corner. */
final class ResizeGesture implements Gesture {

    private static final double LEAST = 60;

    private final Surface surface;
    private final Rectangle2D before;
    private final Point2D start;
    private final String id;
    private final String mergeKey = "resize " + System.nanoTime();
    private boolean begun;

    ResizeGesture(Surface surface, MouseEvent press, String id, Rectangle2D bounds) {
        this.surface = surface;
        this.id = id;
        this.before = bounds;
        this.start = surface.viewport().toCanvas(press.getPoint());
    }

    @Override
    public void drag(MouseEvent event) {
        begun = true;
        Point2D now = surface.viewport().toCanvas(event.getPoint());
        double width = before.getWidth() + now.getX() - start.getX();
        double height = before.getHeight() + now.getY() - start.getY();
        if (surface.snaps(event)) {
            width = MoveGesture.snapped(width);
            height = MoveGesture.snapped(height);
        }
        Size size = new Size(Math.max(LEAST, Math.rint(width)), Math.max(LEAST, Math.rint(height)));
        surface.document()
                .edit(Strings.get("canvas.edit.resize"), mergeKey, workflow -> Edits.resize(workflow, id, size));
        surface.moving();
    }

    @Override
    public void release(MouseEvent event) {
        // The last drag left it so.
    }

    @Override
    public void cancel() {
        if (begun) {
            surface.document().takeBack(mergeKey);
        }
    }
}
