package graft.app.workflow;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** In how many workflows nodes of some types are wired to sockets of others. Immutable. */
public final class Neighbours {

    /** Of no workflow. */
    public static final Neighbours NONE = new Neighbours(Map.of());

    private final Map<String, Map<String, Integer>> counts;

    private Neighbours(Map<String, Map<String, Integer>> counts) {
        this.counts = counts;
    }

    /** Counts the wires of workflows, those within their subgraphs too. */
    public static Neighbours of(List<Workflow> workflows) {
        Map<String, Map<String, Integer>> counts = new HashMap<>();
        for (Workflow workflow : workflows) {
            Workflow flat = Subgraphs.flatten(workflow);
            Set<String> seen = new HashSet<>();
            for (Wire wire : flat.wires()) {
                WorkflowNode from = flat.nodes().get(wire.fromNode());
                WorkflowNode to = flat.nodes().get(wire.toNode());
                if (from != null && to != null) {
                    count(counts, seen, key(from.type(), wire.output(), true), to.type());
                    count(counts, seen, key(to.type(), wire.input(), false), from.type());
                }
            }
        }
        return new Neighbours(counts);
    }

    private static void count(Map<String, Map<String, Integer>> counts, Set<String> seen, String socket, String type) {
        if (seen.add(socket + " " + type)) {
            counts.computeIfAbsent(socket, key -> new HashMap<>()).merge(type, 1, Integer::sum);
        }
    }

    private static String key(String type, String socket, boolean output) {
        return type + (output ? " > " : " < ") + socket;
    }

    /**
     * In how many workflows a node of a type is at the other end of a wire of a socket.
     *
     * @param of the type of the node that has the socket
     * @param output whether the socket is an output
     */
    public int count(String of, String socket, boolean output, String type) {
        return counts.getOrDefault(key(of, socket, output), Map.of()).getOrDefault(type, 0);
    }
}
