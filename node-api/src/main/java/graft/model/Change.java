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
        permits LowRank, Change.LoHa, Change.LoKr, Change.Difference, Change.Dora, Change.Masked, Change.Custom {

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
         * @return of W's shape; differentiable in the change's arrays where it is to learn
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

    /** What is added to the weight {@code base}, of its shape; the caller closes it. */
    static NDArray delta(Change change, NDArray base) {
        if (change instanceof LowRank low) {
            return Operators.lowRankDelta(base, low.down(), low.up(), low.scale());
        } else if (change instanceof LoHa hadamard) {
            return Operators.hadamardDelta(base, factors(hadamard.first(), hadamard.second()), hadamard.scale());
        } else if (change instanceof LoKr kronecker) {
            return Operators.kroneckerDelta(base, factors(kronecker.first(), kronecker.second()), kronecker.scale());
        } else if (change instanceof Difference difference) {
            return difference.weight().mul(difference.scale());
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

    private static List<NDArray> factors(Product first, Product second) {
        return List.of(first.a(), first.b(), first.core(), second.a(), second.b(), second.core());
    }
}
