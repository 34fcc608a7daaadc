package example;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.train.optimizer.Optimizer;
import graft.train.optimizer.OptimizerMethod;
import graft.train.optimizer.ParameterGroup;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.pf4j.Extension;

/** Stochastic gradient descent with Nesterov's momentum, as torch.optim.SGD has it, and decoupled weight decay. */
@Extension
public final class NesterovSgd implements OptimizerMethod {

    @Override
    public String id() {
        return "example/nesterov-sgd";
    }

    @Override
    public String title() {
        return "SGD (Nesterov)";
    }

    /** One float32 momentum. */
    @Override
    public double stateBytes() {
        return 4;
    }

    @Override
    public Optimizer create(List<ParameterGroup> groups, Hyperparameters numbers, NDManager manager) {
        List<NDArray> momenta = Optimizer.zeros(ParameterGroup.weights(groups), manager);
        return new OneTraining(groups, momenta, numbers.beta1(), numbers.weightDecay());
    }

    /** m' = μ·m + g, w' = (1 − η·λ)·w − η·(g + μ·m'). */
    private record OneTraining(List<ParameterGroup> groups, List<NDArray> momenta, double memory, double decay)
            implements Optimizer {

        @Override
        public void step(List<NDArray> gradients, double learningRate) {
            ParameterGroup.forEach(groups, (from, to, factor) -> {
                double rate = learningRate * factor;
                List<NDArray> weights = ParameterGroup.weights(groups);
                for (int i = from; i < to; i++) {
                    NDArray gradient = gradients.get(i);
                    NDArray momentum = momenta.get(i);
                    momentum.muli(memory).addi(gradient);
                    weights.get(i).muli(1 - rate * decay).subi(momentum.mul(memory).addi(gradient).muli(rate));
                }
            });
        }

        @Override
        public Map<String, NDArray> state() {
            Map<String, NDArray> state = new LinkedHashMap<>();
            Optimizer.put(state, "momentum", momenta);
            return state;
        }

        /** No step differs from the first. */
        @Override
        public void after(long steps) {}
    }
}
