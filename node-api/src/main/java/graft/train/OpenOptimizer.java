package graft.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.node.GatedChoice;
import graft.tensor.Operators;
import graft.train.optimizer.Optimizer;
import graft.train.optimizer.OptimizerMethod;
import java.util.List;
import java.util.Map;

/** What an optimiser that a plugin brings is looked at for: one that spoils weights is named, and they are as they were before. */
record OpenOptimizer(OptimizerMethod method) {

    /** Whether it is one that a plugin brings. */
    static boolean is(OptimizerMethod method) {
        return !(method instanceof Optimizer.Kind);
    }

    /** Copies of weights to come back to. */
    static List<NDArray> copies(List<NDArray> weights, NDManager manager) {
        return weights.stream()
                .map(weight -> Optimizer.kept(weight.duplicate(), manager))
                .toList();
    }

    /**
     * Takes a step.
     *
     * @param copies of the weights, for this to fill
     * @return whether the weights are finite; else they are as they were before
     */
    boolean step(
            Optimizer optimizer, List<NDArray> gradients, double rate, List<NDArray> weights, List<NDArray> copies) {
        Operators.assign(copies, weights);
        optimizer.step(gradients, rate);
        if (weights.stream().anyMatch(NDArray::isReleased)) {
            throw GatedChoice.unfit(method, "closed weights that learn");
        }
        boolean finite = Double.isFinite(Operators.globalNorm(weights));
        if (!finite) {
            Operators.assign(weights, copies);
        }
        return finite;
    }

    /** Its state, in which there is nothing that cannot be saved. */
    Map<String, NDArray> state(Optimizer optimizer) {
        Map<String, NDArray> state = optimizer.state();
        if (state == null) {
            throw GatedChoice.unfit(method, "gives null for its state(), which is a map, empty for none");
        }
        state.forEach((name, array) -> {
            if (name == null || array == null || array.isReleased()) {
                throw GatedChoice.unfit(
                        method,
                        "gives in its state() for \"" + name + "\" "
                                + (array == null ? "nothing" : name == null ? "no name" : "an array that is closed"));
            }
        });
        return state;
    }
}
