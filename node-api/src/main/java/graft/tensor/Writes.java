package graft.tensor;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Whether somebody wrote to arrays in place, as libtorch counts it with each array; what they hold is not read. */
public final class Writes {

    private Writes() {}

    /**
     * Notes how often each array was written to.
     *
     * @return whether none was since; one that was freed meanwhile was not. To be asked in a thread that was prepared
     */
    public static BooleanSupplier noneTo(List<NDArray> arrays) {
        List<NDArray> open = List.copyOf(arrays);
        long[] before = versions(open);
        return () -> {
            for (int i = 0; i < before.length; i++) {
                NDArray array = open.get(i);
                if (!array.isReleased() && versions(List.of(array))[0] != before[i]) {
                    return false;
                }
            }
            return true;
        };
    }

    private static long[] versions(List<NDArray> arrays) {
        if (arrays.isEmpty()) {
            return new long[0];
        }
        try (NDArray versions = Operators.versions(arrays)) {
            return Arrays.copyOf(versions.toLongArray(), arrays.size());
        }
    }
}
