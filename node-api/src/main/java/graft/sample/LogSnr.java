package graft.sample;

import ai.djl.ndarray.NDArray;

/**
 * A point of the walk as the DPM solvers see it: x = α·x₀ + ς·ε with α² + ς² = 1 and λ = log(α/ς).
 *
 * @param alpha α = 1/√(σ² + 1)
 * @param noise ς = σ·α
 * @param lambda half the logarithm of the signal-to-noise ratio; infinite where there is no noise
 */
record LogSnr(float alpha, float noise, double lambda) {

    static LogSnr at(float sigma) {
        float alpha = 1 / (float) Math.sqrt(sigma * sigma + 1);
        float noise = sigma * alpha;
        return new LogSnr(alpha, noise, Math.log(alpha) - Math.log(noise));
    }

    /** x₀ = (x − ς·ε)/α, or α·x − ς·v. */
    NDArray clean(NDArray x, NDArray output, Prediction prediction) {
        return prediction == Prediction.EPSILON
                ? x.sub(output.mul(noise)).div(alpha)
                : x.mul(alpha).sub(output.mul(noise));
    }

    /** Clean latents with the noise of this point. */
    NDArray noised(NDArray clean, NDArray unit) {
        return clean.mul(alpha).add(unit.mul(noise));
    }
}
