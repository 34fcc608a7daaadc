package graft.app.editor.canvas;

import graft.app.editor.Faces;
import graft.app.editor.Strings;
import graft.app.workflow.Edits;
import graft.app.workflow.Place;
import graft.app.workflow.Wire;
import graft.node.SocketKind;
import java.awt.Cursor;
import java.awt.Point;
import java.awt.event.ActionEvent;
import java.awt.event.FocusAdapter;
import java.awt.event.FocusEvent;
import java.awt.event.KeyEvent;
import java.awt.event.MouseAdapter;
import java.awt.event.MouseEvent;
import java.awt.event.MouseWheelEvent;
import java.awt.geom.Point2D;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import javax.swing.AbstractAction;
import javax.swing.Action;
import javax.swing.InputMap;
import javax.swing.JComponent;
import javax.swing.KeyStroke;
import javax.swing.SwingUtilities;
import javax.swing.ToolTipManager;

/** Turns what the mouse does on the canvas into gestures. */
final class CanvasMouse extends MouseAdapter {

    private static final int SLACK = 3;
    private static final double WHEEL_STEP = 1.12;
    private static final double WHEEL_PIXELS = 60;

    private final GraphCanvas canvas;
    private final Surface surface;
    private Optional<Gesture> gesture = Optional.empty();
    private Optional<Press> pressed = Optional.empty();
    private Optional<Point> last = Optional.empty();
    private boolean space;
    private boolean hand;

    /** A press that is a click so far, and what it becomes when the mouse moves on. */
    private record Press(MouseEvent event, Runnable click, Optional<Starter> drag) {}

    private interface Starter {
        Gesture start(MouseEvent press);
    }

    CanvasMouse(GraphCanvas canvas) {
        this.canvas = canvas;
        surface = canvas.surface();
        canvas.addMouseListener(this);
        canvas.addMouseMotionListener(this);
        canvas.addMouseWheelListener(this);
        ToolTipManager.sharedInstance().registerComponent(canvas);
        InputMap keys = canvas.getInputMap(JComponent.WHEN_FOCUSED);
        keys.put(KeyStroke.getKeyStroke(KeyEvent.VK_SPACE, 0, false), "space down");
        keys.put(KeyStroke.getKeyStroke(KeyEvent.VK_SPACE, 0, true), "space up");
        canvas.getActionMap().put("space down", action(() -> setSpace(true)));
        canvas.getActionMap().put("space up", action(() -> setSpace(false)));
        canvas.addFocusListener(new FocusAdapter() {
            @Override
            public void focusLost(FocusEvent event) {
                setSpace(false);
            }
        });
    }

    private static Action action(Runnable run) {
        return new AbstractAction() {
            @Override
            public void actionPerformed(ActionEvent event) {
                run.run();
            }
        };
    }

    private void setSpace(boolean down) {
        space = down;
        showCursor();
    }

    /** Whether a drag of bare canvas, and of all else, moves the view. */
    void setHand(boolean next) {
        hand = next;
        showCursor();
    }

    boolean isHand() {
        return hand;
    }

    private void showCursor() {
        surface.component()
                .setCursor(Cursor.getPredefinedCursor(space || hand ? Cursor.HAND_CURSOR : Cursor.DEFAULT_CURSOR));
    }

    /** Whether a gesture is under way. */
    boolean isBusy() {
        return gesture.isPresent();
    }

    /** Where the mouse is; empty while it is not over the canvas. */
    Optional<Point> place() {
        return last;
    }

    Optional<Gesture> gesture() {
        return gesture;
    }

    /** Ends a gesture without leaving anything of it; returns whether there was one. */
    boolean cancel() {
        boolean busy = gesture.isPresent();
        gesture.ifPresent(Gesture::cancel);
        gesture = Optional.empty();
        pressed = Optional.empty();
        return busy;
    }

    // --- press
    // --------------------------------------------------------------------------------------------------------

    @Override
    public void mousePressed(MouseEvent event) {
        surface.component().requestFocusInWindow();
        canvas.rowEditor().commit();
        canvas.search().close();
        canvas.actions().sockets().end();
        last = Optional.of(event.getPoint());
        if (gesture.isPresent()) {
            return;
        }
        boolean pans = SwingUtilities.isMiddleMouseButton(event)
                || (SwingUtilities.isLeftMouseButton(event) && (space || hand));
        if (pans) {
            gesture = Optional.of(new PanGesture(surface, event));
        } else if (event.isPopupTrigger()) {
            popUp(event);
        } else if (SwingUtilities.isLeftMouseButton(event)) {
            pressed = Optional.of(press(event, surface.hit(event.getPoint())));
        }
    }

