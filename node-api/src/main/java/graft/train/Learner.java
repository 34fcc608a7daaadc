package graft.train;

import ai.djl.ndarray.NDArray;
import graft.model.Checkpoint;
import java.util.List;

/**
 * What a method of training changes.
 *
 * @param weights the leaves that learn, changed in place
 * @param view the model as they make it, at every step: what is trained, and what samples are drawn with; borrowed
 * @param readsText whether captions have to be read at each step, since what reads them learns
 */
public record Learner(List<NDArray> weights, Checkpoint view, boolean readsText) {

    public Learner {
        weights = List.copyOf(weights);
    }
}
