package graft.vision;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.model.Config;
import graft.model.Patches;
import graft.model.Tokenizer;
import graft.model.TransformersFolder;
import graft.model.Weights;
import graft.model.sd.ClipTextEncoder;
import graft.model.sd.TextConfig;
import graft.node.Resource;
import graft.picture.Picture;
import graft.tensor.Compute;
import graft.tensor.Scope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * CLIP (Radford et al. 2021): pictures and texts as directions in one space, near where they tell of the same.
 *
 * <p>{@code clip-vit-*} in the layout of Hugging Face. Safe to ask from several threads. Source: transformers
 * {@code modeling_clip.py}.
 */
public final class ClipModel implements Resource {

    private static final String KNOWN = "a CLIP model in the layout of Hugging Face, such as clip-vit-base-patch32";

    /** Texts that go through at once. */
    private static final int BATCH = 64;

    private final NDManager manager;
    private final Tokenizer tokenizer;
    private final ClipTextEncoder text;
    private final VisionTransformer vision;
    private final NDArray textProjection;
    private final NDArray visualProjection;
    private final double scale;

    private ClipModel(Path folder, Config config, NDManager manager) {
        this.manager = manager;
        TextConfig textConfig = TextConfig.of(config.within("text_config"));
        VisionConfig visionConfig = VisionConfig.clip(config.within("vision_config"));
        int width = config.number("projection_dim", 512);
        Weights weights = new TransformersFolder(folder).weights(manager, key -> true);
        text = new ClipTextEncoder(textConfig, weights, manager);
        vision = VisionTransformer.clip(visionConfig, Preprocessor.clip(folder), weights.at("vision_model"), manager);
        textProjection = weights.get("text_projection.weight", width, textConfig.width());
        visualProjection = weights.get("visual_projection.weight", width, visionConfig.width());
        scale = Math.exp(weights.get("logit_scale", new long[0]).getFloat());
        weights.complete();
        tokenizer = Tokenizer.read(folder, textConfig.vocabulary(), textConfig.positions());
    }

    /**
     * Opens a folder that holds {@code config.json}, {@code model.safetensors}, {@code preprocessor_config.json} and the
     * tokenizer.
     *
     * @throws graft.node.Problem naming what is missing, or the field, key or shape that is wrong
     */
    public static ClipModel load(Path folder, Compute compute) {
        Config config = config(folder);
        NDManager manager = compute.newManager();
        try {
            return new ClipModel(folder, config, manager);
        } catch (RuntimeException failure) {
            manager.close();
            throw failure;
        }
    }

    private static Config config(Path folder) {
        return new TransformersFolder(folder).config("clip", KNOWN);
    }

    /**
     * Looks at a folder without reading weights.
     *
     * @throws graft.node.Problem as {@link #load}, as far as configs tell
     */
    public static void inspect(Path folder) {
        Config config = config(folder);
        TextConfig.of(config.within("text_config"));
        Preprocessor.clip(folder)
                .of(VisionConfig.clip(config.within("vision_config")).size());
        new TransformersFolder(folder).check();
    }

    /** SHA-256 over the files of a model, of large ones over samples: tells models apart, does not prove them whole. */
    public static String hash(Path folder) {
        return new TransformersFolder(folder).hash();
    }

    /** The direction of each picture: rows of length one. */
    public float[][] imageEmbedding(List<Picture> pictures) {
        return vision.directions(pictures, visualProjection);
    }

    /** The direction of each text: rows of length one. What is too long is cut. */
    public float[][] textEmbedding(List<String> texts) {
        List<float[]> all = new ArrayList<>();
        for (int from = 0; from < texts.size(); from += BATCH) {
            int[][] ids = texts.subList(from, Math.min(texts.size(), from + BATCH)).stream()
                    .map(tokenizer::encode)
                    .toArray(int[][]::new);
            long[] ends = new long[ids.length];
            for (int i = 0; i < ids.length; i++) {
                ends[i] = tokenizer.endOf(ids[i]);
            }
            try (Scope scope = Scope.open()) {
                all.addAll(VisionTransformer.directions(text.encode(ids, Patches.NONE), ends, textProjection));
            }
        }
        return all.toArray(float[][]::new);
    }

    /** What cosines are multiplied with before they are compared by softmax. */
    public double scale() {
        return scale;
    }

    @Override
    public void close() {
        tokenizer.close();
        manager.close();
    }
}
