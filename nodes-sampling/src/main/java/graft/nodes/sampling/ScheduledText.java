package graft.nodes.sampling;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A prompt that is another at each step, as AUTOMATIC1111's web UI reads it ({@code prompt_parser.py}): {@code [a:b:0.5]} is a,
 * and b from half of the steps on; {@code [b:10]} is b after ten steps, {@code [a::10]} a until then; {@code [a|b]} takes turns.
 *
 * <p>Other brackets stay, for what reads the text. A backslash makes the next letter one that means nothing. Takes time in
 * proportion to the prompt for each step, however deep it goes.
 */
final class ScheduledText {

    private static final Pattern NUMBER = Pattern.compile("\\s*+([+-]?(\\d++\\.?\\d*+|\\.\\d++))\\s*+");

    private final String text;
    private final int steps;

    /** What stands in brackets that mean something here, by where these begin. */
    private final Map<Integer, Choice> choices = new HashMap<>();

    private record Range(int from, int to) {}

    /**
     * One text or another.
     *
     * @param end behind the last bracket
     * @param until the step up to which it is the first of two; -1 where all take turns
     */
    private record Choice(int end, List<Range> parts, int until) {

        Range at(int step) {
            return until < 0 ? parts.get((step - 1) % parts.size()) : parts.get(step <= until ? 0 : 1);
        }
    }

    /** An opened bracket and what parts it from within. */
    private record Open(int at, boolean square, List<Integer> colons, List<Integer> bars) {}

    /** @param steps that a 1.0 stands for */
    ScheduledText(String text, int steps) {
        this.text = text;
        this.steps = steps;
        Deque<Open> open = new ArrayDeque<>();
        int squares = 0;
        for (int i = 0; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '\\' -> i++;
                case '[' -> {
                    open.push(new Open(i, true, new ArrayList<>(), new ArrayList<>()));
                    squares++;
                }
                case '(' -> open.push(new Open(i, false, new ArrayList<>(), new ArrayList<>()));
                case ')' -> {
                    if (!open.isEmpty() && !open.element().square()) {
                        open.pop();
                    }
                }
                case ']' -> {
                    if (squares > 0) {
                        // Round brackets that are not closed in here are letters.
                        while (!open.element().square()) {
                            open.pop();
                        }
                        close(open.pop(), i);
                        squares--;
                    }
                }
                case ':' -> {
                    if (!open.isEmpty()) {
                        open.element().colons().add(i);
                    }
                }
                case '|' -> {
                    if (!open.isEmpty()) {
                        open.element().bars().add(i);
                    }
                }
                default -> {}
            }
        }
    }

    private void close(Open open, int end) {
        if (!open.square()) {
            return;
        }
        int from = open.at() + 1;
        if (!open.bars().isEmpty()) {
            List<Range> parts = new ArrayList<>();
            int begin = from;
            for (int bar : open.bars()) {
                parts.add(new Range(begin, bar));
                begin = bar + 1;
            }
            parts.add(new Range(begin, end));
            choices.put(open.at(), new Choice(end + 1, parts, -1));
            return;
        }
        int colons = open.colons().size();
        if (colons != 1 && colons != 2) {
            return;
        }
        int last = open.colons().get(colons - 1);
        Matcher when = NUMBER.matcher(text).region(last + 1, end);
        if (when.matches()) {
            int first = open.colons().get(0);
            List<Range> parts = colons == 1
                    ? List.of(new Range(from, from), new Range(from, last))
                    : List.of(new Range(from, first), new Range(first + 1, last));
            choices.put(open.at(), new Choice(end + 1, parts, until(when.group(1))));
        }
    }

    /** With a point it is a share of the steps, without one a number of them. */
    private int until(String when) {
        double number = Double.parseDouble(when) * (when.contains(".") ? steps : 1);
        return (int) Math.max(0, Math.min(steps, number));
    }

    /** What the prompt is at a step, the first being 1. */
    String at(int step) {
        StringBuilder said = new StringBuilder();
        Deque<Range> left = new ArrayDeque<>(List.of(new Range(0, text.length())));
        while (!left.isEmpty()) {
            Range range = left.pop();
            int at = range.from();
            while (at < range.to() && !choices.containsKey(at)) {
                at++;
            }
            said.append(text, range.from(), at);
            if (at < range.to()) {
                Choice choice = choices.get(at);
                left.push(new Range(choice.end(), range.to()));
                left.push(choice.at(step));
            }
        }
        return said.toString();
    }

    /** A text and the steps that it is there at: from the first, counted from 0, to before the last. */
    record Stretch(String text, int from, int to) {}

    /** What it is from the first step to the last. */
    List<Stretch> stretches() {
        if (choices.isEmpty()) {
            return List.of(new Stretch(text, 0, steps));
        }
        List<Stretch> stretches = new ArrayList<>();
        int from = 0;
        String before = at(1);
        for (int step = 2; step <= steps; step++) {
            String now = at(step);
            if (!now.equals(before)) {
                stretches.add(new Stretch(before, from, step - 1));
                from = step - 1;
                before = now;
            }
        }
        stretches.add(new Stretch(before, from, steps));
        return stretches;
    }

    /** A prompt and what it counts beside others. */
    record Weighed(String text, double weight) {}

    private static final Pattern WEIGHT = Pattern.compile(":\\s*+([+-]?(\\d++\\.?+\\d*+|\\.\\d++))\\s*+$");

    /** Prompts that are joined by {@code AND}, each with what stands behind its last colon. */
    static List<Weighed> joined(String prompt) {
        return Arrays.stream(prompt.split("\\bAND\\b", -1))
                .map(part -> {
                    int colon = part.lastIndexOf(':');
                    Matcher weight = WEIGHT.matcher(part).region(Math.max(0, colon), part.length());
                    return colon >= 0 && weight.lookingAt()
                            ? new Weighed(part.substring(0, colon).strip(), Double.parseDouble(weight.group(1)))
                            : new Weighed(part.strip(), 1);
                })
                .toList();
    }
}
