package graft.model;

import ai.djl.ndarray.NDArray;
import graft.tensor.Operators;
import graft.tensor.ScriptedModule;
import graft.tensor.Updates;
import java.util.List;

/**
 * The blocks that UNet and autoencoder have in common, each one call into TorchScript.
 *
 * <p>What {@link Operators} says of its own is true of them. The code is the resource {@code blocks.torchscript}.
 */
final class Blocks {

    private static final ScriptedModule SCRIPT = new ScriptedModule(Blocks.class, "blocks.torchscript");

    private Blocks() {}

    /**
     * ResNet block: norm, SiLU, convolution, plus time, norm, SiLU, convolution, plus the input.
     *
     * @param skip joined to {@code x} along the channels, or {@link Operators#NONE}
     * @param time the time embedding [n,t], or {@link Operators#NONE}
     * @param weights weight and bias of norm1, conv1, time_emb_proj, norm2, conv2, conv_shortcut; updates of conv1,
     *     time_emb_proj, conv2, conv_shortcut
     * @param constants groups, epsilon
     */
    static NDArray resnetBlock(
            NDArray x, NDArray skip, NDArray time, List<NDArray> weights, Updates updates, NDArray constants) {
        return SCRIPT.call("resnet")
                .with(x)
                .with(skip)
                .with(time)
                .with("w[]", weights)
                .with(updates)
                .with(constants)
                .run();
    }

    /**
     * A {@link #resnetBlock} told the time, without updates, and what {@link #resnetBack} needs of it beside its inputs.
     *
     * @return the result; what comes before the second norm
     */
    static List<NDArray> resnetKept(NDArray x, NDArray skip, NDArray time, List<NDArray> weights, NDArray constants) {
        return SCRIPT.call("resnet_kept")
                .with(x)
                .with(skip)
                .with(time)
                .with("w[]", weights)
                .with(Operators.NO_UPDATES)
                .with(constants)
                .runList();
    }

    /**
     * The gradients of a {@link #resnetKept} by its inputs.
     *
     * @param gradient by its result
     * @param kept what it gave
     * @return by {@code x}, by {@code skip} if there is one, by {@code time}
     */
    static List<NDArray> resnetBack(
            NDArray gradient, NDArray x, NDArray skip, NDArray kept, List<NDArray> weights, NDArray constants) {
        return SCRIPT.call("resnet_back")
                .with(gradient)
                .with(x)
                .with(skip)
                .with(kept)
                .with("w[]", weights)
                .with(constants)
                .runList();
    }

    /**
     * Self-attention over all positions, plus the input (the middle of the VAE).
     *
     * @param weights weight and bias of group_norm, to_q, to_k, to_v, to_out.0; updates of the last four
     * @param constants groups, epsilon, heads
     */
    static NDArray pixelAttention(NDArray x, List<NDArray> weights, Updates updates, NDArray constants) {
        return SCRIPT.call("pixel_attention")
                .with(x)
                .with("w[]", weights)
                .with(updates)
                .with(constants)
                .run();
    }

    /**
     * Attention of queries to keys, head by head, without linear layers.
     *
     * @param queries [n,positions,heads·d]
     * @param keys [n,tokens,heads·d]
     * @return as the queries
     */
    static NDArray attended(NDArray queries, NDArray keys, NDArray values, int heads) {
        try (NDArray constants = queries.getManager().create(new double[] {heads})) {
            return SCRIPT.call("attend")
                    .with(queries)
                    .with(keys)
                    .with(values)
                    .with(constants)
                    .run();
        }
    }

    /**
     * A 1×1 or 3×3 convolution; takes feature maps in any memory layout.
     *
     * <p>While gradients are off, large float32 ones on the CPU are computed tile by tile (Lavin and Gray, 2016, "Fast
     * algorithms for convolutional neural networks"), as are those within the blocks: by 4×4 outputs from 2048 positions and
     * 256 channels on, or 1024 and 320 × 640, by 2×2 from 512 positions and 1280 channels on. Up to rounding it is the same:
     * measured 2e-6 of the deviation, 5e-5 at the worst value, where libtorch's own is off by 1e-6.
     *
     * @param weights weight and bias
     * @param constants stride, padding before and after both axes
     */
    static NDArray convolution(NDArray x, List<NDArray> weights, Updates updates, NDArray constants) {
        return SCRIPT.call("conv")
                .with(x)
                .with("w[]", weights)
                .with(updates)
                .with(constants)
                .run();
    }

    /**
     * Nearest-neighbour enlargement and a 3×3 convolution.
     *
     * @param like a feature map of the size to reach, or {@link Operators#NONE} for twice the size
     * @param weights weight and bias
     */
    static NDArray upsample(NDArray x, NDArray like, List<NDArray> weights, Updates updates) {
        return SCRIPT.call("upsample")
                .with(x)
                .with(like)
                .with("w[]", weights)
                .with(updates)
                .run();
    }

    /** The gradient of an {@link #upsample} without updates by {@code x}; {@code gradient} is that by its result. */
    static NDArray upsampleBack(NDArray gradient, NDArray x, List<NDArray> weights) {
        return SCRIPT.call("upsample_back")
                .with(gradient)
                .with(x)
                .with("w[]", weights)
                .run();
    }

    /**
     * Group norm, SiLU and a 3×3 convolution; the result is in plain [n,c,h,w] memory.
     *
     * @param weights weight and bias of the norm and of the convolution; updates of the latter
     * @param constants groups, epsilon
     */
    static NDArray outputHead(NDArray x, List<NDArray> weights, Updates updates, NDArray constants) {
        return SCRIPT.call("norm_silu_conv")
                .with(x)
                .with("w[]", weights)
                .with(updates)
                .with(constants)
                .run();
    }
}
