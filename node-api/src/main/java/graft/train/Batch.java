package graft.train;

import ai.djl.ndarray.NDArray;
import graft.model.Context;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What one pass of a training step sees; its arrays belong to the scope that it was made in.
 *
 * @param latents clean and scaled, float32 [n,c,h,w]
 * @param noise unit variance, of the same shape
 * @param timesteps of the noise schedule, one for each of the n
 * @param context gives what the network is told of n prompts; asked once, while the loss is recorded, so that a text encoder or an
 *     embedding can learn
 * @param weights how much each of the n counts; 1 is plain
 * @param mask how much each place of the latents counts, float32 [n,1,h,w], 0 to 1; nothing for all alike
 * @param apart pictures of another size, which cannot go through the network in the same pass: a batch whose loss is
 *     added to this one's
 * @param priors how many of the n, the last of them, are there for prior preservation
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Batch(
        NDArray latents,
        NDArray noise,
        int[] timesteps,
        Supplier<Context> context,
        float[] weights,
        Optional<NDArray> mask,
        Optional<Batch> apart,
        int priors) {

    /** Samples that count as their weights say, wholly. */
    public Batch(NDArray latents, NDArray noise, int[] timesteps, Supplier<Context> context, float[] weights) {
        this(latents, noise, timesteps, context, weights, Optional.empty(), Optional.empty(), 0);
    }

    /** Samples that count alike, with text states that do not learn. */
    public static Batch of(NDArray latents, NDArray noise, int[] timesteps, Context context) {
        return of(latents, noise, timesteps, () -> context);
    }

    /** Samples that count alike. */
    public static Batch of(NDArray latents, NDArray noise, int[] timesteps, Supplier<Context> context) {
        float[] weights = new float[timesteps.length];
        Arrays.fill(weights, 1);
        return new Batch(latents, noise, timesteps, context, weights);
    }

    /** The same, each place counting as a mask says. */
    Batch masked(Optional<NDArray> by) {
        return new Batch(latents, noise, timesteps, context, weights, by, apart, priors);
    }

    /** The same, each sample counting so many times as much. */
    Batch weighted(double factor) {
        float[] products = new float[weights.length];
        for (int i = 0; i < products.length; i++) {
            products[i] = (float) (weights[i] * factor);
        }
        return new Batch(latents, noise, timesteps, context, products, mask, apart, priors);
    }

    /** The same, and another batch in a pass of its own. */
    Batch with(Batch other) {
        return new Batch(latents, noise, timesteps, context, weights, mask, Optional.of(other), priors);
    }

    /** The same, all of it there for prior preservation. */
    Batch asPriors() {
        return new Batch(latents, noise, timesteps, context, weights, mask, apart, timesteps.length);
    }
}
