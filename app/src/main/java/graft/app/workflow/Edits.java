package graft.app.workflow;

import com.google.gson.JsonElement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * All that a person does to a workflow, as functions from one to the next.
 *
 * <p>Ids are those of nodes, groups and comments; unknown ones are passed over, so that an edit never fails.
 */
public final class Edits {

    /** Which sides of things to bring to one line. */
    public enum Side {
        LEFT,
        CENTRE,
        RIGHT,
        TOP,
        MIDDLE,
        BOTTOM
    }

    /** Between a group's frame and what it holds, in pixels; the title has twice as much. */
    private static final double PADDING = 20;

    private Edits() {}

    // --- adding and removing
    // --------------------------------------------------------------------------------------------

    /** An id that nothing in the workflow has: {@code sample}, {@code sample2}, …, from a node type or another id. */
    public static String freshId(Workflow workflow, String wish) {
        return fresh(wish, taken(workflow));
    }

    private static Set<String> taken(Workflow workflow) {
        Set<String> taken = new LinkedHashSet<>(workflow.nodes().keySet());
        workflow.groups().forEach(group -> taken.add(group.id()));
        workflow.comments().forEach(comment -> taken.add(comment.id()));
        return taken;
    }

    /** As {@link #freshId}, of an id that is not among those taken. */
    public static String fresh(String wish, Collection<String> taken) {
        String last = wish.substring(wish.lastIndexOf('/') + 1)
                .replaceAll("[^A-Za-z0-9_-]+", "-")
                .replaceAll("[0-9]+$", "");
        String stem = last.isEmpty() ? "node" : last;
        String id = stem;
        for (int i = 2; taken.contains(id); i++) {
            id = stem + i;
        }
        return id;
    }

    /** Adds a node under an id that nothing has yet. */
    public static Workflow add(Workflow workflow, String id, WorkflowNode node) {
        Map<String, WorkflowNode> nodes = new LinkedHashMap<>(workflow.nodes());
        nodes.putIfAbsent(id, node);
        return workflow.withNodes(nodes);
    }

    /** Removes nodes with their wires, groups (not what lies in them) and comments. */
    public static Workflow remove(Workflow workflow, Set<String> ids) {
        Map<String, WorkflowNode> nodes = new LinkedHashMap<>(workflow.nodes());
        nodes.keySet().removeAll(ids);
        return pruned(workflow.withNodes(nodes)
                .withWires(workflow.wires().stream()
                        .filter(wire -> !ids.contains(wire.fromNode()) && !ids.contains(wire.toNode()))
                        .toList())
                .withGroups(workflow.groups().stream()
                        .filter(group -> !ids.contains(group.id()))
                        .toList())
                .withComments(workflow.comments().stream()
                        .filter(comment -> !ids.contains(comment.id()))
                        .toList()));
    }

    /** As {@link #remove}, but what came into a node goes on to the nodes after it where the kinds fit. */
    public static Workflow removeReconnecting(Workflow workflow, Set<String> ids, Sockets sockets) {
        Set<String> nodes = new LinkedHashSet<>(workflow.nodes().keySet());
        nodes.retainAll(ids);
        return remove(Bypass.around(workflow, nodes, sockets), ids);
    }

    /** Subgraphs that nothing uses go with the last node that stood for them. */
    private static Workflow pruned(Workflow workflow) {
        Map<String, Subgraph> subgraphs = new LinkedHashMap<>(workflow.subgraphs());
        subgraphs.keySet().retainAll(Subgraphs.used(workflow, workflow));
        return workflow.withSubgraphs(subgraphs);
    }

    // --- wires
    // ----------------------------------------------------------------------------------------------------------

    /**
     * Adds a wire, unless it is there.
     *
     * @param many whether the input takes several wires; else the new one takes the place of the old
     */
    public static Workflow connect(Workflow workflow, Wire wire, boolean many) {
        if (workflow.wires().stream().anyMatch(wire::joinsAs)) {
            return workflow;
        }
        List<Wire> wires = new ArrayList<>(workflow.wires());
        if (!many) {
            wires.removeIf(old -> old.to().equals(wire.to()));
        }
        wires.add(wire);
        return workflow.withWires(wires);
    }

    /** Takes a wire out. */
    public static Workflow disconnect(Workflow workflow, Wire wire) {
        return withoutWires(workflow, wire::joinsAs);
    }

