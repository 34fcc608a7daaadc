package graft.sample;

import ai.djl.ndarray.NDArray;
import graft.node.Cancelled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * UniPC-3 in x₀ (Zhao et al., 2023, algorithms 5 and 6), in the mixture of a variance-preserving process; each step is predicted, then
 * corrected by x₀ at its end, and the last one is predicted alone, to a σ of 0.001 where it goes to 0.
 *
 * <p>Source of the arithmetic: ComfyUI {@code uni_pc.py}. Its α, ς and λ of a σ are float32, in which 1 − α² of the last σ is off by a
 * twentieth: the last step goes so much further there, and so it does here.
 *
 * @param second whether B(h) = e^h − 1, or else B(h) = h
 */
record UniPcWalk(boolean second) implements SigmaSampler {

    private static final int ORDER = 3;
    private static final double LEAST = 0.001;

    @Override
    public NDArray sample(SigmaWalk walk, NDArray noisy) throws Cancelled {
        int steps = walk.steps();
        NDArray x = Sum.of(1 / size(walk.sigma(0)), noisy).array();
        List<NDArray> guesses = new ArrayList<>(); // the newest first
        guesses.add(clean(walk, x, noisy, walk.sigma(0)));
        if (steps == 1) {
            return walk.arrived(
                    walk.sigma(1),
                    EulerWalk.towards(noisy, guesses.get(0), walk.sigma(0), walk.sigma(1)),
                    guesses.get(0));
        }
        int most = Math.min(ORDER, steps - 1);
        for (int i = 1; i <= steps; i++) {
            double sigma = level(walk, i);
            int order = Math.min(Math.min(most, i), steps + 1 - i);
            NDArray next = predicted(walk, i, order, x, guesses);
            NDArray newest = guesses.get(0);
            if (i < steps) {
                NDArray clean = clean(walk, next, Sum.of(size(sigma), next).array(), sigma);
                next = corrected(walk, i, order, x, guesses, clean);
                guesses.add(0, clean);
                newest = clean;
                if (guesses.size() > ORDER) {
                    guesses.remove(ORDER);
                }
            }
            x = walk.arrived(walk.sigma(i), next, newest, guesses.toArray(NDArray[]::new));
        }
        return Sum.of(1 / alpha(level(walk, steps)), x).array();
    }

    /** x₀ as it is found by way of the noise ε: (x − ς·ε)/α. */
    private static NDArray clean(SigmaWalk walk, NDArray x, NDArray noisy, double sigma) throws Cancelled {
        double share = spread(sigma) / sigma / alpha(sigma);
        return Sum.of(share, walk.clean(noisy, sigma))
                .and(1 / alpha(sigma) - share * size(sigma), x)
                .array();
    }

    private static float logAlpha(double sigma) {
        float square = (float) sigma * (float) sigma;
        return 0.5f * (float) Math.log(1 / (square + 1));
    }

    private static float alpha(double sigma) {
        return (float) Math.exp(logAlpha(sigma));
    }

    private static float variance(double sigma) {
        return 1 - (float) Math.exp(2 * logAlpha(sigma));
    }

    /** ς. */
    private static float spread(double sigma) {
        return (float) Math.sqrt(variance(sigma));
    }

    private static float lambda(double sigma) {
        return logAlpha(sigma) - 0.5f * (float) Math.log(variance(sigma));
    }

    /** h = λ' − λ of a step. */
    private static float length(SigmaWalk walk, int step) {
        return lambda(level(walk, step)) - lambda(level(walk, step - 1));
    }

    private static double level(SigmaWalk walk, int step) {
        float sigma = walk.sigma(step);
        return step == walk.steps() && sigma < LEAST ? LEAST : sigma;
    }

    /** 1/α, as the latents of a walk in σ are larger. */
    private static double size(double sigma) {
        return Math.sqrt(1 + sigma * sigma);
    }

