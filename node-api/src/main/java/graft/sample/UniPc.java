package graft.sample;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;

/**
 * UniPC-2 with B₂(h) = e^h − 1 in the guess of x₀ (Zhao et al., 2023, algorithms 5 and 6): each call first corrects the
 * step that led to it, then predicts the next; of first order at both ends of the walk.
 */
final class UniPc implements Solver {

    private final StepPlan plan;
    private NDArray from; // the corrected latents of the call before
    private NDArray before; // the guess of x₀ there
    private NDArray beforeThat; // and one call earlier
    private int order; // of the step that led here

    UniPc(StepPlan plan) {
        this.plan = plan;
    }

    @Override
    public Step step(int call, NDArray latents, Guess guess) {
        NoiseLevel here = plan.level(call);
        NDArray clean = guess.clean();
        NDArray corrected = from == null ? latents : corrected(call, clean);
        int left = plan.end() - call;
        int next = Math.min(Math.min(2, left), from == null ? 1 : 2);
        NDArray predicted = DpmSolver.first(corrected, clean, here, plan.level(call + 1));
        if (next == 2) {
            double h = plan.level(call + 1).lambda() - here.lambda();
            double r = (plan.level(call - 1).lambda() - here.lambda()) / h;
            NDArray difference = before.sub(clean).div((float) r);
            predicted = predicted.sub(
                    difference.mul((float) (0.5 * plan.level(call + 1).signal() * Math.expm1(-h))));
        }
        beforeThat = before;
        before = clean;
        from = corrected;
        order = next;
        return new Step(predicted, clean);
    }

    @Override
    public List<NDArray> kept() {
        List<NDArray> kept = new ArrayList<>(List.of(from, before));
        if (beforeThat != null) {
            kept.add(beforeThat);
        }
        return kept;
    }

    /** The latents of a call, stepped to once more from the call before with what is known there now. */
    private NDArray corrected(int call, NDArray clean) {
        NoiseLevel here = plan.level(call);
        NoiseLevel there = plan.level(call - 1);
        double h = here.lambda() - there.lambda();
        double growth = here.signal() * Math.expm1(-h);
        NDArray base = DpmSolver.first(from, before, there, here);
        NDArray change = clean.sub(before);
        if (order == 1) {
            return base.sub(change.mul((float) (0.5 * growth)));
        }
        double r = (plan.level(call - 2).lambda() - there.lambda()) / h;
        double phi = Math.expm1(-h) / -h - 1;
        double b1 = phi / Math.expm1(-h);
        double b2 = 2 * (phi / -h - 0.5) / Math.expm1(-h);
        double rho = (b1 - b2) / (1 - r);
        NDArray earlier = beforeThat.sub(before).mul((float) (rho / r));
        return base.sub(earlier.add(change.mul((float) (b1 - rho))).mul((float) growth));
    }
}
