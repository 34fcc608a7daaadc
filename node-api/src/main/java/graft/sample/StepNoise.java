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

    /** Noise from the stream that the first noise came from: what diffusers does with one generator. */
    static StepNoise of(TorchRandom random) {
        return (manager, shape) -> random.randn(manager, shape.getShape());
    }
}