    /** x' = ς'/ς·x − α'·(e^(−h) − 1)·x₀. */
    private static Sum firstOrder(SigmaWalk walk, int step, NDArray x, NDArray clean) {
        double from = level(walk, step - 1);
        double to = level(walk, step);
        return Sum.of(spread(to) / spread(from), x).and(-alpha(to) * Math.expm1(-length(walk, step)), clean);
    }

    private NDArray predicted(SigmaWalk walk, int step, int order, NDArray x, List<NDArray> guesses) {
        double[] ratios = ratios(walk, step, order);
        double[] rho =
                switch (order) {
                    case 1 -> new double[0];
                    case 2 -> new double[] {0.5};
                    default -> solved(ratios, bounds(walk, step, order), order - 1);
                };
        return with(firstOrder(walk, step, x, guesses.get(0)), walk, step, rho, ratios, guesses)
                .array();
    }

    private NDArray corrected(SigmaWalk walk, int step, int order, NDArray x, List<NDArray> guesses, NDArray clean) {
        double[] ratios = ratios(walk, step, order);
        double[] rho = order == 1 ? new double[] {0.5} : solved(ratios, bounds(walk, step, order), order);
        double share = -strength(walk, step) * rho[order - 1];
        Sum sum = firstOrder(walk, step, x, guesses.get(0));
        return with(sum, walk, step, Arrays.copyOf(rho, order - 1), ratios, guesses)
                .and(share, clean)
                .and(-share, guesses.get(0))
                .array();
    }

    /** Adds −α'·B(h)·Σ ρₖ·(x₀ₖ − x₀)/rₖ. */
    private Sum with(Sum sum, SigmaWalk walk, int step, double[] rho, double[] ratios, List<NDArray> guesses) {
        Sum with = sum;
        for (int k = 0; k < rho.length; k++) {
            double share = -strength(walk, step) * rho[k] / ratios[k];
            with = with.and(share, guesses.get(k + 1)).and(-share, guesses.get(0));
        }
        return with;
    }

    private double strength(SigmaWalk walk, int step) {
        double h = length(walk, step);
        return (second ? Math.expm1(-h) : -h) * alpha(level(walk, step));
    }

    /** rₖ of the calls before the step's first, in shares of it, and 1 for its end. */
    private static double[] ratios(SigmaWalk walk, int step, int order) {
        float here = lambda(level(walk, step - 1));
        double[] ratios = new double[order];
        for (int k = 0; k < order - 1; k++) {
            ratios[k] = (lambda(level(walk, step - 2 - k)) - here) / length(walk, step);
        }
        ratios[order - 1] = 1;
        return ratios;
    }

    private double[] bounds(SigmaWalk walk, int step, int order) {
        double hh = -length(walk, step);
        double strength = second ? Math.expm1(hh) : hh;
        double phi = Math.expm1(hh) / hh - 1;
        double factorial = 1;
        double[] bounds = new double[order];
        for (int i = 0; i < order; i++) {
            bounds[i] = phi * factorial / strength;
            factorial *= i + 2;
            phi = phi / hh - 1 / factorial;
        }
        return bounds;
    }

    /** ρ with Σₖ rₖⁱ·ρₖ = bᵢ, of the first so many of both, by elimination. */
    private static double[] solved(double[] ratios, double[] bounds, int size) {
        double[][] rows = new double[size][size + 1];
        for (int i = 0; i < size; i++) {
            for (int k = 0; k < size; k++) {
                rows[i][k] = Math.pow(ratios[k], i);
            }
            rows[i][size] = bounds[i];
        }
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                if (j != i) {
                    double factor = rows[j][i] / rows[i][i];
                    for (int k = i; k <= size; k++) {
                        rows[j][k] -= factor * rows[i][k];
                    }
                }
            }
        }
        double[] solved = new double[size];
        for (int i = 0; i < size; i++) {
            solved[i] = rows[i][size] / rows[i][i];
        }
        return solved;
    }
}