    private Press press(MouseEvent event, Optional<Hit> hit) {
        Runnable nothing = () -> {};
        if (hit.isEmpty()) {
            return new Press(
                    event,
                    () -> {
                        if (!event.isShiftDown() && !event.isAltDown()) {
                            canvas.select(Set.of());
                        }
                        if (event.getClickCount() == 2) {
                            canvas.search().open(event.getPoint(), Optional.empty());
                        }
                    },
                    Optional.of(press -> new BandGesture(surface, press)));
        }
        if (event.isControlDown() && !event.isAltDown() && !(hit.get() instanceof Hit.OfBox)) {
            // Ctrl begins a rubber band anywhere; a click with it adds to the selection.
            return new Press(
                    event,
                    () -> Hit.node(hit.get()).ifPresent(this::toggle),
                    Optional.of(press -> new BandGesture(surface, press)));
        }
        if (hit.get() instanceof Hit.OfSocket socket) {
            return socket(event, socket);
        }
        if (hit.get() instanceof Hit.OfSetting row) {
            return setting(event, row);
        }
        if (hit.get() instanceof Hit.OfNode node) {
            return node(event, node);
        }
        if (hit.get() instanceof Hit.OfWire wire) {
            return wire(event, wire.wire());
        }
        if (hit.get() instanceof Hit.OfVia via) {
            Wire wire = via.wire().wire();
            return new Press(
                    event,
                    event.isAltDown() ? () -> removeVia(wire, via.index()) : () -> canvas.select(via.wire()),
                    Optional.of(press -> new ViaGesture(surface, wire, via.index())));
        }
        if (hit.get() instanceof Hit.OfBox box) {
            return box(event, box);
        }
        return new Press(event, nothing, Optional.empty());
    }

    // --- sockets and wires
    // --------------------------------------------------------------------------------------------

    private Press socket(MouseEvent event, Hit.OfSocket hit) {
        SocketId id = hit.id();
        List<Wire> wires = wires(id);
        if (event.isControlDown() && event.isAltDown()) {
            return new Press(event, () -> breakWires(wires), Optional.empty());
        }
        return new Press(
                event,
                () -> {},
                Optional.of(press -> new WireGesture(surface, press, drag(hit, press, wires), canvas.search())));
    }

    private WireDrag drag(Hit.OfSocket hit, MouseEvent press, List<Wire> wires) {
        if (hit.spot().output()) {
            if (press.isShiftDown() && !wires.isEmpty()) {
                return WireDrag.unplugged(surface.document().shown(), wires, wanted(wires), surface.document()::joins);
            }
            return WireDrag.from(
                    surface.document().shown(), hit.id(), hit.spot().kind(), surface.document()::joins);
        }
        if (wires.isEmpty() || press.isShiftDown()) {
            return WireDrag.from(
                    surface.document().shown(), hit.id(), hit.spot().kind(), surface.document()::joins);
        }
        Wire wire = wires.get(wires.size() - 1);
        SocketKind carried = surface.projection()
                .node(wire.fromNode())
                .flatMap(node -> node.face().output(wire.output()))
                .map(output -> output.kind())
                .orElse(Faces.UNKNOWN);
        return WireDrag.unplugged(surface.document().shown(), wire, carried, surface.document()::joins);
    }

    private List<SocketKind> wanted(List<Wire> wires) {
        List<SocketKind> kinds = new ArrayList<>();
        for (Wire wire : wires) {
            kinds.add(surface.projection()
                    .node(wire.toNode())
                    .flatMap(node -> node.geometry().socket(wire.input(), false))
                    .map(NodeGeometry.Spot::kind)
                    .orElse(Faces.UNKNOWN));
        }
        return kinds;
    }

    private List<Wire> wires(SocketId id) {
        return surface.document().shown().wires().stream()
                .filter(wire -> id.output()
                        ? wire.fromNode().equals(id.node()) && wire.output().equals(id.id())
                        : wire.toNode().equals(id.node()) && wire.input().equals(id.id()))
                .toList();
    }

    private void breakWires(List<Wire> wires) {
        if (!wires.isEmpty()) {
            surface.document().edit(Strings.get("canvas.edit.disconnect"), workflow -> {
                var next = workflow;
                for (Wire wire : wires) {
                    next = Edits.disconnect(next, wire);
                }
                return next;
            });
        }
    }

    private Press wire(MouseEvent event, WireView view) {
        if (event.isAltDown()) {
            return new Press(event, () -> addVia(event, view), Optional.of(press -> {
                addVia(press, view);
                Point2D at = surface.viewport().toCanvas(press.getPoint());
                int index = view.path().segment(at.getX(), at.getY());
                Wire fresh = withVia(view, at, index);
                return new ViaGesture(surface, fresh, index);
            }));
        }
        if (event.isShiftDown()) {
            SocketId output = new SocketId(view.wire().fromNode(), view.wire().output(), true);
            return new Press(
                    event,
                    () -> canvas.select(view),
                    Optional.of(press -> new WireGesture(
                            surface,
                            press,
                            WireDrag.from(surface.document().shown(), output, view.kind(), surface.document()::joins),
                            canvas.search())));
        }
        return new Press(event, () -> canvas.select(view), Optional.of(press -> new BandGesture(surface, press)));
    }

