package graft.model;

import graft.node.Problem;
import graft.node.Spec;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of a base model before it is loaded.
 *
 * @param family id of its {@link Family}
 * @param wordWidths width of a token's embedding, by the part that is the text encoder
 * @param contextWidth width of the text states that the UNet attends to
 * @param networkChannels that the network takes: those of the latents, and five more for one that paints in
 * @param pixelsPerLatent pixels along one side of a latent position, 8 for Stable Diffusion
 * @param tokens length of a prompt with its begin and end tokens, 77 for CLIP
 * @param predictionType "epsilon" or "v_prediction"
 * @param scheduler how it was trained to be noised
 * @param files the folder or file that it is read from, to look closer at ({@link ModelShape#read})
 * @param storage how its frozen weights will lie in memory
 */
public record CheckpointSpec(
        String family,
        Map<String, Integer> wordWidths,
        int contextWidth,
        int latentChannels,
        int networkChannels,
        int pixelsPerLatent,
        int tokens,
        String predictionType,
        SchedulerConfig scheduler,
        Path files,
        WeightStorage storage)
        implements Spec {

    public CheckpointSpec {
        wordWidths = Collections.unmodifiableMap(new LinkedHashMap<>(wordWidths));
    }

    /** As its files say, and with its weights as there is memory. */
    public CheckpointSpec(
            String family,
            Map<String, Integer> wordWidths,
            int contextWidth,
            int latentChannels,
            int networkChannels,
            int pixelsPerLatent,
            int tokens,
            String predictionType,
            SchedulerConfig scheduler,
            Path files) {
        this(
                family,
                wordWidths,
                contextWidth,
                latentChannels,
                networkChannels,
                pixelsPerLatent,
                tokens,
                predictionType,
                scheduler,
                files,
                WeightStorage.AUTO);
    }

    /** The same of a model that is noised in another way. */
    public CheckpointSpec with(SchedulerConfig noise) {
        return new CheckpointSpec(
                family,
                wordWidths,
                contextWidth,
                latentChannels,
                networkChannels,
                pixelsPerLatent,
                tokens,
                noise.predictionType(),
                noise,
                files,
                storage);
    }

    /** The same of a model whose weights lie otherwise in memory. */
    public CheckpointSpec with(WeightStorage kept) {
        return new CheckpointSpec(
                family,
                wordWidths,
                contextWidth,
                latentChannels,
                networkChannels,
                pixelsPerLatent,
                tokens,
                predictionType,
                scheduler,
                files,
                kept);
    }

    /** Whether its network takes a mask and the latents of a masked picture beside the noisy ones. */
    public boolean paintsIn() {
        return networkChannels == 2 * latentChannels + 1;
    }

    /** @throws Problem at the socket {@code model}, when its network wants more than latents: a mask and a picture under it */
    public void checkTakesLatents() {
        if (networkChannels != latentChannels) {
            throw new Problem(
                            "cannot train or draw class pictures with this model",
                            "it is an inpainting model, whose network takes " + networkChannels
                                    + " channels: a mask and a masked picture beside the latents, which only Sample"
                                    + " gives it",
                            "choose a model that is not for inpainting")
                    .at("model");
        }
    }

    /** How far from its usual size a model still draws and learns well, as people find. */
    private static final double FAR_BELOW = 0.7;

    private static final double FAR_ABOVE = 1.5;

    /** What to know of pictures of a size that is far from the usual one, as a clause; empty for others. */
    public Optional<String> sizeWarning(int width, int height) {
        double side = Math.sqrt((double) width * height);
        return Family.of(this).usualSize(this).stream()
                .filter(usual -> side < FAR_BELOW * usual || side > FAR_ABOVE * usual)
                .mapToObj(usual -> "at " + width + "×" + height + " pixels and the model was made for " + usual + "×"
                        + usual + ", near which it draws and learns best")
                .findFirst();
    }
}
