package graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import graft.node.Problem;
import graft.picture.Picture;
import graft.tensor.Finite;
import graft.tensor.Scope;
import java.util.function.UnaryOperator;

/**
 * The autoencoder between pictures and latents (Rombach et al. 2022, section 3.1), or a tiny one in its place (TAESD).
 *
 * <p>Float32. Pictures [n,3,h,w] from -1 to 1; latents [n,c,h/f,w/f] scaled to about unit variance. Each half is read
 * when first used. Results are owned by the manager of the argument and the thread's innermost scope. Source: diffusers
 * {@code autoencoder_kl.py}.
 */
public final class Vae implements AutoCloseable {

    /** Stands for no tiles. */
    private static final int WHOLE = 0;

    /** The least log variance, in which there is no noise to be seen. */
    private static final double NO_SPREAD = 30;

    private final VaeConfig config;
    private final Weights weights;
    private final NDManager manager;
    private UnaryOperator<NDArray> encoder;
    private UnaryOperator<NDArray> decoder;

    /** Mean and log variance of the latents' distribution, unscaled, [n,c,h/f,w/f] each. */
    public record Moments(NDArray mean, NDArray logVariance) {}

    /** @param manager owns the weights; closed with the autoencoder */
    public Vae(VaeConfig config, Weights weights, NDManager manager) {
        this.config = config;
        this.weights = weights;
        this.manager = manager;
    }

    VaeConfig config() {
        return config;
    }

    /** @param pixels [n,3,h,w], -1 to 1, sides divisible by {@link #factor} */
    public Moments encodeMoments(NDArray pixels) {
        return moments(pixels, WHOLE);
    }

    private Moments moments(NDArray pixels, int tile) {
        try (NDArray moments = tile == WHOLE
                ? encoder().apply(pixels)
                : new Tiles(tile / factor(), factor(), 1).through(pixels, encoder())) {
            NDList halves = moments.split(2, 1);
            try (NDArray mean = halves.get(0);
                    NDArray logVariance = halves.get(1)) {
                return new Moments(mean.duplicate(), logVariance.clip(-30, 20));
            }
        }
    }

    /**
     * Scaled latents of pictures.
     *
     * @param pixels [n,3,h,w], -1 to 1
     * @param noise [n,c,h/f,w/f] of unit variance to sample with, or null for the mean
     * @throws Problem when they are not finite
     */
    public NDArray encode(NDArray pixels, NDArray noise) {
        return encode(pixels, noise, WHOLE);
    }

    /**
     * As {@link #encode(NDArray, NDArray)}, in overlapping tiles: less memory, slightly other numbers.
     *
     * @param pixels [1,3,h,w], -1 to 1
     * @param tile pixels along a side of a tile, divisible by {@link #factor}; 0 for none
     */
    public NDArray encode(NDArray pixels, NDArray noise, int tile) {
        Moments moments = moments(pixels, tile);
        try (NDArray mean = moments.mean();
                NDArray logVariance = moments.logVariance()) {
            if (!Finite.all(mean)) {
                throw new Problem(
                        "cannot encode the picture", "the VAE gave NaN or infinite numbers", "choose another model");
            }
            if (noise == null) {
                return mean.mul(config.scaling());
            }
            try (NDArray half = logVariance.mul(0.5);
                    NDArray deviation = half.exp();
                    NDArray spread = deviation.mul(noise);
                    NDArray sample = mean.add(spread)) {
                return sample.mul(config.scaling());
            }
        }
    }

    /** [n,3,h,w], about -1 to 1, from scaled latents. */
    public NDArray decode(NDArray latents) {
        return decode(latents, WHOLE);
    }

    /**
     * As {@link #decode(NDArray)}, in overlapping tiles: less memory, slightly other numbers.
     *
     * @param latents [1,c,h,w]
     * @param tile pixels along a side of a tile, divisible by {@link #factor}; 0 for none
     */
    public NDArray decode(NDArray latents, int tile) {
        try (NDArray unscaled = latents.div(config.scaling())) {
            return tile == WHOLE
                    ? decoder().apply(unscaled)
                    : new Tiles(tile / factor(), 1, factor()).through(unscaled, decoder());
        }
    }

    /**
     * The picture of one of a batch of scaled latents.
     *
     * @throws Problem when its numbers are not finite
     */
    public Picture picture(NDArray latents, int index) {
        return picture(latents, index, WHOLE);
    }

    /**
     * As {@link #picture(NDArray, int)}, in overlapping tiles.
     *
     * @param tile as of {@link #decode(NDArray, int)}
     */
    @SuppressWarnings("try") // the scope is not spoken to: it frees what is made within it
    public Picture picture(NDArray latents, int index, int tile) {
        try (Scope scope = Scope.open()) {
            NDArray pixels = decode(latents.get(new NDIndex("{}:{}", index, index + 1)), tile);
            int height = Math.toIntExact(pixels.getShape().get(2));
            int width = Math.toIntExact(pixels.getShape().get(3));
            float[] planes = pixels.toFloatArray();
            if (!Finite.all(planes)) {
                throw new Problem(
                        "cannot decode the latents",
                        Finite.all(latents)
                                ? "the VAE gave NaN or infinite numbers"
                                : "they hold NaN or infinite numbers",
                        "choose another model, or look at what made the latents");
            }
            return Picture.ofPlanes(planes, 0, width, height);
        }
    }

    /** Pixels along one side of a latent position. */
    public int factor() {
        return config.factor();
    }

    /** Whether it is a tiny autoencoder (TAESD), of a rougher picture in a small part of the time. */
    public boolean isTiny() {
        return config.tiny();
    }

    public int latentChannels() {
        return config.latentChannels();
    }

    public double scaling() {
        return config.scaling();
    }

    private synchronized UnaryOperator<NDArray> encoder() {
        if (encoder == null) {
            UnaryOperator<NDArray> made = config.tiny()
                    ? tinyEncoder(TinyLayers.encoder(weights, config.latentChannels()))
                    : new VaeEncoder(config, weights, manager)::forward;
            weights.checkSound();
            encoder = made;
        }
        return encoder;
    }

    private synchronized UnaryOperator<NDArray> decoder() {
        if (decoder == null) {
            UnaryOperator<NDArray> made = config.tiny()
                    ? tinyDecoder(TinyLayers.decoder(weights))
                    : new VaeDecoder(config, weights, manager)::forward;
            weights.checkSound();
            decoder = made;
        }
        return decoder;
    }

    /** Of scaled latents without spread, from pictures of 0 to 1: what is scaled afterwards and split into moments. */
    private UnaryOperator<NDArray> tinyEncoder(TinyLayers layers) {
        return pixels -> {
            try (NDArray half = pixels.mul(0.5);
                    NDArray positive = half.add(0.5);
                    NDArray scaled = layers.forward(positive);
                    NDArray mean = scaled.div(config.scaling());
                    NDArray none = mean.zerosLike();
                    NDArray logVariance = none.sub(NO_SPREAD)) {
                return mean.concat(logVariance, 1);
            }
        };
    }

    private UnaryOperator<NDArray> tinyDecoder(TinyLayers layers) {
        return unscaled -> {
            try (NDArray scaled = unscaled.mul(config.scaling());
                    NDArray positive = layers.forward(scaled);
                    NDArray twice = positive.mul(2)) {
                return twice.sub(1);
            }
        };
    }

    @Override
    public void close() {
        manager.close();
    }
}