    private static Wire withVia(WireView view, Point2D at, int index) {
        List<Place> via = new ArrayList<>(view.wire().via());
        via.add(index, new Place(Math.rint(at.getX()), Math.rint(at.getY())));
        Wire wire = view.wire();
        return new Wire(wire.fromNode(), wire.output(), wire.toNode(), wire.input(), via);
    }

    private void addVia(MouseEvent event, WireView view) {
        Point2D at = surface.viewport().toCanvas(event.getPoint());
        int index = view.path().segment(at.getX(), at.getY());
        List<Place> via = withVia(view, at, index).via();
        surface.document().edit(Strings.get("canvas.edit.reroute"), workflow -> Edits.via(workflow, view.wire(), via));
    }

    private void removeVia(Wire wire, int index) {
        List<Place> via = new ArrayList<>(wire.via());
        via.remove(index);
        surface.document().edit(Strings.get("canvas.edit.reroute"), workflow -> Edits.via(workflow, wire, via));
    }

    // --- nodes
    // --------------------------------------------------------------------------------------------------------

    private Press setting(MouseEvent event, Hit.OfSetting row) {
        NodeView node = row.node();
        boolean live = !row.row().wired();
        if (live && SettingText.isNumber(row.setting()) && !event.isAltDown()) {
            gesture = Optional.of(new ScrubGesture(surface, event, row, canvas.rowEditor()));
            selectFor(event, node);
            return new Press(event, () -> {}, Optional.empty());
        }
        selectFor(event, node);
        return new Press(
                event,
                live ? () -> canvas.rowEditor().open(node, row.setting()) : () -> {},
                Optional.of(press -> move(press, node)));
    }

    private Press node(MouseEvent event, Hit.OfNode hit) {
        NodeView node = hit.node();
        surface.projection().raise(node);
        if (hit.part() == Hit.Part.CORNER) {
            return new Press(
                    event,
                    () -> selectFor(event, node),
                    Optional.of(press -> new ResizeGesture(surface, press, node.id(), node.bounds())));
        }
        if (hit.part() == Hit.Part.CHEVRON) {
            return new Press(
                    event, () -> canvas.actions().collapse(Set.of(node.id())), Optional.of(press -> move(press, node)));
        }
        if (hit.part() == Hit.Part.MORE) {
            return new Press(
                    event,
                    () -> {
                        surface.projection().showAllSettings(node, !node.showsAllSettings());
                        surface.component().repaint();
                    },
                    Optional.of(press -> move(press, node)));
        }
        boolean already = surface.selected().contains(node.id());
        selectFor(event, node);
        return new Press(
                event,
                () -> {
                    if (event.getClickCount() == 2) {
                        doubleClick(hit, event.getPoint());
                    } else if (already && !event.isShiftDown()) {
                        canvas.select(Set.of(node.id()));
                    }
                },
                Optional.of(press -> move(press, node)));
    }

    private void doubleClick(Hit.OfNode hit, Point point) {
        Point2D at = surface.viewport().toCanvas(point);
        OptionalInt picture = hit.node().pictureAt(at.getX(), at.getY());
        if (picture.isPresent()) {
            surface.context().enlarge(hit.node().title(), hit.node().pictures(), picture.getAsInt());
        } else if (hit.node().isSubgraph() && hit.part() != Hit.Part.TITLE) {
            canvas.enter(hit.node());
        } else if (hit.part() == Hit.Part.TITLE) {
            canvas.rowEditor().rename(hit.node());
        } else if (hit.node().isSubgraph()) {
            canvas.enter(hit.node());
        } else if (hit.node().givesPictures()) {
            surface.context().dataset(hit.node().id());
        }
    }

    private void selectFor(MouseEvent event, NodeView node) {
        surface.projection().raise(node);
        if (event.isShiftDown()) {
            Set<String> next = new HashSet<>(surface.selected());
            next.add(node.id());
            canvas.select(next);
        } else if (!surface.selected().contains(node.id())) {
            canvas.select(Set.of(node.id()));
        }
    }

    private void toggle(NodeView node) {
        Set<String> next = new HashSet<>(surface.selected());
        if (!next.remove(node.id())) {
            next.add(node.id());
        }
        canvas.select(next);
    }

