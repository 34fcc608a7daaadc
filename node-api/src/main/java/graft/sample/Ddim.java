package graft.sample;

import ai.djl.ndarray.NDArray;
import java.util.List;

/** Song et al., 2021, equation 12 with η = 0: x' = √ᾱ'·x₀ + √(1−ᾱ')·ε. */
record Ddim(StepPlan plan, NoiseSchedule schedule) implements Solver {

    @Override
    public NDArray begin(NDArray noise) {
        return noise.duplicate();
    }

    @Override
    public NDArray begin(NDArray clean, NDArray noise) {
        float alpha = schedule.alphaCumprod((int) plan.timestep(plan.first()));
        return clean.mul(root(alpha)).add(noise.mul(root(1 - alpha)));
    }

    @Override
    public NDArray input(int call, NDArray latents) {
        return latents;
    }

    @Override
    public Step step(int call, NDArray latents, NDArray output) {
        int timestep = (int) plan.timestep(call);
        int next = timestep - schedule.trainTimesteps() / plan.steps();
        return step(
                latents, output, schedule.alphaCumprod(timestep), schedule.alphaCumprod(next), schedule.prediction());
    }

    @Override
    public List<NDArray> kept() {
        return List.of();
    }

    static Step step(NDArray x, NDArray output, float alpha, float alphaNext, Prediction prediction) {
        float signal = root(alpha);
        float noise = root(1 - alpha);
        NDArray clean = clean(x, output, alpha, prediction);
        NDArray epsilon =
                prediction == Prediction.EPSILON ? output : output.mul(signal).add(x.mul(noise));
        return new Step(clean.mul(root(alphaNext)).add(epsilon.mul(root(1 - alphaNext))), clean);
    }

    /** x₀ = (x − √(1−ᾱ)·ε)/√ᾱ, or √ᾱ·x − √(1−ᾱ)·v. */
    static NDArray clean(NDArray x, NDArray output, float alpha, Prediction prediction) {
        NDArray noise = output.mul(root(1 - alpha));
        return prediction == Prediction.EPSILON
                ? x.sub(noise).div(root(alpha))
                : x.mul(root(alpha)).sub(noise);
    }

    private static float root(float x) {
        return (float) Math.sqrt(x);
    }
}
