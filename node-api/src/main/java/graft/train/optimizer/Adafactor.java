package graft.train.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import graft.tensor.Operators;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Adafactor (Shazeer and Stern, 2018) as transformers has it, with a learning rate from outside and no first mean.
 *
 * <p>Keeps the squared gradients of a matrix as their means over its rows and columns, float32: next to nothing. A kernel
 * [out,in,kh,kw] is the matrix [out,in·kh·kw], where transformers keeps 2/k of its size.
 */
public final class Adafactor implements Optimizer {

    /** Added to the squared gradients. */
    private static final double FLOOR = 1e-30;

    /** The memory at step t is 1 - t to this power. */
    private static final double DECAY_POWER = -0.8;

    /**
     * The numbers that do not change over a training.
     *
     * @param clipThreshold what the root mean square of a weight's update, before the learning rate, is brought down to
     * @param weightDecay the share of each weight that a step takes off, times the learning rate
     */
    public record Settings(double clipThreshold, double weightDecay) implements Optimizer.Settings {

        @Override
        public Kind method() {
            return Kind.ADAFACTOR;
        }

        @Override
        public Adafactor create(List<ParameterGroup> groups, NDManager manager) {
            return new Adafactor(groups, this, manager);
        }
    }

    private final Settings settings;
    private final List<ParameterGroup> groups;
    private final List<NDArray> weights;
    private final List<NDArray> rows;
    private final List<NDArray> columns;
    private long step;

    private Adafactor(List<ParameterGroup> groups, Settings settings, NDManager manager) {
        this.settings = settings;
        this.groups = groups;
        this.weights = ParameterGroup.weights(groups);
        this.rows = weights.stream()
                .map(weight -> zeros(weight.getShape().get(0), manager))
                .toList();
        this.columns = weights.stream()
                .map(weight -> zeros(
                        weight.getShape().dimension() > 1
                                ? weight.size() / weight.getShape().get(0)
                                : 0,
                        manager))
                .toList();
    }

    private static NDArray zeros(long length, NDManager manager) {
        return Optimizer.kept(manager.zeros(new Shape(length), DataType.FLOAT32), manager);
    }

    @Override
    public void step(List<NDArray> gradients, double learningRate) {
        step++;
        ParameterGroup.forEach(
                groups,
                (from, to, factor) -> Operators.adafactor(
                        weights.subList(from, to),
                        gradients.subList(from, to),
                        rows.subList(from, to),
                        columns.subList(from, to),
                        learningRate * factor,
                        1 - Math.pow((double) step, DECAY_POWER),
                        FLOOR,
                        settings.clipThreshold(),
                        settings.weightDecay()));
    }

    @Override
    public Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        Optimizer.put(state, "exp_avg_sq_row", rows);
        Optimizer.put(state, "exp_avg_sq_col", columns);
        state.values().removeIf(array -> array.size() == 0);
        return state;
    }

    @Override
    public void after(long steps) {
        step = steps;
    }
}
