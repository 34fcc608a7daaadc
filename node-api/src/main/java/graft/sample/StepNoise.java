package graft.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.tensor.TorchRandom;

/** Where a sampler that adds noise on its way takes it from, in order. */
@FunctionalInterface
public interface StepNoise {

    /** The next noise of unit variance, float32, owned by {@code manager}. */
    NDArray next(NDManager manager, Shape shape);

    /**
     * The noise of the way from a σ to a lower one, of unit variance; where noise does not depend on the way, the next.
     *
     * @param from above {@code to}, which is above 0
     */
    default NDArray between(NDManager manager, Shape shape, double from, double to) {
        return next(manager, shape);
    }

    /** Noise from the stream that the first noise came from: what diffusers does with one generator. */
    static StepNoise of(TorchRandom random) {
        return (manager, shape) -> random.randn(manager, shape.getShape());
    }
}
