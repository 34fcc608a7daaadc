package graft.model;

import ai.djl.ndarray.NDArray;
import graft.tensor.Compute;
import graft.tensor.Operators;
import graft.tensor.Precision;
import graft.tensor.Tape;

/**
 * A network that computes in another precision and is spoken to in float32; for drawing, not for learning.
 *
 * <p>Closed with its network.
 */
public final class RoundedNetwork implements Network {

    private final Network network;
    private final Precision precision;

    private RoundedNetwork(Network network, Precision precision) {
        this.network = network;
        this.precision = precision;
    }

    /**
     * A view of a model that computes in a precision, under the same changes; the caller closes it.
     *
     * <p>The model's own network is {@linkplain Checkpoint#roundedNetwork set aside}.
     *
     * @param precision FP16 or BF16
     */
    public static Checkpoint over(Checkpoint model, Precision precision) {
        return model.withNetwork(new RoundedNetwork(model.roundedNetwork(precision), precision));
    }

    @Override
    public NDArray forward(NDArray latents, NDArray times, Context context, Patches patches, Tape tape) {
        Context told = context.in(precision);
        try (NDArray rounded = Operators.converted(latents, precision);
                NDArray predicted = network.forward(rounded, times, told, patches, tape)) {
            NDArray wide = Operators.converted(predicted, Precision.FP32);
            wide.attach(latents.getManager());
            return wide;
        } finally {
            told.withSizes(Operators.NONE).arrays().forEach(NDArray::close);
        }
    }

    /** The network that computes, in its precision. */
    public Network inner() {
        return network;
    }

    @Override
    public boolean takesHooks() {
        return network.takesHooks();
    }

    @Override
    public Network copy(Compute compute, Precision other) {
        return network.copy(compute, other);
    }

    @Override
    public Weights weights() {
        return network.weights();
    }

    @Override
    public void close() {
        network.close();
    }
}
