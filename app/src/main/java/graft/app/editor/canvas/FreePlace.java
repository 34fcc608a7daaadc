package graft.app.editor.canvas;

import graft.app.workflow.Place;
import graft.app.workflow.Size;
import java.awt.geom.Rectangle2D;
import java.util.List;

/** Finds room for a new node among those that are there: as near as can be to where it is wanted, beside no other's edge. */
final class FreePlace {

    /** Canvas pixels between two nodes. */
    private static final double GAP = 20;

    private static final double STEP = 20;

    /** Rings that are looked at before it is put where it is wanted all the same. */
    private static final int MOST_RINGS = 200;

    private final List<Rectangle2D> taken;

    /** @param taken where nodes are */
    FreePlace(List<Rectangle2D> taken) {
        this.taken = List.copyOf(taken);
    }

    /** The upper left corner of a node of a size. */
    Place near(Place wanted, Size size) {
        for (int ring = 0; ring <= MOST_RINGS; ring++) {
            Place best = null;
            double least = Double.MAX_VALUE;
            for (int across = -ring; across <= ring; across++) {
                // Of a ring only its edge is new.
                int step = Math.abs(across) == ring ? 1 : Math.max(1, 2 * ring);
                for (int down = -ring; down <= ring; down += step) {
                    Place place = new Place(wanted.x() + across * STEP, wanted.y() + down * STEP);
                    double far = Math.hypot(across, down);
                    if (far < least && isFree(place, size)) {
                        best = place;
                        least = far;
                    }
                }
            }
            if (best != null) {
                return best;
            }
        }
        return wanted;
    }

    private boolean isFree(Place at, Size size) {
        return taken.stream()
                .noneMatch(box ->
                        box.intersects(at.x() - GAP, at.y() - GAP, size.width() + 2 * GAP, size.height() + 2 * GAP));
    }
}
