package graft.model;

import ai.djl.ndarray.NDArray;
import graft.tensor.Operators;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A change of one layer's weight W, applied as the layer is used; W itself stays as it is.
 *
 * <p>Several changes of one layer add up, each counted from W. Arrays are float32 on the layer's device, borrowed. A
 * {@link LowRank} acts on the layer's output; the others make the changed weight anew at each call, differentiably.
 */
public sealed interface Change
        permits LowRank,
                Change.LoHa,
                Change.LoKr,
                Change.Glora,
                Change.Rotation,
                Change.Scaling,
                Change.Difference,
                Change.Replacement,
                Change.Dora,
                Change.Several,
                Change.Masked,
                Change.Custom {

    /** How much of the change is added. */
    double scale();

    /** The same change, so many times as strong; shares the arrays. */
    Change scaled(double factor);

    /** The arrays that it is made of, in the order of its fields; those that are left out are not among them. */
    List<NDArray> arrays();

    /**
     * A matrix of [out, in·kh·kw] as it is kept: whole, as the product a·b, or in Tucker form with a core.
     *
     * @param a the matrix, or [out,r] before {@code b}, or [r,out] beside a core
     * @param b [r, in·kh·kw], beside a core [r,in]; {@link Operators#NONE} where {@code a} is the matrix
     * @param core [r,r,kh,kw], else {@link Operators#NONE}
     */
    record Product(NDArray a, NDArray b, NDArray core) {

        List<NDArray> factors() {
            return List.of(a, b, core);
        }
    }

    /** W + scale · first∘second, value by value (Hyeon-Woo et al., 2022, "FedPara"; LyCORIS' LoHa). */
    record LoHa(Product first, Product second, double scale) implements Change {
        @Override
        public LoHa scaled(double factor) {
            return new LoHa(first, second, factor * scale);
        }

        @Override
        public List<NDArray> arrays() {
            return present(first, second);
        }
    }

    /** W + scale · first⊗second, Kronecker's product (LyCORIS' LoKr). */
    record LoKr(Product first, Product second, double scale) implements Change {
        @Override
        public LoKr scaled(double factor) {
            return new LoKr(first, second, factor * scale);
        }

        @Override
        public List<NDArray> arrays() {
            return present(first, second);
        }
    }

    /**
     * W + scale · (W·outer·inner + up·down) (Chavan et al., 2023, "GLoRA"; LyCORIS' form).
     *
     * @param added up·down; its scale is that of the whole
     * @param outer [in,r]
     * @param inner [r,in]
     */
    record Glora(LowRank added, NDArray outer, NDArray inner) implements Change {
        @Override
        public double scale() {
            return added.scale();
        }

        @Override
        public Glora scaled(double factor) {
            return new Glora(added.scaled(factor), outer, inner);
        }

        @Override
        public List<NDArray> arrays() {
            return List.of(added.down(), added.up(), outer, inner);
        }
    }

    /**
     * W + scale · (rescale · Q·W − W) with rotations Q (Qiu et al., 2023, "OFT"; Liu et al., 2023, "BOFT").
     *
     * @param blocks [m,k,b,b]
     * @param rescale [out], or {@link Operators#NONE}
     * @param order [m,n] int64, or {@link Operators#NONE}; does not learn
     * @param turning the rest of what {@link Operators#rotatedDelta} takes
     */
    record Rotation(NDArray blocks, NDArray rescale, NDArray order, Turning turning, double scale) implements Change {
        @Override
        public Rotation scaled(double factor) {
            return new Rotation(blocks, rescale, order, turning, factor * scale);
        }

        @Override
        public List<NDArray> arrays() {
            return present(blocks, rescale);
        }
    }

    /**
     * How blocks become rotations.
     *
     * @param factor of block − blockᵀ
     * @param constraint the most that the norm of them all may be; 0 for any
     * @param terms of the Neumann series, or 0 for Cayley's transform itself
     * @param inputs whether inputs are turned rather than outputs
     */
    record Turning(double factor, double constraint, int terms, boolean inputs) {}

    /**
     * W + scale · factors∘W, value by value, and the same of the bias (Liu et al., 2022, "(IA)³").
     *
     * @param factors broadcast to W: [out,1] or [1,in], with two more axes of one for a convolution
     * @param ofBias whether the bias is scaled too, which takes factors of outputs
     */
    record Scaling(NDArray factors, boolean ofBias, double scale) implements Change {
        @Override
        public Scaling scaled(double factor) {
            return new Scaling(factors, ofBias, factor * scale);
        }

        @Override
        public List<NDArray> arrays() {
            return List.of(factors);
        }
    }

    /**
     * W + scale · weight, and the same of the bias.
     *
     * @param weight of W's shape and memory layout, or {@link Operators#NONE}
     * @param bias [out], or {@link Operators#NONE}
     */
    record Difference(NDArray weight, NDArray bias, double scale) implements Change {
        @Override
        public Difference scaled(double factor) {
            return new Difference(weight, bias, factor * scale);
        }

        @Override
        public List<NDArray> arrays() {
            return present(weight, bias);
        }
    }

    /**
     * W + scale · (weight − W), and the same of the bias: others in their place.
     *
     * @param weight of W's shape and memory layout, or {@link Operators#NONE}
     * @param bias [out], or {@link Operators#NONE}
     */
    record Replacement(NDArray weight, NDArray bias, double scale) implements Change {
        @Override
        public Replacement scaled(double factor) {
            return new Replacement(weight, bias, factor * scale);
        }

        @Override
        public List<NDArray> arrays() {
            return present(weight, bias);
        }
    }

    /** Changes of one layer that belong together, one of the weight and one of the bias. */
    record Several(List<Change> changes) implements Change {
        @Override
        public double scale() {
            return changes.get(0).scale();
        }

        @Override
        public Several scaled(double factor) {
            return new Several(
                    changes.stream().map(change -> change.scaled(factor)).toList());
        }

        @Override
        public List<NDArray> arrays() {
            return changes.stream().flatMap(change -> change.arrays().stream()).toList();
        }
    }

    /**
     * W + scale · (magnitude · V/‖V‖ − W), where V is W with {@code direction} added (Liu et al., 2024, "DoRA"). The norm
     * counts as a constant for gradients (section 4.3 there).
     *
     * @param magnitude [out,1] or [1,in], with two more axes of one for a convolution: the axis that has a norm each
     */
    record Dora(Change direction, NDArray magnitude, double scale) implements Change {
        @Override
        public Dora scaled(double factor) {
            return new Dora(direction, magnitude, factor * scale);
        }

        @Override
        public List<NDArray> arrays() {
            List<NDArray> arrays = new ArrayList<>(direction.arrays());
            arrays.add(magnitude);
            return List.copyOf(arrays);
        }
    }

    /**
     * A change while it learns with dropout: some of its directions are left out of a step.
     *
     * @param mask what the rows of {@code down} of a LowRank, of {@code b} of a LoHa's first product and of a LoKr's second
     *     ({@code a} where that is whole) are multiplied by: [rows,1], with two more axes of one where the rows have them
     */
    record Masked(Change change, NDArray mask) implements Change {

        @Override
        public double scale() {
            return change.scale();
        }

        @Override
        public Masked scaled(double factor) {
            return new Masked(change.scaled(factor), mask);
        }

        @Override
        public List<NDArray> arrays() {
            return change.arrays();
        }

        /** The change with its rows multiplied, in an array that goes to {@code made}. */
        Change applied(List<NDArray> made) {
            return applied(change, made);
        }

        private Change applied(Change whole, List<NDArray> made) {
            if (whole instanceof LowRank low) {
                return new LowRank(product(low.down(), made), low.up(), low.scale());
            } else if (whole instanceof LoHa hadamard) {
                return new LoHa(rows(hadamard.first(), made), hadamard.second(), hadamard.scale());
            } else if (whole instanceof LoKr kronecker) {
                return new LoKr(kronecker.first(), rows(kronecker.second(), made), kronecker.scale());
            } else if (whole instanceof Dora dora) {
                return new Dora(applied(dora.direction(), made), dora.magnitude(), dora.scale());
            } else if (whole instanceof Several several) {
                List<Change> changes = new ArrayList<>(several.changes());
                changes.set(0, applied(changes.get(0), made));
                return new Several(changes);
            }
            throw new AssertionError(whole);
        }

        private Product rows(Product product, List<NDArray> made) {
            return product.b() == Operators.NONE
                    ? new Product(product(product.a(), made), product.b(), product.core())
                    : new Product(product.a(), product(product.b(), made), product.core());
        }

        private NDArray product(NDArray array, List<NDArray> made) {
            NDArray masked = array.mul(mask);
            made.add(masked);
            return masked;
        }
    }

    /** A change of a kind that a plugin brings; the one way that is open to all. */
    non-sealed interface Custom extends Change {

        /**
         * What is added to the layer's weight, {@link #scale} included; made anew at each call and closed by the caller.
         *
         * @param base W, [out,in] or [out,in,kh,kw], float32; never changed
         * @return of W's shape; differentiable in {@code base}, and in the change's arrays where it is to learn: with
         *     {@link Operators#scaled} rather than DJL's {@code mul(Number)}
         */
        NDArray delta(NDArray base);
    }

    private static List<NDArray> present(Product first, Product second) {
        return Stream.concat(first.factors().stream(), second.factors().stream())
                .filter(array -> array != Operators.NONE)
                .toList();
    }

    private static List<NDArray> present(NDArray... arrays) {
        return Arrays.stream(arrays).filter(array -> array != Operators.NONE).toList();
    }

    /** Whether anything is added to the weight. */
    static boolean ofWeight(Change change) {
        if (change instanceof Difference difference) {
            return difference.weight() != Operators.NONE;
        }
        return !(change instanceof Replacement replacement) || replacement.weight() != Operators.NONE;
    }

    /** What is added to the weight {@code base}, of its shape; the caller closes it. */
    static NDArray delta(Change change, NDArray base) {
        if (change instanceof LowRank low) {
            return Operators.lowRankDelta(base, low.down(), low.up(), low.scale());
        } else if (change instanceof LoHa hadamard) {
            return Operators.hadamardDelta(base, factors(hadamard.first(), hadamard.second()), hadamard.scale());
        } else if (change instanceof LoKr kronecker) {
            return Operators.kroneckerDelta(base, factors(kronecker.first(), kronecker.second()), kronecker.scale());
        } else if (change instanceof Glora general) {
            try (NDArray added = delta(general.added(), base);
                    NDArray multiplied =
                            Operators.multipliedDelta(base, general.outer(), general.inner(), general.scale())) {
                return added.add(multiplied);
            }
        } else if (change instanceof Rotation rotation) {
            Turning turning = rotation.turning();
            return Operators.rotatedDelta(
                    base,
                    List.of(rotation.blocks(), rotation.rescale(), rotation.order()),
                    rotation.scale(),
                    turning.factor(),
                    turning.constraint(),
                    turning.terms(),
                    turning.inputs());
        } else if (change instanceof Scaling scaling) {
            try (NDArray share = Operators.scaled(scaling.factors(), scaling.scale())) {
                return base.mul(share);
            }
        } else if (change instanceof Difference difference) {
            return Operators.scaled(difference.weight(), difference.scale());
        } else if (change instanceof Replacement replacement) {
            try (NDArray difference = replacement.weight().sub(base)) {
                return Operators.scaled(difference, replacement.scale());
            }
        } else if (change instanceof Dora dora) {
            try (NDArray added = delta(dora.direction(), base)) {
                return Operators.decomposedDelta(base, added, dora.magnitude(), dora.scale());
            }
        }
        if (change instanceof Custom custom) {
            return custom.delta(base);
        }
        throw new AssertionError(change);
    }

    /** Whether anything is added to the bias. */
    static boolean ofBias(Change change) {
        if (change instanceof Difference difference) {
            return difference.bias() != Operators.NONE;
        } else if (change instanceof Replacement replacement) {
            return replacement.bias() != Operators.NONE;
        }
        return change instanceof Scaling scaling && scaling.ofBias();
    }

    /** What is added to the bias {@code base}; the caller closes it. */
    static NDArray biasDelta(Change change, NDArray base) {
        if (change instanceof Difference difference) {
            return Operators.scaled(difference.bias(), difference.scale());
        } else if (change instanceof Replacement replacement) {
            try (NDArray difference = replacement.bias().sub(base)) {
                return Operators.scaled(difference, replacement.scale());
            }
        } else if (change instanceof Scaling scaling) {
            try (NDArray row = scaling.factors().reshape(-1);
                    NDArray share = Operators.scaled(row, scaling.scale())) {
                return base.mul(share);
            }
        }
        throw new AssertionError(change);
    }

    private static List<NDArray> factors(Product first, Product second) {
        return List.of(first.a(), first.b(), first.core(), second.a(), second.b(), second.core());
    }
}
