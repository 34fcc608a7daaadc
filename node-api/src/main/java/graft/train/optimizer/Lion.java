package graft.train.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.tensor.Operators;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lion (Chen et al., 2023, "Symbolic discovery of optimization algorithms"): steps of one size by the sign of a mean.
 *
 * <p>Keeps one running mean for each weight, float32 of its shape. Takes a learning rate of about a tenth of AdamW's.
 */
public final class Lion implements Optimizer {

    /**
     * The numbers that do not change over a training.
     *
     * @param beta1 how much of the mean the direction has
     * @param beta2 memory of the mean
     * @param weightDecay the share of each weight that a step takes off, times the learning rate
     */
    public record Settings(double beta1, double beta2, double weightDecay) implements Optimizer.Settings {

        @Override
        public Kind method() {
            return Kind.LION;
        }

        @Override
        public Lion create(List<ParameterGroup> groups, NDManager manager) {
            return new Lion(groups, this, manager);
        }
    }

    private final Settings settings;
    private final List<ParameterGroup> groups;
    private final List<NDArray> weights;
    private final List<NDArray> mean;

    private Lion(List<ParameterGroup> groups, Settings settings, NDManager manager) {
        this.settings = settings;
        this.groups = groups;
        this.weights = ParameterGroup.weights(groups);
        this.mean = Optimizer.zeros(weights, manager);
    }

    @Override
    public void step(List<NDArray> gradients, double learningRate) {
        ParameterGroup.forEach(
                groups,
                (from, to, factor) -> Operators.lion(
                        weights.subList(from, to),
                        gradients.subList(from, to),
                        mean.subList(from, to),
                        learningRate * factor,
                        settings.beta1(),
                        settings.beta2(),
                        settings.weightDecay()));
    }

    @Override
    public Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        Optimizer.put(state, "exp_avg", mean);
        return state;
    }

    /** No step differs from the first. */
    @Override
    public void after(long steps) {}
}
