package graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import graft.tensor.Operators;
import graft.tensor.Scope;
import java.util.Optional;
import java.util.Set;

/** Weights out of nothing, of whatever shape is asked for: uniform, about as PyTorch initialises a layer. */
final class RandomWeights implements Weights.Source {

    private final NDManager manager;

    RandomWeights(NDManager manager) {
        this.manager = manager;
    }

    @Override
    public String name() {
        return "random weights";
    }

    @Override
    public Set<String> keys() {
        return Set.of();
    }

    @Override
    public Optional<long[]> shape(String key, long[] wanted) {
        return Optional.of(wanted);
    }

    @Override
    public NDArray read(String key, long[] shape) {
        try (Scope scope = Scope.open()) {
            return scope.keep(make(key, new Shape(shape)), manager);
        }
    }

    private NDArray make(String key, Shape shape) {
        if (shape.dimension() == 1) {
            return key.endsWith(".weight") ? manager.ones(shape) : manager.zeros(shape);
        }
        float bound = (float) (1 / Math.sqrt((double) shape.size() / shape.get(0)));
        NDArray array = manager.randomUniform(-bound, bound, shape, DataType.FLOAT32);
        return shape.dimension() == 4 ? Operators.channelsLast(array) : array;
    }
}
