package graft.vision;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.model.Layers;
import graft.model.Weights;
import graft.model.sd.ClipTransformer;
import graft.picture.Picture;
import graft.tensor.Operators;
import graft.tensor.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The vision transformer (Dosovitskiy et al. 2020): pictures to a state for each patch, the first for the whole picture.
 *
 * <p>Float32, in the layouts of CLIP, BLIP and DINO. The weights belong to the manager that it is made with. Source:
 * transformers {@code modeling_clip.py}, {@code modeling_blip.py}, {@code modeling_vit.py}.
 */
final class VisionTransformer {

    /** Pictures that go through at once. */
    private static final int BATCH = 16;

    private final Preprocessor preprocessor;
    private final NDManager manager;
    private final List<NDArray> rows;
    private final NDArray rowConstants;
    private final Layers layers;
    private final NDArray constants;

    private VisionTransformer(
            VisionConfig config, Preprocessor preprocessor, List<NDArray> rows, Layers layers, NDManager manager) {
        this.preprocessor = preprocessor.of(config.size());
        this.manager = manager;
        this.rows = rows;
        this.layers = layers;
        rowConstants = Operators.constants(manager, config.patch(), config.epsilon());
        constants = Operators.constants(
                manager, config.heads(), config.layers(), config.epsilon(), config.quick() ? 1 : 0, 1, 0);
    }

    /** @param model where {@code embeddings} and {@code encoder} are */
    static VisionTransformer clip(VisionConfig config, Preprocessor preprocessor, Weights model, NDManager manager) {
        int width = config.width();
        Weights embeddings = model.at("embeddings");
        List<NDArray> rows = List.of(
                embeddings.get("patch_embedding.weight", width, 3, config.patch(), config.patch()),
                Operators.NONE,
                embeddings.get("class_embedding", width),
                embeddings.get("position_embedding.weight", config.positions(), width),
                model.get("pre_layrnorm.weight", width),
                model.get("pre_layrnorm.bias", width));
        Layers layers = new Layers().norm(model.at("post_layernorm"), width);
        for (int i = 0; i < config.layers(); i++) {
            layers.clip(model.at("encoder.layers." + i), width, config.inner());
        }
        return new VisionTransformer(config, preprocessor, rows, layers, manager);
    }

    /** @param model where {@code embeddings} and {@code encoder} are */
    static VisionTransformer blip(VisionConfig config, Preprocessor preprocessor, Weights model, NDManager manager) {
        int width = config.width();
        Weights embeddings = model.at("embeddings");
        List<NDArray> rows = List.of(
                embeddings.get("patch_embedding.weight", width, 3, config.patch(), config.patch()),
                embeddings.get("patch_embedding.bias", width),
                embeddings.get("class_embedding", 1, 1, width),
                embeddings.get("position_embedding", 1, config.positions(), width),
                Operators.NONE,
                Operators.NONE);
        Layers layers = new Layers().norm(model.at("post_layernorm"), width);
        for (int i = 0; i < config.layers(); i++) {
            Weights layer = model.at("encoder.layers." + i);
            layers.norm(layer.at("layer_norm1"), width)
                    .joined(layer.at("self_attn.qkv"), 3, width)
                    .linear(layer.at("self_attn.projection"), width, width, true)
                    .norm(layer.at("layer_norm2"), width)
                    .linear(layer.at("mlp.fc1"), width, config.inner(), true)
                    .linear(layer.at("mlp.fc2"), config.inner(), width, true);
        }
        return new VisionTransformer(config, preprocessor, rows, layers, manager);
    }

    /** @param model where {@code embeddings} and {@code encoder} are */
    static VisionTransformer vit(VisionConfig config, Preprocessor preprocessor, Weights model, NDManager manager) {
        int width = config.width();
        Weights embeddings = model.at("embeddings");
        List<NDArray> rows = List.of(
                embeddings.get("patch_embeddings.projection.weight", width, 3, config.patch(), config.patch()),
                embeddings.get("patch_embeddings.projection.bias", width),
                embeddings.get("cls_token", 1, 1, width),
                embeddings.get("position_embeddings", 1, config.positions(), width),
                Operators.NONE,
                Operators.NONE);
        Layers layers = new Layers().norm(model.at("layernorm"), width);
        for (int i = 0; i < config.layers(); i++) {
            Weights layer = model.at("encoder.layer." + i);
            Weights attention = layer.at("attention.attention");
            layers.norm(layer.at("layernorm_before"), width)
                    .linear(attention.at("query"), width, width, true)
                    .linear(attention.at("key"), width, width, true)
                    .linear(attention.at("value"), width, width, true)
                    .linear(layer.at("attention.output.dense"), width, width, true)
                    .norm(layer.at("layernorm_after"), width)
                    .linear(layer.at("intermediate.dense"), width, config.inner(), true)
                    .linear(layer.at("output.dense"), config.inner(), width, true);
        }
        return new VisionTransformer(config, preprocessor, rows, layers, manager);
    }

    /**
     * The states of the last layer after the final norm.
     *
     * @return [n,1+patches,d], owned by the model and the innermost scope
     */
    NDArray encode(List<Picture> pictures) {
        try (NDArray pixels = preprocessor.pixels(pictures, manager);
                NDArray embeddings = VisionBlocks.patchRows(pixels, rows, rowConstants)) {
            return ClipTransformer.transformer(embeddings, layers.weights(), Operators.NO_UPDATES, constants);
        }
    }

    /**
     * The state of each whole picture through a linear layer, at length one.
     *
     * @param weight [p,d] or {@link Operators#NONE}
     */
    float[][] directions(List<Picture> pictures, NDArray weight) {
        List<float[]> all = new ArrayList<>();
        for (int from = 0; from < pictures.size(); from += BATCH) {
            List<Picture> batch = pictures.subList(from, Math.min(pictures.size(), from + BATCH));
            try (Scope scope = Scope.open()) {
                all.addAll(directions(encode(batch), new long[batch.size()], weight));
            }
        }
        return all.toArray(float[][]::new);
    }

    /** The rows of {@link VisionBlocks#direction} on the heap; to be called in a scope. */
    static List<float[]> directions(NDArray states, long[] at, NDArray weight) {
        NDArray rows = states.getManager().create(at, new Shape(at.length));
        NDArray directions = VisionBlocks.direction(states, rows, weight);
        float[] flat = directions.toFloatArray();
        int width = flat.length / at.length;
        List<float[]> each = new ArrayList<>();
        for (int i = 0; i < at.length; i++) {
            each.add(Arrays.copyOfRange(flat, i * width, (i + 1) * width));
        }
        return each;
    }
}
