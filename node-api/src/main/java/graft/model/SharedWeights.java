package graft.model;

import ai.djl.ndarray.NDArray;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The weights of a network, some of which are another's: its arrays are shared, not copied.
 *
 * @param own where its own weights are
 * @param ownKeys those that are taken from there
 * @param lender has all others, and outlives what is read
 */
public record SharedWeights(Weights.Source own, Set<String> ownKeys, Weights lender) implements Weights.Source {

    @Override
    public String name() {
        return own.name();
    }

    @Override
    public Set<String> keys() {
        Set<String> keys = new LinkedHashSet<>(lender.names());
        keys.addAll(ownKeys);
        return keys;
    }

    @Override
    public Optional<long[]> shape(String key, long[] wanted) {
        if (ownKeys.contains(key)) {
            return own.shape(key, wanted);
        }
        return lender.names().contains(key)
                ? Optional.of(lender.get(key).getShape().getShape())
                : Optional.empty();
    }

    @Override
    public NDArray read(String key, long[] shape) {
        return ownKeys.contains(key) ? own.read(key, shape) : lender.get(key);
    }

    @Override
    public Optional<Int8Rows> rows(String key, long[] shape) {
        return ownKeys.contains(key)
                ? own.rows(key, shape)
                : lender.scales(key).map(scales -> new Int8Rows(lender.get(key), scales));
    }

    @Override
    public int bytesPerNumber(String key) {
        return own.bytesPerNumber(key);
    }
}
