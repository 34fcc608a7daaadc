package graft.app.workflow;

/** A point on the canvas, in pixels at 100 %; of a node, group or comment its upper left corner. */
public record Place(double x, double y) {

    public Place {
        // Files know no negative zero.
        x += 0.0;
        y += 0.0;
    }

    /** The place that far to the right and down. */
    public Place plus(double right, double down) {
        return new Place(x + right, y + down);
    }
}
