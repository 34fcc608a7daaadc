package graft.model.sd;

import graft.model.Config;
import graft.model.Weights;
import java.util.Set;

/**
 * The shape of CLIP's text transformer, as {@code text_encoder/config.json} gives it.
 *
 * @param quick whether the activation is x·sigmoid(1.702x) rather than the exact GELU
 * @param padding token that a short prompt is filled up with
 * @param end token that a prompt ends with, or {@link #UNSAID_END}
 * @param projected width of the pooled text after its projection; 0 for an encoder without one
 */
public record TextConfig(
        int vocabulary,
        int width,
        int inner,
        int heads,
        int layers,
        int positions,
        double epsilon,
        boolean quick,
        int padding,
        int end,
        int projected) {

    /** What old configs say of the end token, which was not looked at then. */
    static final int UNSAID_END = 2;

    /** The shape of Stable Diffusion 1.5's. */
    static final TextConfig STABLE_DIFFUSION_15 =
            new TextConfig(49408, 768, 3072, 12, 12, 77, 1e-5, true, 49407, 49407, 0);

    /** What a config that leaves a field out means: transformers' {@code CLIPTextConfig}. */
    public static TextConfig of(Config config) {
        config.only("model_type", "clip_text_model");
        int width = config.number("hidden_size", 512);
        String activation = config.text("hidden_act", "quick_gelu");
        if (!activation.equals("quick_gelu") && !activation.equals("gelu")) {
            throw config.wrong("hidden_act", "quick_gelu or gelu");
        }
        return new TextConfig(
                config.number("vocab_size", 49408),
                width,
                config.number("intermediate_size", 2048),
                config.number("num_attention_heads", 8),
                config.number("num_hidden_layers", 12),
                config.number("max_position_embeddings", 77),
                config.real("layer_norm_eps", 1e-5),
                activation.equals("quick_gelu"),
                config.number("pad_token_id", 1),
                config.number("eos_token_id", 49407),
                projects(config) ? config.number("projection_dim", 512) : 0);
    }

    private static boolean projects(Config config) {
        return config.has("architectures") && config.texts("architectures").contains("CLIPTextModelWithProjection");
    }

    /**
     * The shape of an encoder in a file without config: 64 channels a head, as in all of CLIP.
     *
     * @param openClip whether it is one of OpenCLIP, which has the exact activation and fills up with the first token, rather
     *     than CLIP's own
     */
    public static TextConfig of(Weights.Source weights, boolean openClip) {
        long[] tokens = shape(weights, "text_model.embeddings.token_embedding.weight");
        int width = (int) tokens[1];
        int last = (int) tokens[0] - 1;
        return new TextConfig(
                (int) tokens[0],
                width,
                (int) shape(weights, "text_model.encoder.layers.0.mlp.fc1.weight")[0],
                Math.max(1, width / 64),
                layers(weights.keys()),
                (int) shape(weights, "text_model.embeddings.position_embedding.weight")[0],
                1e-5,
                !openClip,
                openClip ? 0 : last,
                last,
                (int) shape(weights, "text_projection.weight")[0]);
    }

    /** How many layers there are in a row, counted from the first. */
    static int layers(Set<String> keys) {
        int layers = 0;
        while (keys.contains("text_model.encoder.layers." + layers + ".mlp.fc1.weight")) {
            layers++;
        }
        return layers;
    }

    private static long[] shape(Weights.Source weights, String key) {
        return weights.shape(key, new long[0]).orElse(new long[] {0, 0});
    }
}
