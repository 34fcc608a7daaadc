package graft.node;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A field of a node that holds settings which several nodes share: an object whose class has {@link Setting} fields.
 *
 * <p>They are the node's settings as if it had declared them itself in that place, saved under their own names. The field
 * is initialised with a new object, which is the node's own.
 */
@Documented
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
public @interface SettingGroup {}
