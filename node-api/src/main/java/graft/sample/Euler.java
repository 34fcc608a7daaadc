package graft.sample;

import ai.djl.ndarray.NDArray;
import java.util.List;

/** Euler's method along σ: dx/dσ = (x − x₀)/σ (Karras et al., 2022, equation 1 with s = 1; the same for straight flows). */
record Euler(StepPlan plan) implements Solver {

    @Override
    public Step step(int call, NDArray latents, Guess guess) {
        NDArray next = towards(latents, guess.clean(), plan.sigma(call), plan.sigma(call + 1));
        return new Step(next, guess.clean());
    }

    @Override
    public List<NDArray> kept() {
        return List.of();
    }

    static NDArray towards(NDArray x, NDArray clean, float sigma, float next) {
        return x.add(x.sub(clean).div(sigma).mul(next - sigma));
    }
}
