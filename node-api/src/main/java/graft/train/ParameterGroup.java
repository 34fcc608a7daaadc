package graft.train;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * Weights that learn at one rate.
 *
 * @param weights leaves, changed in place as they learn; not freed here
 * @param rateFactor of the training's learning rate: above 1 for the {@code up} of LoRA+, below 1 for a text encoder
 */
public record ParameterGroup(List<NDArray> weights, double rateFactor) {

    /** Work on a group's place in the list of all weights. */
    @FunctionalInterface
    public interface Work {
        void on(int from, int to, double rateFactor);
    }

    public ParameterGroup {
        weights = List.copyOf(weights);
    }

    /** At the training's own rate. */
    public static ParameterGroup of(List<NDArray> weights) {
        return new ParameterGroup(weights, 1);
    }

    /** The weights of all groups, one after the other. */
    public static List<NDArray> weights(List<ParameterGroup> groups) {
        return groups.stream().flatMap(group -> group.weights().stream()).toList();
    }

    /** Does work for each group that has weights. */
    public static void forEach(List<ParameterGroup> groups, Work work) {
        int from = 0;
        for (ParameterGroup group : groups) {
            int to = from + group.weights().size();
            if (to > from) {
                work.on(from, to, group.rateFactor());
            }
            from = to;
        }
    }
}
