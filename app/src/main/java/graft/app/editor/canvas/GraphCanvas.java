package graft.app.editor.canvas;

import com.formdev.flatlaf.util.UIScale;
import com.google.gson.JsonElement;
import graft.app.editor.EstimateText;
import graft.app.editor.Markup;
import graft.app.editor.Strings;
import graft.app.engine.Estimate;
import graft.app.engine.Finding;
import graft.app.plugin.NodeLibrary;
import graft.app.workflow.OpenWorkflow;
import graft.app.workflow.Size;
import graft.app.workflow.Workflow;
import graft.node.NodeSchema;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.Graphics;
import java.awt.Graphics2D;
import java.awt.Point;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.event.MouseEvent;
import java.awt.geom.AffineTransform;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import javax.accessibility.AccessibleContext;
import javax.accessibility.AccessibleRole;
import javax.swing.JComponent;
import javax.swing.JToolTip;
import javax.swing.Timer;
import javax.swing.ToolTipManager;

/**
 * The canvas of an open workflow.
 *
 * <p>All of it runs on the event dispatch thread. What it can be told to do lies in its action map under the ids of
 * {@link graft.app.editor.Commands}.
 */
public final class GraphCanvas extends JComponent {

    private static final int DOTS = 24;
    private static final int MAJOR = 5;
    private static final double MARGIN = 48;

    /** After so many milliseconds without a movement shadows are drawn again. */
    private static final int STILL_AFTER = 140;

    private final CanvasDocument document;
    private final Surface surface;
    private final Scene scene = new Scene();

    private Projection projection;
    private HitTest hitTest;
    private Palette palette;
    private Projection.PaintingCanvas painting;

    private final Map<String, NodeState> states = new HashMap<>();
    private final Map<String, List<BufferedImage>> pictures = new HashMap<>();
    private List<Finding> findings = List.of();
    private Map<String, Estimate> estimates = Map.of();
    private final List<Runnable> selectionListeners = new ArrayList<>();
    private final List<Runnable> viewListeners = new ArrayList<>();
    private final Timer still;

    private final CanvasMouse mouse;
    private final RowEditor rowEditor;
    private final SearchPopup search;
    private final Minimap minimap;
    private final Breadcrumbs breadcrumbs;
    private final List<EdgeSockets> edges;
    private final CanvasActions actions;
    private final Consumer<Workflow> onDocument;
    private boolean openWhenShown = true;
    /** What {@link Viewport#unit} was when this was shown last. */
    private double unit = Viewport.unit();

    private Dimension laidOut = new Dimension();
    /** What was shown last, until the user looks elsewhere: it is shown anew when the canvas changes its size. */
    private Optional<Shown> shown = Optional.empty();

    /** A view that was chosen for the user, and how. */
    private record Shown(Viewport viewport, Runnable again) {}

    public GraphCanvas(OpenWorkflow open, NodeLibrary library, CanvasContext context) {
        this.document = new CanvasDocument(open, library);
        this.surface = new OwnSurface(context);
        this.onDocument = workflow -> documentChanged();
        setName("canvas");
        getAccessibleContext().setAccessibleName(Strings.get("canvas.name"));
        getAccessibleContext().setAccessibleDescription(Strings.get("canvas.description"));
        setOpaque(true);
        setFocusable(true);
        setFocusTraversalKeysEnabled(false);
        setLayout(null);
        still = new Timer(STILL_AFTER, event -> {
            scene.setMoving(false);
            repaint();
        });
        still.setRepeats(false);
        updateUI();
        rowEditor = new RowEditor(surface);
        search = new SearchPopup(surface, this::put);
        minimap = new Minimap(surface);
        onView(minimap::repaint);
        breadcrumbs = new Breadcrumbs(surface, this::leaveTo);
        edges = List.of(new EdgeSockets(surface, true), new EdgeSockets(surface, false));
        project();
        mouse = new CanvasMouse(this);
        actions = new CanvasActions(this);
        setTransferHandler(new FileDrop(surface, actions));
        add(minimap);
        add(breadcrumbs);
        open.addListener(onDocument);
    }

    /** Ends the following of its document; for when its tab is closed. */
    public void dispose() {
        document.open().removeListener(onDocument);
        still.stop();
        ToolTipManager.sharedInstance().unregisterComponent(this);
    }

    // --- the document
    // -------------------------------------------------------------------------------------------------

    /** What is shown: the whole workflow, or the inside of the subgraph that was entered. */
    public Workflow shown() {
        return document.shown();
    }

