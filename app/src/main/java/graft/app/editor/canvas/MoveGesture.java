package graft.app.editor.canvas;

import graft.app.editor.Strings;
import graft.app.workflow.Edits;
import graft.app.workflow.Fragment;
import graft.app.workflow.Place;
import graft.app.workflow.Workflow;
import java.awt.event.MouseEvent;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.util.LinkedHashSet;
import java.util.Set;

/** Moves what is selected, or copies of it; on the grid with Shift. */
final class MoveGesture implements Gesture {

    /** Canvas pixels between two lines of the grid. */
    static final double GRID = 10;

    private final Surface surface;
    private final Point2D start;
    private final boolean clones;
    private final String mergeKey;
    private Set<String> moved;
    private Point2D first;
    private double movedX;
    private double movedY;
    private boolean begun;

    /**
     * A movement of some nodes, comments and groups.
     *
     * @param held the one under the mouse, which comes to lie on the grid
     */
    MoveGesture(Surface surface, MouseEvent press, Set<String> moved, String held, boolean clones) {
        this.surface = surface;
        this.start = surface.viewport().toCanvas(press.getPoint());
        this.moved = new LinkedHashSet<>(moved);
        this.clones = clones;
        this.mergeKey = "move " + System.nanoTime();
        surface.projection().bounds(Set.of(held)).ifPresent(box -> first = new Point2D.Double(box.getX(), box.getY()));
    }

    @Override
    public void drag(MouseEvent event) {
        if (!begun && clones) {
            cloneMoved();
        }
        begun = true;
        Point2D now = surface.viewport().toCanvas(event.getPoint());
        double dx = now.getX() - start.getX();
        double dy = now.getY() - start.getY();
        if (surface.snaps(event) && first != null) {
            dx = snapped(first.getX() + dx) - first.getX();
            dy = snapped(first.getY() + dy) - first.getY();
        }
        double stepX = dx - movedX;
        double stepY = dy - movedY;
        if (stepX == 0 && stepY == 0) {
            return;
        }
        movedX = dx;
        movedY = dy;
        surface.document()
                .edit(
                        Strings.get("canvas.edit.move"),
                        mergeKey,
                        workflow -> Edits.moveBy(surface.projection().placed(workflow), moved, stepX, stepY));
        surface.moving();
    }

    /** Goes on with copies of what was to be moved. */
    private void cloneMoved() {
        Rectangle2D box = surface.projection().bounds(moved).orElseThrow();
        Place corner = new Place(box.getX(), box.getY());
        Set<String> originals = moved;
        Set<String> fresh = surface.document().make(Strings.get("canvas.edit.clone"), mergeKey, workflow -> {
            Workflow placed = surface.projection().placed(workflow);
            return Edits.paste(placed, Fragment.of(placed, originals, false), corner, false);
        });
        moved = fresh;
        surface.select(fresh);
    }

    static double snapped(double value) {
        return Math.rint(value / GRID) * GRID;
    }

    @Override
    public void release(MouseEvent event) {
        surface.moving();
    }

    @Override
    public void cancel() {
        if (begun) {
            surface.document().takeBack(mergeKey);
        }
    }
}
