package graft.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.tensor.TorchRandom;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * The noise between two noise levels as what one Brownian path in σ moves by, of unit variance: however a walk is cut into steps, its
 * path is the same. To the bits of torchsde's {@code BrownianTree} on the CPU, as ComfyUI's SDE samplers draw it (Li et al., 2020,
 * "Scalable gradients for stochastic differential equations", section 4): halves of halves, each by a seed of its own.
 */
final class BrownianNoise implements StepNoise {

    private static final int DIGITS = 6; // to which σ is rounded
    private static final int POOL = 24; // words of entropy

    private final double least;
    private final double most;
    private final long seed;

    private BrownianNoise(double least, double most, long seed) {
        this.least = least;
        this.most = most;
        this.seed = seed;
    }

    /** The path of a walk, from its highest σ to its lowest above 0. */
    static BrownianNoise of(StepPlan plan, long seed) {
        float least = plan.sigma(plan.end());
        return new BrownianNoise(
                least > 0 || plan.calls() == 0 ? least : plan.sigma(plan.end() - 1), plan.sigma(plan.first()), seed);
    }

    @Override
    public NDArray next(NDManager manager, Shape shape) {
        throw new UnsupportedOperationException("a path is asked about the way between two noise levels");
    }

    @Override
    public NDArray between(NDManager manager, Shape shape, double from, double to) {
        int size = Math.toIntExact(shape.size());
        float high = (float) from;
        float low = (float) to;
        double start = rounded(least);
        double end = rounded(most);
        float[] moved = new float[size];
        double above = rounded(Math.min(end, Math.max(start, high)));
        double below = rounded(Math.min(end, Math.max(start, low)));
        if (below < above) {
            float spread = (float) Math.sqrt(most - least);
            float[] whole = new TorchRandom(new SeedSequence(seed, POOL).first()).randn(size);
            for (int i = 0; i < size; i++) {
                whole[i] *= spread;
            }
            new Way(start, end, 0, 0).addTo(moved, whole, below, above);
        }
        float length = -(float) Math.sqrt(Math.abs(low - high)); // downwards
        for (int i = 0; i < size; i++) {
            moved[i] /= length;
        }
        return manager.create(moved, shape);
    }

    private static double rounded(double sigma) {
        return new BigDecimal(sigma).setScale(DIGITS, RoundingMode.HALF_EVEN).doubleValue();
    }

    /** A part of the path: one of the halves of the one around it. */
    private final class Way {

        private final double start;
        private final double end;
        private final long key;
        private final int depth;

        Way(double start, double end, long key, int depth) {
            this.start = start;
            this.end = end;
            this.key = key;
            this.depth = depth;
        }

        /** Adds what the path moves by between two σ within this part, of which the whole is known. */
        void addTo(float[] sum, float[] whole, double from, double to) {
            if (from == start && to == end) {
                for (int i = 0; i < sum.length; i++) {
                    sum[i] += whole[i];
                }
                return;
            }
            double middle = rounded(0.5 * (end + start));
            double share = 1 / (end - start);
            float left = (float) (middle - start);
            float strength = (float) Math.sqrt((middle - start) * (end - middle) * share);
            float[] first = new TorchRandom(new SeedSequence(seed, POOL, key, depth).first()).randn(whole.length);
            for (int i = 0; i < first.length; i++) {
                first[i] = left * whole[i] * (float) share + strength * first[i];
            }
            if (from < middle) {
                new Way(start, middle, 2 * key, depth + 1).addTo(sum, first, from, Math.min(to, middle));
            }
            if (to > middle) {
                float[] second = first; // not needed any more
                for (int i = 0; i < second.length; i++) {
                    second[i] = whole[i] - second[i];
                }
                new Way(middle, end, 2 * key + 1, depth + 1).addTo(sum, second, Math.max(from, middle), to);
            }
        }
    }
}
