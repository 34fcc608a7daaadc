package graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.tensor.Operators;
import graft.tensor.Tape;
import java.util.List;
import java.util.Optional;

/** Two convolutions with a shortcut, told the timestep in between (He et al. 2016; as in DDPM, Ho et al. 2020). */
public final class ResnetBlock {

    /** Frozen, told the time: what is computed without libtorch's record. */
    private final Tape.Derivative derivative = new Tape.Derivative() {
        @Override
        public List<NDArray> forward(List<NDArray> inputs) {
            return Blocks.resnetKept(
                    inputs.get(0), skip(inputs), inputs.get(inputs.size() - 1), layers.weights(), constants);
        }

        @Override
        public List<NDArray> backward(
                NDArray gradient, List<NDArray> inputs, List<NDArray> kept, List<Boolean> wanted) {
            return Blocks.resnetBack(gradient, inputs.get(0), skip(inputs), kept.get(0), layers.weights(), constants);
        }

        private NDArray skip(List<NDArray> inputs) {
            return inputs.size() == 3 ? inputs.get(1) : Operators.NONE;
        }
    };

    private final Layers layers = new Layers();
    private final NDArray constants;

    /** @param timeWidth width of the time embedding, 0 without one */
    public ResnetBlock(Weights at, int in, int out, int timeWidth, int groups, double epsilon, NDManager manager) {
        layers.norm(at.at("norm1"), in).convolution(at.at("conv1"), in, out, 3);
        if (timeWidth > 0) {
            layers.linear(at.at("time_emb_proj"), timeWidth, out, true);
        } else {
            layers.none();
        }
        layers.norm(at.at("norm2"), out).convolution(at.at("conv2"), out, out, 3);
        if (in != out) {
            layers.convolution(at.at("conv_shortcut"), in, out, 1);
        } else {
            layers.none();
        }
        constants = Operators.constants(manager, groups, epsilon);
    }

    /** Of a feature map [n,c,h,w], one joined to it and a time embedding [n,t], either of them {@link Operators#NONE} where there is none. */
    public NDArray forward(NDArray x, NDArray skip, NDArray time, Patches patches) {
        try (Layers.Patched patched = layers.with(patches)) {
            return Blocks.resnetBlock(x, skip, time, patched.weights(), patched.updates(), constants);
        }
    }

    /**
     * The block for a tape, of a feature map and a time embedding or of a feature map, one joined to it and a time embedding, where
     * the tape takes it and nothing lies over its layers.
     */
    public Optional<Tape.Derivative> derivative(Patches patches, Tape tape) {
        return tape.takesDerivatives() && layers.isLeftAloneBy(patches) ? Optional.of(derivative) : Optional.empty();
    }
}
