package graft.train;

import graft.node.Problem;

/** What a step became before it was applied: nothing that weights may take. */
final class Diverged extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String why;
    private final String remedy;
    /** Whether some weights have taken the step that the others have not: no state to go on from. */
    private final boolean inPart;
    /** Whether the optimiser has taken it, though the weights have not. */
    private final boolean inOptimizer;

    private Diverged(String why, String remedy, boolean inPart, boolean inOptimizer) {
        super(why, null, false, false);
        this.why = why;
        this.remedy = remedy;
        this.inPart = inPart;
        this.inOptimizer = inOptimizer;
    }

    Diverged(String why, boolean inPart) {
        this(
                why + ", which would have spoilt the weights",
                "choose a lower learning rate or a longer warm-up, and look for damaged pictures",
                inPart,
                false);
    }

    Diverged(String why) {
        this(why, false);
    }

    /** By a loss that a plugin brings. */
    static Diverged byLoss(String loss) {
        return new Diverged(
                "the loss " + loss + " gave NaN or infinite distances for a prediction that is finite",
                "choose another loss, and tell the author of its plugin",
                false,
                false);
    }

    /** By an optimiser that a plugin brings. */
    static Diverged byOptimizer(String optimizer, boolean inPart) {
        return new Diverged(
                "the optimiser " + optimizer + " made weights NaN or infinite by gradients that are finite",
                "choose another optimiser or a lower learning rate, and tell the author of its plugin",
                inPart,
                true);
    }

    /** Whether weights and optimiser are as after the last good step, so that a training can go on from there. */
    boolean leavesState() {
        return !inPart && !inOptimizer;
    }

    Problem at(int step) {
        return new Problem(
                "training stopped at step " + step,
                why,
                remedy
                        + (step > 1 ? "; what was learnt up to step " + (step - 1) + " is kept" : "")
                        + (inPart ? ", and blocks that had taken this step before it went wrong keep it" : ""));
    }
}
