package graft.app.sweep;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far the jobs of a sweep, or of one of its rounds, are.
 *
 * @param ended with a result or by a failure
 * @param failed of those
 * @param secondsLeft as long as the others will take at the speed of those
 */
public record SweepProgress(int ended, int all, int failed, double secondsLeft) {

    private static final Pattern SENTENCE = Pattern.compile(
            "(\\d{1,9}) of (\\d{1,9}) ended(?: \\((\\d{1,9}) failed\\))?(?:, about (\\d{1,12}) (s|min) left)?");

    /** {@code 7 of 24 ended (1 failed), about 3 min left}. */
    public String sentence() {
        String left = ended == all
                ? ""
                : secondsLeft < 90
                        ? String.format(Locale.ROOT, ", about %.0f s left", secondsLeft)
                        : String.format(Locale.ROOT, ", about %.0f min left", secondsLeft / 60);
        return ended + " of " + all + " ended" + (failed > 0 ? " (" + failed + " failed)" : "") + left;
    }

    /** Reads a sentence as another process says it; empty for any other. */
    public static Optional<SweepProgress> of(String sentence) {
        Matcher matcher = SENTENCE.matcher(sentence);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        double left = matcher.group(4) == null ? 0 : Double.parseDouble(matcher.group(4));
        return Optional.of(new SweepProgress(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3)),
                "min".equals(matcher.group(5)) ? 60 * left : left));
    }
}
