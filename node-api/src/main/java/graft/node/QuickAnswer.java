package graft.node;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says of a method of an extension point that it only looks and answers: a host waits so many seconds for a plugin's and no longer, and asks
 * in a thread of its own.
 *
 * <p>Methods without arguments that answer a number, a text, a truth value, an enum, a class or a list are asked once, as the plugin
 * is loaded, and need not be marked.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface QuickAnswer {

    /** How long it is waited for. */
    int seconds() default 10;

    /** Whether one that fails, or does not come back, has said no: where plugins are asked one after the other whether a thing is theirs. */
    boolean orNo() default false;
}
