package graft.app.editor.canvas;

import graft.app.editor.Commands;
import graft.app.editor.Faces;
import graft.app.editor.Strings;
import graft.app.workflow.Edited;
import graft.app.workflow.Edits;
import graft.app.workflow.Fragment;
import graft.app.workflow.Mode;
import graft.app.workflow.Place;
import graft.app.workflow.Size;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.node.NodeSchema;
import graft.node.Problem;
import java.awt.Color;
import java.awt.Point;
import java.awt.Toolkit;
import java.awt.datatransfer.Clipboard;
import java.awt.datatransfer.DataFlavor;
import java.awt.datatransfer.StringSelection;
import java.awt.datatransfer.UnsupportedFlavorException;
import java.awt.event.ActionEvent;
import java.awt.event.InputEvent;
import java.awt.event.KeyEvent;
import java.awt.geom.Point2D;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javax.swing.AbstractAction;
import javax.swing.JColorChooser;
import javax.swing.JComponent;
import javax.swing.KeyStroke;

/** What the canvas can be told to do. */
final class CanvasActions {

    private static final double PASTED_BESIDE = 30;
    private static final Size COMMENT = new Size(260, 110);

    private final GraphCanvas canvas;
    private final Surface surface;
    private final SocketKeys sockets;
    private boolean snaps;

    CanvasActions(GraphCanvas canvas) {
        this.canvas = canvas;
        surface = canvas.surface();
        sockets = new SocketKeys(surface, canvas.search(), () -> selectNext(true));
        canvas.onSelection(sockets::selectionChanged);
        put(Commands.UNDO, () -> surface.document().open().undo());
        put(Commands.REDO, () -> surface.document().open().redo());
        put(Commands.CUT, this::cut);
        put(Commands.COPY, this::copy);
        put(Commands.PASTE, () -> paste(false));
        put(Commands.PASTE_WIRED, () -> paste(true));
        put(Commands.DUPLICATE, this::duplicate);
        put(Commands.DELETE, this::delete);
        put(Commands.SELECT_ALL, () -> canvas.select(surface.projection().ids()));
        put(Commands.ADD_NODE, () -> canvas.search().open(middleOrMouse(), Optional.empty()));
        put(Commands.ADD_COMMENT, this::comment);
        put(Commands.RENAME, this::rename);
        put(Commands.GROUP, this::group);
        put(Commands.UNGROUP, this::ungroup);
        put(Commands.TO_SUBGRAPH, this::toSubgraph);
        put(Commands.UNPACK, this::unpack);
        put(Commands.ENTER_SUBGRAPH, this::enter);
        put(Commands.LEAVE, this::leave);
        put(Commands.MUTE, () -> mode(Mode.MUTED));
        put(Commands.BYPASS, () -> mode(Mode.BYPASSED));
        put(Commands.COLLAPSE, () -> collapse(new HashSet<>(surface.selectedNodes())));
        put(Commands.PIN, this::pin);
        put(Commands.DATASET, this::dataset);
        put(Commands.COLOUR, this::chooseColour);
        put(Commands.ARRANGE, this::arrange);
        put(Commands.ALIGN_LEFT, () -> align(Edits.Side.LEFT));
        put(Commands.ALIGN_RIGHT, () -> align(Edits.Side.RIGHT));
        put(Commands.ALIGN_TOP, () -> align(Edits.Side.TOP));
        put(Commands.ALIGN_BOTTOM, () -> align(Edits.Side.BOTTOM));
        put(Commands.DISTRIBUTE_ACROSS, () -> distribute(true));
        put(Commands.DISTRIBUTE_DOWN, () -> distribute(false));
        put(Commands.FIT, canvas::fit);
        put(Commands.ZOOM_IN, () -> canvas.zoomBy(Viewport.STEP));
        put(Commands.ZOOM_OUT, () -> canvas.zoomBy(1 / Viewport.STEP));
        put(Commands.ZOOM_ACTUAL, () -> canvas.zoomBy(1 / surface.viewport().zoom()));
        put(
                Commands.MINIMAP,
                () -> canvas.minimap().setVisible(!canvas.minimap().isVisible()),
                () -> canvas.minimap().isVisible());
        put(Commands.SNAP, () -> snaps = !snaps, () -> snaps);
        put(Commands.SELECT_TOOL, () -> canvas.mouse().setHand(false), () -> !canvas.mouse()
                .isHand());
        put(Commands.HAND_TOOL, () -> canvas.mouse().setHand(true), () -> canvas.mouse()
                .isHand());
        bind(KeyEvent.VK_TAB, 0, () -> selectNext(true));
        bind(KeyEvent.VK_TAB, InputEvent.SHIFT_DOWN_MASK, () -> selectNext(false));
        bind(KeyEvent.VK_TAB, InputEvent.CTRL_DOWN_MASK, canvas::transferFocus);
        bind(KeyEvent.VK_LEFT, 0, () -> nudge(-1, 0));
        bind(KeyEvent.VK_RIGHT, 0, () -> nudge(1, 0));
        bind(KeyEvent.VK_UP, 0, () -> nudge(0, -1));
        bind(KeyEvent.VK_DOWN, 0, () -> nudge(0, 1));
        bind(KeyEvent.VK_DOWN, InputEvent.ALT_DOWN_MASK, () -> sockets.step(1));
        bind(KeyEvent.VK_UP, InputEvent.ALT_DOWN_MASK, () -> sockets.step(-1));
        bind(KeyEvent.VK_LEFT, InputEvent.ALT_DOWN_MASK, () -> sockets.side(false));
        bind(KeyEvent.VK_RIGHT, InputEvent.ALT_DOWN_MASK, () -> sockets.side(true));
    }

