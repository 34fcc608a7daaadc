package graft.app.editor.canvas;

import graft.node.SettingSchema;
import java.util.Optional;

/** What lies under a point of the canvas. */
sealed interface Hit {

    /** The node that it is, or is a part of. */
    static Optional<NodeView> node(Hit hit) {
        if (hit instanceof OfNode of) {
            return Optional.of(of.node());
        }
        if (hit instanceof OfSetting of) {
            return Optional.of(of.node());
        }
        return hit instanceof OfSocket of ? Optional.of(of.node()) : Optional.empty();
    }

    /** The wire that it is, or is a point of. */
    static Optional<WireView> wire(Hit hit) {
        if (hit instanceof OfWire of) {
            return Optional.of(of.wire());
        }
        return hit instanceof OfVia of ? Optional.of(of.wire()) : Optional.empty();
    }

    /** A socket of a node. */
    record OfSocket(NodeView node, NodeGeometry.Spot spot) implements Hit {

        SocketId id() {
            return new SocketId(node.id(), spot.id(), spot.output());
        }
    }

    /** The row of a setting. */
    record OfSetting(NodeView node, NodeGeometry.Row row) implements Hit {

        SettingSchema setting() {
            return row.setting();
        }
    }

    /** Any other part of a node. */
    record OfNode(NodeView node, Part part) implements Hit {}

    /** The parts of a node that do something of their own. */
    enum Part {
        /** Collapses it. */
        CHEVRON,
        TITLE,
        /** Shows all settings. */
        MORE,
        PREVIEW,
        BODY,
        /** Resizes it. */
        CORNER
    }

    /** A wire. */
    record OfWire(WireView wire) implements Hit {}

    /** A reroute point: the how manieth of its wire. */
    record OfVia(WireView wire, int index) implements Hit {}

    /** A group or a comment, or its corner, which resizes it. */
    record OfBox(BoxView box, boolean corner) implements Hit {}
}
