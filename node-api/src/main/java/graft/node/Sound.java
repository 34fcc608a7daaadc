package graft.node;

import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A value on a wire that can tell whether it is of use, and whether somebody wrote to it, though values on wires are never changed.
 *
 * <p>The engine asks where a plugin's node had it in hand, so that this node is named and not the one that meets it. Types of
 * plugins may tell too.
 */
public interface Sound {

    /** What makes any value of a wire useless; empty when nothing does, or nobody can tell. */
    static Optional<String> faultOf(Object value) {
        if (value instanceof Double number && !Double.isFinite(number)) {
            return Optional.of("is " + number + ", which is no number");
        }
        return value instanceof Sound sound ? sound.fault() : Optional.empty();
    }

    /** As {@link #faultOf}, looked through and through. */
    static Optional<String> damageOf(Object value) {
        return faultOf(value).or(() -> value instanceof Sound sound ? sound.damage() : Optional.empty());
    }

    /** What makes it useless, as a clause that goes on from its name: "is closed"; empty when nothing does. Soon told. */
    default Optional<String> fault() {
        return Optional.empty();
    }

    /**
     * What of all that it holds makes it useless, as {@link #fault} says it, where that takes a while to find: the engine asks where a
     * plugin's node made it.
     */
    default Optional<String> damage() {
        return Optional.empty();
    }

    /**
     * Looks at what it holds; soon told.
     *
     * @return tells later whether that is still there and as it was
     */
    BooleanSupplier seal();
}
