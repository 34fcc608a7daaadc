package graft.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Prompts as ComfyUI reads their brackets ({@code sd1_clip.py}): {@code (a)} counts 1.1 times as much as what is around it,
 * {@code (a:1.2)} so much whatever is around it, {@code \(} is a bracket to draw.
 *
 * <p>Brackets that do not match are read as there too: one that is never closed begins a group if the text that is left ends with
 * another, and is a letter otherwise; after one that was never opened none counts until another makes up for it. Takes time and
 * memory in proportion to the prompt, however deep it goes.
 */
final class ComfySyntax {

    private static final double MORE = 1.1;

    /** The prompt with escaped brackets as brackets. */
    private final String text;

    /** Which of its letters are brackets that mean something. */
    private final BitSet brackets = new BitSet();

    /** Of each opening bracket, where it is closed; -1 where it is not. */
    private final int[] closes;
    /** How many brackets there are before each letter. */
    private final int[] count;
    /** The last colon before each letter; -1 for none. */
    private final int[] colons;

    /** A part of the text that is still to be read, and what it counts. */
    private record Part(int from, int to, double weight) {}

    ComfySyntax(String prompt) {
        StringBuilder letters = new StringBuilder(prompt.length());
        for (int i = 0; i < prompt.length(); i++) {
            char letter = prompt.charAt(i);
            boolean escapes = letter == '\\' && i + 1 < prompt.length() && "()".indexOf(prompt.charAt(i + 1)) >= 0;
            if (escapes) {
                i++;
                letters.append(prompt.charAt(i));
            } else {
                brackets.set(letters.length(), letter == '(' || letter == ')');
                letters.append(letter);
            }
        }
        text = letters.toString();
        closes = new int[text.length()];
        count = new int[text.length() + 1];
        colons = new int[text.length() + 1];
        colons[0] = -1;
        Arrays.fill(closes, -1);
        Deque<Integer> open = new ArrayDeque<>();
        for (int i = 0; i < text.length(); i++) {
            colons[i + 1] = text.charAt(i) == ':' ? i : colons[i];
            count[i + 1] = count[i] + (brackets.get(i) ? 1 : 0);
            if (opens(i)) {
                open.push(i);
            } else if (closes(i) && !open.isEmpty()) {
                closes[open.pop()] = i;
            }
        }
    }

    private boolean opens(int at) {
        return brackets.get(at) && text.charAt(at) == '(';
    }

    private boolean closes(int at) {
        return brackets.get(at) && text.charAt(at) == ')';
    }

    List<WeightedText> parts() {
        List<WeightedText> parts = new ArrayList<>();
        Deque<Part> left = new ArrayDeque<>();
        left.push(new Part(0, text.length(), 1));
        while (!left.isEmpty()) {
            read(left.pop(), left, parts);
        }
        return parts;
    }

    /** Reads up to the first group in a part: that, and what is behind it, are left. */
    private void read(Part part, Deque<Part> left, List<WeightedText> parts) {
        int level = 0;
        for (int i = part.from(); i < part.to(); i++) {
            if (opens(i) && level == 0) {
                add(part.from(), i, part.weight(), parts);
                group(i, part, left, parts);
                return;
            }
            level += opens(i) ? 1 : closes(i) ? -1 : 0;
        }
        add(part.from(), part.to(), part.weight(), parts);
    }

    private void group(int open, Part part, Deque<Part> left, List<WeightedText> parts) {
        int close = closes[open];
        if (close >= 0 && close < part.to()) {
            if (close + 1 < part.to()) {
                left.push(new Part(close + 1, part.to(), part.weight()));
            }
            left.push(inner(open + 1, close, part.weight()));
        } else if (part.to() - open >= 2 && closes(part.to() - 1)) {
            left.push(inner(open + 1, part.to() - 1, part.weight()));
        } else {
            add(open, part.to(), part.weight(), parts);
        }
    }

    private Part inner(int from, int to, double weight) {
        int colon = colons[to];
        // A number holds no bracket; looked at first, so that one colon is not looked behind once for each bracket.
        if (colon > from && count[colon + 1] == count[to]) {
            OptionalDouble given = PythonNumber.of(text.substring(colon + 1, to));
            if (given.isPresent()) {
                return new Part(from, colon, given.getAsDouble());
            }
        }
        return new Part(from, to, weight * MORE);
    }

    private void add(int from, int to, double weight, List<WeightedText> parts) {
        if (from < to) {
            parts.add(new WeightedText(text.substring(from, to), weight));
        }
    }
}
