package graft.app.engine;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Results kept in memory from one run to the next, the latest of each node.
 *
 * <p>Used by one run at a time. Closing it lets go of everything.
 */
public final class Cache implements AutoCloseable {

    /** A node's result: its outputs by id. */
    record Entry(Fingerprint fingerprint, String key, Map<String, Object> outputs) {}

    private final boolean keeps;
    private final Map<String, Entry> byNode = new HashMap<>();
    private final Lifetimes lifetimes = new Lifetimes();

    private Cache(boolean keeps) {
        this.keeps = keeps;
    }

    /** Keeps the latest result of every node, for a process that runs workflows again and again. */
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

    Optional<Entry> latest(String node) {
        return Optional.ofNullable(byNode.get(node));
    }

    void keep(String node, Entry entry) {
        if (!keeps) {
            return;
        }
        entry.outputs().values().forEach(lifetimes::hold);
        Entry before = byNode.put(node, entry);
        if (before != null) {
            before.outputs().values().forEach(lifetimes::release);
        }
    }

    /** Why a node has no kept result at all. */
    String whyNothing() {
        return keeps ? "it has not run before" : "nothing is kept from run to run";
    }

    @Override
    public void close() {
        byNode.values().forEach(entry -> entry.outputs().values().forEach(lifetimes::release));
        byNode.clear();
    }
}
