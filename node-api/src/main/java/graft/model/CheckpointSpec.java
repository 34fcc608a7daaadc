package graft.model;

import graft.node.Spec;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is known of a base model before it is loaded.
 *
 * @param family id of its {@link Family}
 * @param wordWidths width of a token's embedding, by the part that is the text encoder
 * @param contextWidth width of the text states that the UNet attends to
 * @param pixelsPerLatent pixels along one side of a latent position, 8 for Stable Diffusion
 * @param tokens length of a prompt with its begin and end tokens, 77 for CLIP
 * @param predictionType "epsilon" or "v_prediction"
 * @param scheduler how it was trained to be noised
 * @param files the folder or file that it is read from, to look closer at ({@link ModelShape#read})
 */
public record CheckpointSpec(
        String family,
        Map<String, Integer> wordWidths,
        int contextWidth,
        int latentChannels,
        int pixelsPerLatent,
        int tokens,
        String predictionType,
        SchedulerConfig scheduler,
        Path files)
        implements Spec {

    public CheckpointSpec {
        wordWidths = Collections.unmodifiableMap(new LinkedHashMap<>(wordWidths));
    }

    /** The same of a model that is noised in another way. */
    public CheckpointSpec with(SchedulerConfig noise) {
        return new CheckpointSpec(
                family,
                wordWidths,
                contextWidth,
                latentChannels,
                pixelsPerLatent,
                tokens,
                noise.predictionType(),
                noise,
                files);
    }
}
