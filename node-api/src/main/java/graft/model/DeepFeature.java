package graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.tensor.Scope;

/**
 * What a network's deep blocks gave, for the calls that leave them out; of one batch, used by one thread.
 *
 * <p>Lives no longer than the manager that it was made with.
 */
public final class DeepFeature {

    private final int depth;
    private final NDManager owner;
    private NDArray kept; // null until they have run

    /** @param depth how many of the outermost levels run at each call */
    public DeepFeature(int depth, NDManager owner) {
        this.depth = depth;
        this.owner = owner;
    }

    public int depth() {
        return depth;
    }

    /** Whether the deep blocks have run, so that the next call leaves them out. */
    public boolean isThere() {
        return kept != null;
    }

    /** Has the deep blocks run at the next call. */
    public void forget() {
        if (kept != null) {
            kept.close();
            kept = null;
        }
    }

    /** The same numbers, the caller's to close. */
    public NDArray again() {
        return kept.stopGradient();
    }

    /** Keeps the numbers of an array, which stays the caller's. */
    public void keep(NDArray feature) {
        forget();
        try (Scope scope = Scope.open()) {
            kept = scope.keep(feature.stopGradient(), owner);
        }
    }
}
