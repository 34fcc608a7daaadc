package graft.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import graft.tensor.Operators;
import java.util.List;
import java.util.stream.Stream;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, 2019) over a fixed list of weights, in libtorch's fused kernel.
 *
 * <p>Keeps two running means for each weight, float32 of its shape, freed with the manager it was made with.
 */
public final class AdamW {

    /**
     * The numbers that do not change over a training.
     *
     * @param epsilon added to the root of the second mean
     * @param weightDecay the share of each weight that a step takes off, times the learning rate
     */
    public record Settings(double beta1, double beta2, double epsilon, double weightDecay) {

        public static final Settings DEFAULT = new Settings(0.9, 0.999, 1e-8, 1e-2);
    }

    /** Bytes that it keeps for each number that learns. */
    static final double STATE_BYTES = 8;

    private final Settings settings;
    private final List<NDArray> weights;
    private final List<NDArray> first;
    private final List<NDArray> second;
    private long step;

    /** @param weights changed in place by {@link #step}; not freed here */
    public AdamW(List<NDArray> weights, Settings settings, NDManager manager) {
        this.settings = settings;
        this.weights = List.copyOf(weights);
        this.first = zeros(weights, manager);
        this.second = zeros(weights, manager);
    }

    /** Changes the weights by gradients in the same order. */
    public void step(List<NDArray> gradients, double learningRate) {
        step++;
        Operators.fusedAdamW(
                weights,
                gradients,
                first,
                second,
                step,
                learningRate,
                settings.beta1(),
                settings.beta2(),
                settings.epsilon(),
                settings.weightDecay());
    }

    /** The running means, which with the weights and the number of steps are all that it needs to go on. */
    List<NDArray> means() {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    /** Goes on after so many steps, once the {@link #means} are as they were. */
    void after(long steps) {
        step = steps;
    }

    private static NDArray attached(NDArray array, NDManager manager) {
        NDScope.unregister(array);
        array.attach(manager);
        return array;
    }

    private static List<NDArray> zeros(List<NDArray> weights, NDManager manager) {
        return weights.stream()
                // In the memory layout of the weight, whose numbers the kernel walks through in the order they lie in.
                .map(weight -> attached(weight.zerosLike(), manager))
                .toList();
    }
}
