package graft.app.editor.canvas;

import com.formdev.flatlaf.util.UIScale;
import java.awt.geom.AffineTransform;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;

/**
 * Where on the canvas one looks, and how near: component pixels = canvas pixels × scale + offset. Immutable.
 *
 * @param scale pixels of the screen for one of the canvas; {@link #zoom} is what people call 100 %
 */
record Viewport(double scale, double dx, double dy) {

    /** Bounds of {@link #zoom}. */
    static final double LEAST = 0.05;

    static final double MOST = 4;

    /** One step of a zooming key. */
    static final double STEP = 1.1;

    /** The view of an empty canvas: 100 %. */
    static Viewport start() {
        return new Viewport(unit(), 40 * unit(), 40 * unit());
    }

    /** Pixels of the screen for one of the canvas at 100 %, by the scale of all that is shown. */
    static double unit() {
        return UIScale.scale(1f);
    }

    /** How near one looks: 1 where the canvas is as large as what stands around it. */
    double zoom() {
        return scale / unit();
    }

    AffineTransform transform() {
        return new AffineTransform(scale, 0, 0, scale, dx, dy);
    }

    double toCanvasX(double x) {
        return (x - dx) / scale;
    }

    double toCanvasY(double y) {
        return (y - dy) / scale;
    }

    Point2D toCanvas(Point2D point) {
        return new Point2D.Double(toCanvasX(point.getX()), toCanvasY(point.getY()));
    }

    /** The part of the canvas that a component of some size shows. */
    Rectangle2D toCanvas(Rectangle2D box) {
        return new Rectangle2D.Double(
                toCanvasX(box.getX()), toCanvasY(box.getY()), box.getWidth() / scale, box.getHeight() / scale);
    }

    Rectangle2D toComponent(Rectangle2D box) {
        return new Rectangle2D.Double(
                box.getX() * scale + dx, box.getY() * scale + dy, box.getWidth() * scale, box.getHeight() * scale);
    }

    Point2D toComponent(double x, double y) {
        return new Point2D.Double(x * scale + dx, y * scale + dy);
    }

    /** Moved by component pixels. */
    Viewport moved(double x, double y) {
        return new Viewport(scale, dx + x, dy + y);
    }

    /** Nearer or farther, with what lies under a point of the component staying there. */
    Viewport zoomed(double factor, double x, double y) {
        double next = unit() * Math.min(MOST, Math.max(LEAST, zoom() * factor));
        double change = next / scale;
        return new Viewport(next, x - (x - dx) * change, y - (y - dy) * change);
    }

    /** So that a box of the canvas fills a component with a margin, never nearer than 100 %. */
    static Viewport fitting(Rectangle2D box, double width, double height, double margin) {
        double scale = Math.min(
                (width - 2 * margin) / Math.max(1, box.getWidth()),
                (height - 2 * margin) / Math.max(1, box.getHeight()));
        double limited = unit() * Math.min(1, Math.max(LEAST, scale / unit()));
        return centred(limited, box.getCenterX(), box.getCenterY(), width, height);
    }

    /** So that a place of the canvas is in the middle of a component. */
    static Viewport centred(double scale, double x, double y, double width, double height) {
        return new Viewport(scale, width / 2 - x * scale, height / 2 - y * scale);
    }
}
