package graft.tensor;

import ai.djl.ndarray.NDArray;
import java.util.List;

/** The operators that DJL lacks, as TorchScript. */
@SuppressWarnings("DoNotCallSuggester") // signatures first
public final class Operators {

    private Operators() {}

    /**
     * One step of AdamW (decoupled weight decay) on all weights in one call, in place ({@code torch._fused_adamw_}).
     *
     * @param first running means of the gradient and its square, in place
     * @param step number of this step, from 1
     */
    public static void fusedAdamW(
            List<NDArray> weights,
            List<NDArray> gradients,
            List<NDArray> first,
            List<NDArray> second,
            long step,
            double learningRate,
            double beta1,
            double beta2,
            double epsilon,
            double weightDecay) {
        throw new UnsupportedOperationException();
    }

    /** Scales gradients in place so that their norm taken together is at most {@code most}; returns the norm before. */
    public static double globalNormClip(List<NDArray> gradients, double most) {
        throw new UnsupportedOperationException();
    }

    /** Mean over the batch of weight · mean squared error of each sample: prediction, target [n,…], weight [n]. */
    public static NDArray weightedMse(NDArray prediction, NDArray target, NDArray weight) {
        throw new UnsupportedOperationException();
    }
}