    /**
     * Edits what is shown, as one step of the undo list.
     *
     * @param label what the undo list calls it
     */
    public void edit(String label, UnaryOperator<Workflow> change) {
        document.edit(label, change);
    }

    /** The same; edits with one key, one after the other, are one step. */
    public void edit(String label, String mergeKey, UnaryOperator<Workflow> change) {
        document.edit(label, mergeKey, change);
    }

    /** The whole workflow as an edit of what is shown would leave it. */
    public Workflow with(UnaryOperator<Workflow> change) {
        return document.changed(document.root(), change);
    }

    /** The subgraphs that were entered, by their nodes' ids, outermost first; what ids in a run begin with. */
    public String prefix() {
        return document.prefix();
    }

    private void project() {
        projection = new Projection(document.faces());
        hitTest = new HitTest(projection);
        scene.setHover(Optional.empty());
        projection.update(document.root(), document.shown());
        String prefix = document.prefix();
        pictures.forEach((id, shown) -> local(id, prefix).ifPresent(view -> projection.show(view, shown)));
        states.forEach((id, state) -> local(id, prefix).ifPresent(view -> projection.show(view, state)));
        mark();
        estimate();
    }

    /** Ends what is being typed on the canvas; all of it that can be kept is in the document already. */
    public void settle() {
        rowEditor.commit();
        edges.forEach(EdgeSockets::settle);
    }

    /** Whether something is typed on the canvas that cannot be kept. */
    public boolean hasRefused() {
        return rowEditor.hasRefused();
    }

    private void documentChanged() {
        rowEditor.documentChanged();
        if (document.leaveGone()) {
            enterChanged();
            return;
        }
        projection.update(document.root(), document.shown());
        edges.forEach(EdgeSockets::update);
        boolean gone = scene.selected().retainAll(projection.ids());
        if (scene.selectedWire()
                .filter(wire -> !document.shown().wires().contains(wire))
                .isPresent()) {
            scene.selectWire(Optional.empty());
        }
        scene.setHover(Optional.empty());
        if (gone) {
            selectionChanged();
        }
        viewChanged();
    }

    /** Plugins came or went: shows their nodes as they are now, or as placeholders that keep all their settings and wires. */
    public void typesChanged() {
        rowEditor.commit();
        document.faces().forget();
        project();
        documentChanged();
    }

    /** Shows the inside of a subgraph. */
    void enter(NodeView node) {
        settle();
        document.enter(node.id());
        enterChanged();
    }

    /** Shows the outside of subgraphs, until so many are entered. */
    void leaveTo(int depth) {
        settle();
        document.leaveTo(depth);
        enterChanged();
    }

    private void enterChanged() {
        scene.selected().clear();
        scene.selectWire(Optional.empty());
        project();
        breadcrumbs.update();
        edges.forEach(EdgeSockets::update);
        selectionChanged();
        showBeginning();
    }

    /** How large the nodes are. */
    public Function<String, Size> sizes() {
        return projection.sizes();
    }

    // --- runs
    // ---------------------------------------------------------------------------------------------------------

    /**
     * Shows how it stands with a node.
     *
     * @param node its id in a run; that of a node in a subgraph is {@code outer.inner}
     */
    public void show(String node, NodeState state) {
        states.put(node, state);
        local(node, document.prefix()).ifPresent(view -> {
            Rectangle before = area(view);
            boolean resized = projection.show(view, state);
            if (resized) {
                repaint();
            } else {
                repaint(before);
            }
        });
    }

    /** Marks the nodes that a check found something of; what one within a subgraph has is marked on the box outside, too. */
    public void showFindings(List<Finding> found) {
        if (!found.equals(findings)) {
            findings = List.copyOf(found);
            mark();
            repaint();
        }
    }

    /**
     * Shows on the nodes what they will take; on a subgraph's what is inside takes together.
     *
     * @param known by the nodes' ids in a run
     */
    public void showEstimates(Map<String, Estimate> known) {
        if (!known.equals(estimates)) {
            estimates = Map.copyOf(known);
            estimate();
            viewChanged();
        }
    }

    /** What the nodes that are shown will take, by the ids that they have there; a subgraph takes what is inside. */
    public Map<String, Estimate> shownEstimates() {
        Map<String, Estimate> here = new HashMap<>();
        new TreeMap<>(estimates).forEach((id, estimate) -> here(id, document.prefix())
                .ifPresent(node -> here.merge(node, estimate, Estimate::then)));
        return here;
    }

