package graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.tensor.Operators;

/** The one attention of the VAE: all positions to each other, with a single head. */
final class PixelAttention {

    private final Layers layers = new Layers();
    private final NDArray constants;

    PixelAttention(Weights at, int width, int groups, double epsilon, NDManager manager) {
        layers.norm(at.at("group_norm"), width)
                .linear(at.at("to_q"), width, width, true)
                .linear(at.at("to_k"), width, width, true)
                .linear(at.at("to_v"), width, width, true)
                .linear(at.at("to_out.0"), width, width, true);
        constants = Operators.constants(manager, groups, epsilon, 1);
    }

    NDArray forward(NDArray x) {
        return Blocks.pixelAttention(x, layers.weights(), Operators.NO_UPDATES, constants);
    }
}
