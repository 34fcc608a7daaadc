package graft.sample;

import ai.djl.ndarray.NDArray;

/** What samplers ask on their way: noisy latents to clean ones. {@link DenoiserLayer} lays something over the network's answer. */
@FunctionalInterface
public interface Denoiser {

    /**
     * Asks once.
     *
     * @param latents float32 [n, c, h, w]; what is made here is owned by their manager
     * @param level how they are mixed
     * @param timestep that belongs to it
     */
    Guess denoise(NDArray latents, NoiseLevel level, double timestep);
}
