package graft.model.sd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.model.Layers;
import graft.model.Patches;
import graft.model.Weights;
import graft.tensor.Operators;

/** Attention of all positions to each other and to the text (Rombach et al. 2022, section 3.3). */
final class SpatialTransformer {

    /** Width of the feed-forward layer, in widths of the block. */
    private static final int WIDENING = 4;

    /** diffusers fixes it for this norm, whatever {@code norm_eps} says. */
    private static final double EPSILON = 1e-6;

    private final Layers layers = new Layers();
    private final NDArray constants;

    SpatialTransformer(Weights at, int width, int contextWidth, int heads, int blocks, int groups, NDManager manager) {
        layers.norm(at.at("norm"), width).linear(at.at("proj_in"), width, width, true);
        for (int i = 0; i < blocks; i++) {
            Weights block = at.at("transformer_blocks." + i);
            layers.norm(block.at("norm1"), width);
            attention(block.at("attn1"), width, width);
            layers.norm(block.at("norm2"), width);
            attention(block.at("attn2"), width, contextWidth);
            layers.norm(block.at("norm3"), width)
                    .linear(block.at("ff.net.0.proj"), width, 2L * WIDENING * width, true)
                    .linear(block.at("ff.net.2"), (long) WIDENING * width, width, true);
        }
        layers.linear(at.at("proj_out"), width, width, true);
        constants = Operators.constants(manager, groups, EPSILON, heads, blocks);
    }

    private void attention(Weights at, int width, int from) {
        layers.linear(at.at("to_q"), width, width, false)
                .linear(at.at("to_k"), from, width, false)
                .linear(at.at("to_v"), from, width, false)
                .linear(at.at("to_out.0"), width, width, true);
    }

    NDArray forward(NDArray x, NDArray context, Patches patches) {
        try (Layers.Patched patched = layers.with(patches)) {
            return UNetBlocks.spatialTransformer(x, context, patched.weights(), patched.updates(), constants);
        }
    }
}
