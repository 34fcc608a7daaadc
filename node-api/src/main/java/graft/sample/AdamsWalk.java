package graft.sample;

import ai.djl.ndarray.NDArray;
import graft.node.Cancelled;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * Linear multistep methods: x' = x + Σⱼ cⱼ·dᵢ₋ⱼ with the slopes d = (x − x₀)/σ here and at the calls before, of a lower order at the
 * beginning; the last step goes to x₀.
 */
record AdamsWalk(int order, Coefficients coefficients) implements SigmaSampler {

    /** The cⱼ of a step. */
    @FunctionalInterface
    interface Coefficients {

        /** For the slopes here and at the {@code order − 1} calls before, in this order; the step's length is in them. */
        double[] of(SigmaWalk walk, int step, int order);
    }

    /** Katherine Crowson's LMS: the integral of the polynomial in σ through the slopes, exactly. */
    static AdamsWalk linearMultistep() {
        return new AdamsWalk(4, (walk, step, order) -> {
            double[] coefficients = new double[order];
            for (int j = 0; j < order; j++) {
                int index = j;
                coefficients[j] = gauss(walk.sigma(step), walk.sigma(step + 1), sigma -> {
                    double product = 1;
                    for (int k = 0; k < order; k++) {
                        if (k != index) {
                            product *=
                                    (sigma - walk.sigma(step - k)) / (walk.sigma(step - index) - walk.sigma(step - k));
                        }
                    }
                    return product;
                });
            }
            return coefficients;
        });
    }

    /** iPNDM (Zhang and Chen, 2023, equation 13; Liu et al., 2022): Adams and Bashforth's weights, as if steps were equal. */
    static AdamsWalk pseudo() {
        double[][] weights = {
            {1}, {3 / 2.0, -1 / 2.0}, {23 / 12.0, -16 / 12.0, 5 / 12.0}, {55 / 24.0, -59 / 24.0, 37 / 24.0, -9 / 24.0}
        };
        return new AdamsWalk(4, (walk, step, order) -> scaled(weights[order - 1], length(walk, step)));
    }

    /** iPNDM for steps of any length: Adams and Bashforth's weights by the ratios of steps, as diff-sampler's {@code ipndm_v}. */
    static AdamsWalk pseudoOfAnyLength() {
        return new AdamsWalk(4, (walk, step, order) -> {
            double h = length(walk, step);
            if (order == 1) {
                return new double[] {h};
            }
            double h1 = length(walk, step - 1);
            double first = (2 + h / h1) / 2;
            double second = -(h / h1) / 2;
            if (order == 2) {
                return scaled(new double[] {first, second}, h);
            }
            double h2 = length(walk, step - 2);
            double bend = (1 - h / (3 * (h + h1)) * (h * (h + h1)) / (h1 * (h1 + h2))) / 2;
            double third = bend * h1 / h2;
            first += bend;
            second -= (1 + h1 / h2) * bend;
            if (order == 3) {
                return scaled(new double[] {first, second, third}, h);
            }
            double h3 = length(walk, step - 3);
            double twist = ((1 - h / (3 * (h + h1))) / 2 + (1 - h / (2 * (h + h1))) * h / (6 * (h + h1 + h2)))
                    * (h * (h + h1) * (h + h1 + h2))
                    / (h1 * (h1 + h2) * (h1 + h2 + h3));
            double far = h1 * (h1 + h2) / (h2 * (h2 + h3));
            return scaled(
                    new double[] {
                        first + twist,
                        second - (1 + h1 / h2 + far) * twist,
                        third + (h1 / h2 + far * (1 + h2 / h3)) * twist,
                        -twist * far * h1 / h2
                    },
                    h);
        });
    }

    @Override
    public NDArray sample(SigmaWalk walk, NDArray noisy) throws Cancelled {
        NDArray x = noisy;
        List<NDArray> slopes = new ArrayList<>(); // the newest first
        for (int i = 0; i < walk.steps(); i++) {
            NDArray clean = walk.clean(x, walk.sigma(i));
            slopes.add(0, EulerWalk.slope(x, clean, walk.sigma(i)));
            if (slopes.size() > order) {
                slopes.remove(order);
            }
            NDArray next = clean;
            if (!walk.ends(i)) {
                double[] shares = coefficients.of(walk, i, slopes.size());
                Sum sum = Sum.of(1, x);
                for (int j = 0; j < shares.length; j++) {
                    sum = sum.and(shares[j], slopes.get(j));
                }
                next = sum.array();
            }
            x = walk.arrived(walk.sigma(i + 1), next, clean, slopes.toArray(NDArray[]::new));
        }
        return x;
    }

    private static double length(SigmaWalk walk, int step) {
        return walk.sigma(step + 1) - walk.sigma(step);
    }

    private static double[] scaled(double[] weights, double by) {
        double[] scaled = new double[weights.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = weights[i] * by;
        }
        return scaled;
    }

    /** The integral of a polynomial of third degree or lower (Gauss and Legendre's two points). */
    private static double gauss(double from, double to, DoubleUnaryOperator polynomial) {
        double middle = (from + to) / 2;
        double reach = (to - from) / 2 / Math.sqrt(3);
        return (to - from) / 2 * (polynomial.applyAsDouble(middle - reach) + polynomial.applyAsDouble(middle + reach));
    }
}
