package graft.app.sweep;

import graft.node.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Successive halving (Jamieson and Talwalkar, 2016, "Non-stochastic best arm identification"): all begin with a small budget, the best
 * part of them goes on with a larger one, and so on up to the whole.
 *
 * @param setting {@code node.setting}, which is the budget: steps of a training
 * @param budgets from the first round's to the last one's
 * @param factor by which the budget grows and the number of jobs shrinks from round to round
 */
public record Halving(String setting, List<Long> budgets, int factor) {

    private static final Pattern FORM = Pattern.compile("(.+\\..+)=([0-9]{1,12})\\.\\.([0-9]{1,12})(?::([0-9]{1,3}))?");
    private static final int USUAL = 3;

    public Halving {
        budgets = List.copyOf(budgets);
    }

    /**
     * Reads {@code node.setting=FIRST..LAST:FACTOR}; the factor is 3 where none is said.
     *
     * @throws Problem when it is not of that form
     */
    public static Halving of(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw problem(text, "it is not of the form node.setting=first..last");
        }
        long first = Long.parseLong(matcher.group(2));
        long last = Long.parseLong(matcher.group(3));
        int factor = matcher.group(4) == null ? USUAL : Integer.parseInt(matcher.group(4));
        if (first < 1 || first >= last) {
            throw problem(text, "the first budget is at least 1 and less than the last");
        }
        if (factor < 2) {
            throw problem(text, "the factor is at least 2");
        }
        List<Long> budgets = new ArrayList<>();
        for (long budget = first; budget < last; budget *= factor) {
            budgets.add(budget);
        }
        budgets.add(last);
        return new Halving(matcher.group(1).strip(), budgets, factor);
    }

    /** How many of a round's jobs go on to the next. */
    public int surviving(int jobs) {
        return Math.max(1, (jobs + factor - 1) / factor);
    }

    private static Problem problem(String text, String why) {
        return new Problem(
                "cannot understand --halving " + text, why, "write for example --halving train.steps=50..450");
    }
}