    private static Workflow withoutWires(Workflow workflow, Predicate<Wire> gone) {
        return workflow.withWires(
                workflow.wires().stream().filter(gone.negate()).toList());
    }

    /** Leads a wire through other points. */
    public static Workflow via(Workflow workflow, Wire wire, List<Place> points) {
        return workflow.withWires(workflow.wires().stream()
                .map(old -> old.joinsAs(wire) ? old.withVia(points) : old)
                .toList());
    }

    // --- settings and titles
    // --------------------------------------------------------------------------------------------

    /** Changes a setting of a node. */
    public static Workflow setSetting(Workflow workflow, String node, String setting, JsonElement value) {
        return workflow.map(node, old -> old.with(setting, value));
    }

    /** Brings a setting back to its default. */
    public static Workflow resetSetting(Workflow workflow, String node, String setting) {
        return workflow.map(node, old -> old.without(setting));
    }

    /** Gives a node, group or subgraph's node another title; an empty one is the type's. */
    public static Workflow rename(Workflow workflow, String id, String title) {
        return workflow.map(id, node -> node.withTitle(title))
                .withGroups(workflow.groups().stream()
                        .map(group -> group.id().equals(id)
                                ? new Group(id, title, group.colour(), group.at(), group.size())
                                : group)
                        .toList());
    }

    // --- look and mode
    // --------------------------------------------------------------------------------------------------

    /** Whether nodes take part in runs. */
    public static Workflow setMode(Workflow workflow, Set<String> ids, Mode mode) {
        return nodes(workflow, ids, node -> node.withMode(mode));
    }

    /** Shows nodes as their titles alone, or whole. */
    public static Workflow collapse(Workflow workflow, Set<String> ids, boolean collapsed) {
        return nodes(workflow, ids, node -> node.withLook(node.look().withCollapsed(collapsed)));
    }

    /** Keeps nodes where they are, or lets them go. */
    public static Workflow pin(Workflow workflow, Set<String> ids, boolean pinned) {
        return nodes(workflow, ids, node -> node.withLook(node.look().withPinned(pinned)));
    }

    /** Colours nodes, groups and comments; empty for the theme's colour. */
    public static Workflow colour(Workflow workflow, Set<String> ids, String colour) {
        return nodes(workflow, ids, node -> node.withLook(node.look().withColour(colour)))
                .withGroups(workflow.groups().stream()
                        .map(group -> ids.contains(group.id())
                                ? new Group(group.id(), group.title(), colour, group.at(), group.size())
                                : group)
                        .toList())
                .withComments(workflow.comments().stream()
                        .map(comment -> ids.contains(comment.id())
                                ? new Comment(comment.id(), comment.text(), comment.at(), comment.size(), colour)
                                : comment)
                        .toList());
    }

    private static Workflow nodes(Workflow workflow, Set<String> ids, UnaryOperator<WorkflowNode> change) {
        Map<String, WorkflowNode> nodes = new LinkedHashMap<>(workflow.nodes());
        nodes.replaceAll((id, node) -> ids.contains(id) ? change.apply(node) : node);
        return workflow.withNodes(nodes);
    }

    // --- places and sizes
    // -----------------------------------------------------------------------------------------------

    /** Puts nodes, groups and comments where they are told, pinned or not; nothing else moves. */
    public static Workflow move(Workflow workflow, Map<String, Place> places) {
        return nodes(workflow, places)
                .withGroups(workflow.groups().stream()
                        .map(group -> places.containsKey(group.id()) ? group.withAt(places.get(group.id())) : group)
                        .toList())
                .withComments(workflow.comments().stream()
                        .map(comment ->
                                places.containsKey(comment.id()) ? comment.withAt(places.get(comment.id())) : comment)
                        .toList());
    }

    private static Workflow nodes(Workflow workflow, Map<String, Place> places) {
        Map<String, WorkflowNode> nodes = new LinkedHashMap<>(workflow.nodes());
        nodes.replaceAll((id, node) -> places.containsKey(id) ? node.withPlace(places.get(id)) : node);
        return workflow.withNodes(nodes);
    }

