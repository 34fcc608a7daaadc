package graft.model;

import ai.djl.ndarray.NDArray;
import graft.tensor.Operators;
import graft.tensor.Tape;
import java.util.List;
import java.util.Optional;

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

    /** {@link #forward} for a tape, of {@code x} alone, where the tape takes it and nothing lies over its layer. */
    public Optional<Tape.Derivative> derivative(NDArray like, Patches patches, Tape tape) {
        return tape.takesDerivatives() && layers.isLeftAloneBy(patches)
                ? Optional.of(new Enlarging(layers.weights(), like))
                : Optional.empty();
    }

    private record Enlarging(List<NDArray> weights, NDArray like) implements Tape.Derivative {
        @Override
        public List<NDArray> forward(List<NDArray> inputs) {
            return List.of(Blocks.upsample(inputs.get(0), like, weights, Operators.NO_UPDATES));
        }

        @Override
        public List<NDArray> backward(
                NDArray gradient, List<NDArray> inputs, List<NDArray> kept, List<Boolean> wanted) {
            return List.of(Blocks.upsampleBack(gradient, inputs.get(0), weights));
        }
    }
}
