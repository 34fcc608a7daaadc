package graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.tensor.Operators;

/** One convolution with bias. */
public final class Convolution {

    private final Layers layers = new Layers();
    private final NDArray constants;

    private Convolution(Weights at, int in, int out, int kernel, NDArray constants) {
        layers.convolution(at, in, out, kernel);
        this.constants = constants;
    }

    /** 3×3, or 1×1 without padding; the size stays. */
    public static Convolution same(Weights at, int in, int out, int kernel, NDManager manager) {
        int padding = kernel / 2;
        return new Convolution(at, in, out, kernel, Operators.constants(manager, 1, padding, padding));
    }

    /** 3×3 in steps of two; {@code before} rows and columns of zeros come first, one last. */
    public static Convolution halving(Weights at, int width, int before, NDManager manager) {
        return halving(at, width, width, before, manager);
    }

    /** Likewise, from so many feature maps to so many. */
    public static Convolution halving(Weights at, int in, int out, int before, NDManager manager) {
        return new Convolution(at, in, out, 3, Operators.constants(manager, 2, before, 1));
    }

    /**
     * The feature map [n,c,h,w] of another, under the changes that its layer has among the patches; differentiable.
     *
     * @return owned by the manager of {@code x} and the thread's innermost scope
     */
    public NDArray forward(NDArray x, Patches patches) {
        try (Layers.Patched patched = layers.with(patches)) {
            return Blocks.convolution(x, patched.weights(), patched.updates(), constants);
        }
    }
}
