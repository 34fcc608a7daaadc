package graft.sample;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * Latent consistency sampling (Luo et al., 2023, algorithm 3): d = c_out·x₀ + c_skip·x, x' = √ᾱ'·d + √(1−ᾱ')·z, and d
 * itself at the end.
 */
record Lcm(StepPlan plan, NoiseSchedule schedule, StepNoise noise) implements Solver {

    private static final double SCALING = 10; // of the timestep in the boundary conditions
    private static final double DATA_VARIANCE = 0.25; // σ_data²

    @Override
    public NDArray begin(NDArray unit) {
        return unit.duplicate();
    }

    @Override
    public NDArray begin(NDArray clean, NDArray unit) {
        return noised(clean, unit, schedule.alphaCumprod((int) plan.timestep(plan.first())));
    }

    @Override
    public NDArray input(int call, NDArray latents) {
        return latents;
    }

    @Override
    public Step step(int call, NDArray latents, NDArray output) {
        int timestep = (int) plan.timestep(call);
        double scaled = timestep * SCALING;
        double skip = DATA_VARIANCE / (scaled * scaled + DATA_VARIANCE);
        double out = scaled / Math.sqrt(scaled * scaled + DATA_VARIANCE);
        NDArray clean = Ddim.clean(latents, output, schedule.alphaCumprod(timestep), schedule.prediction());
        NDArray denoised = clean.mul((float) out).add(latents.mul((float) skip));
        if (call == plan.end() - 1) {
            return new Step(denoised.duplicate(), denoised);
        }
        NDArray fresh = noise.next(latents.getManager(), latents.getShape());
        return new Step(noised(denoised, fresh, schedule.alphaCumprod((int) plan.timestep(call + 1))), denoised);
    }

    @Override
    public List<NDArray> kept() {
        return List.of();
    }

    private static NDArray noised(NDArray clean, NDArray unit, float alpha) {
        return clean.mul((float) Math.sqrt(alpha)).add(unit.mul((float) Math.sqrt(1 - alpha)));
    }
}
