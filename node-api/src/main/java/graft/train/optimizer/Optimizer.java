package graft.train.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import graft.node.Choice;
import java.util.List;
import java.util.Map;

/**
 * Changes weights, step by step, by what their gradients were.
 *
 * <p>Its state is freed with the manager it was made with; what else it makes in a step, the training frees. Weights of any
 * shape, which learn nothing of what is done with them in a step; what belongs to a weight lies in memory as the weight does.
 * Used by one thread.
 */
public interface Optimizer {

    /** The optimisers that come with Graft, by the names that other trainers have for them. */
    enum Kind implements OptimizerMethod, Choice.BuiltIn {
        ADAMW("AdamW", 8),
        ADAMW8BIT("AdamW 8-bit", 2.03),
        ADAFACTOR("Adafactor", 0),
        PRODIGY("Prodigy", 16),
        LION("Lion", 4);

        private final String title;
        private final double stateBytes;

        Kind(String title, double stateBytes) {
            this.title = title;
            this.stateBytes = stateBytes;
        }

        @Override
        public String title() {
            return title;
        }

        @Override
        public double stateBytes() {
            return stateBytes;
        }

        @Override
        public boolean findsRate() {
            return this == PRODIGY;
        }

        @Override
        public boolean oneByOne() {
            return this != PRODIGY;
        }

        @Override
        public Optimizer create(List<ParameterGroup> groups, Hyperparameters numbers, NDManager manager) {
            double decay = numbers.weightDecay();
            double beta1 = numbers.beta1();
            double beta2 = numbers.beta2();
            double epsilon = AdamW.Settings.DEFAULT.epsilon();
            Settings settings =
                    switch (this) {
                        case ADAMW -> new AdamW.Settings(beta1, beta2, epsilon, decay);
                        case ADAMW8BIT -> new AdamW8bit.Settings(beta1, beta2, epsilon, decay);
                        case ADAFACTOR -> new Adafactor.Settings(1, decay);
                        case PRODIGY -> new Prodigy.Settings(beta1, beta2, epsilon, decay, numbers.dCoefficient());
                        // As its paper has them; the means are of another kind than AdamW's.
                        case LION -> new Lion.Settings(0.9, 0.99, decay);
                    };
            return settings.create(groups, manager);
        }
    }

    /** The numbers that do not change over a training, and which optimiser they are for. */
    interface Settings {

        OptimizerMethod method();

        /**
         * An optimiser that has taken no step.
         *
         * @param manager owns its state
         */
        Optimizer create(List<ParameterGroup> groups, NDManager manager);
    }

    /** What a trainer's settings say. */
    record Chosen(OptimizerMethod method, OptimizerMethod.Hyperparameters numbers) implements Settings {

        @Override
        public Optimizer create(List<ParameterGroup> groups, NDManager manager) {
            return method.create(groups, numbers, manager);
        }
    }

    /**
     * Takes the next step.
     *
     * @param gradients of the weights of all groups, in order; used up
     * @param learningRate of the first group, as it is at this step; the others' stand to it as {@link ParameterGroup#forEach}
     *     tells
     */
    void step(List<NDArray> gradients, double learningRate);

    /**
     * All that it needs to go on, beside the weights and the number of steps: arrays that each step changes in place, of the
     * same names, shapes and types whenever the same weights learn. A training that was stopped puts what it saved into them.
     */
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
