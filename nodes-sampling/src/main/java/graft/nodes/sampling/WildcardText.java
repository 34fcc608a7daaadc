package graft.nodes.sampling;

import graft.node.Problem;
import graft.tensor.KeyedRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes the choices of a text, as ComfyUI's editor, its Impact Pack and A1111's Dynamic Prompts write them: {@code {a|b}},
 * {@code {2$$a|b}}, {@code {1-2$$ and $$a|b}}, {@code {0.5::a|b}} and {@code __file__}.
 *
 * <p>Takes time in proportion to what it reads and gives, however deep it goes.
 */
final class WildcardText {

    private static final Pattern COUNT = Pattern.compile("(\\d{1,4}+)?+(-)?+(\\d{1,4}+)?+\\$\\$");
    private static final Pattern SEPARATOR = Pattern.compile("([^{}|$]*+)\\$\\$");
    private static final Pattern WEIGHT = Pattern.compile("\\s*+(\\d++\\.?+\\d*+|\\.\\d++)::");
    private static final Pattern FILE = Pattern.compile("__([\\p{L}\\p{N}](?:[\\p{L}\\p{N}./ -]|_(?!_))*+)__");

    /** What stands between several that are taken, where nothing is said. */
    private static final String BETWEEN = ", ";

    /** Letters that a text may grow to, and files that may lie in each other. */
    private static final int MOST = 1_000_000;

    private static final int DEEPEST = 50;

    private final KeyedRandom random;
    private final Function<String, Optional<List<String>>> files;

    /**
     * @param files gives the lines of a file of wildcards, at least one, or nothing
     */
    WildcardText(KeyedRandom random, Function<String, Optional<List<String>>> files) {
        this.random = random;
        this.files = files;
    }

    /** A part of a source that is still to be read. */
    private record Part(Source source, int from, int to) {}

    /** A text with where each of its braces is closed, and what parts it from within. */
    private static final class Source {

        private final String text;
        private final int depth;
        private final int[] closes;
        private final List<List<Integer>> bars = new ArrayList<>();

        Source(String text, int depth) {
            this.text = text;
            this.depth = depth;
            closes = new int[text.length()];
            Arrays.fill(closes, -1);
            Deque<Integer> open = new ArrayDeque<>();
            for (int i = 0; i < text.length(); i++) {
                bars.add(List.of());
                char letter = text.charAt(i);
                if (letter == '\\' && i + 1 < text.length()) {
                    bars.add(List.of());
                    i++;
                } else if (letter == '{') {
                    open.push(i);
                    bars.set(i, new ArrayList<>());
                } else if (letter == '}' && !open.isEmpty()) {
                    closes[open.pop()] = i;
                } else if (letter == '|' && !open.isEmpty()) {
                    bars.get(open.element()).add(i);
                }
            }
        }
    }

    /** The text with its choices made. */
    String chosen(String text) {
        StringBuilder said = new StringBuilder();
        Deque<Part> left = new ArrayDeque<>();
        Source all = new Source(text, 0);
        left.push(new Part(all, 0, text.length()));
        while (!left.isEmpty()) {
            read(left.pop(), left, said);
            if (said.length() > MOST) {
                throw tooMuch("it grows to more than " + MOST + " letters");
            }
        }
        return said.toString();
    }

    private static Problem tooMuch(String why) {
        return new Problem("cannot choose from this text", why, "look for a file of wildcards that calls itself")
                .at("text");
    }

    private void read(Part part, Deque<Part> left, StringBuilder said) {
        String text = part.source().text;
        Matcher file = FILE.matcher(text);
        for (int i = part.from(); i < part.to(); i++) {
            char letter = text.charAt(i);
            if (letter == '\\' && i + 1 < part.to() && "{|}".indexOf(text.charAt(i + 1)) >= 0) {
                i++;
                said.append(text.charAt(i));
            } else if (letter == '{' && part.source().closes[i] >= 0) {
                left.push(new Part(part.source(), part.source().closes[i] + 1, part.to()));
                choose(part.source(), i, left);
                return;
            } else if (letter == '_' && file.region(i, part.to()).lookingAt()) {
                Optional<List<String>> lines = files.apply(file.group(1));
                if (lines.isPresent()) {
                    if (part.source().depth >= DEEPEST) {
                        throw tooMuch(
                                "files of wildcards call each other without an end, " + file.group() + " among them");
                    }
                    Source line =
                            new Source(lines.get().get(random.below(lines.get().size())), part.source().depth + 1);
                    left.push(new Part(part.source(), file.end(), part.to()));
                    left.push(new Part(line, 0, line.text.length()));
                    return;
                }
                said.append(file.group());
                i = file.end() - 1;
            } else {
                said.append(letter);
            }
        }
    }

    private void choose(Source source, int open, Deque<Part> left) {
        int from = open + 1;
        int end = source.closes[open];
        int least = 1;
        int most = 1;
        String between = BETWEEN;
        Matcher count = COUNT.matcher(source.text).region(from, end);
        if (count.lookingAt() && (count.group(1) != null || count.group(3) != null)) {
            least = count.group(1) == null ? 0 : Integer.parseInt(count.group(1));
            most = count.group(3) != null ? Integer.parseInt(count.group(3)) : count.group(2) != null ? MOST : least;
            from = count.end();
            Matcher separator = SEPARATOR.matcher(source.text).region(from, end);
            if (separator.lookingAt()) {
                between = separator.group(1);
                from = separator.end();
            }
        }
        List<Part> options = new ArrayList<>();
        List<Double> weights = new ArrayList<>();
        int begin = from;
        for (int i = 0; i <= source.bars.get(open).size(); i++) {
            int to = i < source.bars.get(open).size() ? source.bars.get(open).get(i) : end;
            Matcher weight = WEIGHT.matcher(source.text).region(begin, to);
            boolean weighed = weight.lookingAt();
            weights.add(weighed ? Double.parseDouble(weight.group(1)) : 1);
            options.add(new Part(source, weighed ? weight.end() : begin, to));
            begin = to + 1;
        }
        take(options, weights, least, most, new Source(between, source.depth), left);
    }

    /** Takes some of them, none twice, in the order in which they are drawn. */
    private void take(List<Part> options, List<Double> weights, int least, int most, Source between, Deque<Part> left) {
        int upTo = Math.min(Math.max(least, most), options.size());
        int fewest = Math.min(Math.min(least, most), upTo);
        int wanted = fewest + (upTo > fewest ? random.below(upTo - fewest + 1) : 0);
        List<Part> taken = new ArrayList<>();
        for (int i = 0; i < wanted; i++) {
            int at = drawn(weights);
            if (i > 0) {
                taken.add(new Part(between, 0, between.text.length()));
            }
            taken.add(options.remove(at));
            weights.remove(at);
        }
        for (int i = taken.size() - 1; i >= 0; i--) {
            left.push(taken.get(i));
        }
    }

    private int drawn(List<Double> weights) {
        double sum = weights.stream().mapToDouble(Double::doubleValue).sum();
        double at = random.uniform() * sum;
        for (int i = 0; i < weights.size(); i++) {
            at -= weights.get(i);
            if (at < 0) {
                return i;
            }
        }
        return weights.size() - 1;
    }
}
