package graft.sample;

import ai.djl.ndarray.NDArray;
import java.util.List;

/** Karras et al., 2022, algorithm 1: an Euler step, then the same step along the mean of the slopes at both its ends. */
final class Heun implements Solver {

    private final StepPlan plan;
    private NDArray from; // where the step under correction began; null before a step's first call
    private NDArray slope;

    Heun(StepPlan plan) {
        this.plan = plan;
    }

    @Override
    public Step step(int call, NDArray latents, Guess guess) {
        float sigma = plan.sigma(call);
        NDArray clean = guess.clean();
        NDArray slopeHere = latents.sub(clean).div(sigma);
        if (from == null) {
            from = latents;
            slope = slopeHere;
            return new Step(latents.add(slope.mul(plan.sigma(call + 1) - sigma)), clean);
        }
        NDArray mean = slope.add(slopeHere).div(2);
        NDArray next = from.add(mean.mul(sigma - plan.sigma(call - 1)));
        from = null;
        slope = null;
        return new Step(next, clean);
    }

    @Override
    public List<NDArray> kept() {
        return from == null ? List.of() : List.of(from, slope);
    }
}
