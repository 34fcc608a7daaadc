package graft.sample;

import ai.djl.ndarray.NDArray;
import graft.node.Cancelled;

/**
 * The second-order exponential multistep method of the refined solver (Zhang et al., 2023, arXiv 2308.02157): x' = e^(−h)·x +
 * h·(b₁·x₀ + b₂·x₀ before), with fresh noise after each step where η is not 0.
 *
 * @param plus whether it is CFG++: x₀ of the negative prompt, and what guidance adds to it added to the latents
 */
record ResMultistepWalk(double eta, boolean plus) implements SigmaSampler {

    @Override
    public NDArray sample(SigmaWalk walk, NDArray noisy) throws Cancelled {
        NDArray x = noisy;
        NDArray before = null;
        double downBefore = 0;
        for (int i = 0; i < walk.steps(); i++) {
            double sigma = walk.sigma(i);
            Guess guess = walk.ask(x, sigma);
            NDArray aim = plus ? guess.negative() : guess.clean();
            AncestralStep step = AncestralStep.of(sigma, walk.sigma(i + 1), eta);
            double rest = step.down() / sigma; // e^(−h)
            NDArray next;
            if (step.down() == 0 || before == null) {
                next = Sum.of(1, guess.clean()).and(rest, x).and(-rest, aim).array();
            } else {
                double h = -Math.log(rest);
                double c2 = Math.log(downBefore / walk.sigma(i - 1)) / h;
                double phi1 = Math.expm1(-h) / -h;
                double phi2 = (phi1 - 1) / -h;
                double second = phi2 / c2;
                double first = phi1 - second;
                Sum sum = Sum.of(rest, x);
                if (plus) {
                    sum = sum.and(rest, guess.clean()).and(-rest, aim);
                }
                next = sum.and(h * first, aim).and(h * second, before).array();
            }
            next = step.noised(walk, i, next);
            before = aim;
            downBefore = step.down();
            x = walk.arrived(walk.sigma(i + 1), next, guess.clean(), before);
        }
        return x;
    }
}