    /** Keys that a canvas has while it has the focus, besides those of commands. */
    private void bind(int key, int modifiers, Runnable run) {
        KeyStroke stroke = KeyStroke.getKeyStroke(key, modifiers);
        canvas.getInputMap(JComponent.WHEN_FOCUSED).put(stroke, stroke.toString());
        canvas.getActionMap().put(stroke.toString(), new AbstractAction() {
            @Override
            public void actionPerformed(ActionEvent event) {
                run.run();
            }
        });
    }

    private void put(Commands command, Runnable run) {
        put(command, run, () -> null);
    }

    /** @param on whether what the command turns on and off is on; null of one that turns nothing on */
    private void put(Commands command, Runnable run, Supplier<Boolean> on) {
        canvas.getActionMap().put(command.id(), new AbstractAction(command.title()) {
            @Override
            public Object getValue(String key) {
                return key.equals(SELECTED_KEY) ? on.get() : super.getValue(key);
            }

            @Override
            public void actionPerformed(ActionEvent event) {
                canvas.settle();
                run.run();
            }
        });
    }

    /** Carries a command out. */
    void perform(Commands command) {
        canvas.getActionMap()
                .get(command.id())
                .actionPerformed(new ActionEvent(canvas, ActionEvent.ACTION_PERFORMED, command.id()));
    }

    /** Whether what is moved comes to lie on the grid; Shift turns it round. */
    boolean snaps() {
        return snaps != surface.context().snaps();
    }

    private Point middleOrMouse() {
        return canvas.mouse()
                .place()
                .orElseGet(() -> new Point(
                        surface.component().getWidth() / 2, surface.component().getHeight() / 2));
    }

    private void edit(String key, UnaryOperator<Workflow> change) {
        try {
            surface.document().edit(Strings.get("canvas.edit." + key), change);
        } catch (Problem problem) {
            surface.context().tell(problem);
        }
    }

    /** Changes the canvas by an edit that makes new things, and selects them. */
    private void make(String key, Function<Workflow, Edited> change) {
        try {
            canvas.select(surface.document().make(Strings.get("canvas.edit." + key), "", change));
        } catch (Problem problem) {
            surface.context().tell(problem);
        }
    }

    // --- adding
    // -------------------------------------------------------------------------------------------------------

    /** Puts a new node onto the canvas, in the nearest place where it lies over no other, and wires it to the loose end of a wire when there is one. */
    void add(NodeSchema type, Point2D at, Optional<WireDrag> wire) {
        add(type, at, wire, true, node -> node);
    }