    private void estimate() {
        Map<String, Estimate> here = shownEstimates();
        projection.stack().forEach(view -> projection.show(view, Optional.ofNullable(here.get(view.id()))));
    }

    private void mark() {
        String prefix = document.prefix();
        Map<NodeView, NodeMark> marks = new HashMap<>();
        for (Finding finding : findings) {
            local(finding.node(), prefix).ifPresent(view -> {
                boolean own = finding.node().equals(prefix + view.id());
                marks.merge(
                        view,
                        NodeMark.NONE.with(finding, own ? finding.socket() : ""),
                        (before, one) -> before.with(finding, own ? finding.socket() : ""));
            });
        }
        projection.stack().forEach(view -> view.setMark(marks.getOrDefault(view, NodeMark.NONE)));
    }

    /** The sentences about what a check found of a node of what is shown, as the canvas marks it; empty when it does not. */
    public List<String> marks(String node) {
        return projection.node(node).map(NodeView::mark).stream()
                .flatMap(mark -> mark.findings().stream())
                .map(Finding::words)
                .toList();
    }

    /** The line about what a node of what is shown will take; empty when there is none. */
    public String estimate(String node) {
        return projection
                .node(node)
                .flatMap(NodeView::estimate)
                .map(estimate -> new EstimateText(estimate).line())
                .orElse("");
    }

    /** The last that was shown of a node. */
    public NodeState state(String node) {
        return states.getOrDefault(node, NodeState.FRESH);
    }

    /** Shows pictures in a node, those of a batch in its order; none for an empty list. */
    public void preview(String node, List<BufferedImage> made) {
        pictures.put(node, List.copyOf(made));
        local(node, document.prefix()).ifPresent(view -> {
            boolean resized = projection.show(view, made);
            if (resized) {
                repaint();
            } else {
                repaint(area(view));
            }
        });
    }

    /** The node that shows a run's node: itself, or the subgraph that it is in. */
    private Optional<NodeView> local(String id, String prefix) {
        return here(id, prefix).flatMap(projection::node);
    }

    private static Optional<String> here(String id, String prefix) {
        if (!id.startsWith(prefix)) {
            return Optional.empty();
        }
        String rest = id.substring(prefix.length());
        int dot = rest.indexOf('.');
        return Optional.of(dot < 0 ? rest : rest.substring(0, dot));
    }

    /** Where a node is on the component, with its outline and shadow. */
    private Rectangle area(NodeView view) {
        Rectangle box = scene.viewport().toComponent(view.bounds()).getBounds();
        int grow = (int) Math.ceil(12 * Math.max(1, scene.viewport().scale()));
        box.grow(grow, grow);
        return box;
    }

    // --- selection
    // ----------------------------------------------------------------------------------------------------

    private void put(NodeSchema type, Point2D at, Optional<WireDrag> wire) {
        actions.add(type, at, wire);
    }

    /** Adds a node in the middle of what is seen, with settings of its own, and selects it. */
    public void add(NodeSchema type, Map<String, JsonElement> settings) {
        Point2D middle = scene.viewport().toCanvas(new Point(getWidth() / 2, getHeight() / 2));
        actions.add(type, middle, Optional.empty(), true, node -> node.withSettings(settings));
    }

    /** Ids of the selected nodes, groups and comments of what is shown. */
    public Set<String> selected() {
        return Set.copyOf(scene.selected());
    }

    public void select(Set<String> ids) {
        scene.selectWire(Optional.empty());
        if (!scene.selected().equals(ids)) {
            scene.selected().clear();
            scene.selected().addAll(ids);
            selectionChanged();
        }
        repaint();
    }

    void select(WireView wire) {
        select(Set.of());
        scene.selectWire(Optional.of(wire.wire()));
        repaint();
    }

    /** Adds to what is told when the selection changes. */
    public void onSelection(Runnable listener) {
        selectionListeners.add(listener);
    }

    private void selectionChanged() {
        selectionListeners.forEach(Runnable::run);
        repaint();
    }

    // --- where one looks
    // ----------------------------------------------------------------------------------------------

    Viewport viewport() {
        return scene.viewport();
    }

    /** The zoom: 1 is 100 %. */
    public double zoom() {
        return scene.viewport().zoom();
    }

    void setViewport(Viewport viewport) {
        rowEditor.commit();
        scene.setViewport(viewport);
        moving();
        viewChanged();
    }

    private void moving() {
        scene.setMoving(true);
        still.restart();
        repaint();
    }

