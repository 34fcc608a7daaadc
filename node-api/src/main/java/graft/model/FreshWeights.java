package graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.tensor.Operators;
import graft.tensor.Precision;
import graft.tensor.Scope;
import java.util.Optional;
import java.util.Set;

/** Weights of a source read once more, in memory of their own that may be written to. */
final class FreshWeights implements Weights.Source {

    private final Weights.Source source;
    private final Precision precision;
    private final NDManager manager;

    /**
     * @param source whose arrays nobody else has; each is let go of when it was copied
     * @param manager owns the copies
     */
    FreshWeights(Weights.Source source, Precision precision, NDManager manager) {
        this.source = source;
        this.precision = precision;
        this.manager = manager;
    }

    @Override
    public String name() {
        return source.name();
    }

    @Override
    public Set<String> keys() {
        return source.keys();
    }

    @Override
    public Optional<long[]> shape(String key, long[] wanted) {
        return source.shape(key, wanted);
    }

    @Override
    public void finished() {
        source.finished();
    }

    @Override
    public NDArray read(String key, long[] shape) {
        // What is read may be the file's own pages, which must not be written to.
        try (Scope scope = Scope.open();
                NDArray read = source.read(key, shape)) {
            return scope.keep(Operators.converted(read, precision), manager);
        }
    }
}
