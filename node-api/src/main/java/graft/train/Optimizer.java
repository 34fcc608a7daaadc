package graft.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Changes weights, step by step, by what their gradients were.
 *
 * <p>Its state is freed with the manager it was made with. Weights of any shape; what belongs to a weight lies in memory
 * as the weight does. Used by one thread.
 */
public sealed interface Optimizer permits AdamW, AdamW8bit, Adafactor, Prodigy, Lion {

    /** The closed choice of optimisers. */
    enum Kind {
        ADAMW(8),
        ADAMW8BIT(2.03),
        ADAFACTOR(0),
        PRODIGY(16),
        LION(4);

        private final double stateBytes;

        Kind(double stateBytes) {
            this.stateBytes = stateBytes;
        }

        /** About how many bytes it keeps for each number of a large weight. */
        double stateBytes() {
            return stateBytes;
        }

        /** What other trainers call it; saved states bear it. */
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The numbers that do not change over a training, and which optimiser they are for. */
    sealed interface Settings
            permits AdamW.Settings, AdamW8bit.Settings, Adafactor.Settings, Prodigy.Settings, Lion.Settings {

        Kind kind();

        /**
         * An optimiser that has taken no step.
         *
         * @param manager owns its state
         */
        Optimizer create(List<ParameterGroup> groups, NDManager manager);
    }

    /**
     * Takes the next step.
     *
     * @param gradients of the weights of all groups, in order; used up
     * @param learningRate of groups with a factor of 1
     */
    void step(List<NDArray> gradients, double learningRate);

    /** All that it needs to go on, beside the weights and the number of steps; changed in place by each step. */
    Map<String, NDArray> state();

    /** Goes on after so many steps, once the {@link #state} is as it was. */
    void after(long steps);

    /** Noughts of each weight's shape and memory layout, freed with a manager. */
    static List<NDArray> zeros(List<NDArray> weights, NDManager manager) {
        // Not zerosLike, which gives plain memory for a kernel in channels-last memory.
        return weights.stream().map(weight -> kept(weight.sub(weight), manager)).toList();
    }

    /** An array that the scope around does not free. */
    static NDArray kept(NDArray array, NDManager manager) {
        NDScope.unregister(array);
        array.attach(manager);
        return array;
    }

    /** Adds what is kept for each weight to a state. */
    static void put(Map<String, NDArray> state, String name, List<NDArray> arrays) {
        for (int i = 0; i < arrays.size(); i++) {
            state.put(name + "." + i, arrays.get(i));
        }
    }
}
