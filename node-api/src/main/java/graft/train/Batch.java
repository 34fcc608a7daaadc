package graft.train;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * What one pass of a training step sees; its arrays belong to the scope that it was made in.
 *
 * @param latents clean and scaled, float32 [n,c,h,w]
 * @param noise unit variance, of the same shape
 * @param timesteps one for each of the n
 * @param context gives the text states [n,t,d]; asked once, while the loss is recorded, so that a text encoder or an
 *     embedding can learn
 * @param weights how much each of the n counts; 1 is plain
 * @param priors how many of the n, the last of them, are there for prior preservation
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Batch(
        NDArray latents, NDArray noise, int[] timesteps, Supplier<NDArray> context, float[] weights, int priors) {

    /** Samples of one kind. */
    public Batch(NDArray latents, NDArray noise, int[] timesteps, Supplier<NDArray> context, float[] weights) {
        this(latents, noise, timesteps, context, weights, 0);
    }

    /** Samples that count alike, with text states that do not learn. */
    public static Batch of(NDArray latents, NDArray noise, int[] timesteps, NDArray context) {
        return of(latents, noise, timesteps, () -> context);
    }

    /** Samples that count alike. */
    public static Batch of(NDArray latents, NDArray noise, int[] timesteps, Supplier<NDArray> context) {
        float[] weights = new float[timesteps.length];
        Arrays.fill(weights, 1);
        return new Batch(latents, noise, timesteps, context, weights);
    }
}
