package graft.app.editor.run;

import graft.app.editor.canvas.NodeState;
import graft.app.engine.RunEvent;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

/** How far a run is: the state of each of its nodes, and the time that is left, from the events that it tells. */
final class RunProgress {

    /**
     * Time that is left.
     *
     * @param whole whether every node to come is counted in; else it is the least that it can be
     */
    record TimeLeft(double seconds, boolean whole) {}

    /** What a node counts for whose time nobody knows. */
    private static final double UNKNOWN = 1;

    private final LongSupplier nanoClock;
    private final ToDoubleFunction<String> expected;
    private final Map<String, NodeState> states = new LinkedHashMap<>();
    private final Set<String> over = new LinkedHashSet<>();
    private String current = "";
    private String title = "";
    private long began;
    private double currentLeft = Double.NaN;
    private double currentDone;

    /**
     * A run that has not begun.
     *
     * @param expected seconds that a node took the last time; NaN when that is not known
     */
    RunProgress(ToDoubleFunction<String> expected, LongSupplier nanoClock) {
        this.expected = expected;
        this.nanoClock = nanoClock;
    }

    /** Takes an event, and gives the nodes whose state it changed. */
    Set<String> take(RunEvent event) {
        if (event instanceof RunEvent.RunStarted started) {
            started.nodes().forEach(node -> states.put(node, NodeState.of(NodeState.Kind.WAITING, "")));
            return Set.copyOf(started.nodes());
        }
        if (event instanceof RunEvent.NodeStarted started) {
            begin(started.node(), started.title());
            return put(started.node(), new NodeState(NodeState.Kind.RUNNING, started.why(), -1, -1, ""));
        }
        if (event instanceof RunEvent.NodeProgress progress) {
            return progress(progress);
        }
        if (event instanceof RunEvent.NodeCached cached) {
            over.add(cached.node());
            return put(cached.node(), NodeState.of(NodeState.Kind.CACHED, cached.why()));
        }
        if (event instanceof RunEvent.NodeFinished finished) {
            end(finished.node());
            return put(finished.node(), NodeState.done(finished.seconds()));
        }
        if (event instanceof RunEvent.NodeFailed failed) {
            end(failed.node());
            return put(failed.node(), NodeState.failed(failed.problem()));
        }
        if (event instanceof RunEvent.NodeSkipped skipped) {
            end(skipped.node());
            return put(skipped.node(), NodeState.of(NodeState.Kind.FRESH, skipped.why()));
        }
        return Set.of();
    }

    /** The run ended without an end of its own: what ran failed for a reason, what waited did not run. */
    Set<String> broken(String problem) {
        Set<String> changed = new LinkedHashSet<>();
        states.replaceAll((node, state) -> {
            if (state.kind() == NodeState.Kind.RUNNING) {
                changed.add(node);
                return NodeState.failed(problem);
            }
            if (state.kind() == NodeState.Kind.WAITING) {
                changed.add(node);
                return NodeState.FRESH;
            }
            return state;
        });
        current = "";
        return changed;
    }

    private void begin(String node, String name) {
        // A node of a sweep runs again and again.
        over.remove(node);
        current = node;
        title = name;
        began = nanoClock.getAsLong();
        currentLeft = Double.NaN;
        currentDone = 0;
    }

    private void end(String node) {
        over.add(node);
        if (node.equals(current)) {
            current = "";
        }
    }

    private Set<String> put(String node, NodeState state) {
        states.put(node, state);
        return Set.of(node);
    }

    private Set<String> progress(RunEvent.NodeProgress progress) {
        if (!progress.node().equals(current)) {
            return Set.of();
        }
        double done = progress.total() > 0 ? Math.min(1, (double) progress.done() / progress.total()) : -1;
        double elapsed = (nanoClock.getAsLong() - began) / 1e9;
        currentDone = Math.max(0, done);
        currentLeft =
                progress.figures().getOrDefault("seconds left", done > 0 ? elapsed / done * (1 - done) : Double.NaN);
        return put(progress.node(), NodeState.running(done));
    }

    NodeState state(String node) {
        return states.getOrDefault(node, NodeState.FRESH);
    }

    List<String> nodes() {
        return List.copyOf(states.keySet());
    }

    /** What the node at work is called. */
    Optional<String> title() {
        return current.isEmpty() ? Optional.empty() : Optional.of(title);
    }

    /** How much of the run is done, 0 to 1; nodes weigh by the time that they took the last time. */
    double fraction() {
        double all = 0;
        double done = 0;
        for (String node : states.keySet()) {
            double seconds = expected.applyAsDouble(node);
            double weight = Double.isNaN(seconds) ? UNKNOWN : Math.max(seconds, 0.01);
            all += weight;
            done += over.contains(node) ? weight : node.equals(current) ? weight * currentDone : 0;
        }
        return all == 0 ? 0 : done / all;
    }

    /** Empty while nothing at all can be said. */
    Optional<TimeLeft> timeLeft() {
        double seconds = 0;
        boolean whole = true;
        boolean any = false;
        for (String node : states.keySet()) {
            if (over.contains(node)) {
                continue;
            }
            OptionalDouble left = left(node);
            any |= left.isPresent();
            whole &= left.isPresent();
            seconds += left.orElse(0);
        }
        return any ? Optional.of(new TimeLeft(seconds, whole)) : Optional.empty();
    }

    private OptionalDouble left(String node) {
        double known = expected.applyAsDouble(node);
        if (node.equals(current)) {
            if (!Double.isNaN(currentLeft)) {
                return OptionalDouble.of(currentLeft);
            }
            double elapsed = (nanoClock.getAsLong() - began) / 1e9;
            return Double.isNaN(known) ? OptionalDouble.empty() : OptionalDouble.of(Math.max(0, known - elapsed));
        }
        return Double.isNaN(known) ? OptionalDouble.empty() : OptionalDouble.of(known);
    }
}
