package graft.node;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Names a class as a kind of value that wires carry. */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface SocketType {

    /** Stable id, for example {@code graft/model}. */
    String id();

    /** What the canvas and messages say, for example "Model". */
    String title();

    /** Colour of the socket and its wires, {@code #RRGGBB}. */
    String color();
}
