package graft.app.engine;

import graft.app.plugin.TimeLimit;
import graft.app.plugin.ToldFailure;
import graft.node.Resource;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Supplier;
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

    private static final long SECONDS = 10;

    private final TimeLimit limit = new TimeLimit();
    private final IdentityHashMap<Resource, Held> held = new IdentityHashMap<>();

    /** Adds a holder of a wire value, or of each of a list; anything but a resource needs none. */
    synchronized void hold(Object value) {
        if (value instanceof List<?> list) {
            list.forEach(this::hold);
            return;
        }
        if (!(value instanceof Resource resource)) {
            return;
        }
        Held before = held.get(resource);
        if (before != null) {
            held.put(resource, new Held(before.holders() + 1, before.uses()));
            return;
        }
        List<Resource> uses = uses(resource);
        held.put(resource, new Held(1, uses));
        uses.forEach(this::hold);
    }

    /** Takes one holder away, of each of a list. */
    synchronized void release(Object value) {
        if (value instanceof List<?> list) {
            list.forEach(this::release);
            return;
        }
        if (!(value instanceof Resource resource)) {
            return;
        }
        Held before = held.get(resource);
        if (before == null) {
            throw new IllegalStateException(
                    "released more often than held: a " + resource.getClass().getName());
        }
        if (before.holders() > 1) {
            held.put(resource, new Held(before.holders() - 1, before.uses()));
            return;
        }
        held.remove(resource);
        close(resource);
        before.uses().forEach(this::release);
    }

    /** Closes what nobody holds; whatever it does, that is no reason to keep everybody else's. */
    void close(Resource resource) {
        try {
            ask(resource, "close of a resource", () -> {
                resource.close();
                return null;
            });
        } catch (Throwable fault) {
            LOG.warn("a {} could not be freed", resource.getClass().getName(), ToldFailure.of(fault));
        }
    }

    /** Once: a stranger's may never come back, or hold null. */
    private List<Resource> uses(Resource resource) {
        try {
            return ask(resource, "uses of a resource", () -> List.copyOf(resource.uses()));
        } catch (TimeLimit.Overdue overdue) {
            throw new IllegalStateException(
                    resource.getClass().getName() + " does not say what it uses: " + overdue.getMessage(), overdue);
        }
    }

    private <T> T ask(Resource resource, String name, Supplier<T> question) throws TimeLimit.Overdue {
        return resource.getClass().getClassLoader() == Lifetimes.class.getClassLoader()
                ? question.get()
                : limit.ask(resource.getClass(), name, SECONDS, question::get);
    }

    /** How many resources are alive. */
    synchronized int count() {
        return held.size();
    }
}
