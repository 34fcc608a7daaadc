package graft.model;

import ai.djl.ndarray.NDArray;

/** The autoencoder between pictures and latents. */
@SuppressWarnings("DoNotCallSuggester") // signatures first
public final class Vae {

    Vae() {}

    /** Mean and log variance of the latents' distribution, unscaled, [n,c,h/f,w/f] each. */
    public record Moments(NDArray mean, NDArray logVariance) {}

    public Moments encodeMoments(NDArray pixels) {
        throw new UnsupportedOperationException();
    }

    /**
     * Scaled latents of pictures.
     *
     * @param pixels [n,3,h,w], -1 to 1
     * @param noise [n,c,h/f,w/f] of unit variance to sample with, or null for the mean
     */
    public NDArray encode(NDArray pixels, NDArray noise) {
        throw new UnsupportedOperationException();
    }

    /** [n,3,h,w], about -1 to 1, from scaled latents. */
    public NDArray decode(NDArray latents) {
        throw new UnsupportedOperationException();
    }

    /** Pixels along one side of a latent position. */
    public int factor() {
        throw new UnsupportedOperationException();
    }
}
