package graft.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import graft.node.Cancelled;

/**
 * DPM-Solver in the noise ε over t = −log σ (Lu et al., 2022, algorithms 1 and 2): of third order over as few steps as its calls allow
 * ({@link Fast}), or over steps as long as two orders agree ({@link Adaptive}). Both end at the lowest σ above 0.
 *
 * <p>All is float32 in the order of k-diffusion's terms: at first two orders differ by no more than its rounding, which the length of
 * the next steps follows from.
 */
final class DpmSolverWalk {

    private static final float FIRST = 1 / 3f; // r₁, where in a step it is looked
    private static final float SECOND = 2 / 3f;

    private final SigmaWalk walk;
    private final NDArray x;
    private final float from;
    private final float to;
    private final NDArray noise;
    private NDArray third; // the noise at r₁ = 1/3, when it was asked for

    /** A step from x at {@code from} to {@code to}, with the noise there. */
    private DpmSolverWalk(SigmaWalk walk, NDArray x, NDArray noise, float from, float to) {
        this.walk = walk;
        this.x = x;
        this.from = from;
        this.to = to;
        this.noise = noise;
    }

    private static float leastAbove0(SigmaWalk walk) {
        float last = walk.sigma(walk.steps());
        return last > 0 ? last : walk.sigma(walk.steps() - 1);
    }

    /** t of a σ, to libtorch's bits, as σ is. */
    private static float time(NDArray like, float sigma) {
        try (NDArray of = like.getManager().create(sigma);
                NDArray logarithm = of.log()) {
            return -logarithm.getFloat();
        }
    }

    private static float sigma(NDArray like, float time) {
        try (NDArray of = like.getManager().create(-time);
                NDArray power = of.exp()) {
            return power.getFloat();
        }
    }

    private float sigma(float time) {
        return sigma(x, time);
    }

    private static float expm1(float h) {
        return (float) Math.expm1(h);
    }

    private static NDArray noiseIn(NDArray latents, NDArray clean, float time) {
        return latents.sub(clean).div(sigma(latents, time));
    }

    private NDArray noiseAt(NDArray latents, float time) {
        return noiseIn(latents, walk.clean(latents, sigma(time)), time);
    }

    private NDArray noiseAtFirstThird() {
        if (third == null) {
            float h = to - from;
            float there = from + FIRST * h;
            third = noiseAt(x.sub(noise.mul(sigma(there) * expm1(FIRST * h))), there);
        }
        return third;
    }

    /** x' = x − σ'·(e^h − 1)·ε. */
    private NDArray ofFirstOrder() {
        return x.sub(noise.mul(sigma(to) * expm1(to - from)));
    }

    /** The same with the change of ε on the way to r·h. */
    private NDArray ofSecondOrder(float r) {
        float h = to - from;
        NDArray there;
        if (r == FIRST) {
            there = noiseAtFirstThird();
        } else {
            float at = from + r * h;
            there = noiseAt(x.sub(noise.mul(sigma(at) * expm1(r * h))), at);
        }
        return ofFirstOrder().sub(there.sub(noise).mul(sigma(to) / (2 * r) * expm1(h)));
    }

    private NDArray ofThirdOrder() {
        float h = to - from;
        float at = from + SECOND * h;
        float grown = expm1(SECOND * h);
        NDArray there = x.sub(noise.mul(sigma(at) * grown))
                .sub(noiseAtFirstThird().sub(noise).mul(sigma(at) * (SECOND / FIRST) * (grown / (SECOND * h) - 1)));
        NDArray later = noiseAt(there, at);
        return ofFirstOrder().sub(later.sub(noise).mul(sigma(to) / SECOND * (expm1(h) / h - 1)));
    }

    /** DPM-Solver-fast: as many calls as the walk has steps, three to a step but for the last. */
    static final class Fast implements SigmaSampler {

        @Override
        public NDArray sample(SigmaWalk walk, NDArray noisy) throws Cancelled {
            int calls = walk.steps();
            int steps = calls / 3 + 1;
            float first = time(noisy, walk.sigma(0));
            float last = time(noisy, leastAbove0(walk));
            NDArray x = noisy;
            for (int i = 0; i < steps; i++) {
                float from = first + (last - first) * i / steps;
                float to = first + (last - first) * (i + 1) / steps;
                NDArray clean = walk.clean(x, sigma(x, from));
                DpmSolverWalk step = new DpmSolverWalk(walk, x, noiseIn(x, clean, from), from, to);
                NDArray next =
                        switch (order(calls, steps, i)) {
                            case 1 -> step.ofFirstOrder();
                            case 2 -> step.ofSecondOrder(0.5f);
                            default -> step.ofThirdOrder();
                        };
                x = walk.arrived(sigma(x, to), next, clean);
            }
            return x;
        }

        private static int order(int calls, int steps, int step) {
            if (calls % 3 == 0) {
                return step < steps - 2 ? 3 : steps - step;
            }
            return step < steps - 1 ? 3 : calls % 3;
        }
    }

    /** DPM-Solver-23: steps as long as the second and third order agree to 0.05, or 0.0078 where there is little. */
    static final class Adaptive implements SigmaSampler {

        private static final double RELATIVE = 0.05;
        private static final double ABSOLUTE = 0.0078;
        private static final double FIRST_STEP = 0.05;
        private static final double SAFETY = 0.81; // the factor by which a step may shrink and still be taken
        private static final double EPSILON = 1e-8;
        private static final double REACH = 1e-5; // of the end, in t
        private static final int ORDER = 3;

        @Override
        public NDArray sample(SigmaWalk walk, NDArray noisy) throws Cancelled {
            float at = time(noisy, walk.sigma(0));
            float end = time(noisy, leastAbove0(walk));
            double h = FIRST_STEP;
            NDArray x = noisy;
            NDArray before = noisy;
            while (at < end - REACH) {
                float to = Math.min(end, at + (float) h);
                NDArray clean = walk.clean(x, sigma(x, at));
                DpmSolverWalk step = new DpmSolverWalk(walk, x, noiseIn(x, clean, at), at, to);
                NDArray low = step.ofSecondOrder(FIRST);
                NDArray high = step.ofThirdOrder();
                double error = error(low, high, before);
                double factor = 1 + Math.atan(Math.pow(1 / (error + EPSILON), 1.0 / ORDER) - 1);
                h *= factor;
                if (factor >= SAFETY || !Double.isFinite(error)) { // what is no number is found on arrival
                    before = low;
                    at = to;
                    x = walk.arrived(sigma(x, at), high, clean, before);
                } else {
                    x = walk.arrived(sigma(x, at), x, clean, before);
                }
            }
            return x;
        }

        private static double error(NDArray low, NDArray high, NDArray before) {
            NDArray allowed =
                    NDArrays.maximum(NDArrays.maximum(low.abs(), before.abs()).mul((float) RELATIVE), (float) ABSOLUTE);
            return low.sub(high).div(allowed).norm().getFloat() / Math.sqrt((double) low.size());
        }
    }
}