    /** Tells the minimap and whoever else shows where one looks. */
    public void onView(Runnable listener) {
        viewListeners.add(listener);
    }

    private void viewChanged() {
        viewListeners.forEach(Runnable::run);
        repaint();
    }

    /** Shows the selection, or all when nothing is selected. */
    public void fit() {
        Optional<Rectangle2D> chosen = projection.bounds(scene.selected());
        if (getWidth() == 0) {
            openWhenShown = true;
        } else if (chosen.isPresent()) {
            fit(chosen);
        } else {
            fitAll();
        }
    }

    private void fitAll() {
        fit(projection.bounds());
        shown = Optional.of(new Shown(scene.viewport(), this::fitAll));
    }

    private void fit(Optional<Rectangle2D> box) {
        setViewport(box.map(found -> Viewport.fitting(found, getWidth(), getHeight(), MARGIN * Viewport.unit()))
                .orElse(Viewport.start()));
        openWhenShown = false;
    }

    /** Shows all when it can be read so, else where the work begins. */
    public void showBeginning() {
        if (getWidth() == 0) {
            openWhenShown = true;
            return;
        }
        setViewport(Beginning.of(projection)
                .map(beginning -> beginning.seen(getWidth(), getHeight()))
                .orElse(Viewport.start()));
        shown = Optional.of(new Shown(scene.viewport(), this::showBeginning));
        openWhenShown = false;
    }

    /** Brings a node into the middle, and to 100 % when one looks from afar. */
    public void centerOn(String node) {
        projection.node(node).ifPresent(view -> {
            double scale = Math.max(0.8 * Viewport.unit(), scene.viewport().scale());
            Rectangle2D box = view.bounds();
            setViewport(Viewport.centred(scale, box.getCenterX(), box.getCenterY(), getWidth(), getHeight()));
        });
    }

    void zoomBy(double factor) {
        setViewport(scene.viewport().zoomed(factor, getWidth() / 2.0, getHeight() / 2.0));
    }

    // --- parts
    // --------------------------------------------------------------------------------------------------------

    /** What of it is given to its parts. */
    Surface surface() {
        return surface;
    }

    Projection projection() {
        return projection;
    }

    HitTest hitTest() {
        return hitTest;
    }

    RowEditor rowEditor() {
        return rowEditor;
    }

    SearchPopup search() {
        return search;
    }

    Minimap minimap() {
        return minimap;
    }

    CanvasMouse mouse() {
        return mouse;
    }

    CanvasActions actions() {
        return actions;
    }

    private Optional<Hit> hit(Point point) {
        Point2D at = scene.viewport().toCanvas(point);
        return hitTest.at(at.getX(), at.getY(), scene.viewport().zoom());
    }

    // --- looks
    // --------------------------------------------------------------------------------------------------------

    @Override
    public void updateUI() {
        if (scene == null) {
            return;
        }
        palette = new Palette();
        painting = new Projection.PaintingCanvas(new Painters(
                new NodePainter(scene, palette), new WirePainter(scene, palette), new BoxPainter(scene, palette)));
        setBackground(palette.of("canvas.background"));
        if (projection != null) {
            // Texts are fitted to the fonts of the look.
            projection.stack().forEach(view -> view.fitted().clear());
            rescaled();
        }
        repaint();
    }

    /** Looks at the same place as before, when all that is shown became larger or smaller. */
    private void rescaled() {
        double change = Viewport.unit() / unit;
        if (change != 1) {
            unit = Viewport.unit();
            Viewport before = scene.viewport();
            boolean chosen =
                    shown.filter(last -> last.viewport().equals(before)).isPresent();
            setViewport(new Viewport(before.scale() * change, before.dx() * change, before.dy() * change));
            if (chosen) {
                shown.get().again().run();
            }
            revalidate();
        }
    }

    @Override
    public Dimension getPreferredSize() {
        return UIScale.scale(new Dimension(960, 640));
    }

    @Override
    public void doLayout() {
        minimap.place(getWidth(), getHeight());
        breadcrumbs.place();
        edges.forEach(EdgeSockets::place);
        boolean resized = !getSize().equals(laidOut);
        laidOut = getSize();
        if (openWhenShown && getWidth() > 0) {
            showBeginning();
        } else if (resized && getWidth() > 0) {
            shown.filter(last -> last.viewport().equals(scene.viewport()))
                    .ifPresent(last -> last.again().run());
        }
    }

