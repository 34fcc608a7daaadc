package graft.train;

import ai.djl.ndarray.NDArray;
import graft.model.Checkpoint;
import java.util.List;

/**
 * What a method of training changes.
 *
 * @param weights the leaves that learn, changed in place
 * @param view the model as they make it, at every step: what samples are drawn with; borrowed
 * @param learning the model as a step sees it, which dropout makes another; borrowed
 * @param readsText whether captions have to be read at each step, since what reads them learns
 * @param beginning told of each batch before it is made
 */
public record Learner(
        List<NDArray> weights, Checkpoint view, Checkpoint learning, boolean readsText, Beginning beginning) {

    /** What there is to do before a batch. */
    @FunctionalInterface
    public interface Beginning {
        /**
         * @param step counted from 1
         * @param part of the step, counted from 0
         */
        void begin(int step, int part);
    }

    public Learner {
        weights = List.copyOf(weights);
    }

    /** One whose steps see the model as it is. */
    public Learner(List<NDArray> weights, Checkpoint view, boolean readsText) {
        this(weights, view, view, readsText, (step, part) -> {});
    }
}
