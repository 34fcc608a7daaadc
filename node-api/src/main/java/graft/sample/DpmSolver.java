package graft.sample;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * DPM-Solver++(2M), midpoint (Lu et al., 2022, algorithm 2): x' = ς'/ς·x − α'·(e^(−h) − 1)·D with
 * D = (1 + 1/2r)·m₀ − 1/2r·m₁; of first order at both ends of the walk.
 */
final class DpmSolver implements Solver {

    private final StepPlan plan;
    private final Prediction prediction;
    private NDArray before; // the guess of x₀ at the call before

    DpmSolver(StepPlan plan, Prediction prediction) {
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
        LogSnr here = LogSnr.at(plan.sigma(call));
        LogSnr next = LogSnr.at(plan.sigma(call + 1));
        NDArray clean = here.clean(latents, output, prediction);
        boolean last = call == plan.end() - 1;
        NDArray stepped = before == null || last
                ? first(latents, clean, here, next)
                : second(latents, clean, before, LogSnr.at(plan.sigma(call - 1)), here, next);
        before = clean;
        return new Step(stepped, clean);
    }

    @Override
    public List<NDArray> kept() {
        return List.of(before);
    }

    static NDArray first(NDArray x, NDArray clean, LogSnr here, LogSnr next) {
        double h = next.lambda() - here.lambda();
        return x.mul(next.noise() / here.noise()).sub(clean.mul((float) (next.alpha() * Math.expm1(-h))));
    }

    static NDArray second(NDArray x, NDArray clean, NDArray before, LogSnr previous, LogSnr here, LogSnr next) {
        double h = next.lambda() - here.lambda();
        double r = (here.lambda() - previous.lambda()) / h;
        NDArray difference = clean.sub(before).mul((float) (0.5 / r * next.alpha() * Math.expm1(-h)));
        return first(x, clean, here, next).sub(difference);
    }
}
