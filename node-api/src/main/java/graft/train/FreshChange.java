package graft.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.model.Change;
import graft.model.LowRank;
import graft.model.Weights;
import graft.tensor.KeyedRandom;
import graft.tensor.Operators;
import java.util.Arrays;

/**
 * A layer's change before it has learnt anything: random but for one factor, which is nought.
 *
 * @param weight [out,in] or [out,in,kh,kw]
 * @param manager makes the arrays
 */
record FreshChange(NDArray weight, int rank, KeyedRandom random, NDManager manager) {

    /** As peft and kohya begin: down uniform in ±1/√fan-in (kaiming with a = √5), up nought. */
    LowRank lowRank(double scale) {
        long[] down = shape().clone();
        down[0] = rank;
        long[] up = shape().clone();
        Arrays.fill(up, 1, up.length, 1);
        up[1] = rank;
        return new LowRank(uniform(inner(), down), zeros(up), scale);
    }

    /** The same, with the norms that the weight has. */
    Change.Dora dora(double scale) {
        return new Change.Dora(lowRank(scale), Operators.outputNorms(Weights.wide(weight)), 1);
    }

    /** As LyCORIS begins: normal with deviations 0.1 and 1, and the second product's left factor nought. */
    Change.LoHa loHa(double scale) {
        long out = shape()[0];
        NDArray left = normal(0.1, out, rank);
        NDArray right = normal(1, rank, inner());
        return new Change.LoHa(
                new Change.Product(left, right, Operators.NONE),
                new Change.Product(zeros(out, rank), normal(1, rank, inner()), Operators.NONE),
                scale);
    }

    /**
     * As LyCORIS begins: the small matrix whole, the large one of low rank where that is smaller, its last factor nought.
     *
     * @param factor what the small matrix's sides come close to; −1 for the most even split
     */
    Change.LoKr loKr(int factor, double scale) {
        long[] outs = split(shape()[0], factor);
        long[] ins = split(shape()[1], factor);
        long kernel = inner() / shape()[1];
        Change.Product small = whole(uniform(ins[0], outs[0], ins[0]));
        if (2L * rank >= Math.max(outs[1], ins[1])) {
            long[] large = shape().clone();
            large[0] = outs[1];
            large[1] = ins[1];
            return new Change.LoKr(small, whole(zeros(large)), 1);
        }
        NDArray left = uniform(rank, outs[1], rank);
        return new Change.LoKr(small, new Change.Product(left, zeros(rank, ins[1] * kernel), Operators.NONE), scale);
    }

    /** How many numbers a layer's change has. */
    static long numbers(LoraSettings.Kind kind, int rank, int factor, long[] weight) {
        long out = weight[0];
        long inner = Arrays.stream(weight).skip(1).reduce(1, (a, b) -> a * b);
        return switch (kind) {
            case LORA -> rank * (out + inner);
            case DORA -> rank * (out + inner) + out;
            case LOHA -> 2L * rank * (out + inner);
            case LOKR -> {
                long[] outs = split(out, factor);
                long[] ins = split(weight[1], factor);
                long rest = inner / weight[1] * ins[1];
                yield outs[0] * ins[0]
                        + (2L * rank >= Math.max(outs[1], ins[1]) ? outs[1] * rest : rank * (outs[1] + rest));
            }
        };
    }

    private static Change.Product whole(NDArray matrix) {
        return new Change.Product(matrix, Operators.NONE, Operators.NONE);
    }

    /**
     * A number as a product of two, the smaller first: as even as may be without the smaller passing {@code most}, or, where
     * {@code most} divides it, by that. −1 for no limit. LyCORIS' {@code factorization}.
     */
    static long[] split(long number, int most) {
        if (most > 0 && number % most == 0) {
            return new long[] {Math.min(most, number / most), Math.max(most, number / most)};
        }
        long limit = most < 0 ? number : most;
        long small = 1;
        for (long divisor = 2; divisor * divisor <= number && divisor <= limit; divisor++) {
            if (number % divisor == 0) {
                small = divisor;
            }
        }
        return new long[] {small, number / small};
    }

    private long[] shape() {
        return weight.getShape().getShape();
    }

    /** How many numbers each output has. */
    private long inner() {
        return weight.size() / shape()[0];
    }

    private NDArray uniform(long fanIn, long... shape) {
        Shape wanted = new Shape(shape);
        float[] numbers = new float[Math.toIntExact(wanted.size())];
        double bound = 1 / Math.sqrt((double) fanIn);
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) ((2 * random.uniform() - 1) * bound);
        }
        return manager.create(numbers, wanted);
    }

    private NDArray normal(double deviation, long... shape) {
        Shape wanted = new Shape(shape);
        float[] numbers = random.normal(Math.toIntExact(wanted.size()));
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) (numbers[i] * deviation);
        }
        return manager.create(numbers, wanted);
    }

    private NDArray zeros(long... shape) {
        Shape wanted = new Shape(shape);
        return manager.create(new float[Math.toIntExact(wanted.size())], wanted);
    }
}
