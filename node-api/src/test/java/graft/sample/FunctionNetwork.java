package graft.sample;

import ai.djl.ndarray.NDArray;
import graft.model.Context;
import graft.model.Network;
import graft.model.Patches;
import graft.model.Weights;
import graft.tensor.Compute;
import graft.tensor.Precision;
import graft.tensor.Tape;

/** A network that is a formula. */
record FunctionNetwork(Formula formula) implements Network {

    interface Formula {
        NDArray of(NDArray latents, NDArray times, Context context);
    }

    @Override
    public NDArray forward(NDArray latents, NDArray times, Context context, Patches patches, Tape tape) {
        return formula.of(latents, times, context);
    }

    @Override
    public Weights weights() {
        throw new UnsupportedOperationException("a formula has no weights");
    }

    @Override
    public Network copy(Compute compute, Precision precision) {
        throw new UnsupportedOperationException("a formula needs no copy");
    }

    @Override
    public void close() {}
}