    /**
     * Moves nodes that are not pinned, groups and comments, and the points of wires between moved nodes. What a group
     * holds has to be among the ids ({@link #members}).
     */
    public static Workflow moveBy(Workflow workflow, Set<String> ids, double right, double down) {
        Map<String, Place> places = new HashMap<>();
        workflow.nodes().forEach((id, node) -> {
            if (ids.contains(id) && !node.look().pinned()) {
                places.put(id, placeOf(node).plus(right, down));
            }
        });
        workflow.groups().stream()
                .filter(group -> ids.contains(group.id()))
                .forEach(group -> places.put(group.id(), group.at().plus(right, down)));
        workflow.comments().stream()
                .filter(comment -> ids.contains(comment.id()))
                .forEach(comment -> places.put(comment.id(), comment.at().plus(right, down)));
        Workflow moved = move(workflow, places);
        Predicate<Wire> led = wire ->
                !wire.via().isEmpty() && places.containsKey(wire.fromNode()) && places.containsKey(wire.toNode());
        // While a node is dragged this runs for every event of the mouse, and most wires go straight.
        return workflow.wires().stream().noneMatch(led)
                ? moved
                : moved.withWires(workflow.wires().stream()
                        .map(wire -> led.test(wire) ? shifted(wire, right, down) : wire)
                        .toList());
    }

    private static Wire shifted(Wire wire, double right, double down) {
        return wire.withVia(
                wire.via().stream().map(point -> point.plus(right, down)).toList());
    }

    static Place placeOf(WorkflowNode node) {
        return node.place().orElse(new Place(0, 0));
    }

    /** Gives a node, group or comment another size. */
    public static Workflow resize(Workflow workflow, String id, Size size) {
        return workflow.map(id, node -> node.withLook(node.look().withSize(Optional.of(size))))
                .withGroups(workflow.groups().stream()
                        .map(group -> group.id().equals(id) ? group.withSize(size) : group)
                        .toList())
                .withComments(workflow.comments().stream()
                        .map(comment -> comment.id().equals(id) ? comment.withSize(size) : comment)
                        .toList());
    }

    /** Lets nodes be as large as they need to be. */
    public static Workflow fitSize(Workflow workflow, Set<String> ids) {
        return nodes(workflow, ids, node -> node.withLook(node.look().withSize(Optional.empty())));
    }

    /**
     * Brings one side of nodes, groups and comments to one line, that of the outermost.
     *
     * @param sizes of nodes by id, as drawn
     */
    public static Workflow align(Workflow workflow, Set<String> ids, Side side, Function<String, Size> sizes) {
        return Alignment.align(workflow, ids, side, sizes);
    }

    /**
     * Makes the gaps between nodes, groups and comments equal; the outermost stay.
     *
     * @param sideways whether from left to right, else from top to bottom
     * @param sizes of nodes by id, as drawn
     */
    public static Workflow distribute(
            Workflow workflow, Set<String> ids, boolean sideways, Function<String, Size> sizes) {
        return Alignment.distribute(workflow, ids, sideways, sizes);
    }

    /**
     * Lays nodes out in columns from left to right by the order of the wires, where they were on the whole; groups that
     * held only such nodes are fitted around them again.
     *
     * @param ids which; all when empty
     * @param sizes of nodes by id, as drawn
     */
    public static Workflow arrange(Workflow workflow, Set<String> ids, Function<String, Size> sizes) {
        return Arrangement.arrange(workflow, ids.isEmpty() ? workflow.nodes().keySet() : ids, sizes);
    }

    /** Lays out what has no place yet, under what has one. */
    public static Workflow place(Workflow workflow, Function<String, Size> sizes) {
        return Arrangement.place(workflow, sizes);
    }

    // --- groups and comments
    // --------------------------------------------------------------------------------------------

    /** Draws a frame around nodes, groups and comments. */
    public static Edited group(Workflow workflow, Set<String> ids, String title, Function<String, Size> sizes) {
        String id = freshId(workflow, "group");
        Box box = Box.around(workflow, ids, sizes);
        List<Group> groups = new ArrayList<>(workflow.groups());
        // The widest lies lowest, so that groups within it can be reached.
        int lowest = 0;
        Group made = framed(new Group(id, title, "", new Place(0, 0), new Size(0, 0)), box);
        while (lowest < groups.size() && !Box.of(made).holds(Box.of(groups.get(lowest)))) {
            lowest++;
        }
        groups.add(lowest, made);
        return new Edited(workflow.withGroups(groups), Set.of(id));
    }

