package graft.sample;

import ai.djl.ndarray.NDArray;
import graft.node.Cancelled;

/**
 * A sampler that asks the network where on its way it likes, as those of k-diffusion and ComfyUI are written.
 *
 * <p>One instance serves all walks, so it keeps nothing.
 */
@FunctionalInterface
public interface SigmaSampler {

    /**
     * Walks from the first σ of a walk to the last.
     *
     * @param walk the noise levels, and all that may be asked
     * @param noisy x = signal·x₀ + σ·ε at the first σ, float32 [n, c, h, w]
     * @return where it ends, at the last σ
     * @throws Cancelled when {@link SigmaWalk#arrived} does
     */
    NDArray sample(SigmaWalk walk, NDArray noisy) throws Cancelled;
}
