package graft.model;

import java.util.ArrayList;
import java.util.List;

/**
 * The shape of an autoencoder, as {@code vae/config.json} gives it.
 *
 * @param channels widths level by level from the picture in
 * @param layers resnets of a level on the way in; one more on the way out
 * @param attention whether the middle attends to itself
 * @param scaling what latents are multiplied with to have about unit variance
 * @param tiny whether it is a tiny autoencoder (TAESD), from scaled latents by convolutions alone
 */
public record VaeConfig(
        int pictureChannels,
        int latentChannels,
        List<Integer> channels,
        int layers,
        int groups,
        boolean attention,
        boolean quantConv,
        boolean postQuantConv,
        double scaling,
        boolean tiny) {

    /** Of an autoencoder of which no tiny one stands in. */
    public VaeConfig(
            int pictureChannels,
            int latentChannels,
            List<Integer> channels,
            int layers,
            int groups,
            boolean attention,
            boolean quantConv,
            boolean postQuantConv,
            double scaling) {
        this(
                pictureChannels,
                latentChannels,
                channels,
                layers,
                groups,
                attention,
                quantConv,
                postQuantConv,
                scaling,
                false);
    }

    /** The scaling of Stable Diffusion 1.x and 2.x. */
    public static final double SCALING = 0.18215;

    /** The scaling of Stable Diffusion XL. */
    public static final double SCALING_XL = 0.13025;

    /** The scaling where no config tells it. */
    public static double scaling(String family) {
        return family.equals("sdxl") ? SCALING_XL : SCALING;
    }

    /**
     * As a config says it.
     *
     * @throws graft.node.Problem naming the field that Graft does not know
     */
    public static VaeConfig of(Config config) {
        config.only("_class_name", "AutoencoderKL");
        config.only("act_fn", "silu");
        config.onlyUnset("latents_mean");
        config.onlyUnset("latents_std");
        config.onlyUnset("shift_factor");
        List<Integer> channels = config.numbers("block_out_channels");
        blocks(config, "down_block_types", channels.size(), "DownEncoderBlock2D");
        blocks(config, "up_block_types", channels.size(), "UpDecoderBlock2D");
        return new VaeConfig(
                config.number("in_channels", 3),
                config.number("latent_channels", 4),
                channels,
                config.number("layers_per_block", 1),
                config.number("norm_num_groups", 32),
                config.flag("mid_block_add_attention", true),
                config.flag("use_quant_conv", true),
                config.flag("use_post_quant_conv", true),
                config.real("scaling_factor", SCALING));
    }

    private static void blocks(Config config, String field, int count, String type) {
        List<String> types = config.texts(field);
        if (types.size() != count || !types.stream().allMatch(type::equals)) {
            throw config.wrong(field, count + " times " + type);
        }
    }

    /** The shape of an autoencoder in a file without config, which does not tell the scaling. */
    public static VaeConfig of(Weights.Source weights, double scaling) {
        List<Integer> channels = new ArrayList<>();
        while (weights.keys().contains(resnet(channels.size(), 0))) {
            channels.add(axis(weights, resnet(channels.size(), 0), 0));
        }
        int layers = 0;
        while (weights.keys().contains(resnet(0, layers))) {
            layers++;
        }
        return new VaeConfig(
                axis(weights, "encoder.conv_in.weight", 1),
                axis(weights, "decoder.conv_in.weight", 1),
                channels,
                layers,
                32,
                weights.keys().contains("encoder.mid_block.attentions.0.to_q.weight"),
                weights.keys().contains("quant_conv.weight"),
                weights.keys().contains("post_quant_conv.weight"),
                scaling);
    }

    /** The shape of a tiny autoencoder. */
    static VaeConfig tiny(int latentChannels, List<Integer> channels, double scaling) {
        return new VaeConfig(
                TinyFile.PICTURE_CHANNELS, latentChannels, channels, 3, 0, false, false, false, scaling, true);
    }

    private static String resnet(int level, int layer) {
        return "encoder.down_blocks." + level + ".resnets." + layer + ".conv1.weight";
    }

    private static int axis(Weights.Source weights, String key, int axis) {
        return weights.shape(key, new long[0]).map(shape -> (int) shape[axis]).orElse(0);
    }

    /** Pixels along one side of a latent position. */
    public int factor() {
        return 1 << (channels.size() - 1);
    }
}
