package graft.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.tensor.Compute;
import graft.tensor.Operators;
import graft.tensor.Scope;
import graft.train.optimizer.Optimizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** One copy of what learns as it was at a step, in main memory. */
final class BestWeights implements AutoCloseable {

    private final List<NDArray> weights;
    private final NDManager memory;
    private final List<NDArray> copies;
    private int step;

    /** @param weights what learns; borrowed, changed by {@link #inPlace} alone */
    BestWeights(List<NDArray> weights) {
        this.weights = weights;
        memory = Compute.of("cpu").newManager();
        copies = copies();
    }

    private List<NDArray> copies() {
        List<NDArray> made = new ArrayList<>();
        try (Scope scope = Scope.open()) {
            for (NDArray weight : weights) {
                // To the device where it lies already it would be the same memory.
                NDArray copy = weight.duplicate().toDevice(memory.getDevice(), false);
                made.add(scope.keep(copy, memory));
            }
        }
        return made;
    }

    /** Copies the weights as they are now. */
    void take(int now) {
        Operators.assign(copies, weights);
        step = now;
    }

    /** Says of which step the copies are that a state brought. */
    void takenUp(int before) {
        step = before;
    }

    /** Of which step, counted from 1; 0 where there is none yet. */
    int step() {
        return step;
    }

    /** Does something while the copies are in the place of the weights, which then are as they were. */
    <T> T inPlace(Supplier<T> work) {
        List<NDArray> last = copies();
        try {
            Operators.assign(weights, copies);
            return work.get();
        } finally {
            Operators.assign(weights, last);
            last.forEach(NDArray::close);
        }
    }

    Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        Optimizer.put(state, "best", copies);
        return state;
    }

    @Override
    public void close() {
        memory.close();
    }
}
