package graft.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.tensor.Operators;
import graft.train.optimizer.Optimizer;
import java.util.List;
import java.util.Map;

/**
 * What a loss is multiplied by so that its gradients in half precision neither vanish nor overflow (Micikevicius et al.,
 * 2018, "Mixed precision training"; numbers as in torch's GradScaler): halved when they overflow, doubled after many steps.
 */
final class LossScale {

    private static final double FIRST = 1 << 16;
    private static final int STEPS_TO_GROW = 2000;

    /** The scale, and how many steps it was right for, float64 [2]; null for one that is always 1. */
    private final NDArray state;

    private LossScale(NDArray state) {
        this.state = state;
    }

    /** Always 1. */
    static LossScale none() {
        return new LossScale(null);
    }

    /** @param manager owns the state */
    static LossScale dynamic(NDManager manager) {
        return new LossScale(Optimizer.kept(manager.create(new double[] {FIRST, 0}), manager));
    }

    double factor() {
        return state == null ? 1 : state.toDoubleArray()[0];
    }

    /** The gradients overflowed. @return false when the scale is at its lowest, so that it was not to blame */
    boolean lower() {
        double factor = factor();
        if (factor <= 1) {
            return false;
        }
        set(factor / 2, 0);
        return true;
    }

    /** A step was taken. */
    void worked() {
        if (state != null) {
            double[] now = state.toDoubleArray();
            boolean grows = now[1] + 1 == STEPS_TO_GROW;
            set(grows ? 2 * now[0] : now[0], grows ? 0 : now[1] + 1);
        }
    }

    private void set(double factor, double steps) {
        try (NDArray next = state.getManager().create(new double[] {factor, steps})) {
            Operators.assign(List.of(state), List.of(next));
        }
    }

    /** What a training that is taken up has to know. */
    Map<String, NDArray> state() {
        return state == null ? Map.of() : Map.of("loss_scale", state);
    }
}