    private Gesture move(MouseEvent press, NodeView node) {
        if (!surface.selected().contains(node.id())) {
            canvas.select(Set.of(node.id()));
        }
        return new MoveGesture(
                surface, press, withContents(new HashSet<>(surface.selected()), false), node.id(), press.isAltDown());
    }

    // --- groups and comments
    // ------------------------------------------------------------------------------------------

    private Press box(MouseEvent event, Hit.OfBox hit) {
        BoxView box = hit.box();
        if (hit.corner()) {
            return new Press(
                    event,
                    () -> canvas.select(Set.of(box.id())),
                    Optional.of(press -> new ResizeGesture(surface, press, box.id(), box.bounds())));
        }
        boolean alone = event.isControlDown();
        return new Press(
                event,
                () -> {
                    if (event.getClickCount() == 2) {
                        canvas.rowEditor().edit(box);
                    } else if (event.isShiftDown() || event.isControlDown()) {
                        Set<String> next = new HashSet<>(surface.selected());
                        if (!next.remove(box.id())) {
                            next.add(box.id());
                        }
                        canvas.select(next);
                    } else {
                        canvas.select(Set.of(box.id()));
                    }
                },
                Optional.of(press -> {
                    if (!surface.selected().contains(box.id())) {
                        canvas.select(Set.of(box.id()));
                    }
                    return new MoveGesture(
                            surface,
                            press,
                            withContents(new HashSet<>(surface.selected()), alone),
                            box.id(),
                            press.isAltDown());
                }));
    }

    /** With what lies in the groups among them. */
    private Set<String> withContents(Set<String> ids, boolean groupsAlone) {
        Set<String> all = new HashSet<>(ids);
        if (!groupsAlone) {
            for (BoxView box : surface.projection().boxes()) {
                if (box.group().isPresent() && ids.contains(box.id())) {
                    all.addAll(Edits.members(
                            surface.projection().placed(surface.document().shown()),
                            box.id(),
                            surface.projection().sizes()));
                }
            }
        }
        return all;
    }

    // --- drag and release
    // ---------------------------------------------------------------------------------------------

    @Override
    public void mouseDragged(MouseEvent event) {
        last = Optional.of(event.getPoint());
        if (gesture.isEmpty() && pressed.isPresent()) {
            Press press = pressed.get();
            if (press.drag().isEmpty() || press.event().getPoint().distance(event.getPoint()) <= SLACK) {
                return;
            }
            pressed = Optional.empty();
            gesture = Optional.of(press.drag().get().start(press.event()));
        }
        gesture.ifPresent(each -> each.drag(event));
    }

    @Override
    public void mouseReleased(MouseEvent event) {
        last = Optional.of(event.getPoint());
        if (gesture.isPresent()) {
            Gesture ended = gesture.get();
            gesture = Optional.empty();
            pressed = Optional.empty();
            ended.release(event);
            canvas.hover(surface.hit(event.getPoint()));
        } else if (pressed.isPresent()) {
            Press press = pressed.get();
            pressed = Optional.empty();
            press.click().run();
        } else if (event.isPopupTrigger()) {
            popUp(event);
        }
    }

    private void popUp(MouseEvent event) {
        Optional<Hit> hit = surface.hit(event.getPoint());
        hit.flatMap(Hit::node).ifPresent(node -> {
            if (!surface.selected().contains(node.id())) {
                canvas.select(Set.of(node.id()));
            }
        });
        if (hit.isPresent()
                && hit.get() instanceof Hit.OfBox box
                && !surface.selected().contains(box.box().id())) {
            canvas.select(Set.of(box.box().id()));
        }
        if (hit.isPresent() && hit.get() instanceof Hit.OfWire wire) {
            canvas.select(wire.wire());
        }
        ContextMenu.of(surface, canvas.actions(), canvas.search(), hit, event.getPoint())
                .show(canvas, event.getX(), event.getY());
    }

    @Override
    public void mouseMoved(MouseEvent event) {
        last = Optional.of(event.getPoint());
        canvas.hover(surface.hit(event.getPoint()));
    }

    @Override
    public void mouseExited(MouseEvent event) {
        last = Optional.empty();
        canvas.hover(Optional.empty());
    }

    /** Zooms to where the mouse is; with Shift or Alt it moves the view across or down. */
    @Override
    public void mouseWheelMoved(MouseWheelEvent event) {
        double turned = event.getPreciseWheelRotation();
        if (event.isShiftDown()) {
            surface.setViewport(surface.viewport().moved(-turned * WHEEL_PIXELS * Viewport.unit(), 0));
        } else if (event.isAltDown()) {
            surface.setViewport(surface.viewport().moved(0, -turned * WHEEL_PIXELS * Viewport.unit()));
        } else {
            surface.setViewport(surface.viewport().zoomed(Math.pow(WHEEL_STEP, -turned), event.getX(), event.getY()));
        }
    }
}
