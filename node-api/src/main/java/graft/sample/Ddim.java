package graft.sample;

import ai.djl.ndarray.NDArray;
import java.util.List;

/** Song et al., 2021, equation 12 with η = 0: x' = √ᾱ'·x₀ + √(1−ᾱ')·ε. */
record Ddim(StepPlan plan) implements Solver {

    @Override
    public Step step(int call, NDArray latents, Guess guess) {
        return new Step(plan.next(call).noised(guess.clean(), guess.noise()), guess.clean());
    }

    @Override
    public List<NDArray> kept() {
        return List.of();
    }
}