    /** Fits a group's frame to what it holds. */
    public static Workflow fitGroup(Workflow workflow, String id, Function<String, Size> sizes) {
        Set<String> members = members(workflow, id, sizes);
        return members.isEmpty() ? workflow : fitGroup(workflow, id, members, sizes);
    }

    static Workflow fitGroup(Workflow workflow, String id, Set<String> members, Function<String, Size> sizes) {
        Box box = Box.around(workflow, members, sizes);
        return workflow.withGroups(workflow.groups().stream()
                .map(group -> group.id().equals(id) ? framed(group, box) : group)
                .toList());
    }

    private static Group framed(Group group, Box box) {
        return group.withAt(new Place(box.x() - PADDING, box.y() - 2 * PADDING))
                .withSize(new Size(box.width() + 2 * PADDING, box.height() + 3 * PADDING));
    }

    /** Takes frames away and leaves what is in them. */
    public static Workflow ungroup(Workflow workflow, Set<String> groups) {
        return workflow.withGroups(workflow.groups().stream()
                .filter(group -> !groups.contains(group.id()))
                .toList());
    }

    /** What lies wholly within a group's frame: nodes, comments and other groups. */
    public static Set<String> members(Workflow workflow, String id, Function<String, Size> sizes) {
        Set<String> members = new LinkedHashSet<>();
        workflow.groups().stream()
                .filter(group -> group.id().equals(id))
                .findFirst()
                .map(Box::of)
                .ifPresent(frame -> Box.all(workflow, sizes).forEach((each, box) -> {
                    if (!each.equals(id) && frame.holds(box)) {
                        members.add(each);
                    }
                }));
        return members;
    }

    /** Adds a comment. */
    public static Edited comment(Workflow workflow, String text, Place at, Size size) {
        String id = freshId(workflow, "note");
        List<Comment> comments = new ArrayList<>(workflow.comments());
        comments.add(new Comment(id, text, at, size, ""));
        return new Edited(workflow.withComments(comments), Set.of(id));
    }

    /** Changes what a comment says. */
    public static Workflow setText(Workflow workflow, String id, String text) {
        return workflow.withComments(workflow.comments().stream()
                .map(comment -> comment.id().equals(id)
                        ? new Comment(id, text, comment.at(), comment.size(), comment.colour())
                        : comment)
                .toList());
    }

    // --- copies
    // ---------------------------------------------------------------------------------------------------------

    /**
     * Pastes a fragment with its upper left corner at a place.
     *
     * @param withWires whether the wires that came in from other nodes come in from them again, where these are there
     */
    public static Edited paste(Workflow workflow, Fragment fragment, Place at, boolean withWires) {
        Box box = Box.around(fragment.piece(), taken(fragment.piece()), id -> new Size(0, 0));
        return Paste.into(workflow, fragment, at.x() - box.x(), at.y() - box.y(), withWires);
    }

    /** Copies nodes, groups and comments a little to the right and down, with the wires that come in. */
    public static Edited duplicate(Workflow workflow, Set<String> ids, double right, double down) {
        return Paste.into(workflow, Fragment.of(workflow, ids, true), right, down, true);
    }

    // --- subgraphs
    // ------------------------------------------------------------------------------------------------------

    /** Makes nodes, and the groups and comments among the ids, one node. */
    public static Edited toSubgraph(Workflow workflow, Set<String> ids, String title) {
        return Folding.fold(workflow, ids, title);
    }

    /** Puts what is inside a subgraph's node in its place. */
    public static Edited unpack(Workflow workflow, String id) {
        return Folding.unfold(workflow, id);
    }

    /**
     * Edits what is inside a subgraph, as when it is open on the canvas. The edit sees the inside with the subgraphs of the
     * whole, and with two nodes more that hold what shows outside; one that would make the subgraph hold itself changes nothing.
     *
     * @param name of the subgraph; empty for the workflow itself
     */
    public static Workflow within(Workflow workflow, String name, UnaryOperator<Workflow> edit) {
        return make(workflow, name, inside -> new Edited(edit.apply(inside), Set.of()))
                .workflow();
    }

