package graft.vision;

import graft.model.Config;

/**
 * The shape of a transformer of pictures, as {@code config.json} gives it.
 *
 * @param inner width between the two linears of a block
 * @param size side of a picture in pixels
 * @param patch side of a patch in pixels
 * @param quick whether the activation is x·sigmoid(1.702x) rather than the exact GELU
 */
record VisionConfig(int width, int inner, int heads, int layers, int size, int patch, double epsilon, boolean quick) {

    /** What a config that leaves a field out means: transformers' {@code CLIPVisionConfig}. */
    static VisionConfig clip(Config config) {
        config.only("model_type", "clip_vision_model");
        return of(config, 32, 224, 1e-5, "quick_gelu");
    }

    /** As {@code BlipVisionConfig}. */
    static VisionConfig blip(Config config) {
        config.only("model_type", "blip_vision_model");
        return of(config, 16, 384, 1e-5, "gelu");
    }

    /** As {@code ViTConfig}. */
    static VisionConfig vit(Config config) {
        config.only("qkv_bias", true);
        return of(config, 16, 224, 1e-12, "gelu");
    }

    private static VisionConfig of(Config config, int patch, int size, double epsilon, String activation) {
        config.only("num_channels", 3);
        String given = config.text("hidden_act", activation);
        if (!given.equals("quick_gelu") && !given.equals("gelu")) {
            throw config.wrong("hidden_act", "quick_gelu or gelu");
        }
        VisionConfig shape = new VisionConfig(
                config.number("hidden_size", 768),
                config.number("intermediate_size", 3072),
                config.number("num_attention_heads", 12),
                config.number("num_hidden_layers", 12),
                config.number("image_size", size),
                config.number("patch_size", patch),
                config.real("layer_norm_eps", epsilon),
                given.equals("quick_gelu"));
        if (shape.patch < 1 || shape.size < shape.patch) {
            throw config.wrong("patch_size", "from 1 to the image_size, " + shape.size);
        }
        return shape;
    }

    /** Rows that a picture becomes: one for all of it and one for each patch. */
    int positions() {
        return 1 + (size / patch) * (size / patch);
    }
}
