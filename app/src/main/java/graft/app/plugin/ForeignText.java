package graft.app.plugin;

import graft.node.PlainText;
import org.pf4j.DefaultVersionManager;
import org.pf4j.VersionManager;

/**
 * The gate for text that strangers wrote, in lists, manifests and the store's own file: form and length are checked here, before it
 * becomes a path, a comparison or a suggested command.
 *
 * <p>What does not pass is an {@link IllegalArgumentException} whose message is a clause. Each check takes time in proportion to the
 * text's length and goes no deeper than that text may nest.
 */
final class ForeignText {

    private static final int MOST_ID = 100;
    private static final int MOST_VERSION = 100;
    private static final int MOST_RANGE = 200;
    /** The library's parser calls itself for each bracket. */
    private static final int MOST_BRACKETS = 5;
    /** What still is an int, as the library compares them. */
    private static final int MOST_DIGITS = 9;
    /** Of a text that a message repeats. */
    private static final int MOST_SHOWN = 60;

    private static final String RANGE_CHARACTERS = ".*^~<>=!&|()+,- ";

    private static final VersionManager VERSIONS = new DefaultVersionManager();

    private ForeignText() {}

    /**
     * An id: words of small letters and digits, with a dot or a hyphen between.
     *
     * @param what it is, as the clause begins: "its Plugin-Id"
     */
    static String id(String what, String text) {
        if (text.length() > MOST_ID) {
            throw new IllegalArgumentException(
                    what + " " + quoted(text) + " is longer than " + MOST_ID + " characters");
        }
        boolean form = !text.isEmpty();
        boolean word = false;
        for (int i = 0; i < text.length(); i++) {
            boolean inWord = isSmallOrDigit(text.charAt(i));
            form &= inWord || (word && (text.charAt(i) == '.' || text.charAt(i) == '-'));
            word = inWord;
        }
        if (!form || !word) {
            throw new IllegalArgumentException(
                    what + " " + quoted(text) + " is not of small letters and digits, with dots or hyphens between");
        }
        return text;
    }

    /** A version of semver.org, of numbers below a thousand million. */
    static String version(String what, String text) {
        if (!isVersion(text)) {
            throw new IllegalArgumentException(what + " " + quoted(text) + " is not of the form 1.2.3");
        }
        return text;
    }

    private static boolean isVersion(String text) {
        if (text.length() > MOST_VERSION) {
            return false;
        }
        int plus = text.indexOf('+');
        String release = plus < 0 ? text : text.substring(0, plus);
        int hyphen = release.indexOf('-');
        String[] numbers = (hyphen < 0 ? release : release.substring(0, hyphen)).split("\\.", -1);
        boolean form = numbers.length == 3;
        for (String number : numbers) {
            form &= isNumber(number);
        }
        if (hyphen >= 0) {
            for (String part : release.substring(hyphen + 1).split("\\.", -1)) {
                form &= isNumber(part) || (isWord(part) && !part.chars().allMatch(ForeignText::isDigit));
            }
        }
        if (plus >= 0) {
            for (String part : text.substring(plus + 1).split("\\.", -1)) {
                form &= isWord(part);
            }
        }
        return form;
    }

    /** A range of versions that the library understands; {@code *} for any. */
    static String range(String what, String text) {
        int open = 0;
        boolean form = text.length() <= MOST_RANGE;
        for (int i = 0; form && i < text.length(); i++) {
            char c = text.charAt(i);
            open += c == '(' ? 1 : c == ')' ? -1 : 0;
            form = open >= 0 && open <= MOST_BRACKETS && (isWordCharacter(c) || RANGE_CHARACTERS.indexOf(c) >= 0);
        }
        if (!form || open != 0 || !understood(text)) {
            throw new IllegalArgumentException(
                    what + " " + quoted(text) + " is no range of versions such as >=0.1.0 & <0.2.0");
        }
        return text;
    }

    private static boolean understood(String range) {
        try {
            VERSIONS.checkVersionConstraint("1.0.0", range);
            return true;
        } catch (RuntimeException notParsed) {
            return false;
        }
    }

    /** The name of a file in a folder, and nothing that leads out of it. */
    static String fileName(String what, String text) {
        boolean plain = !text.isEmpty()
                && text.length() <= 2 * MOST_ID + MOST_VERSION
                && text.charAt(0) != '.'
                && text.chars().allMatch(c -> isWordCharacter((char) c) || c == '.' || c == '-' || c == '+');
        if (!plain) {
            throw new IllegalArgumentException(what + " " + quoted(text) + " is not the name of a file");
        }
        return text;
    }

    /** As a message repeats it. */
    static String quoted(String text) {
        return "\"" + PlainText.line(text, MOST_SHOWN) + "\"";
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty()
                && text.length() <= MOST_DIGITS
                && text.chars().allMatch(ForeignText::isDigit)
                && (text.length() == 1 || text.charAt(0) != '0');
    }

    private static boolean isWord(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> isWordCharacter((char) c) || c == '-');
    }

    private static boolean isWordCharacter(char c) {
        return isSmallOrDigit(c) || (c >= 'A' && c <= 'Z');
    }

    private static boolean isSmallOrDigit(char c) {
        return isDigit(c) || (c >= 'a' && c <= 'z');
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }
}
