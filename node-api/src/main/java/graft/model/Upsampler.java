package graft.model;

import ai.djl.ndarray.NDArray;
import graft.tensor.Operators;

/** Nearest-neighbour enlargement with a convolution after it. */
public final class Upsampler {

    private final Layers layers = new Layers();

    /** The width is that of the feature map, in and out. */
    public Upsampler(Weights at, int width) {
        layers.convolution(at.at("conv"), width, width, 3);
    }

    /** To the height and width of {@code like}, or to twice the size for {@link Operators#NONE}. */
    public NDArray forward(NDArray x, NDArray like, Patches patches) {
        try (Layers.Patched patched = layers.with(patches)) {
            return Blocks.upsample(x, like, patched.weights(), patched.updates());
        }
    }
}
