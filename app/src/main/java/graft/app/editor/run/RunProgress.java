package graft.app.editor.run;

import graft.app.editor.canvas.NodeState;
import graft.app.engine.RunEvent;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.LongSupplier;

/** How far a run is: the state of each of its nodes, and the time that is left, from the events that it tells. */
final class RunProgress {

    /**
     * Time that is left.
     *
     * @param whole whether every node to come is counted in; else it is the least that it can be
     */
    record TimeLeft(double seconds, boolean whole) {}

    /** The share of a node's work from which what it tells itself counts for more than what like ones took. */
    private static final double TELLING = 0.05;

    private final LongSupplier nanoClock;
    private final Map<String, Double> expected = new HashMap<>();
    private final Map<String, NodeState> states = new LinkedHashMap<>();
    /** Seconds that nodes took which are over. */
    private final Map<String, Double> over = new LinkedHashMap<>();

    private String current = "";
    private String title = "";
    private long began;

    /** What the node at work told first and last, and when. */
    private Optional<RunEvent.NodeProgress> first = Optional.empty();

    private Optional<RunEvent.NodeProgress> latest = Optional.empty();
    private long firstAt;
    private long latestAt;
    private double farthest;

    /** A run that has not begun. */
    RunProgress(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** Takes an event, and gives the nodes whose state it changed. */
    Set<String> take(RunEvent event) {
        if (event instanceof RunEvent.RunStarted started) {
            expected.putAll(started.expected());
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
            over.put(cached.node(), 0.0);
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
        first = Optional.empty();
        latest = Optional.empty();
    }

    private void end(String node) {
        over.put(node, node.equals(current) ? since(began) : 0.0);
        if (node.equals(current)) {
            current = "";
        }
    }

    private double since(long nanos) {
        return (nanoClock.getAsLong() - nanos) / 1e9;
    }

    private Set<String> put(String node, NodeState state) {
        states.put(node, state);
        return Set.of(node);
    }

    private Set<String> progress(RunEvent.NodeProgress progress) {
        if (!progress.node().equals(current)) {
            return Set.of();
        }
        latest = Optional.of(progress);
        latestAt = nanoClock.getAsLong();
        if (first.isEmpty()) {
            first = latest;
            firstAt = latestAt;
        }
        return put(progress.node(), NodeState.running(share().orElse(-1)));
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

    /** How far the node at work is in words, {@code step 16 of 250}; empty while it has not said. */
    Optional<String> count() {
        return current.isEmpty() ? Optional.empty() : latest.map(RunEvent.NodeProgress::words);
    }

    /** How much of the node at work is done, 0 to 1; empty while it has not said. */
    OptionalDouble share() {
        return latest.isPresent() && !current.isEmpty() && latest.get().total() > 0
                ? OptionalDouble.of(
                        Math.min(1, (double) latest.get().done() / latest.get().total()))
                : OptionalDouble.empty();
    }

    /** How much of the time that the run takes has gone by, 0 to 1 and never less than before; empty while that is not known. */
    OptionalDouble fraction() {
        Optional<TimeLeft> left = timeLeft().filter(TimeLeft::whole);
        if (left.isEmpty()) {
            return OptionalDouble.empty();
        }
        double gone =
                over.values().stream().mapToDouble(seconds -> seconds).sum() + (current.isEmpty() ? 0 : since(began));
        double all = gone + left.get().seconds();
        farthest = Math.max(farthest, all == 0 ? 0 : gone / all);
        return OptionalDouble.of(farthest);
    }

    /** Empty while nothing at all can be said. */
    Optional<TimeLeft> timeLeft() {
        double seconds = 0;
        boolean whole = true;
        for (String node : states.keySet()) {
            if (over.containsKey(node)) {
                continue;
            }
            OptionalDouble left = node.equals(current) ? leftOfCurrent() : known(node);
            whole &= left.isPresent();
            seconds += left.orElse(0);
        }
        boolean none = states.isEmpty() || (!whole && seconds == 0);
        return none ? Optional.empty() : Optional.of(new TimeLeft(seconds, whole));
    }

    private OptionalDouble known(String node) {
        return expected.containsKey(node) ? OptionalDouble.of(expected.get(node)) : OptionalDouble.empty();
    }

    /** By what it tells itself once that is telling, before that by how long like ones took; nothing once it takes longer. */
    private OptionalDouble leftOfCurrent() {
        OptionalDouble told = told();
        if (told.isPresent() && share().orElse(0) >= TELLING) {
            return told;
        }
        double rest = known(current).orElse(-1) - since(began);
        return rest > 0 ? OptionalDouble.of(rest) : told;
    }

    /** What the node forecasts itself, else by how fast it counts, since what comes before the first count comes but once. */
    private OptionalDouble told() {
        if (latest.isEmpty()) {
            return OptionalDouble.empty();
        }
        Double forecast = latest.get().figures().get("seconds left");
        long counted = latest.get().done() - first.get().done();
        double left;
        if (forecast != null) {
            left = forecast;
        } else if (latest.get().total() > 0 && counted > 0) {
            double each = (latestAt - firstAt) / 1e9 / counted;
            left = each * (latest.get().total() - latest.get().done());
        } else {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(Math.max(0, left - since(latestAt)));
    }
}
