package graft.vision;

import graft.model.Config;

/**
 * The shape of BLIP's text decoder, as the {@code text_config} in {@code config.json} gives it.
 *
 * @param positions the longest caption in tokens, with begin
 * @param begin token that every caption begins with
 * @param end token that ends one
 */
record BlipTextConfig(
        int vocabulary,
        int width,
        int inner,
        int heads,
        int layers,
        int positions,
        double epsilon,
        int begin,
        int end) {

    /** What a config that leaves a field out means: transformers' {@code BlipTextConfig}. */
    static BlipTextConfig of(Config config) {
        config.only("model_type", "blip_text_model");
        config.only("hidden_act", "gelu");
        return new BlipTextConfig(
                config.number("vocab_size", 30524),
                config.number("hidden_size", 768),
                config.number("intermediate_size", 3072),
                config.number("num_attention_heads", 8),
                config.number("num_hidden_layers", 12),
                config.number("max_position_embeddings", 512),
                config.real("layer_norm_eps", 1e-12),
                config.number("bos_token_id", 30522),
                config.number("sep_token_id", 102));
    }
}