    @Override
    protected void paintComponent(Graphics graphics) {
        Graphics2D g = (Graphics2D) graphics.create();
        try {
            paintAll(g, g.getClipBounds() == null ? new Rectangle(getSize()) : g.getClipBounds());
        } finally {
            g.dispose();
        }
    }

    private void paintAll(Graphics2D g, Rectangle clip) {
        g.setColor(getBackground());
        g.fill(clip);
        paintGrid(g, clip);
        boolean blocks = scene.detail() == Scene.Detail.BLOCKS;
        boolean smooth = !scene.moving() || !blocks;
        g.setRenderingHint(
                RenderingHints.KEY_ANTIALIASING,
                smooth ? RenderingHints.VALUE_ANTIALIAS_ON : RenderingHints.VALUE_ANTIALIAS_OFF);
        g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
        g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        edges.forEach(edge -> edge.paint(g));
        AffineTransform component = g.getTransform();
        g.transform(scene.viewport().transform());
        Rectangle2D seen = scene.viewport().toCanvas(clip);
        Rectangle2D wide =
                new Rectangle2D.Double(seen.getX() - 16, seen.getY() - 16, seen.getWidth() + 32, seen.getHeight() + 32);
        painting.setGraphics(g);
        for (BoxView box : projection.boxesByDepth()) {
            if (wide.intersects(box.bounds())) {
                painting.drawCell(projection.state(box.cell()));
            }
        }
        boolean fine = !scene.moving() || scene.detail() == Scene.Detail.ALL;
        g.setRenderingHint(
                RenderingHints.KEY_ANTIALIASING,
                fine ? RenderingHints.VALUE_ANTIALIAS_ON : RenderingHints.VALUE_ANTIALIAS_OFF);
        for (WireView wire : projection.wires()) {
            Rectangle2D box = wire.path().bounds();
            if (box.getMaxX() >= wide.getX()
                    && box.getX() <= wide.getMaxX()
                    && box.getMaxY() >= wide.getY()
                    && box.getY() <= wide.getMaxY()) {
                painting.drawCell(projection.state(wire.cell()));
            }
        }
        g.setRenderingHint(
                RenderingHints.KEY_ANTIALIASING,
                smooth ? RenderingHints.VALUE_ANTIALIAS_ON : RenderingHints.VALUE_ANTIALIAS_OFF);
        for (NodeView node : projection.stack()) {
            if (node.x() <= wide.getMaxX()
                    && node.y() <= wide.getMaxY()
                    && node.x() + node.geometry().width() >= wide.getX()
                    && node.y() + node.geometry().height() >= wide.getY()) {
                painting.drawCell(projection.state(node.cell()));
            }
        }
        g.setTransform(component);
        for (Scene.Overlay overlay : scene.overlays()) {
            overlay.paint(g);
        }
        if (projection.stack().isEmpty() && projection.boxes().isEmpty()) {
            paintInvitation(g);
        }
    }

    private void paintGrid(Graphics2D g, Rectangle clip) {
        double step = DOTS * scene.viewport().scale();
        double unit = Viewport.unit();
        while (step < 14 * unit) {
            step *= MAJOR;
        }
        double dx = scene.viewport().dx();
        double dy = scene.viewport().dy();
        long firstColumn = (long) Math.floor((clip.x - dx) / step);
        long firstRow = (long) Math.floor((clip.y - dy) / step);
        Color minor = palette.of("canvas.grid");
        Color major = palette.of("canvas.gridMajor");
        int size = (int) Math.round((step > 40 * unit ? 2 : 1) * unit);
        for (long row = firstRow; row * step + dy < clip.getMaxY(); row++) {
            int y = (int) Math.round(row * step + dy);
            for (long column = firstColumn; column * step + dx < clip.getMaxX(); column++) {
                boolean isMajor = row % MAJOR == 0 && column % MAJOR == 0;
                g.setColor(isMajor ? major : minor);
                int x = (int) Math.round(column * step + dx);
                int side = isMajor ? size + 1 : size;
                g.fillRect(x, y, side, side);
            }
        }
    }

    private void paintInvitation(Graphics2D g) {
        g.setColor(palette.of("canvas.text"));
        centred(g, Strings.get("canvas.empty"), palette.heading.deriveFont(UIScale.scale(17f)), getHeight() / 2);
        centred(
                g,
                Strings.get("canvas.empty.more"),
                palette.text.deriveFont(UIScale.scale(13f)),
                getHeight() / 2 + UIScale.scale(26));
    }

