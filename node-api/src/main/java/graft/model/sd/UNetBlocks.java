package graft.model.sd;

import ai.djl.ndarray.NDArray;
import graft.tensor.Operators;
import graft.tensor.ScriptedModule;
import graft.tensor.Updates;
import java.util.List;

/**
 * What of the UNet is its own, each block one call into TorchScript.
 *
 * <p>What {@link Operators} says of its own is true of them. The code is the resource {@code unet.torchscript}.
 */
final class UNetBlocks {

    private static final ScriptedModule SCRIPT = new ScriptedModule(UNetBlocks.class, "unet.torchscript");

    private UNetBlocks() {}

    /**
     * Sinusoidal embedding of timesteps, then linear, SiLU, linear, SiLU.
     *
     * <p>Computed in float32, which timesteps need.
     *
     * @param timesteps [n] float32
     * @param like an array of the precision that the result is to have
     * @param weights weight and bias of both linears; updates in that order
     * @param constants half the width of the waves, 1 for cosines before sines, frequency shift
     */
    static NDArray timeEmbedding(
            NDArray timesteps, NDArray like, List<NDArray> weights, Updates updates, NDArray constants) {
        return SCRIPT.call("time")
                .with(timesteps)
                .with(like)
                .with("w[]", weights)
                .with(updates)
                .with(constants)
                .run();
    }

    /**
     * As {@link #timeEmbedding}, told of pooled text and sizes too: theirs, through two linears of their own, is added before
     * the last SiLU.
     *
     * @param pooled [n,p], of the precision that the result is to have
     * @param sizes [n,s] float32, each number a sinusoidal embedding by itself
     * @param weights weight and bias of the time's linears, then of the sizes'; updates in that order
     * @param constants as there, then half the width of a number's waves
     */
    static NDArray timeAndSizes(
            NDArray timesteps,
            NDArray pooled,
            NDArray sizes,
            List<NDArray> weights,
            Updates updates,
            NDArray constants) {
        return SCRIPT.call("time_and_sizes")
                .with(timesteps)
                .with(pooled)
                .with(sizes)
                .with("w[]", weights)
                .with(updates)
                .with(constants)
                .run();
    }

    /**
     * Spatial transformer: norm, proj_in, transformer blocks, proj_out, plus the input.
     *
     * @param context [n,t,d]
     * @param weights weight and bias of norm and proj_in; of each block's norm1, attn1 (to_q, to_k, to_v, to_out.0),
     *     norm2, attn2, norm3, ff.net.0.proj, ff.net.2; of proj_out. Updates in the same order without the norms
     * @param constants groups, epsilon of the group norm, heads, number of transformer blocks
     */
    static NDArray spatialTransformer(
            NDArray x, NDArray context, List<NDArray> weights, Updates updates, NDArray constants) {
        return SCRIPT.call("transformer")
                .with(x)
                .with(context)
                .with("w[]", weights)
                .with(updates)
                .with(constants)
                .run();
    }

    /**
     * The beginning of a {@link #spatialTransformer}: norm and proj_in.
     *
     * @param weights weight and bias of both; updates of the latter
     * @param constants as there
     * @return [n,h·w,c]
     */
    static NDArray transformerBegin(NDArray x, List<NDArray> weights, Updates updates, NDArray constants) {
        return SCRIPT.call("transformer_begin")
                .with(x)
                .with("w[]", weights)
                .with(updates)
                .with(constants)
                .run();
    }

    /**
     * One transformer block of a {@link #spatialTransformer}.
     *
     * @param x [n,h·w,c]
     * @param states rows of the context [n·t,d]
     * @param weights of the block, in the order there; updates likewise
     * @param constants as there
     * @return [n,h·w,c]
     */
    static NDArray transformerLayer(
            NDArray x, NDArray states, List<NDArray> weights, Updates updates, NDArray constants) {
        return SCRIPT.call("transformer_layer")
                .with(x)
                .with(states)
                .with("w[]", weights)
                .with(updates)
                .with(constants)
                .run();
    }

