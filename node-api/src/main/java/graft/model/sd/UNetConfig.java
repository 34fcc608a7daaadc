package graft.model.sd;

import graft.model.Config;
import graft.model.Weights;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The shape of a UNet, as {@code unet/config.json} gives it; lists go level by level from the outside in.
 *
 * @param heads attention heads of each level; the file calls it {@code attention_head_dim}
 * @param transformerLayers transformer blocks in each attention of a level
 * @param downAttention whether a level of the way down attends to the text; upAttention counts from the inside out
 * @param timeWidth width of the time embedding
 * @param sizes how it is told of sizes and pooled text beside the time, as Stable Diffusion XL's is; nothing for others
 */
public record UNetConfig(
        int inChannels,
        int outChannels,
        List<Integer> channels,
        List<Integer> layers,
        List<Boolean> downAttention,
        List<Boolean> upAttention,
        List<Integer> heads,
        List<Integer> transformerLayers,
        List<Integer> contextWidths,
        int groups,
        double epsilon,
        int timeWidth,
        boolean cosinesFirst,
        double frequencyShift,
        Optional<Sizes> sizes) {

    /**
     * How a UNet is told of size numbers and pooled text: {@code addition_embed_type} "text_time".
     *
     * @param waves width of the sinusoidal embedding of each number
     * @param joined width of pooled text and all embedded numbers together
     */
    public record Sizes(int waves, int joined) {}

    /** The shape of Stable Diffusion 1.5. */
    public static final UNetConfig STABLE_DIFFUSION_15 = new UNetConfig(
            4,
            4,
            List.of(320, 640, 1280, 1280),
            List.of(2, 2, 2, 2),
            List.of(true, true, true, false),
            List.of(false, true, true, true),
            List.of(8, 8, 8, 8),
            List.of(1, 1, 1, 1),
            List.of(768, 768, 768, 768),
            32,
            1e-5,
            1280,
            true,
            0,
            Optional.empty());

    int levels() {
        return channels.size();
    }

    /** Whether it is an inpainting model's: its inputs are the latents, a mask, and the latents of the masked picture. */
    boolean paintsIn() {
        return inChannels == 2 * outChannels + 1;
    }

    /** Width of the text states. */
    public int contextWidth() {
        return contextWidths.get(0);
    }

    static UNetConfig of(Config config) {
        refuseWhatIsUnknown(config);
        List<Integer> channels = config.numbers("block_out_channels");
        int levels = channels.size();
        String heads = config.has("num_attention_heads") ? "num_attention_heads" : "attention_head_dim";
        return new UNetConfig(
                config.number("in_channels", 4),
                config.number("out_channels", 4),
                channels,
                config.perLevel("layers_per_block", levels, 2),
                attention(config, "down_block_types", levels, "CrossAttnDownBlock2D", "DownBlock2D"),
                attention(config, "up_block_types", levels, "CrossAttnUpBlock2D", "UpBlock2D"),
                config.perLevel(heads, levels, 8),
                config.perLevel("transformer_layers_per_block", levels, 1),
                config.perLevel("cross_attention_dim", levels, 1280),
                config.number("norm_num_groups", 32),
                config.real("norm_eps", 1e-5),
                config.number("time_embedding_dim", 4 * channels.get(0)),
                config.flag("flip_sin_to_cos", true),
                config.real("freq_shift", 0),
                sizes(config));
    }

    private static Optional<Sizes> sizes(Config config) {
        if (config.text("addition_embed_type", "").isEmpty()) {
            return Optional.empty();
        }
        config.only("addition_embed_type", "text_time");
        return Optional.of(new Sizes(
                config.number("addition_time_embed_dim", 256),
                config.number("projection_class_embeddings_input_dim", 2816)));
    }

    private static List<Boolean> attention(Config config, String field, int levels, String with, String without) {
        List<String> types = config.texts(field);
        if (types.size() != levels || !List.of(with, without).containsAll(types)) {
            throw config.wrong(field, levels + " times " + with + " or " + without);
        }
        return types.stream().map(with::equals).toList();
    }

    private static void refuseWhatIsUnknown(Config config) {
        config.only("_class_name", "UNet2DConditionModel");
        config.only("mid_block_type", "UNetMidBlock2DCrossAttn");
        config.only("act_fn", "silu");
        config.only("center_input_sample", false);
        config.only("downsample_padding", 1);
        config.only("mid_block_scale_factor", 1);
        config.only("only_cross_attention", false);
        config.only("dual_cross_attention", false);
        config.only("resnet_time_scale_shift", "default");
        config.only("resnet_skip_time_act", false);
        config.only("resnet_out_scale_factor", 1);
        config.only("time_embedding_type", "positional");
        config.only("conv_in_kernel", 3);
        config.only("conv_out_kernel", 3);
        config.only("attention_type", "default");
        config.only("class_embeddings_concat", false);
        List.of(
                        "encoder_hid_dim",
                        "encoder_hid_dim_type",
                        "class_embed_type",
                        "num_class_embeds",
                        "time_cond_proj_dim",
                        "time_embedding_act_fn",
                        "timestep_post_act",
                        "cross_attention_norm",
                        "mid_block_only_cross_attention",
                        "reverse_transformer_layers_per_block")
                .forEach(config::onlyUnset);
    }

    /**
     * The shape of a UNet in a file without config: what the weights' shapes tell, and what all Stable Diffusion 1.x
     * (8 heads) and all since (64 channels a head) share.
     *
     * @param pooled width of the pooled text that it is told beside sizes; looked at where it is told of any
     */
    static UNetConfig of(Weights.Source weights, int pooled) {
        List<Integer> channels = new ArrayList<>();
        List<Integer> layers = new ArrayList<>();
        List<Boolean> attention = new ArrayList<>();
        List<Integer> transformerLayers = new ArrayList<>();
        for (int level = 0; weights.keys().contains(resnet(level, 0)); level++) {
            channels.add(axis(weights, resnet(level, 0), 0));
            int layer = 1;
            while (weights.keys().contains(resnet(level, layer))) {
                layer++;
            }
            layers.add(layer);
            int blocks = 0;
            while (weights.keys().contains(attentionKey(level, blocks))) {
                blocks++;
            }
            attention.add(blocks > 0);
            transformerLayers.add(Math.max(1, blocks));
        }
        int contextWidth = axis(weights, "mid_block.attentions.0.transformer_blocks.0.attn2.to_k.weight", 1);
        // Stable Diffusion 1.x projects with 1×1 convolutions, all since with linear layers.
        boolean first = weights.shape("mid_block.attentions.0.proj_in.weight", new long[0])
                .filter(shape -> shape.length == 4)
                .isPresent();
        List<Boolean> upAttention = new ArrayList<>(attention);
        Collections.reverse(upAttention);
        return new UNetConfig(
                axis(weights, "conv_in.weight", 1),
                axis(weights, "conv_out.weight", 0),
                channels,
                layers,
                attention,
                upAttention,
                channels.stream()
                        .map(width -> first ? 8 : Math.max(1, width / 64))
                        .toList(),
                transformerLayers,
                Collections.nCopies(channels.size(), contextWidth),
                32,
                1e-5,
                axis(weights, "time_embedding.linear_2.weight", 0),
                true,
                0,
                sizes(weights, pooled));
    }

    /** Six numbers are embedded: two of the original size, two of where it was cut, two of the size aimed at. */
    private static Optional<Sizes> sizes(Weights.Source weights, int pooled) {
        int joined = axis(weights, "add_embedding.linear_1.weight", 1);
        return joined == 0 ? Optional.empty() : Optional.of(new Sizes((joined - pooled) / 6, joined));
    }

    private static String resnet(int level, int layer) {
        return "down_blocks." + level + ".resnets." + layer + ".conv1.weight";
    }

    private static String attentionKey(int level, int block) {
        return "down_blocks." + level + ".attentions.0.transformer_blocks." + block + ".attn1.to_q.weight";
    }

    private static int axis(Weights.Source weights, String key, int axis) {
        return weights.shape(key, new long[0]).map(shape -> (int) shape[axis]).orElse(0);
    }
}
