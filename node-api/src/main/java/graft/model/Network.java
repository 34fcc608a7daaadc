package graft.model;

import ai.djl.ndarray.NDArray;
import graft.tensor.Compute;
import graft.tensor.Precision;
import graft.tensor.Tape;

/**
 * The network of a diffusion model, which predicts from noisy latents, a time and a {@link Context}.
 *
 * <p>Latents [n,c,h,w] and the context's text states of one precision, which it computes in; times [n] float32. What it
 * predicts is for the model's noise schedule to say. Weights are never changed by a forward pass; a result is owned by the
 * manager of the latents and the thread's innermost scope. Differentiable while gradients are on.
 */
public interface Network extends Layered, AutoCloseable {

    /**
     * One prediction.
     *
     * @param latents [n,c,h,w]
     * @param times [n] float32, in the units that the model was trained with
     * @param context of n prompts
     * @param patches the changes to compute with, by module path
     * @param tape computes the blocks, so that a training may keep less of them ({@link Tape#NONE}: all)
     * @return [n,c,h,w] in plain memory, of the latents' precision
     */
    NDArray forward(NDArray latents, NDArray times, Context context, Patches patches, Tape tape);

    /** As {@link #forward(NDArray, NDArray, Context, Patches, Tape)}, keeping all that a backward pass needs. */
    default NDArray forward(NDArray latents, NDArray times, Context context, Patches patches) {
        return forward(latents, times, context, patches, Tape.NONE);
    }

    /** Whether it asks the {@linkplain Patches#hooks hooks} that its patches bring, in its attentions and blocks. */
    default boolean takesHooks() {
        return false;
    }

    /** Of how many levels it is made, of which the inner ones can be left out at some calls; 1 where none can. */
    default int levels() {
        return 1;
    }

    /**
     * One prediction that runs the deep blocks and keeps what they give, or, where that is there already, leaves them out.
     *
     * <p>The first is what {@link #forward(NDArray, NDArray, Context, Patches)} gives, bit for bit; the second is near it at
     * latents and times that are near.
     *
     * @param deep of a depth below {@link #levels}
     * @throws UnsupportedOperationException by a network of one level
     */
    default NDArray forward(NDArray latents, NDArray times, Context context, Patches patches, DeepFeature deep) {
        throw new UnsupportedOperationException("a network without levels has no deep blocks to leave out");
    }

    /** A network of its own with the numbers rounded to a precision; the caller closes it. */
    Network copy(Compute compute, Precision precision);

    @Override
    void close();
}
