package graft.app.engine;

import graft.node.Resource;
import java.util.IdentityHashMap;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a resource once nobody holds it any more: no node to come, no kept result, no living resource that uses it.
 *
 * <p>Counts holders by identity, so a node may pass on what it was given. Safe for several threads.
 */
final class Lifetimes {

    private static final Logger LOG = LoggerFactory.getLogger(Lifetimes.class);

    /** What a resource used when it was first held is what it keeps open, whatever it says later. */
    private record Held(int holders, List<Resource> uses) {}

    private final IdentityHashMap<Resource, Held> held = new IdentityHashMap<>();

    /** Adds a holder of a wire value; anything but a resource needs none. */
    synchronized void hold(Object value) {
        if (!(value instanceof Resource resource)) {
            return;
        }
        Held before = held.get(resource);
        if (before != null) {
            held.put(resource, new Held(before.holders() + 1, before.uses()));
            return;
        }
        List<Resource> uses = List.copyOf(resource.uses());
        held.put(resource, new Held(1, uses));
        uses.forEach(this::hold);
    }

    /** Takes one holder away. */
    synchronized void release(Object value) {
        if (!(value instanceof Resource resource)) {
            return;
        }
        Held before = held.get(resource);
        if (before == null) {
            throw new IllegalStateException("released more often than held: " + resource);
        }
        if (before.holders() > 1) {
            held.put(resource, new Held(before.holders() - 1, before.uses()));
            return;
        }
        held.remove(resource);
        try {
            resource.close();
        } catch (RuntimeException fault) {
            // A plugin that cannot free its memory is no reason to keep everybody else's.
            LOG.warn("{} could not be freed", resource, fault);
        }
        before.uses().forEach(this::release);
    }

    /** How many resources are alive. */
    synchronized int count() {
        return held.size();
    }
}
