package graft.node;

/**
 * Text for people that whoever wrote it can do nothing with: no control or format characters, which steer terminals, break lines
 * and turn the direction of writing, and no more of it than a person reads.
 */
public final class PlainText {

    /** They shape letters and emoji, and nothing else. */
    private static final int JOINER = 0x200D;

    private static final int NON_JOINER = 0x200C;

    private PlainText() {}

    /**
     * One line of a text: each character that steers is a space, and what is beyond the length "…".
     *
     * @param most characters (code points), at least 1
     */
    public static String line(String text, int most) {
        if (isPlain(text, most)) {
            return text;
        }
        String line = text.codePoints()
                .limit(most + 1L)
                .map(c -> steers(c) ? ' ' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString()
                .strip();
        return line.codePointCount(0, line.length()) <= most
                ? line
                : line.substring(0, line.offsetByCodePoints(0, most - 1)) + "…";
    }

    /** Whether {@link #line} gives a text back as it is. */
    public static boolean isPlain(String text, int most) {
        return text.length() <= most && text.codePoints().noneMatch(PlainText::steers);
    }

    private static boolean steers(int codePoint) {
        if (codePoint == JOINER || codePoint == NON_JOINER) {
            return false;
        }
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }
}
