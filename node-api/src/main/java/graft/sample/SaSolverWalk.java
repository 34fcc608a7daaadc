package graft.sample;

import ai.djl.ndarray.NDArray;
import graft.node.Cancelled;
import java.util.ArrayList;
import java.util.List;

/**
 * SA-Solver (Xue et al., 2023, algorithm 1): Adams' methods in x₀ over λ with noise in the middle of the way, a predictor of third order
 * and a corrector of fourth, equations 14 and 17.
 *
 * @param twice whether the network is asked about the corrected latents too (PECE)
 */
record SaSolverWalk(boolean twice) implements SigmaSampler {

    private static final int PREDICTOR = 3;
    private static final int CORRECTOR = 4;
    private static final double NOISE_FROM = 0.2; // of the way, by timesteps
    private static final double NOISE_TO = 0.8;

    @Override
    public NDArray sample(SigmaWalk walk, NDArray noisy) throws Cancelled {
        boolean toClean = walk.sigma(walk.steps()) == 0;
        NDArray corrected = noisy;
        NDArray predicted = noisy;
        NDArray noise = null;
        double tau = 0; // how strong noise was in the step to here
        List<NDArray> guesses = new ArrayList<>(); // the newest last
        for (int i = 0; i < walk.steps(); i++) {
            NDArray clean = walk.clean(predicted, walk.sigmaInLambda(i));
            guesses.add(clean);
            if (guesses.size() > CORRECTOR) {
                guesses.remove(0);
            }
            int left = walk.steps() - i;
            int correct = i == 0 || (walk.ends(i) && !twice)
                    ? 0
                    : Math.min(Math.min(CORRECTOR, guesses.size()), toClean ? left : CORRECTOR);
            if (correct == 0) {
                corrected = predicted;
            } else {
                corrected = stepped(walk, i - 1, i, correct, tau, corrected, guesses);
                if (noise != null) {
                    corrected = Sum.of(1, corrected).and(1, noise).array();
                }
                if (twice) {
                    clean = walk.clean(corrected, walk.sigmaInLambda(i));
                    guesses.set(guesses.size() - 1, clean);
                }
            }
            predicted = clean;
            noise = null;
            if (!walk.ends(i)) {
                double to = walk.sigma(i + 1);
                tau = to <= walk.sigmaAfter(NOISE_FROM) && to > walk.sigmaAfter(NOISE_TO) ? 1 : 0;
                int predict = Math.min(Math.min(PREDICTOR, guesses.size()), toClean ? left - 1 : PREDICTOR);
                predicted = stepped(walk, i, i, predict, tau, corrected, guesses);
                if (tau > 0) {
                    double h = walk.lambdaAt(i + 1) - walk.lambdaAt(i);
                    double strength = to * Math.sqrt(-Math.expm1(-2 * tau * tau * h));
                    noise = Sum.of(strength, walk.noise(predicted, walk.sigma(i), to))
                            .array();
                    predicted = Sum.of(1, predicted).and(1, noise).array();
                }
            }
            List<NDArray> kept = new ArrayList<>(guesses);
            kept.add(corrected);
            kept.add(noise);
            predicted = walk.arrived(walk.sigma(i + 1), predicted, clean, kept.toArray(NDArray[]::new));
        }
        return predicted;
    }

    /**
     * x' = σ'/σ·e^(−τ²h)·x + Σ bⱼ·x₀ⱼ over a step, without its noise.
     *
     * @param newest the call of the newest guess, which may be that at the end of the step
     */
    private static NDArray stepped(
            SigmaWalk walk, int step, int newest, int order, double tau, NDArray x, List<NDArray> guesses) {
        double[] nodes = new double[order];
        for (int j = 0; j < order; j++) {
            nodes[j] = walk.lambdaAt(newest - order + 1 + j);
        }
        double from = walk.lambdaAt(step);
        double to = walk.lambdaAt(step + 1);
        double[] shares = shares(nodes, from, to, 1 + tau * tau);
        double after = walk.sigmaInLambda(step + 1);
        Sum sum = Sum.of(after / walk.sigmaInLambda(step) * Math.exp(-tau * tau * (to - from)), x);
        for (int j = 0; j < order; j++) {
            sum = sum.and(walk.signal(after) * shares[j], guesses.get(guesses.size() - order + j));
        }
        return sum.array();
    }

    /** m·∫ e^(m(λ−to))·ℓⱼ(λ) dλ from {@code from} to {@code to}, ℓⱼ the polynomials of Lagrange through the nodes. */
    private static double[] shares(double[] nodes, double from, double to, double m) {
        int order = nodes.length;
        // moments of (λ − to)ᵖ, by parts: Mₚ = [(λ−to)ᵖ·e^(m(λ−to))] − p/m·Mₚ₋₁
        double[] moments = new double[order];
        double h = to - from;
        for (int p = 0; p < order; p++) {
            double bounds = (p == 0 ? 1 : 0) - Math.pow(-h, p) * Math.exp(-m * h);
            moments[p] = p == 0 ? bounds : bounds - p / m * moments[p - 1];
        }
        double[] shares = new double[order];
        for (int j = 0; j < order; j++) {
            double[] polynomial = new double[order]; // of (λ − to), the lowest power first
            polynomial[0] = 1;
            int degree = 0;
            for (int k = 0; k < order; k++) {
                if (k == j) {
                    continue;
                }
                double node = nodes[k] - to;
                double scale = 1 / (nodes[j] - nodes[k]);
                for (int p = ++degree; p >= 0; p--) {
                    polynomial[p] = scale * ((p > 0 ? polynomial[p - 1] : 0) - node * polynomial[p]);
                }
            }
            for (int p = 0; p < order; p++) {
                shares[j] += polynomial[p] * moments[p];
            }
        }
        return shares;
    }
}
