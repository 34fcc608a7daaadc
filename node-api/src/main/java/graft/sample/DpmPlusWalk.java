package graft.sample;

import ai.djl.ndarray.NDArray;
import graft.node.Cancelled;

/** DPM-Solver++ in x₀ over λ = −log σ (Lu et al., 2022b): of second order, in one step or by the step before. */
final class DpmPlusWalk {

    private DpmPlusWalk() {}

    /** DPM-Solver++(2S), algorithm 1, ancestral: x₀ halfway in λ to σ_down is taken for that of the whole step. */
    static final class SingleStep implements SigmaSampler {

        private static final double NEARLY_NOISE = 0.9999; // where a flow's halfway is in the step from noise alone

        @Override
        public NDArray sample(SigmaWalk walk, NDArray noisy) throws Cancelled {
            NDArray x = noisy;
            for (int i = 0; i < walk.steps(); i++) {
                double sigma = walk.sigma(i);
                NDArray clean = walk.clean(x, sigma);
                NDArray next = clean;
                if (!walk.ends(i)) {
                    AncestralStep step = AncestralStep.of(walk, i, 1);
                    if (step.down() > 0) {
                        double middle = walk.isFlow() && sigma == 1
                                ? NEARLY_NOISE
                                : walk.sigmaOf((walk.lambda(sigma) + walk.lambda(step.down())) / 2);
                        NDArray there = EulerWalk.towards(x, clean, sigma, middle);
                        next = EulerWalk.towards(x, walk.clean(there, middle), sigma, step.down());
                    }
                    next = step.noised(walk, i, next);
                }
                x = walk.arrived(walk.sigma(i + 1), next, clean);
            }
            return x;
        }
    }

    /** The same by CFG++: what x₀ has over the newest guess for the negative is added to the latents before each half. */
    static final class SingleStepPlus implements SigmaSampler {

        @Override
        public NDArray sample(SigmaWalk walk, NDArray noisy) throws Cancelled {
            NDArray x = noisy;
            for (int i = 0; i < walk.steps(); i++) {
                double sigma = walk.sigma(i);
                Guess guess = walk.ask(x, sigma);
                NDArray clean = guess.clean();
                AncestralStep step = AncestralStep.of(sigma, walk.sigma(i + 1), 1);
                NDArray next = clean;
                if (step.down() > 0) {
                    double middle = Math.sqrt(sigma * step.down());
                    Guess second = walk.ask(EulerWalk.towards(raised(x, clean, guess), clean, sigma, middle), middle);
                    next = EulerWalk.towards(raised(x, clean, second), second.clean(), sigma, step.down());
                }
                next = step.noised(walk, i, next);
                x = walk.arrived(walk.sigma(i + 1), next, clean);
            }
            return x;
        }

        private static NDArray raised(NDArray x, NDArray clean, Guess newest) {
            return Sum.of(1, x).and(1, clean).and(-1, newest.negative()).array();
        }
    }

    /** DPM-Solver++(2M), algorithm 2: D = (1 + 1/2r)·x₀ − 1/2r·x₀ before; of first order at both ends. */
    static final class Multistep implements SigmaSampler {

        @Override
        public NDArray sample(SigmaWalk walk, NDArray noisy) throws Cancelled {
            NDArray x = noisy;
            NDArray before = null;
            for (int i = 0; i < walk.steps(); i++) {
                NDArray clean = walk.clean(x, walk.sigma(i));
                NDArray aim = clean;
                if (before != null && !walk.ends(i)) {
                    double half = 1 / (2 * ratio(walk, i));
                    aim = Sum.of(1 + half, clean).and(-half, before).array();
                }
                NDArray next = EulerWalk.towards(x, aim, walk.sigma(i), walk.sigma(i + 1));
                before = clean;
                x = walk.arrived(walk.sigma(i + 1), next, clean, before);
            }
            return x;
        }
    }

    /** The same by CFG++: x' = x₀ + e^(−h)·(x − x₀⁻) − (e^(−h) − 1)/2r·(x₀ − x₀⁻ before). */
    static final class MultistepPlus implements SigmaSampler {

        @Override
        public NDArray sample(SigmaWalk walk, NDArray noisy) throws Cancelled {
            NDArray x = noisy;
            NDArray before = null;
            for (int i = 0; i < walk.steps(); i++) {
                Guess guess = walk.ask(x, walk.sigma(i));
                double rest = walk.sigma(i + 1) / walk.sigma(i);
                Sum next = Sum.of(1, guess.clean()).and(rest, x).and(-rest, guess.negative());
                if (before != null && !walk.ends(i)) {
                    double half = (1 - rest) / (2 * ratio(walk, i));
                    next = next.and(half, guess.clean()).and(-half, before);
                }
                before = guess.negative();
                x = walk.arrived(walk.sigma(i + 1), next.array(), guess.clean(), before);
            }
            return x;
        }
    }

    /** r, of the step before in λ to this one, λ as if there were a whole picture. */
    private static double ratio(SigmaWalk walk, int step) {
        return Math.log(walk.sigma(step - 1) / walk.sigma(step)) / Math.log(walk.sigma(step) / walk.sigma(step + 1));
    }
}
