package graft.nodes.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import graft.adapter.Lora;
import graft.tensor.KeyedRandom;
import graft.tensor.Operators;
import graft.tensor.Scope;
import java.util.Arrays;
import java.util.List;

/**
 * The change of one layer's weight by its singular values: U·diag(values)·V.
 *
 * @param weight the weight's shape
 * @param left U [out,k], row by row
 * @param values [k], the largest first
 * @param right V [k,in·kh·kw]
 * @param energy the sum of the squares of the whole change
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record Singular(long[] weight, float[] left, float[] values, float[] right, double energy) {

    /** Directions beyond those wanted that are looked at, and rounds of power iteration. */
    private static final int SPARE = 16;

    static final int ROUNDS = 8;

    /** All of them. */
    static Singular of(NDArray change) {
        try (Scope scope = Scope.open()) {
            return made(change.getShape().getShape(), Operators.singular(change), energy(change));
        }
    }

    /** About the largest, found from random directions; all where there are hardly more. */
    static Singular near(NDArray change, int wanted, KeyedRandom random) {
        long[] shape = change.getShape().getShape();
        int out = Math.toIntExact(shape[0]);
        int in = Math.toIntExact(change.size() / out);
        int width = wanted + SPARE;
        if (width >= Math.min(out, in) / 2) {
            return of(change);
        }
        try (Scope scope = Scope.open()) {
            NDArray start = change.getManager().create(random.normal(in * width), new Shape(in, width));
            return made(shape, Operators.singularNear(change, start, ROUNDS), energy(change));
        }
    }

    /** Those of up·down, as many as its rank. */
    static Singular ofProduct(long[] weight, NDArray up, NDArray down) {
        try (Scope scope = Scope.open()) {
            List<NDArray> parts = Operators.singularProduct(up, down);
            float[] values = parts.get(1).toFloatArray();
            double energy = 0;
            for (float value : values) {
                energy += (double) value * value;
            }
            return made(weight, parts, energy);
        }
    }

    private static Singular made(long[] weight, List<NDArray> parts, double energy) {
        return new Singular(
                weight,
                parts.get(0).toFloatArray(),
                parts.get(1).toFloatArray(),
                parts.get(2).toFloatArray(),
                energy);
    }

    /** The sum of the squares. */
    static double energy(NDArray change) {
        try (NDArray norm = change.norm()) {
            double length = norm.getFloat();
            return length * length;
        }
    }

    /**
     * The largest directions as a LoRA: U·diag(values) and V.
     *
     * @param rank how many, at most as many as there are
     * @param alpha what it is to act at, times the rank; the rank itself for the change as it is
     * @param quantile of the sizes of all numbers of the two matrices that larger ones are cut to, as kohya does; 1 for none
     */
    Lora.LowRank lowRank(int rank, double alpha, double quantile) {
        int out = Math.toIntExact(weight[0]);
        int in = right.length / values.length;
        float[] up = new float[out * rank];
        for (int o = 0; o < out; o++) {
            for (int r = 0; r < rank; r++) {
                up[o * rank + r] = left[o * values.length + r] * values[r];
            }
        }
        float[] down = Arrays.copyOf(right, rank * in);
        clamp(up, down, quantile);
        long[] downShape = weight.clone();
        downShape[0] = rank;
        long[] upShape = new long[weight.length];
        Arrays.fill(upShape, 1);
        upShape[0] = out;
        upShape[1] = rank;
        return Lora.Part.lowRank(down, downShape, up, upShape, alpha);
    }

    private static void clamp(float[] up, float[] down, double quantile) {
        if (quantile == 1) {
            return;
        }
        float[] all = Arrays.copyOf(up, up.length + down.length);
        System.arraycopy(down, 0, all, up.length, down.length);
        Arrays.sort(all);
        double place = quantile * (all.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, all.length - 1);
        float most = (float) (all[below] + (place - below) * (all[above] - all[below]));
        cut(up, most);
        cut(down, most);
    }

    private static void cut(float[] numbers, float most) {
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = Math.max(-most, Math.min(most, numbers[i]));
        }
    }

    /** The share of the energy that the largest directions hold. */
    double kept(int rank) {
        double sum = 0;
        for (int i = 0; i < rank; i++) {
            sum += (double) values[i] * values[i];
        }
        return energy == 0 ? 1 : Math.min(1, sum / energy);
    }
}
