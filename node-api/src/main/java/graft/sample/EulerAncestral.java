package graft.sample;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * Euler's method down to σ_down, then up again with fresh noise of σ_up, σ_up² = σ'²·(σ² − σ'²)/σ² (k-diffusion).
 *
 * <p>Along a flow, where more noise leaves less of the picture, the latents at σ_down are scaled to the picture's share at σ',
 * and the noise that they then lack is added.
 */
record EulerAncestral(StepPlan plan, StepNoise noise) implements Solver {

    @Override
    public Step step(int call, NDArray latents, Guess guess) {
        float sigma = plan.sigma(call);
        float next = plan.sigma(call + 1);
        NDArray fresh = noise.next(latents.getManager(), latents.getShape());
        float up = (float) Math.sqrt(next * next * (sigma * sigma - next * next) / (sigma * sigma));
        // rounded, both squares may come out as one more than the other
        float down = (float) Math.sqrt(Math.max(0, next * next - up * up));
        NDArray below = Euler.towards(latents, guess.clean(), sigma, down);
        float signal = plan.level(call + 1).signal();
        if (signal < 1) {
            // the share of the picture falls in a straight line with σ
            float scale = signal / (1 - (1 - signal) * down / next);
            below = below.mul(scale);
            up = (float) Math.sqrt(Math.max(0, next * next - down * down * scale * scale));
        }
        return new Step(below.add(fresh.mul(up)), guess.clean());
    }

    @Override
    public List<NDArray> kept() {
        return List.of();
    }
}
