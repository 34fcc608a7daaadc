package graft.app.editor.viewer;

import java.awt.geom.AffineTransform;
import java.awt.geom.Point2D;

/**
 * Where a picture lies in its view.
 *
 * @param scale pixels of the view for one of the picture
 * @param x of the picture's left edge in the view, {@code y} of its upper edge
 */
record Zoom(double scale, double x, double y) {

    static final double LARGEST = 64;
    static final double SMALLEST = 1 / 64.0;
    /** Between the picture and the edge of the view when it is fitted. */
    private static final double MARGIN = 12;

    /** The picture as large as the view allows, in its middle. */
    static Zoom fit(double viewWidth, double viewHeight, int width, int height) {
        double across = Math.max(1, viewWidth - 2 * MARGIN) / width;
        double down = Math.max(1, viewHeight - 2 * MARGIN) / height;
        return centred(clamped(Math.min(across, down)), viewWidth, viewHeight, width, height);
    }

    /** The picture at a scale in the middle of the view. */
    static Zoom centred(double scale, double viewWidth, double viewHeight, int width, int height) {
        return new Zoom(scale, (viewWidth - scale * width) / 2, (viewHeight - scale * height) / 2);
    }

    /** Larger or smaller by a factor, with what lies under a point of the view staying there. */
    Zoom around(double viewX, double viewY, double factor) {
        double next = clamped(scale * factor);
        return new Zoom(next, viewX - (viewX - x) * next / scale, viewY - (viewY - y) * next / scale);
    }

    Zoom moved(double dx, double dy) {
        return new Zoom(scale, x + dx, y + dy);
    }

    /** The point of the picture under a point of the view. */
    Point2D toPicture(double viewX, double viewY) {
        return new Point2D.Double((viewX - x) / scale, (viewY - y) / scale);
    }

    AffineTransform transform() {
        return new AffineTransform(scale, 0, 0, scale, x, y);
    }

    private static double clamped(double scale) {
        return Math.max(SMALLEST, Math.min(LARGEST, scale));
    }
}
