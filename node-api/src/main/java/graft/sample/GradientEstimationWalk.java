package graft.sample;

import ai.djl.ndarray.NDArray;
import graft.node.Cancelled;

/**
 * Gradient estimation (Permenter and Yuan, 2024, equation 10, γ = 2): Euler's step along the slope, and its change since the step
 * before once more.
 *
 * @param plus whether it is CFG++: from the guided x₀ along the slope of the negative prompt
 */
record GradientEstimationWalk(boolean plus) implements SigmaSampler {

    @Override
    public NDArray sample(SigmaWalk walk, NDArray noisy) throws Cancelled {
        NDArray x = noisy;
        NDArray before = null;
        for (int i = 0; i < walk.steps(); i++) {
            double sigma = walk.sigma(i);
            double to = walk.sigma(i + 1);
            Guess guess = walk.ask(x, sigma);
            NDArray slope = EulerWalk.slope(x, plus ? guess.negative() : guess.clean(), sigma);
            NDArray next = guess.clean();
            if (!walk.ends(i)) {
                Sum sum = plus
                        ? Sum.of(1, guess.clean()).and(to, slope)
                        : Sum.of(1, x).and(to - sigma, slope);
                next = (before == null ? sum : sum.and(to - sigma, slope).and(sigma - to, before)).array();
            }
            before = slope;
            x = walk.arrived(to, next, guess.clean(), before);
        }
        return x;
    }
}
