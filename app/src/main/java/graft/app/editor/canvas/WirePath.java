package graft.app.editor.canvas;

import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;

/**
 * The course of a wire: Bézier curves from an output over its reroute points to an input, leaving and entering level.
 *
 * <p>What is drawn and what the mouse hits are the same curve: {@link #curve} and points of it. Immutable.
 */
final class WirePath {

    /** Points for each curve; at the usual lengths they lie within half a pixel of it. */
    private static final int SAMPLES = 20;

    private static final double LEAST_PULL = 28;
    private static final double MOST_PULL = 180;

    private final Path2D curve = new Path2D.Double();
    private final double[] xs;
    private final double[] ys;
    private final Rectangle2D bounds;

    private WirePath(List<Point2D> points) {
        int curves = points.size() - 1;
        xs = new double[curves * SAMPLES + 1];
        ys = new double[curves * SAMPLES + 1];
        xs[0] = points.get(0).getX();
        ys[0] = points.get(0).getY();
        curve.moveTo(xs[0], ys[0]);
        for (int i = 0; i < curves; i++) {
            curveBetween(points, i);
        }
        Rectangle2D box = new Rectangle2D.Double(xs[0], ys[0], 0, 0);
        for (int i = 1; i < xs.length; i++) {
            box.add(xs[i], ys[i]);
        }
        bounds = box;
    }

    /** The course from an output over points on the way to an input. */
    static WirePath of(Point2D from, List<? extends Point2D> via, Point2D to) {
        List<Point2D> points = new ArrayList<>(via.size() + 2);
        points.add(from);
        points.addAll(via);
        points.add(to);
        return new WirePath(points);
    }

    private void curveBetween(List<Point2D> points, int i) {
        Point2D from = points.get(i);
        Point2D to = points.get(i + 1);
        Point2D leaving = pull(points, i, from.distance(to));
        Point2D entering = pull(points, i + 1, from.distance(to));
        double x1 = from.getX() + leaving.getX();
        double y1 = from.getY() + leaving.getY();
        double x2 = to.getX() - entering.getX();
        double y2 = to.getY() - entering.getY();
        curve.curveTo(x1, y1, x2, y2, to.getX(), to.getY());
        for (int k = 1; k <= SAMPLES; k++) {
            double t = (double) k / SAMPLES;
            xs[i * SAMPLES + k] = cubic(t, from.getX(), x1, x2, to.getX());
            ys[i * SAMPLES + k] = cubic(t, from.getY(), y1, y2, to.getY());
        }
    }

    /** How far, and in which direction, a curve of some length is pulled at one of its points. */
    private static Point2D pull(List<Point2D> points, int i, double length) {
        if (i == 0 || i == points.size() - 1) {
            return new Point2D.Double(Math.min(MOST_PULL, Math.max(LEAST_PULL, length * 0.45)), 0);
        }
        double dx = points.get(i + 1).getX() - points.get(i - 1).getX();
        double dy = points.get(i + 1).getY() - points.get(i - 1).getY();
        double scale = length * 0.3 / Math.max(1e-9, Math.hypot(dx, dy));
        return new Point2D.Double(dx * scale, dy * scale);
    }

    private static double cubic(double t, double a, double b, double c, double d) {
        double s = 1 - t;
        return s * s * s * a + 3 * s * s * t * b + 3 * s * t * t * c + t * t * t * d;
    }

    Path2D curve() {
        return curve;
    }

    /** Points along the curve, first and last included. */
    int points() {
        return xs.length;
    }

    double x(int point) {
        return xs[point];
    }

    double y(int point) {
        return ys[point];
    }

    /** The box about the curve, without the thickness of its line. */
    Rectangle2D bounds() {
        return bounds;
    }

    Point2D middle() {
        return new Point2D.Double(xs[xs.length / 2], ys[ys.length / 2]);
    }

    /** How far a place is from the curve. */
    double distance(double x, double y) {
        return Math.sqrt(nearest(x, y)[1]);
    }

    /** Before which reroute point a new one at a place comes: 0 is next to the output. */
    int segment(double x, double y) {
        return (int) nearest(x, y)[0] / SAMPLES;
    }

    /** The nearest piece between two points, and the square of how far it is. */
    private double[] nearest(double x, double y) {
        int nearest = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i + 1 < xs.length; i++) {
            double dx = xs[i + 1] - xs[i];
            double dy = ys[i + 1] - ys[i];
            double along = ((x - xs[i]) * dx + (y - ys[i]) * dy) / Math.max(1e-9, dx * dx + dy * dy);
            double t = Math.min(1, Math.max(0, along));
            double ex = xs[i] + t * dx - x;
            double ey = ys[i] + t * dy - y;
            double square = ex * ex + ey * ey;
            if (square < least) {
                least = square;
                nearest = i;
            }
        }
        return new double[] {nearest, least};
    }
}
