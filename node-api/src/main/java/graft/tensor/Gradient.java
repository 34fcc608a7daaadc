package graft.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.function.Supplier;

/** Reverse-mode differentiation by libtorch; off on every thread unless work is done within {@link #on}. */
public final class Gradient {

    private Gradient() {}

    /** Does work whose steps are recorded for {@link #backward}. */
    public static <T> T on(Supplier<T> work) {
        boolean before = JniUtils.isGradMode();
        JniUtils.setGradMode(true);
        try {
            return work.get();
        } finally {
            JniUtils.setGradMode(before);
        }
    }

    /** Does work whose steps are recorded for {@link #backward}. */
    public static void on(Runnable work) {
        on(() -> {
            work.run();
            return null;
        });
    }

    /** Makes an array (itself, not a copy) one that gradients are gathered for. */
    public static NDArray leaf(NDArray array) {
        array.setRequiresGradient(true);
        return array;
    }

    /** Adds the gradient of a loss of one value to each leaf behind it ({@link NDArray#getGradient}); frees the record. */
    public static void backward(NDArray loss) {
        try (NDArray one = loss.onesLike()) {
            JniUtils.backward((PtNDArray) loss, (PtNDArray) one, false, false);
        }
    }
}
