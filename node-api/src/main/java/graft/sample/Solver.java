package graft.sample;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * One walk of one sampler: what it feeds the network and what it makes of the answer.
 *
 * <p>Latents are float32 [n, c, h, w]. What a method makes is freed after the step, save what {@link #kept} names.
 */
public interface Solver {

    /**
     * Where a step leads.
     *
     * @param next the latents of the next call
     * @param denoised the network's guess of the clean latents
     */
    record Step(NDArray next, NDArray denoised) {}

    /** The noise with which a walk from nothing begins. */
    NDArray begin(NDArray noise);

    /** Latents with as much noise as there is at the plan's first call. */
    NDArray begin(NDArray clean, NDArray noise);

    /** What the network gets to see of the latents at a call; may be the latents themselves. */
    NDArray input(int call, NDArray latents);

    /** Goes on from the latents at a call with what the network said there. */
    Step step(int call, NDArray latents, NDArray output);

    /** The arrays that must outlive the step that just was. */
    List<NDArray> kept();
}
