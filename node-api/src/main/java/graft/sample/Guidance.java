package graft.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.node.Problem;
import java.util.Arrays;
import java.util.Optional;

/**
 * Classifier-free guidance (Ho and Salimans, 2022): negative + scale · (positive − negative).
 *
 * <p>Both go through the network as one batch [negative; positive] when they have as many tokens, otherwise one after
 * the other; at scale 1 the positive goes alone.
 */
public final class Guidance implements Predictor {

    /** A network that is told of the timestep and the prompt. */
    @FunctionalInterface
    public interface Network {
        /**
         * Predicts noise or velocity.
         *
         * @param latents float32 [n, c, h, w]
         * @param timesteps float32 [n]
         * @param context float32 [n, tokens, width]
         * @return float32 [n, c, h, w]
         */
        NDArray predict(NDArray latents, NDArray timesteps, NDArray context);

        /** As {@link Predictor#damage} has it. */
        default Optional<String> damage() {
            return Optional.empty();
        }

        /** The network at a point of the walk, as {@link Predictor#at} has it. */
        default Network at(double progress) {
            return this;
        }
    }

    private final Network network;
    private final NDArray positive;
    private final NDArray negative; // null where the positive goes alone or with it
    private final NDArray both; // null where they go apart
    private final double scale;

    private Guidance(Network network, NDArray positive, NDArray negative, NDArray both, double scale) {
        this.network = network;
        this.positive = positive;
        this.negative = negative;
        this.both = both;
        this.scale = scale;
    }

    /**
     * Guides a network.
     *
     * @param owner gets what is made here: contexts for the whole batch
     * @param positive float32 [1 or batch, tokens, width], what to draw
     * @param negative likewise, what not to draw; not looked at when the scale is 1
     * @param batch how many latents are sampled at once
     * @throws Problem when there are neither one nor {@code batch} prompts
     */
    public static Guidance of(
            NDManager owner, Network network, NDArray positive, NDArray negative, double scale, int batch) {
        NDArray wanted = repeated(owner, positive, batch);
        if (scale == 1) {
            return new Guidance(network, wanted, null, null, scale);
        }
        NDArray unwanted = repeated(owner, negative, batch);
        if (!wanted.getShape().equals(unwanted.getShape())) {
            return new Guidance(network, wanted, unwanted, null, scale);
        }
        try (wanted;
                unwanted) {
            NDArray both = unwanted.concat(wanted, 0);
            both.attach(owner);
            return new Guidance(network, null, null, both, scale);
        }
    }

    @Override
    public Optional<String> damage() {
        return network.damage();
    }

    @Override
    public Guidance at(double progress) {
        return new Guidance(network.at(progress), positive, negative, both, scale);
    }

    @Override
    public NDArray predict(NDArray latents, double timestep) {
        NDManager outer = latents.getManager();
        try (NDManager inner = outer.newSubManager()) {
            NDArray guided;
            if (scale == 1) {
                guided = called(inner, latents, timestep, positive);
            } else if (both == null) {
                guided = guided(called(inner, latents, timestep, negative), called(inner, latents, timestep, positive));
            } else {
                NDArray twice = NDArrays.concat(new NDList(latents, latents), 0);
                twice.attach(inner);
                NDList halves = called(inner, twice, timestep, both).split(2, 0);
                halves.attach(inner);
                guided = guided(halves.get(0), halves.get(1));
            }
            guided.attach(outer);
            return guided;
        }
    }

    private NDArray guided(NDArray without, NDArray with) {
        return without.add(with.sub(without).mul((float) scale));
    }

    private NDArray called(NDManager inner, NDArray latents, double timestep, NDArray context) {
        int batch = (int) latents.getShape().get(0);
        float[] timesteps = new float[batch];
        Arrays.fill(timesteps, (float) timestep);
        NDArray output = network.predict(latents, inner.create(timesteps, new Shape(batch)), context);
        output.attach(inner);
        return output;
    }

    private static NDArray repeated(NDManager owner, NDArray context, int batch) {
        long prompts = context.getShape().get(0);
        if (prompts != 1 && prompts != batch) {
            throw new Problem(
                    "cannot sample " + batch + " latents for " + prompts + " prompts",
                    "there must be one prompt for all, or one for each",
                    "change the batch size of the latents or the number of prompts");
        }
        NDArray whole = prompts == batch ? context.duplicate() : context.repeat(0, batch);
        whole.attach(owner);
        return whole;
    }
}
