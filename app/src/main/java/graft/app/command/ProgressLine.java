package graft.app.command;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * One node's progress as a line of text: bar, share, count, rate, figures such as the loss, time left.
 *
 * @param title the node, as a person reads it
 * @param done finished steps
 * @param total all steps; 0 when nobody knows
 * @param unit what is counted, in the singular; empty when that has no name
 * @param perSecond steps per second; 0 when not known yet
 * @param left seconds to come; empty when not known yet
 * @param figures numbers of the moment
 */
record ProgressLine(
        String title,
        String unit,
        long done,
        long total,
        double perSecond,
        OptionalDouble left,
        Map<String, Double> figures) {

    private static final int LONGEST_BAR = 30;
    private static final int SHORTEST_BAR = 8;

    /** The line for a terminal of that many columns; what matters least goes first where it is narrow. */
    String fit(int columns) {
        if (total > 0) {
            for (List<String> parts = parts(); !parts.isEmpty(); parts.remove(parts.size() - 1)) {
                String text = String.join("  ", parts);
                int room = columns - 1 - title.length() - text.length() - "  []  ".length();
                if (room >= SHORTEST_BAR) {
                    return title + "  " + bar(Math.min(room, LONGEST_BAR)) + "  " + text;
                }
            }
        }
        String text = plain();
        return text.substring(0, Math.min(text.length(), Math.max(0, columns - 1)));
    }

    /** The line without a bar, for a file or a pipe. */
    String plain() {
        return title + "  " + String.join("  ", parts());
    }

    private List<String> parts() {
        List<String> parts = new ArrayList<>();
        if (total > 0) {
            parts.add(String.format(Locale.ROOT, "%3d %%", 100 * done / total));
        }
        parts.add((unit.isEmpty() ? "" : unit + " ") + (total > 0 ? done + " of " + total : done));
        if (left.isPresent() && done < total) {
            parts.add("left " + clock(Duration.ofMillis(Math.round(1000 * left.getAsDouble()))));
        }
        figures.forEach((name, value) -> parts.add(name + " " + number(value)));
        if (perSecond > 0) {
            parts.add(
                    perSecond >= 1
                            ? String.format(Locale.ROOT, "%.1f/s", perSecond)
                            : String.format(Locale.ROOT, "%.1f s each", 1 / perSecond));
        }
        return parts;
    }

    private String bar(int length) {
        int filled = (int) (length * Math.min(done, total) / total);
        return "[" + "#".repeat(filled) + "-".repeat(length - filled) + "]";
    }

    /** Four digits that matter, in the form that is shorter to read. */
    static String number(double value) {
        double size = Math.abs(value);
        if (value == Math.rint(value) && size < 1e7) {
            return Long.toString((long) value);
        }
        return String.format(Locale.ROOT, size >= 1e-3 && size < 1e5 ? "%.4f" : "%.2e", value);
    }

    /** Minutes and seconds, with hours where there are any: {@code 0:07}, {@code 12:30}, {@code 1:02:03}. */
    static String clock(Duration time) {
        long seconds = time.toSeconds();
        return seconds < 3600
                ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
}
