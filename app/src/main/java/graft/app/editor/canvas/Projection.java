package graft.app.editor.canvas;

import com.mxgraph.canvas.mxGraphics2DCanvas;
import com.mxgraph.model.mxCell;
import com.mxgraph.model.mxGeometry;
import com.mxgraph.model.mxGraphModel;
import com.mxgraph.util.mxPoint;
import com.mxgraph.view.mxCellState;
import com.mxgraph.view.mxGraph;
import com.mxgraph.view.mxGraphView;
import graft.app.editor.Faces;
import graft.app.editor.NodeFace;
import graft.app.engine.Estimate;
import graft.app.workflow.Comment;
import graft.app.workflow.Edits;
import graft.app.workflow.Group;
import graft.app.workflow.Place;
import graft.app.workflow.Size;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * JGraphX's cells for what a workflow shows, brought along by what changed.
 *
 * <p>The cells lie in canvas pixels; zooming and scrolling are the component's and touch none of them. Runs on one
 * thread, and needs no window.
 */
final class Projection {

    private static final String SHAPE = "graft";
    private static final String STYLE = "shape=" + SHAPE;

    static {
        mxGraphics2DCanvas.putShape(SHAPE, (canvas, state) -> ((Drawn) ((mxCell) state.getCell()).getValue())
                .draw(canvas.getGraphics(), ((PaintingCanvas) canvas).painters()));
    }

    /** JGraphX's canvas with what our shape draws with. */
    static final class PaintingCanvas extends mxGraphics2DCanvas {

        private final Painters painters;

        PaintingCanvas(Painters painters) {
            this.painters = painters;
        }

        Painters painters() {
            return painters;
        }
    }

    /** Lays each wire along its own curve, so that it is hit where it is drawn. */
    private static final class CurvedView extends mxGraphView {

        CurvedView(mxGraph graph) {
            super(graph);
        }

        @Override
        public void updateEdgeState(mxCellState state, mxGeometry geometry) {
            WireView wire = (WireView) ((mxCell) state.getCell()).getValue();
            wire.route();
            WirePath path = wire.path();
            List<mxPoint> points = new ArrayList<>(path.points());
            for (int i = 0; i < path.points(); i++) {
                points.add(new mxPoint(path.x(i), path.y(i)));
            }
            state.setAbsolutePoints(points);
            updateEdgeBounds(state);
        }
    }

    private static final class Graph extends mxGraph {

        Graph() {
            // What wires and nodes are called is drawn by their shapes.
            setLabelsVisible(false);
        }

        @Override
        protected mxGraphView createGraphView() {
            return new CurvedView(this);
        }

        @Override
        public String convertValueToString(Object cell) {
            return "";
        }
    }

    private final mxGraph graph = new Graph();
    private final mxGraphModel model = (mxGraphModel) graph.getModel();
    private final Faces faces;

    private final Map<String, NodeView> nodes = new LinkedHashMap<>();
    private final Map<Wire, WireView> wires = new LinkedHashMap<>();
    private final Map<String, BoxView> boxes = new LinkedHashMap<>();

    /** Nodes from the hindmost to the foremost. */
    private final List<NodeView> stack = new ArrayList<>();

    private Workflow shown;

    Projection(Faces faces) {
        this.faces = faces;
    }

    /**
     * Brings the cells along.
     *
     * @param root the whole document, which has the subgraphs
     * @param next what is to be shown: the document, or the inside of one of its subgraphs
     */
    void update(Workflow root, Workflow next) {
        Map<String, Set<String>> into = ends(next.wires(), false);
        Map<String, Set<String>> outOf = ends(next.wires(), true);
        Map<String, Place> unplaced = unplaced(root, next, into);
        model.beginUpdate();
        try {
            removeGone(next);
            next.nodes().forEach((id, node) -> {
                Place at = node.place().orElseGet(() -> unplaced.get(id));
                update(
                        id,
                        node,
                        faces.of(root, next, id),
                        at,
                        into.getOrDefault(id, Set.of()),
                        outOf.getOrDefault(id, Set.of()));
            });
            for (Wire wire : next.wires()) {
                if (!wires.containsKey(wire)
                        && nodes.containsKey(wire.fromNode())
                        && nodes.containsKey(wire.toNode())) {
                    insert(wire);
                }
            }
            next.groups().forEach(this::update);
            next.comments().forEach(this::update);
        } finally {
            model.endUpdate();
        }
        shown = next;
    }

