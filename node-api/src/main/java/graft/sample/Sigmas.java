package graft.sample;

import ai.djl.ndarray.NDArray;

/** Latents as samplers see them that walk along σ: x = x₀ + σ·ε (Karras et al., 2022, with s = 1). */
public final class Sigmas {

    private Sigmas() {}

    /** σ of pure noise; leading spacing leaves out the last timesteps, and a picture's own variance is added to it. */
    public static float ofNoise(StepPlan plan, NoiseSchedule schedule) {
        float most = plan.sigma(0);
        return schedule.spacing() == Spacing.LEADING ? (float) Math.sqrt(most * most + 1) : most;
    }

    /** What the network gets to see: the latents at variance near 1, x/√(σ² + 1). */
    public static NDArray input(NDArray x, float sigma) {
        return x.div((float) Math.sqrt(sigma * sigma + 1));
    }

    /** The network's guess of the clean latents: x₀ = x − σ·ε, or x/(σ² + 1) − v·σ/√(σ² + 1). */
    public static NDArray clean(NDArray x, NDArray output, float sigma, Prediction prediction) {
        if (prediction == Prediction.EPSILON) {
            return x.sub(output.mul(sigma));
        }
        float variance = sigma * sigma + 1;
        return output.mul(-sigma / (float) Math.sqrt(variance)).add(x.div(variance));
    }
}