    /** As {@link #within}, for an edit that makes new things. */
    public static Edited make(Workflow workflow, String name, Function<Workflow, Edited> edit) {
        if (name.isEmpty()) {
            return edit.apply(workflow);
        }
        Subgraph subgraph = workflow.subgraphs().get(name);
        if (subgraph == null) {
            return new Edited(workflow, Set.of());
        }
        Edited edited = edit.apply(Boundary.opened(subgraph, workflow.subgraphs()));
        Map<String, Subgraph> subgraphs = new LinkedHashMap<>(workflow.subgraphs());
        subgraphs.putAll(edited.workflow().subgraphs());
        subgraphs.put(name, Boundary.closed(subgraph, edited.workflow()));
        Workflow changed = workflow.withSubgraphs(subgraphs);
        return Subgraphs.used(edited.workflow(), changed).contains(name)
                ? new Edited(workflow, Set.of())
                : new Edited(pruned(changed), edited.ids());
    }

    /**
     * Shows a socket of a node inside a subgraph outside, unless it does.
     *
     * @param input whether at the left: an input or setting, else an output
     */
    public static Workflow expose(Workflow workflow, String name, Port port, boolean input) {
        return subgraph(workflow, name, old -> {
            List<Port> ports = new ArrayList<>(input ? old.inputs() : old.outputs());
            if (ports.stream()
                    .anyMatch(each ->
                            each.node().equals(port.node()) && each.socket().equals(port.socket()))) {
                return old;
            }
            ports.add(port);
            return input
                    ? new Subgraph(old.title(), old.inside(), ports, old.outputs())
                    : new Subgraph(old.title(), old.inside(), old.inputs(), ports);
        });
    }

    /**
     * Calls a socket that a subgraph shows something else; its wires outside stay.
     *
     * @param title empty for the inner socket's
     */
    public static Workflow renameSocket(Workflow workflow, String name, String socket, boolean input, String title) {
        return ports(workflow, name, input, ports -> ports.stream()
                .map(port -> port.id().equals(socket) ? new Port(socket, title, port.node(), port.socket()) : port)
                .toList());
    }

    /**
     * Moves a socket that a subgraph shows among those of its side.
     *
     * @param to its place, from 0; further than the last is the last
     */
    public static Workflow moveSocket(Workflow workflow, String name, String socket, boolean input, int to) {
        return ports(workflow, name, input, ports -> {
            Map<String, List<Port>> sockets = new LinkedHashMap<>();
            ports.forEach(port ->
                    sockets.computeIfAbsent(port.id(), id -> new ArrayList<>()).add(port));
            List<String> order = new ArrayList<>(sockets.keySet());
            if (order.remove(socket)) {
                order.add(Math.max(0, Math.min(order.size(), to)), socket);
            }
            return order.stream().flatMap(id -> sockets.get(id).stream()).toList();
        });
    }

    /** Shows a socket outside no more; wires outside go with it. */
    public static Workflow hideSocket(Workflow workflow, String name, String socket, boolean input) {
        String type = Subgraph.type(name);
        Workflow hidden = ports(workflow, name, input, ports -> ports.stream()
                .filter(port -> !port.id().equals(socket))
                .toList());
        Map<String, Subgraph> subgraphs = new LinkedHashMap<>(hidden.subgraphs());
        subgraphs.replaceAll((key, each) -> each.withInside(without(each.inside(), type, socket, input)));
        return without(hidden.withSubgraphs(subgraphs), type, socket, input);
    }

    private static Workflow without(Workflow level, String type, String socket, boolean input) {
        Predicate<String> ofType = node -> level.nodes().containsKey(node)
                && level.nodes().get(node).type().equals(type);
        return level.withWires(level.wires().stream()
                .filter(wire -> input
                        ? !(ofType.test(wire.toNode()) && wire.input().equals(socket))
                        : !(ofType.test(wire.fromNode()) && wire.output().equals(socket)))
                .toList());
    }

    private static Workflow ports(Workflow workflow, String name, boolean input, UnaryOperator<List<Port>> change) {
        return subgraph(
                workflow,
                name,
                old -> input
                        ? new Subgraph(old.title(), old.inside(), change.apply(old.inputs()), old.outputs())
                        : new Subgraph(old.title(), old.inside(), old.inputs(), change.apply(old.outputs())));
    }

    /** Changes a subgraph as a whole. */
    public static Workflow subgraph(Workflow workflow, String name, UnaryOperator<Subgraph> change) {
        Map<String, Subgraph> subgraphs = new LinkedHashMap<>(workflow.subgraphs());
        subgraphs.computeIfPresent(name, (key, old) -> change.apply(old));
        return workflow.withSubgraphs(subgraphs);
    }
}
