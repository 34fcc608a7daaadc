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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
     * A change as a part, copied to the heap, in the form that it began in.
     *
     * @param like what the change was made of
     */
    public static Part toPart(Change change, Part like) {
        if (like instanceof Lora.Glora && change instanceof Change.Glora general) {
            LowRank added = general.added();
            return new Lora.Glora(
                    new Lora.LowRank(values(added.down()), values(added.up()), Optional.empty(), like.alpha()),
                    values(general.outer()),
                    values(general.inner()));
        } else if (like instanceof Lora.Rotation from && change instanceof Change.Rotation rotation) {
            return new Lora.Rotation(
                    values(rotation.blocks()),
                    from.rescale().map(shape -> new Values(rotation.rescale().toFloatArray(), shape.shape())),
                    from.constraint(),
                    from.turn(),
                    from.terms());
        } else if (like instanceof Lora.Scaling from && change instanceof Change.Scaling scaling) {
            float[] factors = scaling.factors().toFloatArray();
            for (int i = 0; from.peft() && i < factors.length; i++) {
                factors[i] += 1;
            }
            return new Lora.Scaling(new Values(factors, from.factors().shape()), from.ofOutputs(), from.peft());
        } else if (like instanceof Lora.Replacement && change instanceof Change.Replacement replacement) {
            return new Lora.Replacement(optional(replacement.weight()), optional(replacement.bias()));
        } else if (like instanceof Lora.Several from && change instanceof Change.Several several) {
            List<Part> parts = new ArrayList<>();
            for (int i = 0; i < from.parts().size(); i++) {
                parts.add(toPart(several.changes().get(i), from.parts().get(i)));
            }
            return new Lora.Several(List.copyOf(parts));
        } else if (like instanceof Lora.Dora from && change instanceof Change.Dora dora) {
            return new Lora.Dora(toPart(dora.direction(), from.direction()), values(dora.magnitude()));
        }
        return toPart(change, like.alpha());
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
            } else if (part instanceof Lora.Glora general) {
                return new Change.Glora(
                        (LowRank) change(general.added(), weight, strength),
                        array(general.outer().numbers(), new long[] {weight[1], general.rank()}),
                        array(general.inner().numbers(), new long[] {general.rank(), weight[1]}));
            } else if (part instanceof Lora.Rotation rotation) {
                return rotation(rotation, weight, strength);
            } else if (part instanceof Lora.Scaling scaling) {
                return scaling(scaling, weight, strength);
            } else if (part instanceof Lora.Several several) {
                return new Change.Several(several.parts().stream()
                        .map(each -> change(each, weight, strength))
                        .toList());
            } else if (part instanceof Lora.Replacement replacement) {
                return new Change.Replacement(
                        kernel(replacement.weight(), weight),
                        replacement.bias().map(this::array).orElse(Operators.NONE),
                        scale);
            } else if (part instanceof Lora.Difference difference) {
                return new Change.Difference(
                        kernel(difference.weight(), weight),
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

        private Change rotation(Lora.Rotation rotation, long[] weight, double strength) {
            boolean cayley = rotation.terms() == 0;
            Lora.Turn turn = rotation.turn();
            // The series is of (1 + q)/(1 − q), the transform itself of its transpose.
            double factor = cayley ? turn.factor() : Math.abs(turn.factor());
            long[] inputs = Arrays.copyOfRange(weight, 1, weight.length);
            long turned = turn.inputs() ? Arrays.stream(inputs).reduce(1, (a, b) -> a * b) : weight[0];
            return new Change.Rotation(
                    array(rotation.blocks()),
                    rotation.rescale()
                            .map(values -> array(values.numbers(), new long[] {weight[0]}))
                            .orElse(Operators.NONE),
                    order(rotation, Math.toIntExact(turned)),
                    new Change.Turning(factor, rotation.constraint(), rotation.terms(), turn.inputs()),
                    strength);
        }

        /** Which place each rotation of a butterfly takes each number from. */
        private NDArray order(Lora.Rotation rotation, int size) {
            int stages = Math.toIntExact(rotation.blocks().shape()[0]);
            if (!rotation.turn().butterfly() || (rotation.turn() == Lora.Turn.PEFT_BUTTERFLY && stages == 1)) {
                return Operators.NONE;
            }
            long half = rotation.width() / 2;
            long[] order = new long[stages * size];
            for (int stage = 0; stage < stages; stage++) {
                int begin = stage * size;
                for (long i = 0; i < size; i++) {
                    int at = (int) (begin + i);
                    if (rotation.turn() == Lora.Turn.BUTTERFLY) {
                        // LyCORIS lays two runs of 2^stage · b/2 together like a zip.
                        long run = half << stage;
                        long within = i % (2 * run);
                        order[at] = i - within + within % 2 * run + within / 2;
                    } else {
                        // peft sorts pieces of b/2 by even and odd before and back after: from where i goes.
                        long pieces = 2L << stage;
                        long piece = i / half % pieces;
                        long place = piece % 2 == 0 ? piece / 2 : pieces / 2 + piece / 2;
                        order[at] = (i / half - piece + place) * half + i % half;
                    }
                }
            }
            return scope.keep(memory.create(order, new Shape(stages, size)), memory);
        }

        private Change scaling(Lora.Scaling scaling, long[] weight, double strength) {
            float[] factors = scaling.factors().numbers().clone();
            if (scaling.peft()) {
                for (int i = 0; i < factors.length; i++) {
                    factors[i] -= 1;
                }
            }
            long[] shape = new long[weight.length];
            Arrays.fill(shape, 1);
            shape[scaling.ofOutputs() ? 0 : 1] = factors.length;
            return new Change.Scaling(array(factors, shape), scaling.peft() && scaling.ofOutputs(), strength);
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

        private NDArray kernel(Optional<Values> values, long[] weight) {
            if (values.isEmpty()) {
                return Operators.NONE;
            }
            NDArray plain = memory.create(values.get().numbers(), new Shape(weight));
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
