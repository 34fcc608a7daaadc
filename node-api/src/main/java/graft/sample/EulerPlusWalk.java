package graft.sample;

import ai.djl.ndarray.NDArray;
import graft.node.Cancelled;

/**
 * CFG++ (Chung et al., 2024, algorithm 2): from the guided x₀ with the noise that the negative prompt alone leaves in the latents,
 * x' = α'·x₀ + σ_down·(x − α·x₀⁻)/σ, and fresh noise after each step where η is not 0.
 */
record EulerPlusWalk(double eta) implements SigmaSampler {

    @Override
    public NDArray sample(SigmaWalk walk, NDArray noisy) throws Cancelled {
        NDArray x = noisy;
        for (int i = 0; i < walk.steps(); i++) {
            double sigma = walk.sigma(i);
            double next = walk.sigma(i + 1);
            Guess guess = walk.ask(x, sigma);
            NDArray there = guess.clean();
            if (!walk.ends(i)) {
                double signal = walk.signal(sigma);
                double after = walk.signal(next);
                AncestralStep step = AncestralStep.of(sigma / signal, next / after, eta);
                double down = after * step.down();
                Sum sum =
                        Sum.of(after, guess.clean()).and(down / sigma, x).and(-down * signal / sigma, guess.negative());
                there = (step.up() == 0 ? sum : sum.and(after * step.up(), walk.noise(x, sigma, next))).array();
            }
            x = walk.arrived(next, there, guess.clean());
        }
        return x;
    }
}
