package graft.sample;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * Latent consistency sampling (Luo et al., 2023, algorithm 3): d = c_out·x₀ + c_skip·x, x' = √ᾱ'·d + √(1−ᾱ')·z, and d
 * itself at the end.
 */
record Lcm(StepPlan plan, StepNoise noise) implements Solver {

    private static final double SCALING = 10; // of the timestep in the boundary conditions
    private static final double DATA_VARIANCE = 0.25; // σ_data²

    @Override
    public Step step(int call, NDArray latents, Guess guess) {
        double scaled = plan.timestep(call) * SCALING;
        double skip = DATA_VARIANCE / (scaled * scaled + DATA_VARIANCE);
        double out = scaled / Math.sqrt(scaled * scaled + DATA_VARIANCE);
        NDArray denoised = guess.clean().mul((float) out).add(latents.mul((float) skip));
        if (call == plan.end() - 1) {
            return new Step(denoised.duplicate(), denoised);
        }
        NDArray fresh = noise.next(latents.getManager(), latents.getShape());
        return new Step(plan.next(call).noised(denoised, fresh), denoised);
    }

    @Override
    public List<NDArray> kept() {
        return List.of();
    }
}
