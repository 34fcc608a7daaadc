package graft.train;

import ai.djl.ndarray.NDArray;
import graft.node.Choice;
import graft.sample.NoiseSchedule;
import org.pf4j.ExtensionPoint;

/**
 * What a network is trained towards: how far a prediction counts to be from its target, place by place, and how much each timestep
 * counts. A method may go by another target, which is made of what {@link Predicted} has beside.
 *
 * <p>Those that come with Graft are {@link Distance.Kind}. A plugin offers another as a class with a public constructor without
 * arguments, annotated with {@link org.pf4j.Extension}: it is then a choice of every trainer. One instance serves all trainings, so
 * it keeps nothing of any.
 */
@Choice.Set(builtIn = Distance.Kind.class)
public interface LossMethod extends Choice, ExtensionPoint {

    /**
     * A batch that was predicted; all arrays are float32 [n,c,h,w].
     *
     * @param prediction of the network, which learns by what becomes of it
     * @param target what it is to predict
     * @param noised what the network saw
     * @param clean latents of the pictures, without noise
     * @param noise of unit variance, that was laid over them
     * @param timesteps of each sample, counted from 0
     * @param schedule by which they were noised
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Predicted(
            NDArray prediction,
            NDArray target,
            NDArray noised,
            NDArray clean,
            NDArray noise,
            int[] timesteps,
            NoiseSchedule schedule) {}

    /**
     * How much a timestep counts, beside what the trainer's settings make of it.
     *
     * @param timestep counted from 0
     * @return 0 or more
     */
    default double weight(int timestep, NoiseSchedule schedule) {
        return 1;
    }

    /**
     * The distance at each place, differentiable: masks, the mean over all places and the weights of samples are seen to
     * afterwards.
     *
     * <p>An array times, by or to the power of a number goes through {@link graft.tensor.Operators#scaled} or a
     * {@link graft.tensor.ScriptedModule}, not through DJL, which frees what the backward pass reads. What it makes is freed with
     * the step. Not asked of those that come with Graft.
     *
     * @return [n,k,h,w] of any k; or [n] where a distance is of a whole sample, which no mask can go with
     */
    default NDArray distances(Predicted batch) {
        throw new UnsupportedOperationException(id() + " is computed by Graft itself");
    }
}
