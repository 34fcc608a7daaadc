package graft.train;

import ai.djl.ndarray.NDArray;
import graft.model.Checkpoint;
import graft.model.Network;
import graft.train.optimizer.ParameterGroup;
import java.util.List;

/**
 * What a method of training changes.
 *
 * @param groups the leaves that learn, changed in place, and how fast each learns
 * @param view the model as they make it, at every step: what samples are drawn with; borrowed
 * @param learning the model as a step sees it, which dropout makes another; borrowed
 * @param readsText whether captions have to be read at each step, since what reads them learns
 * @param around what the method does before and after each step
 */
public record Learner(
        List<ParameterGroup> groups, Checkpoint view, Checkpoint learning, boolean readsText, Around around) {

    /** What a method does around the steps; nothing by default. */
    public interface Around {

        Around NOTHING = new Around() {};

        /**
         * Before a batch.
         *
         * @param step counted from 1
         * @param part of the step, counted from 0
         */
        default void begin(int step, int part) {}

        /** After the optimiser has changed the weights. */
        default void changed() {}
    }

    public Learner {
        groups = List.copyOf(groups);
    }

    /** One whose steps see the model as it is. */
    public Learner(List<ParameterGroup> groups, Checkpoint view, boolean readsText) {
        this(groups, view, view, readsText, Around.NOTHING);
    }

    /** Where all weights learn at one rate. */
    public static Learner of(List<NDArray> weights, double rate, Checkpoint view, boolean readsText) {
        return new Learner(List.of(new ParameterGroup(weights, rate)), view, readsText);
    }

    /** Whether weights of the network itself are among what learns. */
    boolean learnsNetwork() {
        NDArray weight = learning.network().weights().arrays().get(0);
        return groups.stream().flatMap(group -> group.weights().stream()).anyMatch(leaf -> leaf == weight);
    }

    /** The same over another network, which stays the caller's. */
    Learner over(Network network) {
        return new Learner(groups, view.withNetwork(network), learning.withNetwork(network), readsText, around);
    }

    /** How many numbers learn. */
    long size() {
        return ParameterGroup.weights(ParameterGroup.learning(groups)).stream()
                .mapToLong(NDArray::size)
                .sum();
    }
}
