package graft.sample;

import ai.djl.ndarray.NDArray;
import java.util.Optional;

/** A network with prompt and guidance applied: what it predicts for noisy latents. */
@FunctionalInterface
public interface Predictor {

    /**
     * Predicts noise or velocity, whatever the model was trained for.
     *
     * @param latents float32 [n, c, h, w] of variance near 1, as the network takes them; not to be closed
     * @param timestep in the units of the training, 0 to the number of its timesteps, possibly between two of them
     * @return float32 [n, c, h, w], new; the caller frees it
     */
    NDArray predict(NDArray latents, double timestep);

    /**
     * What a network predicts with guidance, and for the negative prompt alone.
     *
     * @param guided as {@link #predict} gives it
     * @param negative likewise
     */
    record Both(NDArray guided, NDArray negative) {}

    /** Predicts both at once; without guidance they are the same. */
    default Both predictBoth(NDArray latents, double timestep) {
        NDArray guided = predict(latents, timestep);
        return new Both(guided, guided);
    }

    /** What of the network itself nothing can be computed with, as a clause; looked at once a walk. */
    default Optional<String> damage() {
        return Optional.empty();
    }

    /**
     * The network for the next call.
     *
     * @param progress how far the walk from noise to picture is, in the middle of the call: above 0, below 1
     */
    default Predictor at(double progress) {
        return this;
    }

    /**
     * The network for the next call, at a noise level of a schedule: for what acts from one level to another.
     *
     * @param schedule that the call goes by
     */
    default Predictor at(NoiseSchedule schedule, NoiseLevel level) {
        return this;
    }
}
