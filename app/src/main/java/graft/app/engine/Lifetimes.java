package graft.app.engine;

import graft.node.Resource;
import java.util.IdentityHashMap;

/**
 * Closes a resource once nobody holds it any more: no node to come, no kept result, no living resource that uses it.
 *
 * <p>Counts holders by identity, so a node may pass on what it was given. Safe for several threads.
 */
final class Lifetimes {

    private final IdentityHashMap<Resource, Integer> holders = new IdentityHashMap<>();

    /** Adds a holder of a wire value; anything but a resource needs none. */
    synchronized void hold(Object value) {
        if (value instanceof Resource resource && holders.merge(resource, 1, Integer::sum) == 1) {
            resource.uses().forEach(this::hold);
        }
    }

    /** Takes one holder away. */
    synchronized void release(Object value) {
        if (!(value instanceof Resource resource)) {
            return;
        }
        Integer left = holders.computeIfPresent(resource, (key, count) -> count - 1);
        if (left == null) {
            throw new IllegalStateException("released more often than held: " + resource);
        }
        if (left == 0) {
            holders.remove(resource);
            var uses = resource.uses();
            resource.close();
            uses.forEach(this::release);
        }
    }

    /** How many resources are alive. */
    synchronized int count() {
        return holders.size();
    }
}
