package graft.node;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A field that a wire fills: its type is the socket's type, its name the socket's id.
 *
 * <p>A field of type {@code List<T>} takes any number of wires, in the order in which they were drawn.
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

    /** The id that older workflows know it by. */
    String formerly() default "";
}
