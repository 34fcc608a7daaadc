package graft.node;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Optional;
import org.pf4j.ExtensionPoint;

/**
 * Draws the values of a socket type into the nodes on the canvas that made them.
 *
 * <p>A plugin offers one as a class with a public constructor without arguments, annotated with {@link
 * org.pf4j.Extension}. There is one for each class of values; a second is refused. One instance serves all runs, so it
 * keeps nothing. One that fails stops nothing: a warning at the node names its plugin.
 *
 * @param <T> the values: a class named by {@link SocketType}, or a plain one ({@link Number} for every number)
 */
public interface ValuePreview<T> extends ExtensionPoint {

    Class<T> type();

    /**
     * Draws a value; called once for an output when its node is done, by the thread of the run and on its device, never by
     * the window's. Tensors that it makes are freed for it. Of a node with several outputs the first that can be drawn is
     * shown, in place of what the node showed while it was at work.
     *
     * @param value not to be changed, closed or kept
     * @return of any size, made smaller where a side is longer than 1024 pixels; empty when there is nothing to show
     */
    Optional<BufferedImage> draw(T value) throws Exception;

    /**
     * Draws each picture of a value that holds several, in its order; of none {@link #draw} is asked. Of a long list the first
     * 64 are shown, the smaller the more there are.
     */
    default List<BufferedImage> drawAll(T value) throws Exception {
        return List.of();
    }
}
