package graft.app.editor.run;

import graft.app.editor.canvas.NodeState;
import graft.app.engine.Sweep;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which node of a workflow shows a node of its run: itself, or the one that a sweep runs once for each combination.
 *
 * @param ids of the workflow's nodes, those in subgraphs as {@code outer.inner}
 */
record DrawnNodes(Set<String> ids) {

    DrawnNodes {
        ids = Set.copyOf(ids);
    }

    /** The workflow's node for a node of the run. */
    String of(String ran) {
        return ids.contains(ran) ? ran : Sweep.origin(ran);
    }

    /** What the workflow's nodes show when nodes of the run changed. */
    Map<String, NodeState> states(Collection<String> changed, RunProgress progress) {
        Map<String, NodeState> states = new LinkedHashMap<>();
        for (String ran : changed) {
            states.computeIfAbsent(of(ran), node -> state(node, progress));
        }
        return states;
    }

    private NodeState state(String node, RunProgress progress) {
        List<NodeState> cells = progress.nodes().stream()
                .filter(ran -> of(ran).equals(node))
                .map(progress::state)
                .toList();
        return cells.size() == 1 ? cells.get(0) : together(cells);
    }

    /** A failure before what runs, that before what waits; progress counts every combination. */
    private static NodeState together(List<NodeState> cells) {
        Optional<NodeState> failed = first(cells, NodeState.Kind.FAILED);
        if (failed.isPresent()) {
            return failed.get();
        }
        long over = cells.stream()
                .filter(cell -> cell.kind() == NodeState.Kind.DONE || cell.kind() == NodeState.Kind.CACHED)
                .count();
        Optional<NodeState> running = first(cells, NodeState.Kind.RUNNING);
        if (running.isPresent()
                || (over > 0 && first(cells, NodeState.Kind.WAITING).isPresent())) {
            double part = running.map(NodeState::progress).orElse(0.0);
            return NodeState.running((over + Math.max(0, part)) / cells.size());
        }
        if (over == cells.size() && first(cells, NodeState.Kind.DONE).isPresent()) {
            return NodeState.done(cells.stream()
                    .mapToDouble(cell -> Math.max(0, cell.seconds()))
                    .sum());
        }
        return first(cells, NodeState.Kind.WAITING)
                .or(() -> first(cells, NodeState.Kind.FRESH))
                .orElse(cells.get(0));
    }

    private static Optional<NodeState> first(List<NodeState> cells, NodeState.Kind kind) {
        return cells.stream().filter(cell -> cell.kind() == kind).findFirst();
    }
}