    /** Inputs, or outputs, that wires end in, by node. */
    private static Map<String, Set<String>> ends(List<Wire> wires, boolean outputs) {
        Map<String, Set<String>> ends = new HashMap<>();
        for (Wire wire : wires) {
            ends.computeIfAbsent(outputs ? wire.fromNode() : wire.toNode(), node -> new HashSet<>())
                    .add(outputs ? wire.output() : wire.input());
        }
        return ends;
    }

    /** Places for the nodes that nobody placed. */
    private Map<String, Place> unplaced(Workflow root, Workflow workflow, Map<String, Set<String>> into) {
        if (workflow.nodes().values().stream().allMatch(node -> node.place().isPresent())) {
            return Map.of();
        }
        Map<String, Place> places = new HashMap<>();
        Function<String, Size> sizes = id -> size(root, workflow, id, into.getOrDefault(id, Set.of()));
        Edits.place(workflow, sizes).nodes().forEach((id, node) -> node.place()
                .ifPresent(place -> places.put(id, place)));
        return places;
    }

    /** How large a node is, that may not be shown yet. */
    private Size size(Workflow root, Workflow workflow, String id, Set<String> wired) {
        NodeView view = nodes.get(id);
        NodeGeometry geometry = view != null
                ? view.geometry()
                : NodeGeometry.of(NodeGeometry.Wish.of(workflow.nodes().get(id), faces.of(root, workflow, id), wired));
        return new Size(geometry.width(), geometry.height());
    }

    private void removeGone(Workflow next) {
        if (shown == null) {
            return;
        }
        Set<Wire> stay = new HashSet<>(next.wires());
        wires.values().removeIf(view -> {
            boolean gone = !stay.contains(view.wire())
                    || !next.nodes().containsKey(view.wire().fromNode())
                    || !next.nodes().containsKey(view.wire().toNode());
            if (gone) {
                model.remove(view.cell());
            }
            return gone;
        });
        nodes.values().removeIf(view -> {
            boolean gone = !next.nodes().containsKey(view.id());
            if (gone) {
                model.remove(view.cell());
                stack.remove(view);
            }
            return gone;
        });
        Set<Object> backs = new HashSet<>(next.groups());
        backs.addAll(next.comments());
        boxes.values().removeIf(view -> {
            boolean gone = !backs.contains(view.shown());
            if (gone) {
                model.remove(view.cell());
            }
            return gone;
        });
    }

    private void update(String id, WorkflowNode node, NodeFace face, Place at, Set<String> into, Set<String> outOf) {
        NodeView view = nodes.get(id);
        boolean fresh = view == null;
        if (fresh) {
            mxCell cell = new mxCell(null, new mxGeometry(), STYLE);
            view = new NodeView(id, cell);
            cell.setValue(view);
            cell.setVertex(true);
        }
        boolean moved = fresh || view.x() != at.x() || view.y() != at.y();
        boolean changed = view.update(node, face, at, into, outOf);
        if (fresh) {
            view.cell().setGeometry(geometry(view.bounds()));
            add(view.cell());
            nodes.put(id, view);
            stack.add(view);
        } else if (moved || changed) {
            place(view);
        }
    }

    private void place(NodeView view) {
        model.setGeometry(view.cell(), geometry(view.bounds()));
        // Its sockets may have moved though its box did not.
        graph.getView().invalidate(view.cell());
    }

    private static mxGeometry geometry(Rectangle2D box) {
        return new mxGeometry(box.getX(), box.getY(), box.getWidth(), box.getHeight());
    }

    private void add(mxCell cell) {
        Object parent = graph.getDefaultParent();
        model.add(parent, cell, model.getChildCount(parent));
    }

    private void insert(Wire wire) {
        mxCell cell = new mxCell(null, new mxGeometry(), STYLE);
        NodeView from = nodes.get(wire.fromNode());
        NodeView to = nodes.get(wire.toNode());
        WireView view = new WireView(wire, cell, from, to);
        cell.setValue(view);
        cell.setEdge(true);
        add(cell);
        mxGraphModel.setTerminals(model, cell, from.cell(), to.cell());
        wires.put(wire, view);
    }

