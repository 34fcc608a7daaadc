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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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
    /** To run so many layers from the first on, without the final norm and with it. */
    private final List<NDArray> without = new ArrayList<>();

    private final List<NDArray> normed = new ArrayList<>();

    /** To run the last layer alone, and the final norm. */
    private final NDArray theLast;

    /**
     * What a prompt is read as by families that look at states as they are before the final norm.
     *
     * @param states those states [n,t,d]
     * @param pooled the end token's state after all, projected [n,p]
     */
    record Read(NDArray states, NDArray pooled) {}

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
        for (int i = 0; i <= config.layers(); i++) {
            without.add(constants(i, false));
            normed.add(constants(i, true));
        }
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
        return encode(ids, patches, added, 1);
    }

    /**
     * The states of an earlier layer after the final norm; other arguments as of {@link TextEncoder#encode(int[][], Patches,
     * NDArray)}.
     *
     * @param skip which layer, counted from the last, which is 1
     * @throws Problem when there is none so far from the last
     */
    NDArray encode(int[][] ids, Patches patches, NDArray added, int skip) {
        return run(ids, patches, added, normed.get(layers(skip)));
    }

    /** As {@link #encode(int[][], Patches, NDArray, int)}, without the final norm. */
    NDArray states(int[][] ids, Patches patches, NDArray added, int skip) {
        return run(ids, patches, added, without.get(layers(skip)));
    }

    private NDArray run(int[][] ids, Patches patches, NDArray added, NDArray constants) {
        try (NDArray embeddings = embedded(ids, added);
                Layers.Patched patched = layers.with(patches)) {
            return ClipTransformer.transformer(embeddings, patched.weights(), patched.updates(), constants);
        }
    }

    /**
     * How many layers its files leave out behind those that they have: Stable Diffusion 2 never reads by the last of OpenCLIP's
     * 24, but counts it.
     */
    int leftOut() {
        return config.layers() == 23 && config.width() == 1024 ? 1 : 0;
    }

    /** How many layers run where so many are left out from the last on. */
    private int layers(int skip) {
        if (skip > config.layers()) {
            throw new Problem(
                    "cannot read text by layer " + skip + " from the last",
                    "the text encoder has " + config.layers() + " layers",
                    "set skip of Clip Skip to " + config.layers() + " or less");
        }
        return config.layers() - skip + 1;
    }

    /** As {@link #states}, and the whole of each prompt as one state; for an encoder with a projection. */
    Read read(int[][] ids, Patches patches, NDArray added, int skip) {
        NDArray states = states(ids, patches, added, skip);
        // Left to the scope: where text learns, the backward pass reads which state was taken.
        NDArray ends = manager.create(Arrays.stream(ids).mapToLong(this::end).toArray());
        try (NDArray whole = toTheEnd(states, ids, patches, added, skip)) {
            return new Read(states, ClipTransformer.pooled(whole, ends, projection));
        }
    }

    /** The states after all layers and the final norm, from those before the last on where these are there. */
    private NDArray toTheEnd(NDArray states, int[][] ids, Patches patches, NDArray added, int skip) {
        if (skip != 2) {
            return run(ids, patches, added, normed.get(config.layers()));
        }
        try (Layers.Patched patched = last.with(patches)) {
            return ClipTransformer.transformer(states, patched.weights(), patched.updates(), theLast);
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
