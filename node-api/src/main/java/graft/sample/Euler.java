package graft.sample;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * Euler's method in x = x₀ + σ·ε: dx/dσ = (x − x₀)/σ (Karras et al., 2022, equation 1 with s = 1); ancestral when it is
 * given noise: down to σ_down, then up again with noise of σ_up, σ_up² = σ'²·(σ² − σ'²)/σ² (k-diffusion).
 *
 * @param noise where the noise of ancestral steps comes from; null for none
 */
record Euler(StepPlan plan, NoiseSchedule schedule, StepNoise noise) implements Solver {

    @Override
    public NDArray begin(NDArray unit) {
        return unit.mul(Sigmas.ofNoise(plan, schedule));
    }

    @Override
    public NDArray begin(NDArray clean, NDArray unit) {
        return clean.add(unit.mul(plan.sigma(plan.first())));
    }

    @Override
    public NDArray input(int call, NDArray latents) {
        return Sigmas.input(latents, plan.sigma(call));
    }

    @Override
    public Step step(int call, NDArray latents, NDArray output) {
        float sigma = plan.sigma(call);
        float next = plan.sigma(call + 1);
        NDArray clean = Sigmas.clean(latents, output, sigma, schedule.prediction());
        if (noise == null) {
            return new Step(towards(latents, clean, sigma, next), clean);
        }
        NDArray fresh = noise.next(latents.getManager(), latents.getShape());
        return new Step(ancestral(latents, clean, fresh, sigma, next), clean);
    }

    @Override
    public List<NDArray> kept() {
        return List.of();
    }

    static NDArray towards(NDArray x, NDArray clean, float sigma, float next) {
        return x.add(x.sub(clean).div(sigma).mul(next - sigma));
    }

    static NDArray ancestral(NDArray x, NDArray clean, NDArray fresh, float sigma, float next) {
        float up = (float) Math.sqrt(next * next * (sigma * sigma - next * next) / (sigma * sigma));
        // rounded, both squares may come out as one more than the other
        float down = (float) Math.sqrt(Math.max(0, next * next - up * up));
        return towards(x, clean, sigma, down).add(fresh.mul(up));
    }
}
