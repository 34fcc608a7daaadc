package graft.train;

import ai.djl.ndarray.NDArray;
import graft.tensor.Operators;
import graft.tensor.Precision;
import java.util.List;

/**
 * A network that computes in a lower precision, between float32 latents and a float32 prediction (Micikevicius et al., 2018,
 * "Mixed precision training").
 *
 * <p>What learns stays float32, and so do its gradients.
 */
record MixedPrecision(Objective.Network network, Precision precision) implements Objective.Network {

    /** The network, or itself in float32. */
    static Objective.Network of(Objective.Network network, Precision precision) {
        return precision == Precision.FP32 ? network : new MixedPrecision(network, precision);
    }

    @Override
    public NDArray predict(NDArray noised, NDArray timesteps, NDArray context) {
        // Left to the scope: under checkpointing the text states are asked for their gradient later.
        NDArray prediction = network.predict(
                Operators.converted(noised, precision), timesteps, Operators.converted(context, precision));
        return Operators.converted(prediction, Precision.FP32);
    }

    @Override
    public List<NDArray> gradients(NDArray loss, List<NDArray> leaves) {
        return network.gradients(loss, leaves);
    }

    @Override
    public boolean wantsLossScale() {
        return precision == Precision.FP16;
    }
}
