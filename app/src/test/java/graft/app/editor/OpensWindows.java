package graft.app.editor;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * A test that opens windows: it needs a display, real or virtual.
 *
 * <p>On one display the build runs those of this tag one after the other, since two at once would take the keyboard from each other;
 * where it can open displays in memory, several at once.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("windows")
@EnabledIf("graft.app.editor.Display#isThere")
public @interface OpensWindows {}
