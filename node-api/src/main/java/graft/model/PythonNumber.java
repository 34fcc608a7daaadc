package graft.model;

import java.util.Locale;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers as Python's {@code float} reads them from a text, by which others' prompts are weighed. */
final class PythonNumber {

    private static final Pattern NUMBER = Pattern.compile(
            "[+-]?(\\d++(_\\d++)*+\\.?(\\d++(_\\d++)*+)?|\\.\\d++(_\\d++)*+)([eE][+-]?\\d++(_\\d++)*+)?");

    private static final Pattern WORD = Pattern.compile("(?i)([+-]?)(inf|infinity|nan)");

    private PythonNumber() {}

    /** The number; empty for a text that is none. */
    static OptionalDouble of(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        strip(text)
                .codePoints()
                .map(code -> Character.isDigit(code) ? '0' + Character.digit(code, 10) : code)
                .forEach(plain::appendCodePoint);
        if (NUMBER.matcher(plain).matches()) {
            return OptionalDouble.of(Double.parseDouble(plain.toString().replace("_", "")));
        }
        Matcher word = WORD.matcher(plain);
        if (!word.matches()) {
            return OptionalDouble.empty();
        }
        double value = word.group(2).toLowerCase(Locale.ROOT).equals("nan") ? Double.NaN : Double.POSITIVE_INFINITY;
        return OptionalDouble.of(word.group(1).equals("-") ? -value : value);
    }

    private static String strip(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isSpace(text.charAt(from))) {
            from++;
        }
        while (from < to && isSpace(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    /** What Python's {@code str.isspace} says. */
    static boolean isSpace(int code) {
        return Character.isWhitespace(code) || Character.isSpaceChar(code) || code == 0x85;
    }
}
