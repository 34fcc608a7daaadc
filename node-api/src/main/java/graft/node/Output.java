package graft.node;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A field that {@link Node#run} sets and wires carry on: its type is the socket's type, its name the socket's id.
 *
 * <p>A field of type {@code List<T>} is an output of many values, each of which goes on by itself: see {@link Input}. It may be
 * empty, and then nothing that takes one value of it runs.
 */
@Documented
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Output {

    /** What the canvas shows; the field's name in words when empty. */
    String title() default "";

    String help() default "";

    /**
     * The id of an input of type {@code Object}: what is wired to that says what this output carries. Given if and only if the
     * field is an {@code Object}, or a list of them.
     */
    String as() default "";

    /** The id that older workflows know it by. */
    String formerly() default "";
}
