package graft.train.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.tensor.Operators;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Prodigy (Mishchenko and Defazio, 2023): Adam that finds its own learning rate, as prodigyopt has it with bias
 * correction, safeguarded warm-up and decoupled weight decay.
 *
 * <p>The step size is the learning rate, which should be 1, times an estimate d of how far the weights have to go. One d
 * serves all groups. Keeps four float32 numbers for each weight.
 */
public final class Prodigy implements Optimizer {

    /** The estimate that it begins with; it grows from there. */
    private static final double FIRST_DISTANCE = 1e-6;

    /**
     * The numbers that do not change over a training.
     *
     * @param epsilon times d, added to the root of the second mean
     * @param weightDecay the share of each weight that a step takes off, times the step size
     * @param growth factor of the estimate ("d_coef"), 1 as the paper has it
     */
    public record Settings(double beta1, double beta2, double epsilon, double weightDecay, double growth)
            implements Optimizer.Settings {

        @Override
        public Kind method() {
            return Kind.PRODIGY;
        }

        @Override
        public Prodigy create(List<ParameterGroup> groups, NDManager manager) {
            return new Prodigy(groups, this, manager);
        }
    }

    private final Settings settings;
    private final List<ParameterGroup> groups;
    private final List<NDArray> weights;
    private final List<NDArray> first;
    private final List<NDArray> second;
    private final List<NDArray> sum;
    private final List<NDArray> origin;

    /** The estimate d and its numerator, float64 [2]. */
    private final NDArray estimate;

    private long step;

    private Prodigy(List<ParameterGroup> groups, Settings settings, NDManager manager) {
        this.settings = settings;
        this.groups = groups;
        this.weights = ParameterGroup.weights(groups);
        this.first = Optimizer.zeros(weights, manager);
        this.second = Optimizer.zeros(weights, manager);
        this.sum = Optimizer.zeros(weights, manager);
        this.origin = weights.stream()
                .map(weight -> Optimizer.kept(weight.duplicate(), manager))
                .toList();
        this.estimate = Optimizer.kept(manager.create(new double[] {FIRST_DISTANCE, 0}), manager);
    }

    @Override
    public void step(List<NDArray> gradients, double learningRate) {
        step++;
        if (learningRate == 0) {
            return;
        }
        double[] before = estimate.toDoubleArray();
        double distance = before[0];
        double weight = distance / FIRST_DISTANCE;
        double correction = Math.sqrt(1 - Math.pow(settings.beta2(), (double) step))
                / (1 - Math.pow(settings.beta1(), (double) step));
        double rate = distance * learningRate * correction;
        double[] sums = Operators.prodigyMoments(
                weights,
                gradients,
                first,
                second,
                sum,
                origin,
                settings.beta1(),
                settings.beta2(),
                distance,
                weight * distance);
        if (sums[1] == 0) {
            return; // no weight has had a gradient yet
        }
        double numerator = before[1] * Math.sqrt(settings.beta2()) + weight * rate * sums[0];
        double next = Math.max(distance, settings.growth() * numerator / sums[1]);
        try (NDArray after = estimate.getManager().create(new double[] {next, numerator})) {
            Operators.assign(List.of(estimate), List.of(after));
        }
        ParameterGroup.forEach(
                groups,
                (from, to, factor) -> Operators.prodigyStep(
                        weights.subList(from, to),
                        first.subList(from, to),
                        second.subList(from, to),
                        rate * factor,
                        settings.weightDecay(),
                        settings.epsilon() * next));
    }

    @Override
    public Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        Optimizer.put(state, "exp_avg", first);
        Optimizer.put(state, "exp_avg_sq", second);
        Optimizer.put(state, "s", sum);
        Optimizer.put(state, "p0", origin);
        state.put("d", estimate);
        return state;
    }

    @Override
    public void after(long steps) {
        step = steps;
    }
}
