package graft.train.optimizer;

import ai.djl.ndarray.NDManager;
import graft.node.Choice;
import java.util.List;
import org.pf4j.ExtensionPoint;

/**
 * A way for weights to follow their gradients.
 *
 * <p>Those that come with Graft are {@link Optimizer.Kind}. A plugin offers another as a class with a public constructor without
 * arguments, annotated with {@link org.pf4j.Extension}: it is then a choice of every trainer. One instance serves all trainings,
 * so it keeps nothing; a training's state is its {@link Optimizer}'s.
 */
@Choice.Set(builtIn = Optimizer.Kind.class)
public interface OptimizerMethod extends Choice, ExtensionPoint {

    /**
     * The numbers that a trainer's settings give; a method takes those that it knows.
     *
     * @param weightDecay the share of each weight that a step takes off, times the learning rate; 0 to 1
     * @param beta1 memory of the mean gradient, or of the momentum; 0 to 0.9999
     * @param beta2 memory of the mean squared gradient; 0 to 0.9999
     * @param dCoefficient factor of the learning rate, for methods that find that by themselves; usually 1
     */
    record Hyperparameters(double weightDecay, double beta1, double beta2, double dCoefficient) {}

    /**
     * An optimiser that has taken no step.
     *
     * @param groups what learns, and how fast
     * @param manager owns its state
     */
    Optimizer create(List<ParameterGroup> groups, Hyperparameters numbers, NDManager manager);

    /** About how many bytes it keeps for each number of a large weight: 8 for two float32 means. */
    double stateBytes();

    /** Whether what a weight becomes in a step depends on no other weight's gradient, so that they may step one by one. */
    default boolean oneByOne() {
        return false;
    }

    /** Whether it finds the learning rate by itself, so that the one that is set is a factor of it and should be 1. */
    default boolean findsRate() {
        return false;
    }
}