    private void centred(Graphics2D g, String text, Font font, int baseline) {
        g.setFont(font);
        g.drawString(text, (float) ((getWidth() - FittedText.width(text, font)) / 2), baseline);
    }

    /** Changes what lies under the mouse, and draws anew what looks different then. */
    void hover(Optional<Hit> hit) {
        Optional<Hit> old = scene.hover();
        if (!old.equals(hit)) {
            scene.setHover(hit);
            repaint(old);
            repaint(hit);
        }
    }

    private void repaint(Optional<Hit> hit) {
        if (hit.isPresent()) {
            Optional<NodeView> node = hit.flatMap(Hit::node);
            node.ifPresentOrElse(view -> repaint(area(view)), this::repaint);
        }
    }

    @Override
    public JToolTip createToolTip() {
        JToolTip tip = Markup.allow(super.createToolTip());
        tip.setComponent(this);
        return tip;
    }

    @Override
    public String getToolTipText(MouseEvent event) {
        return mouse.isBusy()
                ? null
                : hit(event.getPoint()).flatMap(ToolTips::of).orElse(null);
    }

    @Override
    public AccessibleContext getAccessibleContext() {
        if (accessibleContext == null) {
            accessibleContext = new AccessibleJComponent() {
                @Override
                public AccessibleRole getAccessibleRole() {
                    return AccessibleRole.CANVAS;
                }
            };
        }
        return accessibleContext;
    }

    /** Where a node lies on the component; for those who click on it or point to it. */
    public Optional<Rectangle> place(String node) {
        return projection
                .node(node)
                .map(view -> scene.viewport().toComponent(view.bounds()).getBounds());
    }

    /** Where the pictures that a node shows lie on the component, in their order. */
    public List<Rectangle> pictures(String node) {
        return projection.node(node).stream()
                .flatMap(view -> view.pictureCells().stream().map(cell -> scene.viewport()
                        .toComponent(view.onCanvas(cell))
                        .getBounds()))
                .toList();
    }

    /** Where a socket of a node lies on the component. */
    public Optional<Point> socket(String node, String socket, boolean output) {
        return projection.node(node).map(view -> {
            Point2D end = view.end(socket, output);
            Point2D point = scene.viewport().toComponent(end.getX(), end.getY());
            return new Point((int) Math.round(point.getX()), (int) Math.round(point.getY()));
        });
    }

    /** The socket that the keyboard is at, as {@code node.socket}; empty when it is at none. */
    public Optional<String> focusedSocket() {
        return actions.sockets().focus();
    }

    /** Where the row of a setting lies on the component; empty while it does not show. */
    public Optional<Rectangle> row(String node, String setting) {
        return projection
                .node(node)
                .flatMap(view -> view.geometry().row(setting).map(row -> scene.viewport()
                        .toComponent(view.onCanvas(row.bounds()))
                        .getBounds()));
    }

    /** What gestures and what lies over the nodes get of this. */
    private final class OwnSurface implements Surface {

        private final CanvasContext context;

        OwnSurface(CanvasContext context) {
            this.context = context;
        }

        @Override
        public JComponent component() {
            return GraphCanvas.this;
        }

        @Override
        public CanvasDocument document() {
            return document;
        }

        @Override
        public CanvasContext context() {
            return context;
        }

        @Override
        public Scene scene() {
            return scene;
        }

        @Override
        public Projection projection() {
            return projection;
        }

        @Override
        public Palette palette() {
            return palette;
        }

        @Override
        public Viewport viewport() {
            return scene.viewport();
        }

        @Override
        public void setViewport(Viewport viewport) {
            GraphCanvas.this.setViewport(viewport);
        }

        @Override
        public void moving() {
            GraphCanvas.this.moving();
        }

        @Override
        public void reveal(String node) {
            if (place(node)
                    .filter(box -> !new Rectangle(getSize()).contains(box))
                    .isPresent()) {
                centerOn(node);
            }
        }

        @Override
        public Optional<Hit> hit(Point point) {
            return GraphCanvas.this.hit(point);
        }

        @Override
        public Set<String> selected() {
            return GraphCanvas.this.selected();
        }

        @Override
        public List<String> selectedNodes() {
            return document.shown().nodes().keySet().stream()
                    .filter(scene.selected()::contains)
                    .toList();
        }

        @Override
        public void select(Set<String> ids) {
            GraphCanvas.this.select(ids);
        }

        @Override
        public boolean snaps(MouseEvent event) {
            return event.isShiftDown() != actions.snaps();
        }
    }
}
