package graft.app.editor.shell;

import graft.app.editor.Strings;
import java.time.Duration;

/** Quantities in words. */
final class Words {

    private Words() {}

    /** {@code 4 s}, {@code 2 min 5 s}, {@code 1 h 12 min}. */
    static String duration(Duration time) {
        long seconds = Math.max(1, Math.round(time.toMillis() / 1000.0));
        if (seconds < 60) {
            return Strings.get("words.seconds", seconds);
        }
        return seconds < 3600
                ? Strings.get("words.minutes", seconds / 60, seconds % 60)
                : Strings.get("words.hours", seconds / 3600, seconds % 3600 / 60);
    }
}