    /**
     * The same, for a node that is to have settings of its own.
     *
     * @param free whether it makes way for the nodes that are there
     */
    void add(NodeSchema type, Point2D at, Optional<WireDrag> wire, boolean free, UnaryOperator<WorkflowNode> settings) {
        boolean leftwards = wire.filter(WireDrag::seeksOutput).isPresent();
        double x = leftwards ? at.getX() - NodeGeometry.WIDTH : at.getX();
        Place wanted = new Place(Math.rint(x), Math.rint(at.getY() - NodeGeometry.TITLE / 2));
        put(type, free ? freePlace(type, wanted) : wanted, wire, settings);
    }

    private Place freePlace(NodeSchema type, Place wanted) {
        WorkflowNode fresh = WorkflowNode.of(type.id(), type.version(), wanted);
        NodeGeometry geometry = NodeGeometry.of(NodeGeometry.Wish.of(
                fresh,
                surface.document()
                        .faces()
                        .ofType(surface.document().root(), type.id())
                        .orElseThrow(),
                Set.of()));
        return new FreePlace(surface.projection().stack().stream()
                        .map(NodeView::bounds)
                        .toList())
                .near(wanted, new Size(geometry.width(), geometry.height()));
    }

    private void put(NodeSchema type, Place place, Optional<WireDrag> wire, UnaryOperator<WorkflowNode> settings) {
        String id = Edits.freshId(surface.document().shown(), type.id());
        edit("add", workflow -> {
            Workflow next = Edits.add(
                    surface.projection().placed(workflow),
                    id,
                    settings.apply(WorkflowNode.of(type.id(), type.version(), place)));
            return wire.map(drag -> wired(next, type, id, drag)).orElse(next);
        });
        canvas.select(Set.of(id));
        surface.reveal(id);
    }

    private Workflow wired(Workflow workflow, NodeSchema type, String id, WireDrag drag) {
        Optional<SocketId> socket = Faces.firstFitting(type, drag.kind(), drag.seeksOutput())
                .map(name -> new SocketId(id, name, drag.seeksOutput()));
        Workflow next = workflow;
        if (socket.isPresent()) {
            for (Wire wire : drag.wires(socket.get())) {
                next = surface.document().connected(next, wire);
            }
        }
        return next;
    }

    private void comment() {
        Point2D at = surface.viewport().toCanvas(middleOrMouse());
        Place place = new Place(Math.rint(at.getX()), Math.rint(at.getY()));
        make("comment", workflow -> Edits.comment(workflow, "", place, COMMENT));
        surface.selected().stream()
                .findFirst()
                .flatMap(surface.projection()::box)
                .ifPresent(canvas.rowEditor()::edit);
    }

    // --- clipboard
    // ----------------------------------------------------------------------------------------------------

    private static Clipboard clipboard() {
        return Toolkit.getDefaultToolkit().getSystemClipboard();
    }

    private void copy() {
        if (!surface.selected().isEmpty()) {
            Fragment copied = Fragment.of(surface.document().shown(), surface.selected(), true);
            clipboard().setContents(new StringSelection(copied.toJson()), null);
        }
    }

    private void cut() {
        copy();
        delete();
    }

    private void paste(boolean wired) {
        String text;
        try {
            text = (String) clipboard().getData(DataFlavor.stringFlavor);
        } catch (UnsupportedFlavorException | IOException e) {
            surface.context()
                    .tell(new Problem(
                                    Strings.get("canvas.paste.nothing"),
                                    Strings.get("canvas.paste.no-text"),
                                    Strings.get("canvas.paste.copy"))
                            .causedBy(e));
            return;
        }
        Point2D at = surface.viewport().toCanvas(middleOrMouse());
        Place place = new Place(Math.rint(at.getX()), Math.rint(at.getY()));
        try {
            Optional<Fragment> fragment = Fragment.parse(text);
            if (fragment.isEmpty()) {
                throw new Problem(
                        Strings.get("canvas.paste.nothing"),
                        Strings.get("canvas.paste.no-nodes"),
                        Strings.get("canvas.paste.copy"));
            }
            make("paste", workflow -> Edits.paste(workflow, fragment.get(), place, wired));
        } catch (Problem problem) {
            surface.context().tell(problem);
        }
    }

