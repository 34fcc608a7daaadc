package graft.app.editor;

import java.util.Locale;

/** Times as people say them. */
public final class Durations {

    private Durations() {}

    /** {@code 0.4 s}, {@code 12 s}, {@code 3:05 min}, {@code 2:10 h}. */
    public static String words(double seconds) {
        if (seconds < 10) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        long whole = Math.round(seconds);
        if (whole < 60) {
            return whole + " s";
        }
        return whole < 3600
                ? String.format(Locale.ROOT, "%d:%02d min", whole / 60, whole % 60)
                : String.format(Locale.ROOT, "%d:%02d h", whole / 3600, whole % 3600 / 60);
    }
}
