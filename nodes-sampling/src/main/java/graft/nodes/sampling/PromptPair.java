package graft.nodes.sampling;

import ai.djl.ndarray.NDArray;
import graft.model.Conditioning;
import graft.model.ConditioningSpec;
import graft.model.Context;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Specs;

/** Whether two prompts go together. */
final class PromptPair {

    private PromptPair() {}

    /** Says what comes of {@code first} and {@code second} at {@code conditioning}. */
    static void ofBoth(Specs specs) {
        specs.of("first", ConditioningSpec.class).ifPresent(one -> {
            specs.of("second", ConditioningSpec.class)
                    .filter(other -> other.width() != one.width())
                    .ifPresent(other -> {
                        throw new Problem(
                                        "the prompts do not go together",
                                        "the first was encoded to a width of " + one.width() + ", the second of "
                                                + other.width(),
                                        "encode both with the same model")
                                .at("second");
                    });
            specs.output("conditioning", one);
        });
    }

    /** Refuses a range of the walk that ends before it begins. */
    static void checkRange(double start, double end) {
        if (start > end) {
            throw new Problem(
                            "it would end before it begins",
                            "it is to act from " + start + " to " + end + " of the timesteps",
                            "set start below end")
                    .at("start");
        }
    }

    /** Warns where of several entries the first alone is taken. */
    static void sayIfMore(Run run, Conditioning second) {
        if (second.entries().size() > 1) {
            run.warn("What is wired to second holds " + second.entries().size()
                    + " prompts, of which the first alone is taken: combine after this node, not before it.");
        }
    }

    /** How many prompts both have together: one each, or one of them one for each picture of a batch. */
    static int count(Context one, Context other) {
        int first = one.prompts();
        int second = other.prompts();
        if (first != second && first != 1 && second != 1) {
            throw new Problem(
                            "cannot put " + second + " prompts to " + first,
                            "there is to be one of the second for each of the first, or one for all",
                            "give as many lines in both prompts")
                    .at("second");
        }
        return Math.max(first, second);
    }

    /** A prompt's rows as many times as there are to be. */
    static NDArray repeated(NDArray rows, int count) {
        return rows.getShape().get(0) == count ? rows : rows.repeat(0, count);
    }
}
