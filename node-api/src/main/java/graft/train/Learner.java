package graft.train;

import ai.djl.ndarray.NDArray;
import graft.model.Checkpoint;
import java.util.List;

/**
 * What a method of training changes.
 *
 * @param groups the leaves that learn, changed in place, and how fast each learns
 * @param view the model as they make it, at every step: what is trained, and what samples are drawn with; borrowed
 * @param readsText whether captions have to be read at each step, since what reads them learns
 * @param afterStep what the method does with the weights once they have been changed, at each step
 */
public record Learner(List<ParameterGroup> groups, Checkpoint view, boolean readsText, Runnable afterStep) {

    public Learner {
        groups = List.copyOf(groups);
    }

    /** Where nothing is done after a step. */
    public Learner(List<ParameterGroup> groups, Checkpoint view, boolean readsText) {
        this(groups, view, readsText, () -> {});
    }

    /** Where all weights learn at one rate. */
    public static Learner of(List<NDArray> weights, Checkpoint view, boolean readsText) {
        return new Learner(List.of(ParameterGroup.of(weights)), view, readsText);
    }

    /** How many numbers learn. */
    long size() {
        return groups.stream()
                .flatMap(group -> group.weights().stream())
                .mapToLong(NDArray::size)
                .sum();
    }
}
