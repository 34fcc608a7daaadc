package graft.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/**
 * Whether numbers can be computed with: the gate between the stages from model to picture.
 *
 * <p>Each question takes one or two small operators and waits for the device.
 */
public final class Finite {

    private Finite() {}

    /** Whether no number is NaN or infinite. */
    public static boolean all(NDArray array) {
        // 0 · x is 0 for what is finite and NaN for the rest, and such a sum cannot overflow.
        try (NDArray zeros = array.mul(0);
                NDArray sum = zeros.sum()) {
            return sum.getFloat() == 0;
        }
    }

    /** Whether the sum of the squares is finite too, which norms are made of: it is up to about 1e19 in float32. */
    public static boolean squares(NDArray array) {
        boolean narrow = array.getDataType() != DataType.FLOAT32;
        try (NDArray norm = narrow ? Operators.narrowNorm(array) : array.norm()) {
            return Float.isFinite(norm.getFloat());
        }
    }

    /** Whether no number is NaN or infinite. */
    public static boolean all(float[] numbers) {
        for (float number : numbers) {
            if (!Float.isFinite(number)) {
                return false;
            }
        }
        return true;
    }
}
