package graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.tensor.Operators;

/** {@code conv_norm_out}, SiLU and {@code conv_out}, which end the UNet and both halves of the VAE. */
public final class OutputHead {

    private final Layers layers = new Layers();
    private final NDArray constants;

    /** @param groups of the norm, which divide {@code in} */
    public OutputHead(Weights at, int in, int out, int groups, double epsilon, NDManager manager) {
        layers.norm(at.at("conv_norm_out"), in).convolution(at.at("conv_out"), in, out, 3);
        // No low-rank update fits the norm, so updates are those of conv_out alone.
        constants = Operators.constants(manager, groups, epsilon);
    }

    /** The result lies in plain memory; differentiable. */
    public NDArray forward(NDArray x, Patches patches) {
        try (Layers.Patched patched = layers.with(patches)) {
            return Blocks.outputHead(x, patched.weights(), patched.updates(), constants);
        }
    }
}
