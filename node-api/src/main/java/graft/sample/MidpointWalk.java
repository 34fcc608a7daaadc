package graft.sample;

import ai.djl.ndarray.NDArray;
import graft.node.Cancelled;

/**
 * DPM-Solver-2 along σ (k-diffusion's DPM2): a step along the slope at the geometric mean of its ends, with fresh noise after it where
 * η is not 0.
 */
record MidpointWalk(double eta) implements SigmaSampler {

    @Override
    public NDArray sample(SigmaWalk walk, NDArray noisy) throws Cancelled {
        NDArray x = noisy;
        for (int i = 0; i < walk.steps(); i++) {
            double sigma = walk.sigma(i);
            NDArray clean = walk.clean(x, sigma);
            NDArray next = clean;
            if (!walk.ends(i)) {
                AncestralStep step = AncestralStep.of(walk, i, eta);
                if (step.down() == 0) {
                    next = step.noised(walk, i, clean);
                } else {
                    double middle = Math.sqrt(sigma * step.down());
                    NDArray there = EulerWalk.towards(x, clean, sigma, middle);
                    NDArray slope = EulerWalk.slope(there, walk.clean(there, middle), middle);
                    next = step.noised(
                            walk,
                            i,
                            Sum.of(1, x).and(step.down() - sigma, slope).array());
                }
            }
            x = walk.arrived(walk.sigma(i + 1), next, clean);
        }
        return x;
    }
}
