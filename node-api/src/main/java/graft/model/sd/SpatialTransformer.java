package graft.model.sd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.model.Layers;
import graft.model.Patches;
import graft.model.Weights;
import graft.tensor.Operators;
import graft.tensor.Tape;
import java.util.ArrayList;
import java.util.List;

/** Attention of all positions to each other and to the text (Rombach et al. 2022, section 3.3). */
final class SpatialTransformer {

    /** Width of the feed-forward layer, in widths of the block. */
    private static final int WIDENING = 4;

    /** diffusers fixes it for this norm, whatever {@code norm_eps} says. */
    private static final double EPSILON = 1e-6;

    /** Layers and norms of a transformer block. */
    private static final int BLOCK = 13;

    private final Layers layers = new Layers();
    private final Layers entry;
    private final List<Layers> blocks = new ArrayList<>();
    private final Layers exit;
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
        entry = layers.part(0, 2);
        for (int i = 0; i < blocks; i++) {
            this.blocks.add(layers.part(2 + BLOCK * i, 2 + BLOCK * (i + 1)));
        }
        exit = layers.part(2 + BLOCK * blocks, 3 + BLOCK * blocks);
    }

    private void attention(Weights at, int width, int from) {
        layers.linear(at.at("to_q"), width, width, false)
                .linear(at.at("to_k"), from, width, false)
                .linear(at.at("to_v"), from, width, false)
                .linear(at.at("to_out.0"), width, width, true);
    }

    /**
     * The tape's blocks are the transformer's: with ten of them, one record of all would hold ten times the memory.
     *
     * @param x closed here
     */
    NDArray forward(NDArray x, NDArray context, Patches patches, Tape tape) {
        try (x) {
            return tape.computesAgain()
                    ? byBlocks(x, context, patches, tape)
                    : tape.through(in -> whole(in.get(0), in.get(1), patches), x, context);
        }
    }

    /** In one call, which costs less. */
    private NDArray whole(NDArray x, NDArray context, Patches patches) {
        try (Layers.Patched patched = layers.with(patches)) {
            return UNetBlocks.spatialTransformer(x, context, patched.weights(), patched.updates(), constants);
        }
    }

    private NDArray byBlocks(NDArray x, NDArray context, Patches patches, Tape tape) {
        // Gradients of the text are summed over this transformer before they are added to others', as in one record.
        NDArray states =
                tape.through(in -> in.get(0).reshape(-1, in.get(0).getShape().get(2)), context);
        NDArray t = tape.through(
                in -> {
                    try (Layers.Patched patched = entry.with(patches)) {
                        return UNetBlocks.transformerBegin(in.get(0), patched.weights(), patched.updates(), constants);
                    }
                },
                x);
        for (Layers block : blocks) {
            try (NDArray before = t) {
                t = tape.through(
                        in -> {
                            try (Layers.Patched patched = block.with(patches)) {
                                return UNetBlocks.transformerLayer(
                                        in.get(0), in.get(1), patched.weights(), patched.updates(), constants);
                            }
                        },
                        before,
                        states);
            }
        }
        try (NDArray last = t;
                states) {
            return tape.through(
                    in -> {
                        try (Layers.Patched patched = exit.with(patches)) {
                            return UNetBlocks.transformerEnd(
                                    in.get(0), in.get(1), patched.weights(), patched.updates());
                        }
                    },
                    last,
                    x);
        }
    }
}
