package graft.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Prompts as AUTOMATIC1111's web UI reads their brackets ({@code prompt_parser.parse_prompt_attention}): {@code (a)} counts 1.1
 * times as much, {@code [a]} 1.1 times less, {@code (a:1.2)} 1.2 times as much, each times what is around it; a backslash makes
 * the next bracket or backslash a letter; {@code BREAK} outside of brackets begins a new chunk. What is never closed goes on to
 * the end, what was never opened is a letter.
 *
 * <p>Takes time and memory in proportion to the prompt.
 */
final class A1111Syntax {

    private static final double MORE = 1.1;
    private static final double LESS = 1 / 1.1;

    private static final Pattern WEIGHT =
            Pattern.compile(":\\s*+([+-]?[.\\d]++)\\s*+\\)", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern LETTERS = Pattern.compile("[^\\\\()\\[\\]:]++");
    private static final Pattern BREAK = Pattern.compile("\\bBREAK\\b", Pattern.UNICODE_CHARACTER_CLASS);

    private final String prompt;
    private final List<Item> items = new ArrayList<>();
    private final Deque<Bracket> round = new ArrayDeque<>();
    private final Deque<Bracket> square = new ArrayDeque<>();

    private sealed interface Item {}

    /** @param own its weight but for brackets: -1 for what begins a chunk */
    private record Text(String text, double own) implements Item {}

    private record Close(boolean round) implements Item {}

    /** An opened bracket, and by what it multiplies what it holds, as its end says. */
    private static final class Bracket implements Item {

        private final boolean round;
        private double times;

        Bracket(boolean round) {
            this.round = round;
            this.times = round ? MORE : LESS;
        }
    }

    A1111Syntax(String prompt) {
        this.prompt = prompt;
        Matcher weight = WEIGHT.matcher(prompt);
        Matcher letters = LETTERS.matcher(prompt);
        int at = 0;
        while (at < prompt.length()) {
            at = read(at, weight, letters);
        }
    }

    /** @return where to read on */
    private int read(int at, Matcher weight, Matcher letters) {
        char letter = prompt.charAt(at);
        switch (letter) {
            case '\\' -> {
                boolean escapes = at + 1 < prompt.length() && "()[]\\".indexOf(prompt.charAt(at + 1)) >= 0;
                items.add(new Text(escapes ? prompt.substring(at + 1, at + 2) : "", 1));
                return escapes ? at + 2 : at + 1;
            }
            case '(', '[' -> open(letter == '(');
            case ')', ']' -> {
                boolean isRound = letter == ')';
                if (!close(isRound, OptionalDouble.empty())) {
                    text(prompt.substring(at, at + 1));
                }
            }
            case ':' -> {
                if (weight.region(at, prompt.length()).lookingAt()) {
                    if (!close(true, PythonNumber.of(weight.group(1)))) {
                        text(weight.group());
                    }
                    return weight.end();
                }
                text(":");
            }
            default -> {
                letters.region(at, prompt.length()).lookingAt();
                text(letters.group());
                return letters.end();
            }
        }
        return at + 1;
    }

    private void open(boolean isRound) {
        Bracket bracket = new Bracket(isRound);
        items.add(bracket);
        (isRound ? round : square).push(bracket);
    }

    /** @return whether there was something to close */
    private boolean close(boolean isRound, OptionalDouble given) {
        Bracket open = (isRound ? round : square).poll();
        if (open == null) {
            return false;
        }
        open.times = given.orElse(open.times);
        items.add(new Close(isRound));
        return true;
    }

    private void text(String text) {
        Matcher breaks = BREAK.matcher(text);
        int from = 0;
        boolean behind = false;
        while (breaks.find()) {
            items.add(new Text(bare(text.substring(from, breaks.start()), behind, true), 1));
            items.add(new Text(WeightedText.BREAK.text(), WeightedText.BREAK.weight()));
            from = breaks.end();
            behind = true;
        }
        items.add(new Text(bare(text.substring(from), behind, false), 1));
    }

    /** Without the blanks beside a break. */
    private static String bare(String text, boolean behind, boolean before) {
        int from = 0;
        int to = text.length();
        while (behind && from < to && PythonNumber.isSpace(text.charAt(from))) {
            from++;
        }
        while (before && from < to && PythonNumber.isSpace(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    List<WeightedText> parts() {
        List<WeightedText> parts = new ArrayList<>();
        // Round and square brackets may overlap: each kind has products of its own.
        Deque<Double> rounds = new ArrayDeque<>(List.of(1.0));
        Deque<Double> squares = new ArrayDeque<>(List.of(1.0));
        StringBuilder run = new StringBuilder();
        double weight = Double.NaN;
        for (Item item : items) {
            if (item instanceof Bracket bracket) {
                Deque<Double> products = bracket.round ? rounds : squares;
                products.push(products.element() * bracket.times);
            } else if (item instanceof Close close) {
                (close.round() ? rounds : squares).pop();
            } else if (item instanceof Text text) {
                double own = text.own() * (rounds.element() * squares.element());
                if (own != weight) {
                    flush(run, weight, parts);
                    weight = own;
                }
                run.append(text.text());
            }
        }
        flush(run, weight, parts);
        return parts;
    }

    private static void flush(StringBuilder run, double weight, List<WeightedText> parts) {
        if (run.length() > 0) {
            parts.add(new WeightedText(run.toString(), weight));
            run.setLength(0);
        }
    }
}
