package graft.node;

import java.util.List;

/**
 * A value on a wire that holds memory outside the Java heap.
 *
 * <p>The node that makes it hands it over: the engine closes it once its last consumer, and every living value that
 * uses it, is done.
 */
public interface Resource extends AutoCloseable {

    /** The other wire values whose memory this one borrows: they are kept open as long as this one. */
    default List<Resource> uses() {
        return List.of();
    }

    /** Frees the memory; a second call does nothing. */
    @Override
    void close();
}
