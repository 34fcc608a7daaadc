package graft.app.editor.canvas;

import graft.app.workflow.Place;
import java.awt.geom.Rectangle2D;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds what lies under a point of the canvas: what is drawn last is found first. */
final class HitTest {

    private static final double SOCKET_REACH = 11;
    private static final double WIRE_REACH = 6;
    private static final double VIA_REACH = 8;
    private static final double CORNER = 14;
    private static final double CHEVRON = 26;

    private final Projection projection;

    HitTest(Projection projection) {
        this.projection = projection;
    }

    /**
     * What lies there; empty for bare canvas.
     *
     * @param scale of the viewport: thin things are as easy to hit from afar
     */
    Optional<Hit> at(double x, double y, double scale) {
        double reach = Math.max(1, Math.min(4, 1 / scale));
        return nodes(x, y, reach)
                .or(() -> vias(x, y, reach))
                .or(() -> comments(x, y))
                .or(() -> wires(x, y, reach))
                .or(() -> groups(x, y));
    }

    private Optional<Hit> nodes(double x, double y, double reach) {
        List<NodeView> stack = projection.stack();
        for (int i = stack.size() - 1; i >= 0; i--) {
            Optional<Hit> hit = node(stack.get(i), x, y, reach);
            if (hit.isPresent()) {
                return hit;
            }
        }
        return Optional.empty();
    }

    private static Optional<Hit> node(NodeView node, double x, double y, double reach) {
        double inX = x - node.x();
        double inY = y - node.y();
        NodeGeometry geometry = node.geometry();
        double side = SOCKET_REACH;
        if (inX < -side || inY < 0 || inX > geometry.width() + side || inY > geometry.height()) {
            return Optional.empty();
        }
        Optional<Hit> socket = socket(node, inX, inY);
        if (socket.isPresent()) {
            return socket;
        }
        if (inX < 0 || inX > geometry.width()) {
            return Optional.empty();
        }
        if (inX > geometry.width() - CORNER * reach
                && inY > geometry.height() - CORNER * reach
                && !node.node().look().collapsed()
                && !node.node().look().pinned()) {
            return Optional.of(new Hit.OfNode(node, Hit.Part.CORNER));
        }
        if (inY <= NodeGeometry.TITLE) {
            return Optional.of(new Hit.OfNode(node, inX < CHEVRON ? Hit.Part.CHEVRON : Hit.Part.TITLE));
        }
        for (NodeGeometry.Row row : geometry.rows()) {
            if (row.bounds().contains(inX, inY)) {
                return Optional.of(new Hit.OfSetting(node, row));
            }
        }
        if (geometry.more().filter(box -> box.contains(inX, inY)).isPresent()) {
            return Optional.of(new Hit.OfNode(node, Hit.Part.MORE));
        }
        boolean preview =
                geometry.preview().filter(box -> box.contains(inX, inY)).isPresent();
        return Optional.of(new Hit.OfNode(node, preview ? Hit.Part.PREVIEW : Hit.Part.BODY));
    }

    private static Optional<Hit> socket(NodeView node, double inX, double inY) {
        if (node.node().look().collapsed()) {
            return Optional.empty();
        }
        return node.geometry().sockets().stream()
                .filter(spot -> Math.hypot(spot.x() - inX, spot.y() - inY) <= SOCKET_REACH)
                .findFirst()
                .map(spot -> new Hit.OfSocket(node, spot));
    }

    private Optional<Hit> vias(double x, double y, double reach) {
        for (WireView wire : projection.wires()) {
            List<Place> via = wire.wire().via();
            for (int i = 0; i < via.size(); i++) {
                if (Math.hypot(via.get(i).x() - x, via.get(i).y() - y) <= VIA_REACH * reach) {
                    return Optional.of(new Hit.OfVia(wire, i));
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Hit> wires(double x, double y, double reach) {
        double near = WIRE_REACH * reach;
        WireView nearest = null;
        double least = near;
        for (WireView wire : projection.wires()) {
            Rectangle2D box = wire.path().bounds();
            if (x < box.getX() - near
                    || x > box.getMaxX() + near
                    || y < box.getY() - near
                    || y > box.getMaxY() + near) {
                continue;
            }
            double distance = wire.path().distance(x, y);
            if (distance <= least) {
                least = distance;
                nearest = wire;
            }
        }
        return Optional.ofNullable(nearest).map(Hit.OfWire::new);
    }

    private Optional<Hit> comments(double x, double y) {
        return boxes(x, y, false);
    }

    private Optional<Hit> groups(double x, double y) {
        return boxes(x, y, true);
    }

    /** The smallest of those that lie there: a group in a group is before it. */
    private Optional<Hit> boxes(double x, double y, boolean groups) {
        BoxView found = null;
        boolean corner = false;
        for (BoxView box : projection.boxes()) {
            if (box.group().isPresent() != groups) {
                continue;
            }
            Rectangle2D bounds = box.bounds();
            boolean atCorner = bounds.contains(x, y) && x > bounds.getMaxX() - CORNER && y > bounds.getMaxY() - CORNER;
            if ((atCorner || box.handle().contains(x, y)) && (found == null || area(box) < area(found))) {
                found = box;
                corner = atCorner;
            }
        }
        return found == null ? Optional.empty() : Optional.of(new Hit.OfBox(found, corner));
    }

    private static double area(BoxView box) {
        return box.bounds().getWidth() * box.bounds().getHeight();
    }

    /** Ids of the nodes, groups and comments that a rubber band touches; groups only when they lie within it. */
    Set<String> within(Rectangle2D band) {
        Set<String> ids = new HashSet<>();
        for (NodeView node : projection.stack()) {
            if (band.intersects(node.bounds())) {
                ids.add(node.id());
            }
        }
        for (BoxView box : projection.boxes()) {
            if (box.group().isPresent() ? band.contains(box.bounds()) : band.intersects(box.bounds())) {
                ids.add(box.id());
            }
        }
        return ids;
    }
}
