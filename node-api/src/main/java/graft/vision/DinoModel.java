package graft.vision;

import ai.djl.ndarray.NDManager;
import graft.model.Config;
import graft.model.TransformersFolder;
import graft.model.Weights;
import graft.node.Resource;
import graft.picture.Picture;
import graft.tensor.Compute;
import graft.tensor.Operators;
import java.nio.file.Path;
import java.util.List;

/**
 * DINO's vision transformer (Caron et al. 2021): pictures as directions, near where they show the same thing.
 *
 * <p>{@code dino-vit*} in the layout of Hugging Face's {@code ViTModel}; the state of the whole picture after the final
 * norm, without the pooler. Safe to ask from several threads. Source: transformers {@code modeling_vit.py}.
 */
public final class DinoModel implements Resource {

    private static final String KNOWN = "a ViTModel in the layout of Hugging Face, such as dino-vits8";

    private final NDManager manager;
    private final VisionTransformer vision;

    private DinoModel(Path folder, Config config, NDManager manager) {
        this.manager = manager;
        Weights weights = new TransformersFolder(folder).weights(manager, key -> !key.startsWith("pooler."));
        vision = VisionTransformer.vit(VisionConfig.vit(config), Preprocessor.vit(folder), weights, manager);
        weights.complete();
    }

    /**
     * Opens a folder that holds {@code config.json}, {@code model.safetensors} and {@code preprocessor_config.json}.
     *
     * @throws graft.node.Problem naming what is missing, or the field, key or shape that is wrong
     */
    public static DinoModel load(Path folder, Compute compute) {
        Config config = new TransformersFolder(folder).config("vit", KNOWN);
        NDManager manager = compute.newManager();
        try {
            return new DinoModel(folder, config, manager);
        } catch (RuntimeException failure) {
            manager.close();
            throw failure;
        }
    }

    /**
     * Looks at a folder without reading its weights.
     *
     * @throws graft.node.Problem naming what is missing or wrong
     */
    public static void inspect(Path folder) {
        Config config = new TransformersFolder(folder).config("vit", KNOWN);
        Preprocessor.vit(folder).of(VisionConfig.vit(config).size());
        new TransformersFolder(folder).check();
    }

    /** SHA-256 over the files of a model, of large ones over samples: tells models apart, does not prove them whole. */
    public static String hash(Path folder) {
        return new TransformersFolder(folder).hash();
    }

    /** The direction of each picture: rows of length one. */
    public float[][] embedding(List<Picture> pictures) {
        return vision.directions(pictures, Operators.NONE);
    }

    @Override
    public void close() {
        manager.close();
    }
}
