package graft.app.editor.canvas;

import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where the work of a graph begins, for its first view.
 *
 * @param all all that is drawn, in canvas pixels
 * @param first the node that is to be read first: of those that no wire enters the leftmost, then the uppermost
 * @param boxes nodes and frames
 */
record Beginning(Rectangle2D all, Rectangle2D first, List<Rectangle2D> boxes) {

    /** The zoom at which one begins to read: settings and titles are as large as the window's own words, nearly. */
    static final double ZOOM = 0.9;

    private static final double MARGIN = 48;

    /** Between the window's edge and what begins. */
    private static final double EDGE = 24;

    /** Of what a canvas shows; empty where there is no node. */
    static Optional<Beginning> of(Projection projection) {
        List<NodeView> nodes = projection.stack();
        List<Rectangle2D> boxes = new ArrayList<>(
                projection.boxesByDepth().stream().map(BoxView::bounds).toList());
        nodes.forEach(node -> boxes.add(node.bounds()));
        var entered =
                projection.wires().stream().map(wire -> wire.wire().toNode()).collect(Collectors.toSet());
        Comparator<NodeView> leftmost = Comparator.comparingDouble(NodeView::x).thenComparingDouble(NodeView::y);
        return Stream.concat(
                        nodes.stream()
                                .filter(node -> !entered.contains(node.id()))
                                .sorted(leftmost),
                        nodes.stream())
                .findFirst()
                .map(node -> new Beginning(projection.bounds().orElseThrow(), node.bounds(), boxes));
    }

    /** How a component of some size shows it: all of the graph where that can be read, else the beginning at {@link #ZOOM}. */
    Viewport seen(double width, double height) {
        double unit = Viewport.unit();
        Viewport whole = Viewport.fitting(all, width, height, MARGIN * unit);
        if (whole.zoom() >= ZOOM) {
            return whole;
        }
        double scale = ZOOM * unit;
        double edge = EDGE / ZOOM;
        double left =
                from(boxes.stream().map(Rectangle2D::getX), first.getX(), first.getMaxX() + 2 * edge - width / scale);
        double right = left - edge + width / scale;
        double top = from(
                boxes.stream()
                        .filter(box -> box.getMaxX() > left && box.getX() < right)
                        .map(Rectangle2D::getY),
                first.getY(),
                first.getMaxY() + 2 * edge - height / scale);
        return new Viewport(scale, EDGE * unit - left * scale, EDGE * unit - top * scale);
    }

    /** The least of some edges from where on the first node is still wholly in view; its own at most. */
    private static double from(Stream<Double> edges, double own, double least) {
        return edges.filter(each -> each >= least)
                .min(Comparator.naturalOrder())
                .map(each -> Math.min(each, own))
                .orElse(own);
    }
}
