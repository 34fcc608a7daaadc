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
    private final Prediction prediction;
    private NDArray from; // the corrected latents of the call before
    private NDArray before; // the guess of x₀ there
    private NDArray beforeThat; // and one call earlier
    private int order; // of the step that led here

    UniPc(StepPlan plan, Prediction prediction) {
        this.plan = plan;
        this.prediction = prediction;
    }

    @Override
    public NDArray begin(NDArray noise) {
        return noise.duplicate();
    }

    @Override
    public NDArray begin(NDArray clean, NDArray noise) {
        return LogSnr.at(plan.sigma(plan.first())).noised(clean, noise);
    }

    @Override
    public NDArray input(int call, NDArray latents) {
        return latents;
    }

    @Override
    public Step step(int call, NDArray latents, NDArray output) {
        LogSnr here = at(call);
        NDArray clean = here.clean(latents, output, prediction);
        NDArray corrected = from == null ? latents : corrected(call, clean);
        int left = plan.end() - call;
        int next = Math.min(Math.min(2, left), from == null ? 1 : 2);
        NDArray predicted = DpmSolver.first(corrected, clean, here, at(call + 1));
        if (next == 2) {
            double h = at(call + 1).lambda() - here.lambda();
            double r = (at(call - 1).lambda() - here.lambda()) / h;
            NDArray difference = before.sub(clean).div((float) r);
            predicted = predicted.sub(difference.mul((float) (0.5 * at(call + 1).alpha() * Math.expm1(-h))));
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

    private LogSnr at(int call) {
        return LogSnr.at(plan.sigma(call));
    }

    /** The latents of a call, stepped to once more from the call before with what is known there now. */
    private NDArray corrected(int call, NDArray clean) {
        LogSnr here = at(call);
        LogSnr there = at(call - 1);
        double h = here.lambda() - there.lambda();
        double growth = here.alpha() * Math.expm1(-h);
        NDArray base = DpmSolver.first(from, before, there, here);
        NDArray change = clean.sub(before);
        if (order == 1) {
            return base.sub(change.mul((float) (0.5 * growth)));
        }
        double r = (at(call - 2).lambda() - there.lambda()) / h;
        double phi = Math.expm1(-h) / -h - 1;
        double b1 = phi / Math.expm1(-h);
        double b2 = 2 * (phi / -h - 0.5) / Math.expm1(-h);
        double rho = (b1 - b2) / (1 - r);
        NDArray earlier = beforeThat.sub(before).mul((float) (rho / r));
        return base.sub(earlier.add(change.mul((float) (b1 - rho))).mul((float) growth));
    }
}
