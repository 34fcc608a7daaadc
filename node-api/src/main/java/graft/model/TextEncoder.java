package graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.tensor.Compute;
import graft.tensor.Operators;
import graft.tensor.Precision;
import java.util.List;

/**
 * CLIP's text transformer (Radford et al. 2021): token ids to the states that the UNet attends to.
 *
 * <p>Float32. Results are owned by the model and by the thread's innermost scope: open one, keep what outlives it.
 * Source: transformers {@code modeling_clip.py}.
 */
public final class TextEncoder implements AutoCloseable {

    private final TextConfig config;
    private final Weights weights;
    private final NDManager manager;
    private final NDArray tokens;
    private final NDArray positions;
    private final Layers layers = new Layers();
    private final NDArray constants;

    /** @param manager owns the weights; closed with the encoder */
    TextEncoder(TextConfig config, Weights weights, NDManager manager) {
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
        constants = Operators.constants(
                manager, config.heads(), config.layers(), config.epsilon(), config.quick() ? 1 : 0, 1, 1);
    }

    /** A text encoder of random weights of the shape of Stable Diffusion 1.5's, to time. */
    public static TextEncoder random(Compute compute) {
        NDManager manager = compute.newManager();
        return new TextEncoder(TextConfig.STABLE_DIFFUSION_15, Weights.of(new RandomWeights(manager)), manager);
    }

    /** A text encoder of its own with the same numbers; the caller closes it. */
    public TextEncoder copy(Compute compute) {
        NDManager copies = compute.newManager();
        return new TextEncoder(config, Weights.of(new CopiedWeights(weights, Precision.FP32, copies)), copies);
    }

    /**
     * The states of the last layer after the final norm.
     *
     * @param ids token ids, rows of equal length, at most {@link #positions}
     * @return [n,t,d]
     */
    public NDArray encode(int[][] ids, Patches patches) {
        return encode(ids, patches, Operators.NONE);
    }

    /**
     * As {@link #encode(int[][], Patches)}, with tokens beyond the vocabulary.
     *
     * @param added [m,d]: the embeddings of the ids from {@link #vocabulary} on; they may learn. {@link Operators#NONE} for
     *     none
     */
    public NDArray encode(int[][] ids, Patches patches, NDArray added) {
        long[] flat = java.util.Arrays.stream(ids)
                .flatMapToInt(java.util.Arrays::stream)
                .asLongStream()
                .toArray();
        // Left to the scope: where embeddings learn, the backward pass reads the ids, whose buffer goes with the array.
        NDArray rows = manager.create(flat, new ai.djl.ndarray.types.Shape(ids.length, ids[0].length));
        try (NDArray embeddings = Operators.embedding(rows, tokens, added, positions);
                Layers.Patched patched = layers.with(patches)) {
            return Operators.transformer(embeddings, patched.weights(), patched.updates(), constants);
        }
    }

    /** How many tokens it knows; the ids of added ones begin here. */
    public int vocabulary() {
        return config.vocabulary();
    }

    /** [vocabulary,d]: the embedding of each token. */
    public NDArray tokenTable() {
        return tokens;
    }

    /** The longest prompt in tokens, with begin and end. */
    public int positions() {
        return config.positions();
    }

    /** Width of a state. */
    public int width() {
        return config.width();
    }

    /** Paths of all linear layers, which a low-rank change fits. */
    public List<String> moduleNames() {
        return weights.modules().stream()
                .filter(path -> !path.endsWith("_embedding"))
                .toList();
    }

    /** Paths of all norms, whose weights and biases an adapter may change too. */
    public List<String> normNames() {
        return weights.norms();
    }

    /** Whether a layer has a bias. */
    public boolean hasBias(String modulePath) {
        return weights.names().contains(modulePath + ".bias");
    }

    /** [out,in] of a linear layer, [c] of a norm. */
    public long[] weightShape(String modulePath) {
        return weights.get(modulePath + ".weight").getShape().getShape();
    }

    public Weights weights() {
        return weights;
    }

    @Override
    public void close() {
        manager.close();
    }
}
