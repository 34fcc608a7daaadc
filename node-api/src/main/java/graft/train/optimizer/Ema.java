package graft.train.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.tensor.Operators;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The exponential moving average of weights over a training, as diffusers' {@code EMAModel} has it: a smoother model than
 * that of the last step.
 *
 * <p>Keeps a float32 copy of each weight, freed with the manager it was made with.
 */
public final class Ema {

    private static final double MOST_DECAY = 0.9999;

    private final List<NDArray> weights;
    private final List<NDArray> averages;

    /** @param weights whose average is kept; borrowed, changed by {@link #apply} alone */
    public Ema(List<NDArray> weights, NDManager manager) {
        this.weights = weights;
        this.averages = weights.stream()
                .map(weight -> Optimizer.kept(weight.duplicate(), manager))
                .toList();
    }

    /** How much of the average stays at a step, counted from 1; the first makes it the weights themselves. */
    static double decay(int step) {
        int before = step - 1;
        return before == 0 ? 0 : Math.min((1.0 + before) / (10 + before), MOST_DECAY);
    }

    /** Takes in the weights after a step, counted from 1. */
    public void step(int step) {
        Operators.approach(averages, weights, 1 - decay(step));
    }

    /** Puts the averages in the place of the weights. */
    public void apply() {
        Operators.assign(weights, averages);
    }

    /** All that it needs to go on. */
    public Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        Optimizer.put(state, "ema", averages);
        return state;
    }
}
