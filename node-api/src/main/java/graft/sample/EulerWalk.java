package graft.sample;

import ai.djl.ndarray.NDArray;
import graft.node.Cancelled;

/**
 * Euler's method along σ, dx/dσ = (x − x₀)/σ (Karras et al., 2022, equation 1), with fresh noise after each step where η is not 0.
 */
record EulerWalk(double eta) implements SigmaSampler {

    @Override
    public NDArray sample(SigmaWalk walk, NDArray noisy) throws Cancelled {
        NDArray x = noisy;
        for (int i = 0; i < walk.steps(); i++) {
            NDArray clean = walk.clean(x, walk.sigma(i));
            AncestralStep step = AncestralStep.of(walk, i, eta);
            NDArray next = walk.ends(i) ? clean : step.noised(walk, i, towards(x, clean, walk.sigma(i), step.down()));
            x = walk.arrived(walk.sigma(i + 1), next, clean);
        }
        return x;
    }

    /** x' = x₀ + σ'/σ·(x − x₀). */
    static NDArray towards(NDArray x, NDArray clean, double sigma, double next) {
        return Sum.of(next / sigma, x).and(1 - next / sigma, clean).array();
    }

    /** dx/dσ. */
    static NDArray slope(NDArray x, NDArray clean, double sigma) {
        return Sum.of(1 / sigma, x).and(-1 / sigma, clean).array();
    }
}
