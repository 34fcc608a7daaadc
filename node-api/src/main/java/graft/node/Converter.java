package graft.node;

import java.util.Optional;
import org.pf4j.ExtensionPoint;

/**
 * Makes a value of one socket type of a value of another, so that a wire may join the two.
 *
 * <p>A plugin offers one as a class with a public constructor without arguments, annotated with {@link org.pf4j.Extension}.
 * There is one instance for all wires, used by several threads, so it keeps nothing. Of two converters for the same pair the
 * host takes the first that it loaded.
 *
 * @param <A> what comes along the wire: a class named by {@link SocketType}, or a plain one ({@link Number} for every number)
 * @param <B> what the input takes
 */
public interface Converter<A, B> extends ExtensionPoint {

    Class<A> from();

    Class<B> to();

    /**
     * Converts a value; called once for each wire and run.
     *
     * @return never null; a {@link Resource} is closed by the engine when the node that takes it, and all that use it, are done
     * @throws Problem when this value has no counterpart
     */
    B convert(A value) throws Exception;

    /** What is known of the result before it exists, from what is known of the value. */
    @QuickAnswer
    default Optional<Spec> spec(Spec known) {
        return Optional.empty();
    }
}
