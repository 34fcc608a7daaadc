package graft.sample;

import ai.djl.ndarray.NDArray;
import graft.node.Cancelled;
import java.util.function.DoubleUnaryOperator;

/**
 * ER-SDE-Solver-3 (Cui et al., 2023, algorithm 3) over λ = σ/α, with the noise of φ(λ) = λ·(e^(λ^0.3) + 10) and its integrals as
 * sums of 200 points.
 */
final class ErSdeWalk implements SigmaSampler {

    private static final int POINTS = 200;

    @Override
    public NDArray sample(SigmaWalk walk, NDArray noisy) throws Cancelled {
        NDArray x = noisy;
        NDArray before = null;
        NDArray changeBefore = null;
        for (int i = 0; i < walk.steps(); i++) {
            NDArray clean = walk.clean(x, walk.sigmaInLambda(i));
            NDArray next = clean;
            NDArray change = null;
            if (!walk.ends(i)) {
                double from = level(walk, i);
                double to = level(walk, i + 1);
                double signal = walk.signal(walk.sigma(i + 1));
                double r = phi(to) / phi(from);
                Sum sum = Sum.of(signal / walk.signal(walk.sigmaInLambda(i)) * r, x)
                        .and(signal * (1 - r), clean);
                if (before != null) {
                    double length = to - from;
                    double share = 1 / (from - level(walk, i - 1));
                    change = Sum.of(share, clean).and(-share, before).array();
                    double s = sum(from, to, at -> 1 / phi(at));
                    sum = sum.and(signal * (length + s * phi(to)), change);
                    if (changeBefore != null) {
                        double half = 2 / (from - level(walk, i - 2));
                        double u = sum(from, to, at -> (at - from) / phi(at));
                        double bend = signal * (length * length / 2 + u * phi(to)) * half;
                        sum = sum.and(bend, change).and(-bend, changeBefore);
                    }
                }
                double up = signal * Math.sqrt(Math.max(0, to * to - from * from * r * r));
                next = sum.and(up, walk.noise(x, walk.sigma(i), walk.sigma(i + 1)))
                        .array();
            }
            before = clean;
            changeBefore = change;
            x = walk.arrived(walk.sigma(i + 1), next, clean, before, changeBefore);
        }
        return x;
    }

    private static double level(SigmaWalk walk, int step) {
        double sigma = walk.sigmaInLambda(step);
        return sigma / walk.signal(sigma);
    }

    private static double phi(double level) {
        return level * (Math.exp(Math.pow(level, 0.3)) + 10);
    }

    /** ∫ from the lower to the higher end, by the lower edge of each part. */
    private static double sum(double from, double to, DoubleUnaryOperator function) {
        double part = (from - to) / POINTS;
        double sum = 0;
        for (int i = 0; i < POINTS; i++) {
            sum += function.applyAsDouble(to + i * part);
        }
        return sum * part;
    }
}
