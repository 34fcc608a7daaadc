package graft.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

/**
 * Reverse-mode differentiation by libtorch; off on every thread unless work is done within {@link #on}.
 *
 * <p>On a CPU an array that DJL makes of Java numbers borrows their buffer, which its closing leaves to the garbage
 * collector, while libtorch's record still points there. So such an array stays open until the gradients are known, and a
 * product with a number is {@link Operators#scaled}: DJL's {@code mul(Number)} closes the number's array at once.
 */
public final class Gradient {

    private Gradient() {}

    /** Does work whose steps are recorded for {@link #of}. */
    public static <T> T on(Supplier<T> work) {
        return with(true, work);
    }

    /** Does work whose steps are not recorded, within {@link #on} too. */
    static <T> T off(Supplier<T> work) {
        return with(false, work);
    }

    /** As {@link Finite#all}, of an array that is on the record. */
    public static boolean isFinite(NDArray array) {
        return off(() -> Finite.all(array));
    }

    /** Whether steps are recorded in this thread. */
    public static boolean isOn() {
        return JniUtils.isGradMode();
    }

    private static <T> T with(boolean recorded, Supplier<T> work) {
        boolean before = JniUtils.isGradMode();
        JniUtils.setGradMode(recorded);
        try {
            return work.get();
        } finally {
            JniUtils.setGradMode(before);
        }
    }

    /** Makes an array (itself, not a copy) one that gradients can be asked for. */
    public static NDArray leaf(NDArray array) {
        array.setRequiresGradient(true);
        return array;
    }

    /** Makes a leaf (itself, not a copy) an array as any other. */
    public static NDArray settled(NDArray leaf) {
        leaf.setRequiresGradient(false);
        return leaf;
    }

    /**
     * The gradients of a loss of one value by leaves; frees the record.
     *
     * <p>Fresh arrays of the leaves' shapes and memory layouts, noughts for a leaf that the loss does not depend on; owned by
     * the thread's innermost scope. Two leaves that were added to each other as they are share an array.
     */
    public static List<NDArray> of(NDArray loss, List<NDArray> leaves) {
        List<NDArray> gradients = known(loss, leaves);
        for (int i = 0; i < gradients.size(); i++) {
            if (gradients.get(i) == null) {
                gradients.set(i, leaves.get(i).zerosLike());
            }
        }
        return gradients;
    }

    /** As {@link #of}, but null for a leaf that the loss does not depend on. */
    public static List<NDArray> known(NDArray loss, List<NDArray> leaves) {
        try (NDArray one = loss.onesLike()) {
            return known(List.of(loss), List.of(one), leaves);
        }
    }

    /**
     * The gradients by leaves of results whose own gradients are known; frees the record.
     *
     * @return as {@link #known(NDArray, List)}
     */
    static List<NDArray> known(List<NDArray> results, List<NDArray> incoming, List<NDArray> leaves) {
        List<NDArray> found = Operators.gradients(results, incoming, leaves);
        List<NDArray> gradients = new ArrayList<>(Collections.nCopies(leaves.size(), null));
        try (NDArray which = found.get(0)) {
            long[] indices = which.toLongArray();
            for (int i = 0; i < indices.length; i++) {
                gradients.set((int) indices[i], found.get(i + 1));
            }
        }
        return gradients;
    }
}
