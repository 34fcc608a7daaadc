package graft.sample;

import ai.djl.ndarray.NDArray;
import graft.node.Cancelled;

/**
 * DPM-Solver++ of the stochastic equation, η = 1 (Lu et al., 2022b, "SDE-DPM-Solver++"; the third order is Katherine Crowson's).
 */
final class DpmSdeWalk {

    private DpmSdeWalk() {}

    /** Two calls a step, with x₀ halfway in λ. */
    static final class SingleStep implements SigmaSampler {

        @Override
        public NDArray sample(SigmaWalk walk, NDArray noisy) throws Cancelled {
            NDArray x = noisy;
            for (int i = 0; i < walk.steps(); i++) {
                double from = walk.sigmaInLambda(i);
                NDArray clean = walk.clean(x, from);
                NDArray next = clean;
                if (!walk.ends(i)) {
                    double to = walk.sigma(i + 1);
                    double middle = walk.sigmaOf((walk.lambda(from) + walk.lambda(to)) / 2);
                    NDArray there = stepped(walk, x, clean, from, middle);
                    next = stepped(walk, x, walk.clean(there, middle), from, to);
                }
                x = walk.arrived(walk.sigma(i + 1), next, clean);
            }
            return x;
        }

        /** An ancestral step in σ/α. */
        private static NDArray stepped(SigmaWalk walk, NDArray x, NDArray clean, double from, double to) {
            double signal = walk.signal(from);
            double after = walk.signal(to);
            AncestralStep step = AncestralStep.of(from / signal, to / after, 1);
            double rest = step.down() / (from / signal);
            return Sum.of(after / signal * rest, x)
                    .and(after * (1 - rest), clean)
                    .and(after * step.up(), walk.noise(x, from, to))
                    .array();
        }
    }

    /**
     * One call a step, of second order by the step before, or of third by two.
     *
     * @param order 2 or 3
     * @param midpoint whether the second order takes x₀ in the middle of the step, or Heun's way its mean change
     */
    record Multistep(int order, boolean midpoint) implements SigmaSampler {

        @Override
        public NDArray sample(SigmaWalk walk, NDArray noisy) throws Cancelled {
            NDArray x = noisy;
            NDArray before = null;
            NDArray beforeThat = null;
            for (int i = 0; i < walk.steps(); i++) {
                double from = walk.sigmaInLambda(i);
                NDArray clean = walk.clean(x, from);
                NDArray next = clean;
                if (!walk.ends(i)) {
                    next = stepped(walk, i, x, clean, before, beforeThat);
                }
                beforeThat = order == 3 ? before : null;
                before = clean;
                x = walk.arrived(walk.sigma(i + 1), next, clean, before, beforeThat);
            }
            return x;
        }

        private NDArray stepped(SigmaWalk walk, int i, NDArray x, NDArray clean, NDArray before, NDArray beforeThat) {
            double from = walk.sigmaInLambda(i);
            double to = walk.sigma(i + 1);
            double h = walk.lambdaAt(i + 1) - walk.lambdaAt(i);
            double signal = walk.signal(to);
            double whole = -Math.expm1(-2 * h);
            Sum next = Sum.of(to / from * Math.exp(-h), x).and(signal * whole, clean);
            if (before != null) {
                double r = (walk.lambdaAt(i) - walk.lambdaAt(i - 1)) / h;
                double phi2 = 1 - whole / (2 * h);
                if (beforeThat != null) {
                    double r1 = (walk.lambdaAt(i - 1) - walk.lambdaAt(i - 2)) / h;
                    NDArray change = Sum.of(1 / r, clean).and(-1 / r, before).array();
                    NDArray changeBefore =
                            Sum.of(1 / r1, before).and(-1 / r1, beforeThat).array();
                    double phi3 = phi2 / (2 * h) - 0.5;
                    // d₁ = c + (c − c₁)·r/(r + r₁), d₂ = (c − c₁)/(r + r₁)
                    double bend = signal * (phi2 * r - phi3) / (r + r1);
                    next = next.and(signal * phi2 + bend, change).and(-bend, changeBefore);
                } else {
                    double share = signal * (midpoint ? whole / 2 : phi2) / r;
                    next = next.and(share, clean).and(-share, before);
                }
            }
            return next.and(to * Math.sqrt(whole), walk.noise(x, from, to)).array();
        }
    }
}
