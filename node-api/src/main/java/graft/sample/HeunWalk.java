package graft.sample;

import ai.djl.ndarray.NDArray;
import graft.node.Cancelled;

/**
 * Karras et al., 2022, algorithm 1: a step along the mean of the slopes at both its ends. Heun++ takes the slope after the next step
 * too, and weighs each by its σ: w₂ = σ'/3σ₀, w₃ = σ''/3σ₀ and w₁ = 1 − w₂ − w₃ (Wang and others' sd-webui-samplers-scheduler).
 *
 * @param weighted whether it is Heun++
 */
record HeunWalk(boolean weighted) implements SigmaSampler {

    @Override
    public NDArray sample(SigmaWalk walk, NDArray noisy) throws Cancelled {
        NDArray x = noisy;
        int steps = walk.steps();
        for (int i = 0; i < steps; i++) {
            double sigma = walk.sigma(i);
            double next = walk.sigma(i + 1);
            NDArray clean = walk.clean(x, sigma);
            NDArray ahead = EulerWalk.towards(x, clean, sigma, next);
            boolean last = weighted ? i == steps - 1 : walk.ends(i);
            if (!last) {
                NDArray slope = EulerWalk.slope(x, clean, sigma);
                NDArray second = EulerWalk.slope(ahead, walk.clean(ahead, next), next);
                Sum along = weighted
                        ? weighted(walk, i, ahead, slope, second)
                        : Sum.of(0.5, slope).and(0.5, second);
                ahead = Sum.of(1, x).and(next - sigma, along.array()).array();
            }
            x = walk.arrived(next, ahead, clean);
        }
        return x;
    }

    private static Sum weighted(SigmaWalk walk, int i, NDArray ahead, NDArray slope, NDArray second) {
        double next = walk.sigma(i + 1);
        if (i == walk.steps() - 2) {
            double share = next / (2 * walk.sigma(0));
            return Sum.of(1 - share, slope).and(share, second);
        }
        double after = walk.sigma(i + 2);
        NDArray further = Sum.of(1, ahead).and(after - next, second).array();
        NDArray third = EulerWalk.slope(further, walk.clean(further, after), after);
        double whole = 3 * walk.sigma(0);
        return Sum.of(1 - (next + after) / whole, slope)
                .and(next / whole, second)
                .and(after / whole, third);
    }
}
