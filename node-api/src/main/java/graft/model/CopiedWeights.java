package graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.tensor.Operators;
import graft.tensor.Precision;
import graft.tensor.Scope;
import java.util.Optional;
import java.util.Set;

/** The weights of a network that is there already, copied so that they can learn, or take less memory. */
final class CopiedWeights implements Weights.Source {

    private final Weights original;
    private final Precision precision;
    private final NDManager manager;

    /** @param manager owns the copies */
    CopiedWeights(Weights original, Precision precision, NDManager manager) {
        this.original = original;
        this.precision = precision;
        this.manager = manager;
    }

    @Override
    public String name() {
        return "a copy";
    }

    @Override
    public Set<String> keys() {
        return original.names();
    }

    @Override
    public Optional<long[]> shape(String key, long[] wanted) {
        return keys().contains(key) ? Optional.of(original.get(key).getShape().getShape()) : Optional.empty();
    }

    @Override
    public NDArray read(String key, long[] shape) {
        try (Scope scope = Scope.open()) {
            return scope.keep(Operators.converted(original.wide(key), precision), manager);
        }
    }
}
