package graft.nodes.sampling;

import graft.node.Problem;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Words of captions that give way to others.
 *
 * @param pattern what is looked for
 * @param by what comes in its place, as {@link Matcher#appendReplacement} takes it
 */
record Replacement(Pattern pattern, String by) {

    /**
     * Replaces a text wherever it stands.
     *
     * @param find empty to change nothing
     */
    static Replacement plain(String find, String by) {
        return new Replacement(Pattern.compile(find, Pattern.LITERAL), Matcher.quoteReplacement(by));
    }

    /**
     * Replaces what a regular expression matches; {@code $1} is its first group.
     *
     * @throws Problem at the setting {@code find} or {@code replaceWith} when it is none
     */
    static Replacement regular(String find, String by) {
        Pattern pattern;
        try {
            pattern = Pattern.compile(find);
        } catch (PatternSyntaxException e) {
            String where = e.getIndex() >= 0 ? " (it breaks off near character " + (e.getIndex() + 1) + ")" : "";
            throw new Problem(
                            "cannot look for " + find,
                            "it is no regular expression" + where,
                            "mend it, or look for it as plain text")
                    .causedBy(e)
                    .at("find");
        }
        try {
            // With an alternative that matches nothing, so that groups are looked up.
            Pattern.compile("(?:" + find + ")|").matcher("").replaceAll(by);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new Problem(
                            "cannot put " + by + " in its place",
                            "it names a group that is not in what is looked for, or is not written as one",
                            "write $1 for the first group in brackets, and \\$ for a dollar sign")
                    .causedBy(e)
                    .at("replaceWith");
        }
        return new Replacement(pattern, by);
    }

    /** The tidied text, with what was found replaced; the text itself where there is nothing to look for. */
    String in(String text) {
        return pattern.pattern().isEmpty()
                ? text
                : CaptionTemplate.tidied(pattern.matcher(text).replaceAll(by));
    }
}
