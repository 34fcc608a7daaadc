package graft.sample;

import ai.djl.ndarray.NDArray;
import graft.node.Cancelled;

/** Told after every model call of a sampling run. */
@FunctionalInterface
public interface StepListener {

    /** Hears nothing. */
    StepListener NONE = (done, total, latents, denoised) -> {};

    /**
     * One more call is done.
     *
     * @param done how many of {@code total} model calls
     * @param latents where the sampler stands, in its own scale, float32 [n, c, h, w]; freed after this returns
     * @param denoised what the picture is expected to become, scaled latents, float32 [n, c, h, w]; freed likewise
     * @throws Cancelled to end the run here; everything that it made is freed
     */
    void stepped(int done, int total, NDArray latents, NDArray denoised) throws Cancelled;
}
