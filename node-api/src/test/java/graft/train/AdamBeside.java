package graft.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.file.SafeTensors;
import graft.train.optimizer.AdamW;
import graft.train.optimizer.Optimizer;
import graft.train.optimizer.OptimizerMethod;
import graft.train.optimizer.ParameterGroup;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * AdamW whose weights are laid beside a peer's that learnt from the same batches.
 *
 * <p>Adam divides a gradient by its own size: where it is near nothing, its rounding decides which way a weight goes, most of
 * all in the first steps, and two peers in float32 part there by up to twice the rate in a step. How far is known from the
 * gradients: from two that differ by {@link #ROUNDING} of the largest of a tensor come steps that differ by this much over the
 * root of the second moment. So each number has to be the peer's, but for as much as its gradients leave open; and all together
 * have to have learnt the same.
 */
final class AdamBeside implements Optimizer.Settings {

    /** How nearly two peers agree in float32: losses and norms, weights over the largest of a tensor, gradients likewise. */
    static final double ROUNDING = 1e-4;

    /** How nearly they agree in what all weights together learnt. */
    private static final double CHANGE = 1e-2;

    private final AdamW.Settings settings;
    private final Map<NDArray, Account> accounts = new IdentityHashMap<>();
    private int step;
    private double apart;
    private double learnt;

    AdamBeside(AdamW.Settings settings) {
        this.settings = settings;
    }

    /** What a tensor began with, the mean of its squared gradients, and how far each of its numbers may lie from a peer's. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Account(float[] initial, double[] second, double[] open) {

        static Account of(NDArray weight) {
            float[] initial = weight.toFloatArray();
            return new Account(initial, new double[initial.length], new double[initial.length]);
        }

        void step(float[] gradient, double rate, double beta2, int step) {
            double largest = 0;
            for (float each : gradient) {
                largest = Math.max(largest, Math.abs(each));
            }
            for (int i = 0; largest > 0 && i < gradient.length; i++) {
                second[i] = beta2 * second[i] + (1 - beta2) * gradient[i] * gradient[i];
                double size = Math.sqrt(second[i] / (1 - Math.pow(beta2, step)));
                open[i] += 2 * rate * Math.min(1, ROUNDING * largest / size);
            }
        }
    }

    @Override
    public OptimizerMethod method() {
        return settings.method();
    }

    @Override
    public Optimizer create(List<ParameterGroup> groups, NDManager manager) {
        List<NDArray> weights = ParameterGroup.weights(groups);
        weights.forEach(weight -> accounts.put(weight, Account.of(weight)));
        Optimizer adam = settings.create(groups, manager);
        return new Optimizer() {
            @Override
            public void step(List<NDArray> gradients, double learningRate) {
                step++;
                ParameterGroup.forEach(groups, (from, to, factor) -> {
                    for (int i = from; i < to; i++) {
                        float[] gradient = gradients.get(i).toFloatArray();
                        accounts.get(weights.get(i)).step(gradient, learningRate * factor, settings.beta2(), step);
                    }
                });
                adam.step(gradients, learningRate);
            }

            @Override
            public Map<String, NDArray> state() {
                return adam.state();
            }

            @Override
            public void after(long steps) {
                adam.after(steps);
            }
        };
    }

    /** That a tensor is the peer's. What rounding alone decided becomes the peer's, so that what is drawn with it can be laid beside. */
    void assertLearnt(NDArray weight, SafeTensors expected, String name) {
        Account account = accounts.get(weight);
        float[] wanted = expected.floats(name);
        float[] found = weight.toFloatArray();
        assertThat(found).as(name).hasSameSizeAs(wanted);
        double size = 0;
        for (float each : wanted) {
            size = Math.max(size, Math.abs(each));
        }
        for (int i = 0; i < wanted.length; i++) {
            double distance = Math.abs(found[i] - (double) wanted[i]);
            assertThat(distance).as("%s, number %d", name, i).isLessThanOrEqualTo(ROUNDING * size + account.open[i]);
            apart += distance * distance;
            learnt += Math.pow(wanted[i] - (double) account.initial[i], 2);
            if (distance > ROUNDING * size) {
                found[i] = wanted[i];
            }
        }
        weight.set(found);
    }

    /** That all tensors so far together learnt what the peer's did. */
    void assertLearntAlike() {
        assertThat(Math.sqrt(apart / learnt)).as("apart, over what was learnt").isLessThan(CHANGE);
    }
}