    /**
     * The beginning of a {@link #transformerLayer} whose attention is not computed with it: queries, keys and values, each
     * [n,tokens,c].
     *
     * @param x [n,h·w,c]
     * @param weights of the block, in the order there; updates likewise
     */
    static List<NDArray> selfInputs(NDArray x, List<NDArray> weights, Updates updates) {
        return SCRIPT.call("self_inputs")
                .with(x)
                .with("w[]", weights)
                .with(updates)
                .runList();
    }

    /** What follows attention of positions among themselves: to_out.0, plus what came into the attention. */
    static NDArray selfOutput(NDArray attended, NDArray x, List<NDArray> weights, Updates updates) {
        return SCRIPT.call("self_output")
                .with(attended)
                .with(x)
                .with("w[]", weights)
                .with(updates)
                .run();
    }

    /**
     * As {@link #selfInputs}, of the attention to the text.
     *
     * @param states rows of the context [n·t,d]
     */
    static List<NDArray> textInputs(NDArray x, NDArray states, List<NDArray> weights, Updates updates) {
        return SCRIPT.call("text_inputs")
                .with(x)
                .with(states)
                .with("w[]", weights)
                .with(updates)
                .runList();
    }

    /** As {@link #selfOutput}, of the attention to the text. */
    static NDArray textOutput(NDArray attended, NDArray x, List<NDArray> weights, Updates updates) {
        return SCRIPT.call("text_output")
                .with(attended)
                .with(x)
                .with("w[]", weights)
                .with(updates)
                .run();
    }

    /** What follows both attentions of a {@link #transformerLayer}: the gated layers, plus what came into them. */
    static NDArray feedForward(NDArray x, List<NDArray> weights, Updates updates) {
        return SCRIPT.call("feed_forward")
                .with(x)
                .with("w[]", weights)
                .with(updates)
                .run();
    }

    /**
     * The end of a {@link #spatialTransformer}: proj_out, plus its input.
     *
     * @param states what the last transformer block gave
     * @param x the input [n,c,h,w] of the whole
     * @param weights weight and bias of proj_out
     */
    static NDArray transformerEnd(NDArray states, NDArray x, List<NDArray> weights, Updates updates) {
        return SCRIPT.call("transformer_end")
                .with(states)
                .with(x)
                .with("w[]", weights)
                .with(updates)
                .run();
    }

    /**
     * The gradients of a {@link #transformerBegin}, without a record.
     *
     * @param gradient by its result
     * @return by {@code x}, then by the factors of the updates
     */
    static List<NDArray> transformerBeginBack(
            NDArray gradient, NDArray x, List<NDArray> weights, Updates updates, NDArray constants) {
        return SCRIPT.call("begin_back")
                .with(gradient)
                .with(x)
                .with("w[]", weights)
                .with(updates)
                .with(constants)
                .runList();
    }

    /** A {@link #transformerLayer}, and what {@link #transformerLayerBack} needs of it beside its inputs. */
    static List<NDArray> transformerLayerKept(
            NDArray x, NDArray states, List<NDArray> weights, Updates updates, NDArray constants) {
        return SCRIPT.call("layer_kept")
                .with(x)
                .with(states)
                .with("w[]", weights)
                .with(updates)
                .with(constants)
                .runList();
    }

    /**
     * The gradients of a {@link #transformerLayerKept}.
     *
     * @param gradient by its result
     * @param kept what it gave
     * @param told whether one by the states is wanted
     * @return by {@code x} and {@code states}, then by the factors of the updates
     */
    static List<NDArray> transformerLayerBack(
            NDArray gradient,
            NDArray x,
            NDArray states,
            List<NDArray> kept,
            List<NDArray> weights,
            Updates updates,
            NDArray constants,
            boolean told) {
        return SCRIPT.call("layer_back")
                .with(gradient)
                .with(x)
                .with(states)
                .with("k[]", kept)
                .with("w[]", weights)
                .with(updates)
                .with(constants)
                .with(told ? constants : Operators.NONE)
                .runList();
    }

    /** As {@link #transformerBeginBack}, of a {@link #transformerEnd}: by {@code states} and {@code x}, then by the factors. */
    static List<NDArray> transformerEndBack(NDArray gradient, NDArray states, List<NDArray> weights, Updates updates) {
        return SCRIPT.call("end_back")
                .with(gradient)
                .with(states)
                .with("w[]", weights)
                .with(updates)
                .runList();
    }
}
