package graft.nodes.sampling;

import graft.node.Problem;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A caption with gaps: {@code {caption}}, {@code {name}} and {@code {trigger}} stand for words that differ by picture.
 *
 * <p>What it fills is tidy: blanks are single, none stands at either end or before a comma, and a comma that an empty
 * gap leaves alone is dropped.
 */
final class CaptionTemplate {

    private static final Pattern GAP = Pattern.compile("\\{([^{}]*)\\}");

    private final String template;

    /**
     * @param template the text with its gaps
     * @throws Problem when it names a gap that does not exist
     */
    CaptionTemplate(String template) {
        this.template = template;
        Map<String, String> known = gaps("", "", "");
        GAP.matcher(template).results().map(gap -> gap.group(1)).forEach(gap -> {
            if (!known.containsKey(gap)) {
                throw new Problem(
                        "the template asks for {" + gap + "}",
                        "there is no such word to fill in",
                        "use {caption}, {name} or {trigger}");
            }
        });
    }

    /** The caption of one picture. */
    String fill(String caption, String name, String trigger) {
        Map<String, String> words = gaps(caption, name, trigger);
        return tidied(GAP.matcher(template)
                .replaceAll(gap -> Matcher.quoteReplacement(Objects.requireNonNull(words.get(gap.group(1))))));
    }

    /** The words of a file's name: "red-apple_02" is a red apple. */
    static String wordsOf(String fileName) {
        return fileName.replaceAll("[\\p{Punct}\\d]+", " ").strip().replaceAll("\\s+", " ");
    }

    static String tidied(String text) {
        return text.replaceAll("\\s+", " ")
                .replaceAll(" (?=[,.;:!?])", "")
                .replaceAll(",(?:,)+", ",")
                .replaceAll("^[, ]+|[, ]+$", "");
    }

    private static Map<String, String> gaps(String caption, String name, String trigger) {
        return Map.of("caption", caption, "name", name, "trigger", trigger);
    }
}
