package graft.app.workflow;

import com.google.gson.JsonElement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What differs between two workflows in what they compute, not in how they look. */
public final class WorkflowDifference {

    /**
     * One difference.
     *
     * @param what "setting", "type", "mode", "node" or "wire"
     * @param node id of the node, {@code outer.inner} within a subgraph; of the one that a wire enters
     * @param name of the setting, or of the input that a wire enters; else empty
     * @param before as text, JSON for a setting; empty when it was not there
     * @param after likewise
     */
    public record Change(String what, String node, String name, String before, String after) {}

    private final List<Change> changes = new ArrayList<>();

    private WorkflowDifference() {}

    /** All differences, nodes by id in the order of the first workflow. */
    public static List<Change> between(Workflow before, Workflow after) {
        WorkflowDifference difference = new WorkflowDifference();
        Workflow first = Subgraphs.flatten(before);
        Workflow second = Subgraphs.flatten(after);
        for (String id : union(first.nodes().keySet(), second.nodes().keySet())) {
            difference.nodes(id, first.nodes().get(id), second.nodes().get(id));
        }
        difference.wires(first.wires(), second.wires());
        return List.copyOf(difference.changes);
    }

    private static Set<String> union(Set<String> first, Set<String> second) {
        Set<String> all = new LinkedHashSet<>(first);
        all.addAll(second);
        return all;
    }

    private void nodes(String id, WorkflowNode before, WorkflowNode after) {
        if (before == null || after == null) {
            add("node", id, "", before == null ? "" : before.type(), after == null ? "" : after.type());
            return;
        }
        add("type", id, "", before.type(), after.type());
        add("mode", id, "", before.mode().toString(), after.mode().toString());
        for (String name : union(before.settings().keySet(), after.settings().keySet())) {
            add("setting", id, name, text(before.settings(), name), text(after.settings(), name));
        }
    }

    private static String text(Map<String, JsonElement> settings, String name) {
        return settings.containsKey(name) ? settings.get(name).toString() : "";
    }

    private void wires(List<Wire> before, List<Wire> after) {
        Set<Joined> had = joined(before);
        Set<Joined> has = joined(after);
        before.stream()
                .filter(wire -> !has.contains(new Joined(wire)))
                .forEach(wire -> add("wire", wire.toNode(), wire.input(), wire.from(), ""));
        after.stream()
                .filter(wire -> !had.contains(new Joined(wire)))
                .forEach(wire -> add("wire", wire.toNode(), wire.input(), "", wire.from()));
    }

    /** The sockets that a wire joins. */
    private record Joined(String from, String to) {
        Joined(Wire wire) {
            this(wire.from(), wire.to());
        }
    }

    private static Set<Joined> joined(List<Wire> wires) {
        return wires.stream().map(Joined::new).collect(Collectors.toSet());
    }

    /** Ids of the nodes, those in subgraphs as {@code outer.inner}, that do not compute what they did, or are no more. */
    public static Set<String> touched(Workflow before, Workflow after) {
        Set<String> touched = new LinkedHashSet<>();
        between(before, after).forEach(change -> touched.add(change.node()));
        List<Wire> wires =
                touched.isEmpty() ? List.of() : Subgraphs.flatten(after).wires();
        Map<String, List<String>> next = wires.stream()
                .collect(Collectors.groupingBy(Wire::fromNode, Collectors.mapping(Wire::toNode, Collectors.toList())));
        Deque<String> open = new ArrayDeque<>(touched);
        while (!open.isEmpty()) {
            for (String node : next.getOrDefault(open.pop(), List.of())) {
                if (touched.add(node)) {
                    open.push(node);
                }
            }
        }
        return touched;
    }

    private void add(String what, String node, String name, String before, String after) {
        if (!before.equals(after)) {
            changes.add(new Change(what, node, name, before, after));
        }
    }
}
