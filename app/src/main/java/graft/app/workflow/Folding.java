package graft.app.workflow;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes many nodes one, and one many. */
final class Folding {

    private Folding() {}

    static Edited fold(Workflow workflow, Set<String> ids, String title) {
        Fragment fragment = Fragment.of(workflow, ids, true);
        Workflow inside = fragment.piece();
        if (inside.nodes().isEmpty()) {
            return new Edited(workflow, Set.of());
        }
        String id = Edits.freshId(workflow, title.isEmpty() ? "subgraph" : title.toLowerCase(Locale.ROOT));
        String name = Edits.fresh(id, workflow.subgraphs().keySet());
        Set<String> members = inside.nodes().keySet();
        Set<String> inputIds = new HashSet<>();
        Map<String, String> inputs = new LinkedHashMap<>();
        List<Port> inputPorts = new ArrayList<>();
        Map<String, String> outputs = new LinkedHashMap<>();
        List<Port> outputPorts = new ArrayList<>();
        List<Wire> wires = new ArrayList<>();
        for (Wire wire : workflow.wires()) {
            boolean from = members.contains(wire.fromNode());
            boolean to = members.contains(wire.toNode());
            if (!from && to) {
                // What comes from one output comes in at one socket, wherever it goes inside.
                boolean known = inputs.containsKey(wire.from());
                String port = inputs.computeIfAbsent(wire.from(), key -> unused(wire.input(), inputIds));
                inputPorts.add(new Port(port, "", wire.toNode(), wire.input()));
                if (!known) {
                    wires.add(wire.withTo(id, port));
                }
            } else if (from && !to) {
                String port = outputs.computeIfAbsent(wire.from(), key -> {
                    String fresh = Edits.fresh(wire.output(), outputs.values());
                    outputPorts.add(new Port(fresh, "", wire.fromNode(), wire.output()));
                    return fresh;
                });
                wires.add(wire.withFrom(id, port));
            } else if (!from) {
                wires.add(wire);
            }
        }
        Box box = Box.around(inside, members, each -> new Size(0, 0));
        Map<String, WorkflowNode> nodes = new LinkedHashMap<>();
        workflow.nodes().forEach((each, node) -> {
            if (!members.contains(each)) {
                nodes.put(each, node);
            } else {
                nodes.putIfAbsent(
                        id,
                        new WorkflowNode(
                                Subgraph.type(name),
                                1,
                                Map.of(),
                                "",
                                Optional.of(new Place(box.x(), box.y())),
                                new JsonObject()));
            }
        });
        Map<String, Subgraph> subgraphs = new LinkedHashMap<>(workflow.subgraphs());
        subgraphs.put(name, new Subgraph(title, inside, inputPorts, outputPorts));
        Workflow folded = workflow.withNodes(nodes)
                .withWires(wires)
                .withGroups(workflow.groups().stream()
                        .filter(group -> !ids.contains(group.id()))
                        .toList())
                .withComments(workflow.comments().stream()
                        .filter(comment -> !ids.contains(comment.id()))
                        .toList())
                .withSubgraphs(subgraphs);
        return new Edited(folded, Set.of(id));
    }

    private static String unused(String wish, Set<String> taken) {
        String fresh = Edits.fresh(wish, taken);
        taken.add(fresh);
        return fresh;
    }

    static Edited unfold(Workflow workflow, String id) {
        WorkflowNode outer = workflow.nodes().get(id);
        Optional<Subgraph> found = outer == null ? Optional.empty() : workflow.subgraph(outer);
        if (found.isEmpty()) {
            return new Edited(workflow, Set.of());
        }
        Subgraph subgraph = found.get();
        Workflow inside = Subgraphs.overridden(subgraph, outer);
        if (outer.mode() != Mode.RUN) {
            inside = Edits.setMode(inside, inside.nodes().keySet(), outer.mode());
        }
        Set<String> taken = new HashSet<>(workflow.nodes().keySet());
        taken.remove(id);
        workflow.groups().forEach(group -> taken.add(group.id()));
        workflow.comments().forEach(comment -> taken.add(comment.id()));
        Map<String, String> names = new HashMap<>();
        Box box = Box.around(inside, inside.nodes().keySet(), each -> new Size(0, 0));
        double right = Edits.placeOf(outer).x() - box.x();
        double down = Edits.placeOf(outer).y() - box.y();
        inside.nodes().keySet().forEach(each -> names.put(each, named(each, taken)));
        Map<String, WorkflowNode> nodes = new LinkedHashMap<>();
        for (Map.Entry<String, WorkflowNode> entry : workflow.nodes().entrySet()) {
            if (!entry.getKey().equals(id)) {
                nodes.put(entry.getKey(), entry.getValue());
                continue;
            }
            inside.nodes()
                    .forEach((each, node) -> nodes.put(
                            names.get(each), node.withPlace(Edits.placeOf(node).plus(right, down))));
        }
        List<Wire> wires = new ArrayList<>();
        for (Wire wire : workflow.wires()) {
            wires.addAll(unfolded(wire, id, subgraph, names));
        }
        for (Wire wire : inside.wires()) {
            if (names.containsKey(wire.fromNode()) && names.containsKey(wire.toNode())) {
                wires.add(wire.withFrom(names.get(wire.fromNode()), wire.output())
                        .withTo(names.get(wire.toNode()), wire.input())
                        .withVia(wire.via().stream()
                                .map(point -> point.plus(right, down))
                                .toList()));
            }
        }
        List<Group> groups = new ArrayList<>(workflow.groups());
        inside.groups()
                .forEach(group -> groups.add(new Group(
                        name(group.id(), taken, names),
                        group.title(),
                        group.colour(),
                        group.at().plus(right, down),
                        group.size())));
        List<Comment> comments = new ArrayList<>(workflow.comments());
        inside.comments()
                .forEach(comment -> comments.add(new Comment(
                        name(comment.id(), taken, names),
                        comment.text(),
                        comment.at().plus(right, down),
                        comment.size(),
                        comment.colour())));
        Workflow unpacked =
                workflow.withNodes(nodes).withWires(wires).withGroups(groups).withComments(comments);
        return new Edited(Edits.remove(unpacked, Set.of()), new LinkedHashSet<>(names.values()));
    }

    private static String name(String id, Set<String> taken, Map<String, String> names) {
        String name = named(id, taken);
        names.put(id, name);
        return name;
    }

    private static String named(String id, Set<String> taken) {
        String name = taken.contains(id) ? Edits.fresh(id, taken) : id;
        taken.add(name);
        return name;
    }

    /** A wire of the outer node, as the wires of what was inside; others as they are. */
    private static List<Wire> unfolded(Wire wire, String id, Subgraph subgraph, Map<String, String> names) {
        List<Wire> begins = List.of(wire);
        if (wire.fromNode().equals(id)) {
            begins = subgraph.outputs().stream()
                    .filter(port -> port.id().equals(wire.output()) && names.containsKey(port.node()))
                    .limit(1)
                    .map(port -> wire.withFrom(names.get(port.node()), port.socket()))
                    .toList();
        }
        if (!wire.toNode().equals(id)) {
            return begins;
        }
        return begins.stream()
                .flatMap(begin -> subgraph.inputSockets().getOrDefault(wire.input(), List.of()).stream()
                        .filter(port -> names.containsKey(port.node()))
                        .map(port -> begin.withTo(names.get(port.node()), port.socket())))
                .toList();
    }
}
