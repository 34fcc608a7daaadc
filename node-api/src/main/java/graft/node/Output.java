package graft.node;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A field that {@link Node#run} sets and wires carry on: its type is the socket's type, its name the socket's id. */
@Documented
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Output {

    /** What the canvas shows; the field's name in words when empty. */
    String title() default "";

    String help() default "";

    /** The id that older workflows know it by. */
    String formerly() default "";
}