    private void update(Group group) {
        if (!boxes.containsKey(group.id())) {
            mxCell cell = box();
            add(new BoxView(cell, group));
        }
    }

    private void update(Comment comment) {
        if (!boxes.containsKey(comment.id())) {
            mxCell cell = box();
            add(new BoxView(cell, comment));
        }
    }

    private static mxCell box() {
        mxCell cell = new mxCell(null, new mxGeometry(), STYLE);
        cell.setVertex(true);
        return cell;
    }

    private void add(BoxView view) {
        view.cell().setValue(view);
        view.cell().setGeometry(geometry(view.bounds()));
        add(view.cell());
        boxes.put(view.id(), view);
    }

    /** Shows how it stands with a node; returns whether its size changed. */
    boolean show(NodeView view, NodeState state) {
        view.setState(state);
        return layOut(view);
    }

    /** Shows a node's pictures, or none; returns whether its size changed. */
    boolean show(NodeView view, List<BufferedImage> pictures) {
        view.setPictures(pictures);
        return layOut(view);
    }

    /** Shows what a node will take, or nothing of it; returns whether its size changed. */
    boolean show(NodeView view, Optional<Estimate> estimate) {
        view.setEstimate(estimate);
        return layOut(view);
    }

    /** Shows the settings for the experienced too, or leaves them out. */
    void showAllSettings(NodeView view, boolean all) {
        view.setAllSettings(all);
        layOut(view);
    }

    private boolean layOut(NodeView view) {
        boolean changed = view.layOut();
        if (changed) {
            model.beginUpdate();
            try {
                place(view);
            } finally {
                model.endUpdate();
            }
        }
        return changed;
    }

    /** Brings a node before all others. */
    void raise(NodeView view) {
        if (stack.get(stack.size() - 1) != view) {
            stack.remove(view);
            stack.add(view);
        }
    }

    Optional<NodeView> node(String id) {
        return Optional.ofNullable(nodes.get(id));
    }

    /** From the hindmost to the foremost. */
    List<NodeView> stack() {
        return Collections.unmodifiableList(stack);
    }

    Collection<WireView> wires() {
        return Collections.unmodifiableCollection(wires.values());
    }

    Collection<BoxView> boxes() {
        return Collections.unmodifiableCollection(boxes.values());
    }

    /** A group or a comment. */
    Optional<BoxView> box(String id) {
        return Optional.ofNullable(boxes.get(id));
    }

    /** How large the nodes are. */
    Function<String, Size> sizes() {
        return id -> node(id).map(view ->
                        new Size(view.geometry().width(), view.geometry().height()))
                .orElse(new Size(NodeGeometry.WIDTH, NodeGeometry.TITLE));
    }

    /** With places for the nodes that have none, so that they stay when one of them moves. */
    Workflow placed(Workflow workflow) {
        return Edits.place(workflow, sizes());
    }

    mxCellState state(mxCell cell) {
        return graph.getView().getState(cell);
    }

    /** Large ones first, so that a group in a group is drawn over it; comments last. */
    List<BoxView> boxesByDepth() {
        return boxes.values().stream()
                .sorted(Comparator.comparing((BoxView box) -> box.comment().isPresent())
                        .thenComparing(
                                box -> -box.bounds().getWidth() * box.bounds().getHeight()))
                .toList();
    }

    /** Ids of all nodes, groups and comments. */
    Set<String> ids() {
        Set<String> ids = new HashSet<>(nodes.keySet());
        ids.addAll(boxes.keySet());
        return ids;
    }

    /** The box about all that there is; empty for an empty canvas. */
    Optional<Rectangle2D> bounds() {
        return bounds(ids());
    }

    /** The box about some of it; empty when none of that is there. */
    Optional<Rectangle2D> bounds(Set<String> ids) {
        List<Rectangle2D> all = new ArrayList<>();
        nodes.values().stream().filter(view -> ids.contains(view.id())).forEach(view -> all.add(view.bounds()));
        boxes.values().stream().filter(view -> ids.contains(view.id())).forEach(view -> all.add(view.bounds()));
        return all.stream().reduce(Rectangle2D::createUnion);
    }
}
