package graft.app.engine;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Results kept in memory from one run to the next, the latest of each node of one workflow.
 *
 * <p>Used by one run at a time, and asked by others meanwhile. Closing it lets go of everything.
 */
public final class Cache implements AutoCloseable {

    private final boolean keeps;

    /** What each node was last run with, whether or not that left a result. */
    private final Map<String, Fingerprint> lastRun = new HashMap<>();

    private final Map<String, Map<String, Object>> kept = new HashMap<>();
    private final Lifetimes lifetimes = new Lifetimes();

    private Cache(boolean keeps) {
        this.keeps = keeps;
    }

    /** Keeps the latest result of every node, for a process that runs a workflow again and again. */
    public static Cache keepAll() {
        return new Cache(true);
    }

    /** Keeps nothing, for a process that runs one workflow once: memory is freed as early as can be. */
    public static Cache none() {
        return new Cache(false);
    }

    /** How many resources are alive, kept or in use by a run. */
    public int resources() {
        return lifetimes.count();
    }

    Lifetimes lifetimes() {
        return lifetimes;
    }

    /** The outputs of a node by id, when it was last run with just this and finished. */
    synchronized Optional<Map<String, Object>> find(Fingerprint now) {
        return now.equals(lastRun.get(now.node())) ? Optional.ofNullable(kept.get(now.node())) : Optional.empty();
    }

    /** Why {@link #find} finds nothing, as a clause. */
    synchronized String whyNot(Fingerprint now) {
        if (!keeps) {
            return "nothing is kept from run to run";
        }
        Fingerprint before = lastRun.get(now.node());
        if (before == null) {
            return "it has not run before";
        }
        return now.equals(before) ? "it did not finish the last time" : now.changedSince(before);
    }

    /** Whether a node began to run before, with whatever. */
    synchronized boolean hasRun(String node) {
        return lastRun.containsKey(node);
    }

    /** Whether a node was given anything at an input when it was last run. */
    synchronized boolean wasAsked(String node, String input) {
        Fingerprint before = lastRun.get(node);
        return before == null || !Fingerprint.NOT_ASKED.equals(before.inputs().get(input));
    }

    /** A node begins to run: its former result goes first, so that the two never need memory at once. */
    synchronized void begin(Fingerprint now) {
        letGo(now.node());
        if (keeps) {
            lastRun.put(now.node(), now);
        }
    }

    /** Keeps what the node that began has given. */
    synchronized void keep(String node, Map<String, Object> outputs) {
        if (keeps) {
            outputs.values().forEach(lifetimes::hold);
            kept.put(node, outputs);
        }
    }

    /** Forgets what a node gave: it is of no use any more. */
    synchronized void forget(String node) {
        letGo(node);
        lastRun.remove(node);
    }

    /** Forgets nodes that the workflow has no more. */
    synchronized void retain(Set<String> nodes) {
        Set<String> gone = new HashSet<>(lastRun.keySet());
        gone.removeAll(nodes);
        gone.forEach(node -> {
            letGo(node);
            lastRun.remove(node);
        });
    }

    private void letGo(String node) {
        Map<String, Object> outputs = kept.remove(node);
        if (outputs != null) {
            outputs.values().forEach(lifetimes::release);
        }
    }

    @Override
    public void close() {
        retain(Set.of());
    }
}
