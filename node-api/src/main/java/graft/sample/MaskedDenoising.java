package graft.sample;

import ai.djl.ndarray.NDArray;
import graft.picture.Mask;
import graft.picture.Scaling;
import java.util.Optional;

/**
 * Draws where a mask says so and leaves the rest as it is, as ComfyUI does.
 *
 * <p>Outside of the mask each call sees the picture with as much noise as there is then, and its answer there is the picture.
 * Where the mask lies between 0 and 1 both are mixed.
 *
 * @param mask of any size; brought to that of the latents linearly
 * @param differential how far the mask is taken as the time at which each place begins to be drawn, 0 to 1 (Levin and Fried,
 *     2023, "Differential diffusion"): 1 draws a place wholly from the share of the walk on that its mask leaves, 0 is no such thing
 * @param noise for the picture outside of the mask; that of the walk when empty
 */
public record MaskedDenoising(Mask mask, double differential, Optional<NDArray> noise) implements DenoiserLayer {

    /** With the noise of the walk, every place from the first step on. */
    public MaskedDenoising(Mask mask) {
        this(mask, 0, Optional.empty());
    }

    @Override
    public Denoiser over(Denoiser network, Walk walk) {
        NDArray start = walk.start();
        NDArray beside = noise.orElse(walk.noise());
        Mask fitted = mask.scaled(
                        (int) start.getShape().get(3), (int) start.getShape().get(2), Scaling.BILINEAR)
                .repeated((int) start.getShape().get(0));
        float first = walk.plan().timestep(walk.plan().first());
        return (latents, level, timestep) -> {
            NDArray drawn =
                    (differential == 0 ? fitted : begun(fitted, (float) timestep / first)).array(latents.getManager());
            NDArray kept = drawn.neg().add(1);
            NDArray seen = latents.mul(drawn).add(kept.mul(level.noised(start, beside)));
            Guess guess = network.denoise(seen, level, timestep);
            return guess.withClean(guess.clean().mul(drawn).add(kept.mul(start)), latents, level);
        };
    }

    /** What is drawn where each place has its own time to begin. */
    private Mask begun(Mask times, float left) {
        return times.map(time -> {
            float drawn = time >= left ? 1 : 0;
            return (float) (differential * drawn + (1 - differential) * time);
        });
    }
}
