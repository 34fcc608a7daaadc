package graft.model;

import java.text.BreakIterator;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;

/**
 * A text as words are looked for in it: composed (Unicode NFC) and in lower case, letter by letter, as CLIP's tokenizer reads
 * it.
 *
 * <p>Nothing else is made alike: a full-width letter, a dotless i and a long s are other letters, as they are to the tokenizer.
 */
final class Folded {

    private final String text;

    /** Where each char of the folded text, and its end, stands in the original. */
    private final int[] origins;

    private Folded(String text, int[] origins) {
        this.text = text;
        this.origins = origins;
    }

    static Folded of(String original) {
        StringBuilder folded = new StringBuilder(original.length());
        int[] origins = new int[original.length() + 1];
        // Composed within what is one character to a reader, so that each keeps its place.
        BreakIterator characters = BreakIterator.getCharacterInstance(Locale.ROOT);
        characters.setText(original);
        int from = characters.first();
        for (int to = characters.next(); to != BreakIterator.DONE; from = to, to = characters.next()) {
            int before = folded.length();
            lower(Normalizer.normalize(original.substring(from, to), Normalizer.Form.NFC), folded);
            if (folded.length() >= origins.length) {
                origins = Arrays.copyOf(origins, 2 * folded.length());
            }
            Arrays.fill(origins, before, folded.length(), from);
        }
        origins[folded.length()] = original.length();
        return new Folded(folded.toString(), Arrays.copyOf(origins, folded.length() + 1));
    }

    /** A word in the form in which words are compared. */
    static String fold(String word) {
        return of(word).text();
    }

    /** By code points: the tokenizer does not know that a sigma is the last of its word. */
    private static void lower(String composed, StringBuilder folded) {
        composed.codePoints().forEach(code -> {
            if (code == 'İ') {
                folded.append("i\u0307");
            } else {
                folded.appendCodePoint(Character.toLowerCase(code));
            }
        });
    }

    String text() {
        return text;
    }

    /** The place in the original of a place in the folded text, its end included. */
    int origin(int at) {
        return origins[at];
    }

    /** Whether the original can be parted here: not within one of its characters. */
    boolean parts(int at) {
        return at == 0 || at == text.length() || origins[at] != origins[at - 1];
    }

    /** Whether a character is of those that words are made of, so that a word which ends beside it goes on. */
    boolean inWord(int at) {
        int code = text.codePointAt(at);
        return switch (Character.getType(code)) {
            case Character.DECIMAL_DIGIT_NUMBER,
                    Character.LETTER_NUMBER,
                    Character.OTHER_NUMBER,
                    Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK,
                    Character.COMBINING_SPACING_MARK -> true;
            default -> code == '_' || Character.isLetter(code);
        };
    }
}
