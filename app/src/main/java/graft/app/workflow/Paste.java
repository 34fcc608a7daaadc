package graft.app.workflow;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Puts a fragment into a workflow under ids and names that nothing there has. */
final class Paste {

    private Paste() {}

    static Edited into(Workflow workflow, Fragment fragment, double right, double down, boolean withWires) {
        Workflow piece = renamedSubgraphs(fragment.piece(), workflow);
        Set<String> taken = new HashSet<>(workflow.nodes().keySet());
        workflow.groups().forEach(group -> taken.add(group.id()));
        workflow.comments().forEach(comment -> taken.add(comment.id()));
        Map<String, String> names = new LinkedHashMap<>();
        Map<String, WorkflowNode> nodes = new LinkedHashMap<>(workflow.nodes());
        piece.nodes()
                .forEach((id, node) -> nodes.put(
                        fresh(id, taken, names),
                        node.withPlace(Edits.placeOf(node).plus(right, down))));
        List<Group> groups = new ArrayList<>(workflow.groups());
        piece.groups()
                .forEach(group -> groups.add(new Group(
                        fresh(group.id(), taken, names),
                        group.title(),
                        group.colour(),
                        group.at().plus(right, down),
                        group.size())));
        List<Comment> comments = new ArrayList<>(workflow.comments());
        piece.comments()
                .forEach(comment -> comments.add(new Comment(
                        fresh(comment.id(), taken, names),
                        comment.text(),
                        comment.at().plus(right, down),
                        comment.size(),
                        comment.colour())));
        List<Wire> wires = new ArrayList<>(workflow.wires());
        for (Wire wire : piece.wires()) {
            String from = names.get(wire.fromNode());
            String to = names.get(wire.toNode());
            if (from != null && to != null) {
                wires.add(new Wire(
                        from,
                        wire.output(),
                        to,
                        wire.input(),
                        wire.via().stream()
                                .map(point -> point.plus(right, down))
                                .toList()));
            }
        }
        if (withWires) {
            for (Wire wire : fragment.incoming()) {
                String to = names.get(wire.toNode());
                if (to != null && workflow.nodes().containsKey(wire.fromNode())) {
                    wires.add(new Wire(wire.fromNode(), wire.output(), to, wire.input()));
                }
            }
        }
        Map<String, Subgraph> subgraphs = new LinkedHashMap<>(workflow.subgraphs());
        subgraphs.putAll(piece.subgraphs());
        Workflow pasted = workflow.withNodes(nodes)
                .withWires(wires)
                .withGroups(groups)
                .withComments(comments)
                .withSubgraphs(subgraphs);
        return new Edited(pasted, new LinkedHashSet<>(names.values()));
    }

    private static String fresh(String id, Set<String> taken, Map<String, String> names) {
        String fresh = taken.contains(id) ? Edits.fresh(id, taken) : id;
        taken.add(fresh);
        names.put(id, fresh);
        return fresh;
    }

    /** A subgraph whose name stands for another one in the workflow gets a new name. */
    private static Workflow renamedSubgraphs(Workflow piece, Workflow workflow) {
        Set<String> taken = new HashSet<>(workflow.subgraphs().keySet());
        taken.addAll(piece.subgraphs().keySet());
        Map<String, String> names = new LinkedHashMap<>();
        piece.subgraphs().forEach((name, subgraph) -> {
            Subgraph there = workflow.subgraphs().get(name);
            if (there != null && !there.equals(subgraph)) {
                String fresh = Edits.fresh(name, taken);
                taken.add(fresh);
                names.put(name, fresh);
            }
        });
        if (names.isEmpty()) {
            return piece;
        }
        Map<String, Subgraph> subgraphs = new LinkedHashMap<>();
        piece.subgraphs()
                .forEach((name, subgraph) -> subgraphs.put(
                        names.getOrDefault(name, name), subgraph.withInside(renamed(subgraph.inside(), names))));
        return renamed(piece, names).withSubgraphs(subgraphs);
    }

    private static Workflow renamed(Workflow level, Map<String, String> names) {
        Map<String, WorkflowNode> nodes = new LinkedHashMap<>(level.nodes());
        nodes.replaceAll((id, node) -> Subgraph.isType(node.type()) && names.containsKey(Subgraph.name(node.type()))
                ? node.withType(Subgraph.type(names.get(Subgraph.name(node.type()))))
                : node);
        return level.withNodes(nodes);
    }
}
