package graft.sample;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * DPM-Solver++(2M), midpoint (Lu et al., 2022, algorithm 2): x' = ς'/ς·x − α'·(e^(−h) − 1)·D with
 * D = (1 + 1/2r)·m₀ − 1/2r·m₁, α and ς the shares of picture and noise; of first order at both ends of the walk.
 */
final class DpmSolver implements Solver {

    private final StepPlan plan;
    private NDArray before; // the guess of x₀ at the call before

    DpmSolver(StepPlan plan) {
        this.plan = plan;
    }

    @Override
    public Step step(int call, NDArray latents, Guess guess) {
        NoiseLevel here = plan.level(call);
        NoiseLevel next = plan.level(call + 1);
        NDArray clean = guess.clean();
        boolean last = call == plan.end() - 1;
        NDArray stepped = before == null || last
                ? first(latents, clean, here, next)
                : second(latents, clean, before, plan.level(call - 1), here, next);
        before = clean;
        return new Step(stepped, clean);
    }

    @Override
    public List<NDArray> kept() {
        return List.of(before);
    }

    static NDArray first(NDArray x, NDArray clean, NoiseLevel here, NoiseLevel next) {
        double h = next.lambda() - here.lambda();
        return x.mul(next.noise() / here.noise()).sub(clean.mul((float) (next.signal() * Math.expm1(-h))));
    }

    static NDArray second(
            NDArray x, NDArray clean, NDArray before, NoiseLevel previous, NoiseLevel here, NoiseLevel next) {
        double h = next.lambda() - here.lambda();
        double r = (here.lambda() - previous.lambda()) / h;
        NDArray difference = clean.sub(before).mul((float) (0.5 / r * next.signal() * Math.expm1(-h)));
        return first(x, clean, here, next).sub(difference);
    }
}
