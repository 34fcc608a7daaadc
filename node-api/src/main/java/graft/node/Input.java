package graft.node;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A field that a wire fills: its type is the socket's type, its name the socket's id.
 *
 * <p>A field of type {@code List<T>} takes any number of wires, in the order in which they were drawn, and of an output that is a
 * list all its values. Where a list comes to any other input or to a setting, the node runs once for each value, of shorter lists
 * with their last one again, and each of its outputs is the list of what it gave. A field of type {@code Object} takes whatever is
 * wired to it.
 */
@Documented
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Input {

    /** What the canvas shows; the field's name in words when empty. */
    String title() default "";

    String help() default "";

    /** When true and no wire comes in, the field stays null (or an empty list). */
    boolean optional() default false;

    /**
     * When true, what the wire comes from runs only if {@link Node#needs} names the input; until then, and when it never does, the
     * field is null (or an empty list).
     */
    boolean lazy() default false;

    /** The id that older workflows know it by. */
    String formerly() default "";
}
