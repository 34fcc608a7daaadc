package graft.nodes.sampling;

import ai.djl.ndarray.NDArray;
import graft.model.Checkpoint;
import graft.model.Picture;
import java.awt.image.BufferedImage;
import java.util.Optional;

/**
 * Shows roughly what latents will look like, at little cost.
 *
 * <p>Small pictures are decoded as they are. For larger ones, those of Stable Diffusion's VAE get the colours that go
 * best with its four latent channels, one pixel for each latent (factors of ComfyUI's {@code latent_formats.SD15}).
 */
final class LatentPreview {

    private static final int DECODED_LATENTS = 32 * 32;
    private static final int STABLE_DIFFUSION_FACTOR = 8;
    private static final float[][] STABLE_DIFFUSION_COLOURS = {
        {0.3512f, 0.2297f, 0.3227f},
        {0.3250f, 0.4974f, 0.2350f},
        {-0.2829f, 0.1762f, 0.2721f},
        {-0.2120f, -0.2616f, -0.7177f}
    };

    private final Checkpoint model;

    LatentPreview(Checkpoint model) {
        this.model = model;
    }

    /**
     * The first picture of a batch; empty for a large picture of an unknown VAE.
     *
     * @param latents float32 [n, c, h, w], scaled
     */
    Optional<BufferedImage> of(NDArray latents) {
        int channels = Math.toIntExact(latents.getShape().get(1));
        int height = Math.toIntExact(latents.getShape().get(2));
        int width = Math.toIntExact(latents.getShape().get(3));
        if (height * width <= DECODED_LATENTS) {
            return Optional.of(model.vae().picture(latents, 0).toBufferedImage());
        }
        if (channels != STABLE_DIFFUSION_COLOURS.length
                || model.spec().pixelsPerLatent() != STABLE_DIFFUSION_FACTOR
                || model.spec().family().equals("sdxl")) {
            return Optional.empty();
        }
        try (NDArray first = latents.get(0)) {
            return Optional.of(coloured(first.toFloatArray(), width, height).toBufferedImage());
        }
    }

    private static Picture coloured(float[] latents, int width, int height) {
        int plane = width * height;
        float[] planes = new float[3 * plane];
        for (int channel = 0; channel < STABLE_DIFFUSION_COLOURS.length; channel++) {
            for (int colour = 0; colour < 3; colour++) {
                float factor = STABLE_DIFFUSION_COLOURS[channel][colour];
                for (int i = 0; i < plane; i++) {
                    planes[colour * plane + i] += factor * latents[channel * plane + i];
                }
            }
        }
        return Picture.ofPlanes(planes, 0, width, height);
    }
}
