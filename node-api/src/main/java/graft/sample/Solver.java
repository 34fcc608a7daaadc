package graft.sample;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * One walk of one sampler: what it makes of the network's guesses.
 *
 * <p>The latents of a call are mixed as {@link StepPlan#level} says, float32 [n, c, h, w]. What a method makes is freed after
 * the step, save what {@link #kept} names.
 */
public interface Solver {

    /**
     * Where a step leads.
     *
     * @param next the latents of the next call
     * @param denoised the guess of the clean latents
     */
    record Step(NDArray next, NDArray denoised) {}

    /** Goes on from the latents at a call with what the network takes them for. */
    Step step(int call, NDArray latents, Guess guess);

    /** The arrays that must outlive the step that just was. */
    List<NDArray> kept();
}