    private void duplicate() {
        if (!surface.selected().isEmpty()) {
            Set<String> ids = surface.selected();
            make(
                    "duplicate",
                    workflow ->
                            Edits.duplicate(surface.projection().placed(workflow), ids, PASTED_BESIDE, PASTED_BESIDE));
        }
    }

    // --- the selection
    // ------------------------------------------------------------------------------------------------

    private void delete() {
        if (sockets.disconnect()) {
            return;
        }
        Optional<Wire> wire = surface.scene().selectedWire();
        if (wire.isPresent()) {
            edit("disconnect", workflow -> Edits.disconnect(workflow, wire.get()));
            return;
        }
        Set<String> ids = surface.selected();
        if (!ids.isEmpty()) {
            edit(
                    "delete",
                    workflow -> Edits.removeReconnecting(
                            workflow, ids, surface.document().sockets()));
            return;
        }
        Set<String> all = surface.projection().ids();
        if (!all.isEmpty() && surface.context().confirm(Strings.get("canvas.clear"), Strings.get("canvas.clear.yes"))) {
            edit("clear", workflow -> Edits.remove(workflow, all));
        }
    }

    private void rename() {
        surface.selected().stream().findFirst().ifPresent(id -> {
            surface.projection().node(id).ifPresent(canvas.rowEditor()::rename);
            surface.projection().box(id).ifPresent(canvas.rowEditor()::edit);
        });
    }

    private void group() {
        Set<String> ids = surface.selected();
        if (!ids.isEmpty()) {
            make(
                    "group",
                    workflow -> Edits.group(
                            surface.projection().placed(workflow),
                            ids,
                            Strings.get("canvas.group"),
                            surface.projection().sizes()));
        }
    }

    private void ungroup() {
        Set<String> groups = new HashSet<>();
        for (BoxView box : surface.projection().boxes()) {
            if (box.group().isPresent() && surface.selected().contains(box.id())) {
                groups.add(box.id());
            }
        }
        if (!groups.isEmpty()) {
            edit("ungroup", workflow -> Edits.ungroup(workflow, groups));
        }
    }

    private void toSubgraph() {
        Set<String> ids = surface.selected();
        if (!surface.selectedNodes().isEmpty()) {
            make(
                    "subgraph",
                    workflow -> Edits.toSubgraph(
                            surface.projection().placed(workflow), ids, Strings.get("canvas.subgraph")));
        }
    }

    private void unpack() {
        selectedSubgraph().ifPresent(node -> make("unpack", workflow -> Edits.unpack(workflow, node.id())));
    }

    /** The sockets that the keyboard goes to. */
    SocketKeys sockets() {
        return sockets;
    }

    /** Begins a wire at the socket that the keyboard is at; else enters the selected subgraph, or any other node's settings. */
    private void enter() {
        if (sockets.wire()) {
            return;
        }
        Optional<NodeView> subgraph = selectedSubgraph();
        if (subgraph.isPresent()) {
            canvas.enter(subgraph.get());
        } else if (surface.selectedNodes().size() == 1) {
            surface.projection().node(surface.selectedNodes().get(0)).ifPresent(canvas.rowEditor()::openFirst);
        }
    }

    private void dataset() {
        List<String> nodes = surface.selectedNodes();
        Optional<String> pictures = nodes.stream()
                .filter(id -> surface.projection()
                        .node(id)
                        .filter(NodeView::givesPictures)
                        .isPresent())
                .findFirst();
        pictures.ifPresentOrElse(
                surface.context()::dataset, () -> surface.context().say(Strings.get("dataset.said.no-node")));
    }

