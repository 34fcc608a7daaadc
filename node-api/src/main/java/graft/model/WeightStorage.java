package graft.model;

import java.util.OptionalLong;

/**
 * How a model's frozen weights lie in memory; what is computed is the same but where layers are rounded: bit for bit, or in large layers to
 * the rounding of float32, which sums in another order.
 *
 * <p>Weights of 16 bits that stay as they are in the file take half the memory and are mapped from it; each layer widens its
 * own whenever it computes, which takes a little longer.
 */
public enum WeightStorage {
    /** As in the file where float32 would take more than half of the memory that is free, else float32. */
    AUTO,
    /** As in the file. */
    AS_IN_FILE,
    /** Widened to float32 when they are read. */
    FP32,
    /** Linear layers and convolutions as {@link Int8Rows}, the rest as in the file: a quarter of float32, by a small error. */
    INT8,
    /**
     * As {@link #INT8}, and the network's layers are computed in whole numbers of 8 bits too, where no gradient is asked for and
     * {@linkplain graft.tensor.Operators#hasWholeProducts the processor can}: what goes into a layer is rounded by the largest magnitude of its
     * row, or of its picture for a convolution. Faster, by a larger error.
     */
    INT8_FAST;

    /** Whether layers are {@link Int8Rows}. */
    public boolean isRounded() {
        return this == INT8 || this == INT8_FAST;
    }

    /**
     * Whether weights stay as they are in their file.
     *
     * @param numbers how many there are
     * @param free bytes of memory that nobody has taken; empty where nobody knows
     */
    public boolean narrows(long numbers, OptionalLong free) {
        return switch (this) {
            case AS_IN_FILE, INT8, INT8_FAST -> true;
            case FP32 -> false;
            case AUTO -> free.isPresent() && Float.BYTES * numbers > free.getAsLong() / 2;
        };
    }

    /** How many numbers there are. */
    public static long numbers(Weights.Source source) {
        long sum = 0;
        for (String key : source.keys()) {
            long numbers = 1;
            for (long axis : source.shape(key, new long[0]).orElse(new long[] {0})) {
                numbers *= axis;
            }
            sum += numbers;
        }
        return sum;
    }
}
