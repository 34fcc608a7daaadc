package graft.model.sd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.model.Layers;
import graft.model.Patches;
import graft.model.TextEncoder;
import graft.model.Weights;
import graft.node.Problem;
import graft.tensor.Compute;
import graft.tensor.Operators;
import graft.tensor.Precision;
import java.util.Arrays;

/**
 * CLIP's text transformer (Radford et al. 2021): token ids to the states that the UNet attends to.
 *
 * <p>Float32. Results are owned by the model and by the thread's innermost scope: open one, keep what outlives it.
 * Source: transformers {@code modeling_clip.py}.
 */
public final class ClipTextEncoder implements TextEncoder {

    private final TextConfig config;
    private final Weights weights;
    private final NDManager manager;
    private final NDArray tokens;
    private final NDArray positions;
    private final Layers layers = new Layers();
    /** The last layer by itself. */
    private final Layers last = new Layers();

    private final NDArray projection;
    /** To run all layers and the final norm, all but the last without it, the last alone with it. */
    private final NDArray toTheEnd;

    private final NDArray butTheLast;
    private final NDArray theLast;

    /**
     * What a prompt is read as by families that look at the states before the last layer.
     *
     * @param penultimate those states without the final norm [n,t,d]
     * @param pooled the end token's state after all, projected [n,p]
     */
    record Read(NDArray penultimate, NDArray pooled) {}

    /** @param manager owns the weights; closed with the encoder */
    public ClipTextEncoder(TextConfig config, Weights weights, NDManager manager) {
        this.config = config;
        this.weights = weights;
        this.manager = manager;
        Weights model = weights.at("text_model");
        int width = config.width();
        tokens = model.get("embeddings.token_embedding.weight", config.vocabulary(), width);
        positions = model.get("embeddings.position_embedding.weight", config.positions(), width);
        layers.norm(model.at("final_layer_norm"), width);
        for (int i = 0; i < config.layers(); i++) {
            layers.clip(model.at("encoder.layers." + i), width, config.inner());
        }
        last.norm(model.at("final_layer_norm"), width)
                .clip(model.at("encoder.layers." + (config.layers() - 1)), width, config.inner());
        projection = config.projected() == 0
                ? Operators.NONE
                : weights.get("text_projection.weight", config.projected(), width);
        toTheEnd = constants(config.layers(), true);
        butTheLast = constants(config.layers() - 1, false);
        theLast = constants(1, true);
    }

    private NDArray constants(int run, boolean norm) {
        return Operators.constants(
                manager, config.heads(), run, config.epsilon(), config.quick() ? 1 : 0, norm ? 1 : 0, 1);
    }

    @Override
    public ClipTextEncoder copy(Compute compute) {
        NDManager copies = compute.newManager();
        return new ClipTextEncoder(config, weights.copy(Precision.FP32, copies), copies);
    }

    @Override
    public NDArray encode(int[][] ids, Patches patches, NDArray added) {
        try (NDArray embeddings = embedded(ids, added);
                Layers.Patched patched = layers.with(patches)) {
            return ClipTransformer.transformer(embeddings, patched.weights(), patched.updates(), toTheEnd);
        }
    }

    /** The states before the last layer, without the final norm [n,t,d]; arguments as of {@link #encode}. */
    NDArray penultimate(int[][] ids, Patches patches, NDArray added) {
        try (NDArray embeddings = embedded(ids, added);
                Layers.Patched patched = layers.with(patches)) {
            return ClipTransformer.transformer(embeddings, patched.weights(), patched.updates(), butTheLast);
        }
    }

    /** As {@link #penultimate}, and the whole of each prompt as one state; for an encoder with a projection. */
    Read read(int[][] ids, Patches patches, NDArray added) {
        NDArray penultimate = penultimate(ids, patches, added);
        // Left to the scope: where text learns, the backward pass reads which state was taken.
        NDArray ends = manager.create(Arrays.stream(ids).mapToLong(this::end).toArray());
        try (Layers.Patched patched = last.with(patches);
                NDArray states =
                        ClipTransformer.transformer(penultimate, patched.weights(), patched.updates(), theLast)) {
            return new Read(penultimate, ClipTransformer.pooled(states, ends, projection));
        }
    }

    /**
     * Where a prompt's first end token stands. Source: transformers {@code modeling_clip.py}, whose configs from before 4.30 name
     * none, the end being the highest id; added words have higher ones.
     */
    private long end(int[] ids) {
        int end = config.end() == TextConfig.UNSAID_END
                ? Arrays.stream(ids)
                        .filter(id -> id < config.vocabulary())
                        .max()
                        .orElse(0)
                : config.end();
        for (int at = 0; at < ids.length; at++) {
            if (ids[at] == end) {
                return at;
            }
        }
        throw new Problem(
                "cannot read a prompt with this model",
                "its tokenizer ends a prompt with another token than " + end + ", which its text encoder looks for",
                "download the model's tokenizer and text_encoder folders again: they are not of one model");
    }

    private NDArray embedded(int[][] ids, NDArray added) {
        long[] flat =
                Arrays.stream(ids).flatMapToInt(Arrays::stream).asLongStream().toArray();
        // Left to the scope: where embeddings learn, the backward pass reads the ids, whose buffer goes with the array.
        NDArray rows = manager.create(flat, new Shape(ids.length, ids[0].length));
        return Operators.embedding(rows, tokens, added, positions);
    }

    TextConfig config() {
        return config;
    }

    @Override
    public int vocabulary() {
        return config.vocabulary();
    }

    @Override
    public NDArray tokenTable() {
        return tokens;
    }

    /** The longest prompt in tokens, with begin and end. */
    public int positions() {
        return config.positions();
    }

    @Override
    public int width() {
        return config.width();
    }

    @Override
    public Weights weights() {
        return weights;
    }

    @Override
    public void close() {
        manager.close();
    }
}
