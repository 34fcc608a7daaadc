package graft.sample;

import ai.djl.ndarray.NDArray;
import graft.node.Cancelled;

/**
 * Denoising diffusion (Ho et al., 2020, algorithm 2): the mean of the posterior, and its noise, of the mixture of the training.
 */
final class DdpmWalk implements SigmaSampler {

    @Override
    public NDArray sample(SigmaWalk walk, NDArray noisy) throws Cancelled {
        NDArray x = noisy;
        for (int i = 0; i < walk.steps(); i++) {
            double sigma = walk.sigma(i);
            double to = walk.sigma(i + 1);
            NDArray clean = walk.clean(x, sigma);
            double total = 1 / (sigma * sigma + 1);
            double totalAfter = 1 / (to * to + 1);
            double alpha = total / totalAfter;
            double scale = walk.ends(i) ? 1 : Math.sqrt(1 + to * to); // back to x₀ + σ·ε
            double noise = scale / Math.sqrt(alpha) * (1 - alpha) / Math.sqrt(1 - total) / sigma;
            Sum next = Sum.of(scale / Math.sqrt(alpha) * Math.sqrt(total) - noise, x)
                    .and(noise, clean);
            if (!walk.ends(i)) {
                double fresh = Math.sqrt((1 - alpha) * (1 - totalAfter) / (1 - total));
                next = next.and(scale * fresh, walk.noise(x, sigma, to));
            }
            x = walk.arrived(to, next.array(), clean);
        }
        return x;
    }
}
