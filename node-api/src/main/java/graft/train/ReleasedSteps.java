package graft.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.node.Problem;
import graft.tensor.Operators;
import graft.train.optimizer.Optimizer;
import graft.train.optimizer.ParameterGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Steps of each weight by itself, as soon as its gradient is known, which is freed at once: never do all gradients lie in memory
 * (Lv et al., 2023, "Full parameter fine-tuning for large language models with limited resources").
 *
 * <p>The weights become what one step of all would make of them, bit for bit.
 */
final class ReleasedSteps {

    private final List<NDArray> weights;
    private final OpenOptimizer method;
    private final List<Optimizer> each = new ArrayList<>();
    /** How many times the first group's rate each weight's is. */
    private final double[] factors;

    private final float[] norms;
    private final boolean[] taken;
    private double rate;
    private boolean finite;
    private boolean any;
    private boolean spoilt;

    /** @param manager owns the optimisers' states */
    ReleasedSteps(List<ParameterGroup> groups, Optimizer.Settings optimizer, NDManager manager) {
        this.weights = ParameterGroup.weights(groups);
        this.method = new OpenOptimizer(optimizer.method());
        this.factors = new double[weights.size()];
        this.norms = new float[weights.size()];
        this.taken = new boolean[weights.size()];
        ParameterGroup.forEach(groups, (from, to, factor) -> Arrays.fill(factors, from, to, factor));
        for (NDArray weight : weights) {
            each.add(optimizer.create(List.of(new ParameterGroup(List.of(weight), 1)), manager));
        }
    }

    /** A step begins, at a rate of the first group. */
    void begin(double learningRate) {
        rate = learningRate;
        finite = true;
        any = false;
        spoilt = false;
        Arrays.fill(taken, false);
        Arrays.fill(norms, 0);
    }

    /**
     * The gradient of a weight is known; it is used up and closed. Once one was not finite no more is applied.
     *
     * @throws Problem when the weight had one already in this step
     */
    void take(int weight, NDArray gradient) {
        if (taken[weight]) {
            throw new Problem(
                    "cannot release gradients",
                    "a weight of this model is used by two of its blocks, so that its gradient is not known block by block",
                    "turn the release of gradients off");
        }
        taken[weight] = true;
        try (gradient) {
            norms[weight] = (float) Operators.globalNormClip(List.of(gradient), Float.MAX_VALUE);
            finite &= Float.isFinite(norms[weight]);
            if (finite) {
                step(weight, gradient);
            }
        }
    }

    private void step(int weight, NDArray gradient) {
        Optimizer optimizer = each.get(weight);
        List<NDArray> gradients = List.of(gradient);
        double own = rate * factors[weight];
        if (!OpenOptimizer.is(method.method())) {
            any = true;
            optimizer.step(gradients, own);
            return;
        }
        List<NDArray> learns = List.of(weights.get(weight));
        try (NDArray copy = weights.get(weight).duplicate()) {
            boolean sound = method.step(optimizer, gradients, own, learns, List.of(copy));
            any |= sound;
            spoilt |= !sound;
            finite &= sound;
        }
    }

    /** Whether a plugin's optimiser made a weight NaN or infinite: that one is as it was before, and no more is applied. */
    boolean spoilt() {
        return spoilt;
    }

    /** All gradients of the network were handed on: weights that had none step by noughts. */
    void end() {
        for (int i = 0; i < taken.length; i++) {
            if (!taken[i]) {
                take(i, weights.get(i).sub(weights.get(i)));
            }
        }
    }

    /** The norm of all gradients together; NaN or infinite where one was. */
    double norm() {
        try (NDArray all = weights.get(0).getManager().create(norms)) {
            return Operators.globalNormClip(List.of(all), Float.MAX_VALUE);
        }
    }

    /** Whether a weight has taken the step. */
    boolean any() {
        return any;
    }

    /** As of one optimiser of all the weights, where that keeps the same of each. */
    Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        for (int i = 0; i < each.size(); i++) {
            int weight = i;
            method.state(each.get(i))
                    .forEach((name, array) -> state.put(name.replaceFirst("\\.0$", "") + "." + weight, array));
        }
        return state;
    }

    void after(long steps) {
        each.forEach(optimizer -> optimizer.after(steps));
    }
}
