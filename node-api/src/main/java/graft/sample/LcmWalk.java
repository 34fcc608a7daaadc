package graft.sample;

import ai.djl.ndarray.NDArray;
import graft.node.Cancelled;

/** Consistency sampling (Song et al., 2023, algorithm 1): x₀, and from there up again with fresh noise. */
final class LcmWalk implements SigmaSampler {

    @Override
    public NDArray sample(SigmaWalk walk, NDArray noisy) throws Cancelled {
        NDArray x = noisy;
        for (int i = 0; i < walk.steps(); i++) {
            double to = walk.sigma(i + 1);
            NDArray clean = walk.clean(x, walk.sigma(i));
            NDArray next = walk.ends(i)
                    ? clean
                    : Sum.of(walk.signal(to), clean)
                            .and(to, walk.noise(x, walk.sigma(i), to))
                            .array();
            x = walk.arrived(to, next, clean);
        }
        return x;
    }
}