    /** Selects the node after, or before, the one that is selected, in the order of the document. */
    void selectNext(boolean forward) {
        List<String> all = List.copyOf(surface.document().shown().nodes().keySet());
        if (all.isEmpty()) {
            return;
        }
        int at = surface.selectedNodes().isEmpty()
                ? (forward ? -1 : 0)
                : all.indexOf(surface.selectedNodes().get(0));
        String next = all.get(Math.floorMod(at + (forward ? 1 : -1), all.size()));
        canvas.select(Set.of(next));
        surface.reveal(next);
    }

    /** Moves what is selected by steps of the grid. */
    void nudge(int right, int down) {
        Set<String> ids = surface.selected();
        if (!ids.isEmpty()) {
            surface.document()
                    .edit(
                            Strings.get("canvas.edit.move"),
                            "nudge " + ids,
                            workflow -> Edits.moveBy(
                                    surface.projection().placed(workflow),
                                    ids,
                                    right * MoveGesture.GRID,
                                    down * MoveGesture.GRID));
        }
    }

    private Optional<NodeView> selectedSubgraph() {
        return surface.selectedNodes().stream()
                .flatMap(id -> surface.projection().node(id).stream())
                .filter(NodeView::isSubgraph)
                .findFirst();
    }

    private void leave() {
        if (canvas.mouse().cancel()) {
            return;
        }
        if (canvas.search().isOpen()) {
            canvas.search().close();
        } else if (sockets.leave()) {
            return;
        } else if (!surface.document().path().isEmpty()) {
            canvas.leaveTo(surface.document().path().size() - 1);
        } else {
            canvas.select(Set.of());
        }
    }

    /** Gives a mode to the selected nodes, or takes it away when all have it. */
    private void mode(Mode mode) {
        Set<String> nodes = new HashSet<>(surface.selectedNodes());
        if (!nodes.isEmpty()) {
            boolean all = all(nodes, node -> node.mode() == mode);
            edit("mode", workflow -> Edits.setMode(workflow, nodes, all ? Mode.RUN : mode));
        }
    }

    private boolean all(Set<String> nodes, Predicate<WorkflowNode> have) {
        return nodes.stream().map(surface.document().shown().nodes()::get).allMatch(have);
    }

    void collapse(Set<String> nodes) {
        if (!nodes.isEmpty()) {
            boolean all = all(nodes, node -> node.look().collapsed());
            edit("collapse", workflow -> Edits.collapse(workflow, nodes, !all));
        }
    }

    private void pin() {
        Set<String> nodes = new HashSet<>(surface.selectedNodes());
        if (!nodes.isEmpty()) {
            boolean all = all(nodes, node -> node.look().pinned());
            edit("pin", workflow -> Edits.pin(workflow, nodes, !all));
        }
    }

    private void chooseColour() {
        if (surface.selected().isEmpty()) {
            return;
        }
        Color chosen = JColorChooser.showDialog(
                canvas, Commands.COLOUR.title(), surface.palette().of("accent"));
        if (chosen != null) {
            colour(String.format("#%06x", chosen.getRGB() & 0xffffff));
        }
    }

    /** Gives the selected nodes, groups and comments a colour, or the theme's again when it is empty. */
    void colour(String colour) {
        Set<String> ids = surface.selected();
        edit("colour", workflow -> Edits.colour(workflow, ids, colour));
    }

    private void arrange() {
        List<String> some = surface.selectedNodes();
        Set<String> ids = some.size() > 1 ? new HashSet<>(some) : Set.of();
        edit(
                "arrange",
                workflow -> Edits.arrange(
                        surface.projection().placed(workflow),
                        ids,
                        surface.projection().sizes()));
        canvas.select(Set.of());
        canvas.fit();
    }

    private void align(Edits.Side side) {
        List<String> nodes = surface.selectedNodes();
        if (nodes.size() > 1) {
            edit(
                    "align",
                    workflow -> Edits.align(
                            surface.projection().placed(workflow),
                            surface.selected(),
                            side,
                            surface.projection().sizes()));
        }
    }

    private void distribute(boolean across) {
        if (surface.selectedNodes().size() > 2) {
            edit(
                    "distribute",
                    workflow -> Edits.distribute(
                            surface.projection().placed(workflow),
                            surface.selected(),
                            across,
                            surface.projection().sizes()));
        }
    }
}
