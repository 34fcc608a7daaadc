package graft.sample;

import ai.djl.ndarray.NDArray;

/** What lies between a sampler and the network of a walk, such as the mask of inpainting. */
@FunctionalInterface
public interface DenoiserLayer {

    /** Nothing. */
    DenoiserLayer NONE = (network, walk) -> network;

    /**
     * A walk as it begins.
     *
     * @param schedule of the model
     * @param start the clean latents that the walk begins on, float32 [n, c, h, w]; zeros where it begins with noise alone
     * @param noise of unit variance that was added to them, of the same shape
     */
    record Walk(StepPlan plan, NoiseSchedule schedule, NDArray start, NDArray noise) {}

    /**
     * Lays it over a denoiser for one walk; called once, before the first step.
     *
     * <p>What the answer changes keeps to the latents that the sampler asked about: see {@link Guess#withClean}.
     */
    Denoiser over(Denoiser network, Walk walk);
}
