package example;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.adapter.Lora;
import graft.model.Change;
import graft.node.Problem;
import graft.tensor.Operators;
import java.util.Arrays;
import java.util.List;

/**
 * (IA)³ of one layer: every output of it, or every input, times 1 + its factor (Liu et al., 2022; LyCORIS' {@code ia3}).
 *
 * @param factors one for each output, or each input
 * @param ofOutputs which of the two
 */
record Ia3(List<Float> factors, boolean ofOutputs) implements Lora.Custom {

    @Override
    public String kind() {
        return "(IA)³";
    }

    @Override
    public int rank() {
        return 0;
    }

    @Override
    public double alpha() {
        return 1;
    }

    @Override
    public long out() {
        return ofOutputs ? factors.size() : -1;
    }

    /** The inputs of a convolution count once for each pixel of its kernel, which the factors do not say. */
    @Override
    public long in() {
        return -1;
    }

    @Override
    public Change.Custom change(long[] weight, double strength, NDManager memory) {
        int axis = ofOutputs ? 0 : 1;
        if (weight[axis] != factors.size()) {
            throw new Problem(
                    "cannot apply the (IA)³",
                    "it has " + factors.size() + " factors for a layer of " + weight[axis],
                    "use it with the model that it was trained for");
        }
        long[] shape = new long[weight.length];
        Arrays.fill(shape, 1);
        shape[axis] = factors.size();
        float[] values = new float[factors.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = factors.get(i);
        }
        return new Applied(memory.create(values, new Shape(shape)), strength);
    }

    /** W times the factors. */
    record Applied(NDArray factors, double scale) implements Change.Custom {

        @Override
        public Applied scaled(double factor) {
            return new Applied(factors, factor * scale);
        }

        @Override
        public List<NDArray> arrays() {
            return List.of(factors);
        }

        @Override
        public NDArray delta(NDArray base) {
            try (NDArray share = Operators.scaled(factors, scale)) {
                return base.mul(share);
            }
        }
    }
}
