package graft.model;

import graft.tensor.Compute;
import java.util.OptionalLong;

/**
 * How a model's frozen weights lie in memory; what is computed is the same, bit for bit, but for {@link #INT8}.
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
    INT8;

    /** The source as its weights are to lie in memory, but for int8 rows. */
    Weights.Source of(Weights.Source source, Compute compute) {
        return switch (this) {
            case AS_IN_FILE, INT8 -> source.narrow();
            case FP32 -> source;
            case AUTO -> fits(source, compute.freeMemory()) ? source : source.narrow();
        };
    }

    private static boolean fits(Weights.Source source, OptionalLong free) {
        long bytes = 0;
        for (String key : source.keys()) {
            long numbers = 1;
            for (long axis : source.shape(key, new long[0]).orElse(new long[] {0})) {
                numbers *= axis;
            }
            bytes += Float.BYTES * numbers;
        }
        return free.isEmpty() || bytes <= free.getAsLong() / 2;
    }
}
