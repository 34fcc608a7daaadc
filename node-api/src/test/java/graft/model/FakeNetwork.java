package graft.model;

import ai.djl.ndarray.NDArray;
import graft.tensor.Compute;
import graft.tensor.Precision;
import graft.tensor.Tape;
import java.util.Optional;
import java.util.Set;

/** A network that is a function of latents, times and context, under no changes, and has no weights. */
public final class FakeNetwork implements Network {

    /** What it predicts. */
    @FunctionalInterface
    public interface Function {
        NDArray of(NDArray latents, NDArray times, Context context);
    }

    private static final Weights NONE = Weights.of(new Weights.Source() {
        @Override
        public String name() {
            return "a function";
        }

        @Override
        public Set<String> keys() {
            return Set.of();
        }

        @Override
        public Optional<long[]> shape(String key, long[] wanted) {
            return Optional.empty();
        }

        @Override
        public NDArray read(String key, long[] shape) {
            throw new IllegalArgumentException("a function has no weight " + key);
        }
    });

    private final Function function;

    private FakeNetwork(Function function) {
        this.function = function;
    }

    /** The network that predicts what a function gives. */
    public static Network of(Function function) {
        return new FakeNetwork(function);
    }

    @Override
    public NDArray forward(NDArray latents, NDArray times, Context context, Patches patches, Tape tape) {
        if (!patches.isEmpty()) {
            throw new IllegalArgumentException("a function has no layers to change");
        }
        return function.of(latents, times, context);
    }

    @Override
    public Weights weights() {
        return NONE;
    }

    @Override
    public Network copy(Compute compute, Precision precision) {
        throw new UnsupportedOperationException("a function is not copied");
    }

    @Override
    public void close() {}
}
