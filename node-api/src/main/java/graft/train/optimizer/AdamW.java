package graft.train.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.tensor.Operators;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, 2019), in libtorch's fused kernel.
 *
 * <p>Keeps two running means for each weight, float32 of its shape.
 */
public final class AdamW implements Optimizer {

    /**
     * The numbers that do not change over a training.
     *
     * @param epsilon added to the root of the second mean
     * @param weightDecay the share of each weight that a step takes off, times the learning rate
     */
    public record Settings(double beta1, double beta2, double epsilon, double weightDecay)
            implements Optimizer.Settings {

        public static final Settings DEFAULT = new Settings(0.9, 0.999, 1e-8, 1e-2);

        @Override
        public Kind method() {
            return Kind.ADAMW;
        }

        @Override
        public AdamW create(List<ParameterGroup> groups, NDManager manager) {
            return new AdamW(groups, this, manager);
        }
    }

    private final Settings settings;
    private final List<ParameterGroup> groups;
    private final List<NDArray> weights;
    private final List<NDArray> first;
    private final List<NDArray> second;
    private long step;

    private AdamW(List<ParameterGroup> groups, Settings settings, NDManager manager) {
        this.settings = settings;
        this.groups = groups;
        this.weights = ParameterGroup.weights(groups);
        this.first = Optimizer.zeros(weights, manager);
        this.second = Optimizer.zeros(weights, manager);
    }

    @Override
    public void step(List<NDArray> gradients, double learningRate) {
        step++;
        ParameterGroup.forEach(
                groups,
                (from, to, factor) -> Operators.fusedAdamW(
                        weights.subList(from, to),
                        gradients.subList(from, to),
                        first.subList(from, to),
                        second.subList(from, to),
                        step,
                        learningRate * factor,
                        settings.beta1(),
                        settings.beta2(),
                        settings.epsilon(),
                        settings.weightDecay()));
    }

    @Override
    public Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        Optimizer.put(state, "exp_avg", first);
        Optimizer.put(state, "exp_avg_sq", second);
        return state;
    }

    @Override
    public void after(long steps) {
        step = steps;
    }
}
