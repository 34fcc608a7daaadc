package graft.sample;

import ai.djl.ndarray.NDArray;

/**
 * What a network takes noisy latents for, whatever it was trained to predict: either part follows from the latents and the
 * other one.
 *
 * @param clean the latents without their noise (x₀), float32 [n, c, h, w]
 * @param noise the noise in them, of unit variance (ε), of the same shape
 * @param negative the clean latents by the negative prompt alone, of the same shape; null where they were not asked for
 */
public record Guess(NDArray clean, NDArray noise, NDArray negative) {

    /** One of which nobody asked what the negative prompt alone makes of it. */
    public Guess(NDArray clean, NDArray noise) {
        this(clean, noise, null);
    }

    /** The guess with other clean latents, and the noise that the latents then hold: ε = (x − signal·x₀)/noise. */
    public Guess withClean(NDArray other, NDArray latents, NoiseLevel level) {
        return new Guess(other, latents.sub(other.mul(level.signal())).div(level.noise()), negative);
    }
}
