package graft.node;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Locale;

/**
 * One of a set of values that plugins add to, such as the samplers: a setting of such a type offers all that there are, and
 * saves the chosen one's id.
 *
 * <p>The type of the setting is an interface that extends this one and names, by {@link Set}, the values that come with Graft.
 */
public interface Choice {

    /** Stable id, by which workflows save it: {@code owner/name} in small letters for those of plugins. */
    String id();

    /** What people read. */
    String title();

    /** An enum's values that come with Graft: their ids are their names in small letters. */
    interface BuiltIn extends Choice {

        /** What {@link Enum#name()} says. */
        String name();

        @Override
        default String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Says of an interface that its values are an open set. */
    @Documented
    @Target(ElementType.TYPE)
    @Retention(RetentionPolicy.RUNTIME)
    @interface Set {

        /** An enum that implements the interface: the values that are always there. */
        Class<? extends Enum<?>>[] builtIn() default {};

        /** The same by name, of an enum in a package that is built upon the interface's, which therefore knows nothing of it. */
        String[] builtInAbove() default {};
    }
}
