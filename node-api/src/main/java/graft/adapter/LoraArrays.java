package graft.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.adapter.Lora.Part;
import graft.adapter.Lora.Values;
import graft.model.Change;
import graft.model.LowRank;
import graft.tensor.Operators;
import graft.tensor.Scope;
import java.util.Arrays;
import java.util.Optional;

/** Parts of a LoRA on the Java heap as changes on a device, and back. */
public final class LoraArrays {

    private LoraArrays() {}

    /**
     * A part as a change of a weight; a Tucker-decomposed LoRA comes out as a plain one that does the same.
     *
     * @param weight the weight's shape, which the part has to fit
     * @param strength 1 as trained
     * @param memory owns the arrays
     */
    public static Change toChange(Part part, long[] weight, double strength, NDManager memory) {
        try (Scope scope = Scope.open()) {
            return new Making(memory, scope).change(part, weight, strength);
        }
    }

    /**
     * A change as a part, copied to the heap.
     *
     * @param alpha of the change as it was trained, whatever its strength here
     */
    public static Part toPart(Change change, double alpha) {
        if (change instanceof LowRank low) {
            return new Lora.LowRank(values(low.down()), values(low.up()), Optional.empty(), alpha);
        } else if (change instanceof Change.LoHa hadamard) {
            return new Lora.LoHa(product(hadamard.first()), product(hadamard.second()), alpha);
        } else if (change instanceof Change.LoKr kronecker) {
            Lora.LoKr part = new Lora.LoKr(product(kronecker.first()), product(kronecker.second()), alpha);
            return part.rank() == 0 ? new Lora.LoKr(part.first(), part.second(), 1) : part;
        } else if (change instanceof Change.Difference difference) {
            return new Lora.Difference(optional(difference.weight()), optional(difference.bias()));
        } else if (change instanceof Change.Dora dora) {
            return new Lora.Dora(toPart(dora.direction(), alpha), values(dora.magnitude()));
        } else if (change instanceof Change.Masked masked) {
            return toPart(masked.change(), alpha);
        }
        throw new AssertionError(change);
    }

    private static Lora.Product product(Change.Product product) {
        return new Lora.Product(values(product.a()), optional(product.b()), optional(product.core()));
    }

    private static Optional<Values> optional(NDArray array) {
        return array == Operators.NONE ? Optional.empty() : Optional.of(values(array));
    }

    private static Values values(NDArray array) {
        return new Values(array.toFloatArray(), array.getShape().getShape());
    }

    /** Makes arrays that outlive the scope. */
    private record Making(NDManager memory, Scope scope) {

        Change change(Part part, long[] weight, double strength) {
            double scale = strength * part.scale();
            if (part instanceof Lora.LowRank low) {
                long[] down = weight.clone();
                down[0] = low.rank();
                long[] up = weight.clone();
                Arrays.fill(up, 1, up.length, 1);
                up[1] = low.rank();
                return new LowRank(
                        array(low.wholeDown().numbers(), down), array(low.up().numbers(), up), scale);
            } else if (part instanceof Lora.LoHa hadamard) {
                return new Change.LoHa(product(hadamard.first()), product(hadamard.second()), scale);
            } else if (part instanceof Lora.LoKr kronecker) {
                return new Change.LoKr(product(kronecker.first()), product(kronecker.second()), scale);
            } else if (part instanceof Lora.Difference difference) {
                return new Change.Difference(
                        difference
                                .weight()
                                .map(values -> kernel(values, weight))
                                .orElse(Operators.NONE),
                        difference.bias().map(this::array).orElse(Operators.NONE),
                        scale);
            } else if (part instanceof Lora.Dora dora) {
                return new Change.Dora(change(dora.direction(), weight, 1), magnitude(dora, weight), strength);
            } else if (part instanceof Lora.Custom custom) {
                Change made = custom.change(weight, strength, memory);
                made.arrays().forEach(array -> scope.keep(array, memory));
                return made;
            }
            throw new AssertionError(part);
        }

        private Change.Product product(Lora.Product product) {
            return new Change.Product(
                    array(product.a()),
                    product.b().map(this::array).orElse(Operators.NONE),
                    product.core().map(this::array).orElse(Operators.NONE));
        }

        private NDArray magnitude(Lora.Dora dora, long[] weight) {
            long[] shape = new long[weight.length];
            Arrays.fill(shape, 1);
            shape[dora.ofOutputs(weight) ? 0 : 1] = dora.magnitude().numbers().length;
            return array(dora.magnitude().numbers(), shape);
        }

        private NDArray kernel(Values values, long[] weight) {
            NDArray plain = memory.create(values.numbers(), new Shape(weight));
            return scope.keep(weight.length == 4 ? Operators.channelsLast(plain) : plain, memory);
        }

        private NDArray array(Values values) {
            return array(values.numbers(), values.shape());
        }

        private NDArray array(float[] numbers, long[] shape) {
            return scope.keep(memory.create(numbers, new Shape(shape)), memory);
        }
    }
}
