package graft.train.optimizer;

import ai.djl.ndarray.NDArray;
import graft.train.RateSchedule;
import java.util.List;

/**
 * Weights that learn at one rate.
 *
 * @param weights leaves, changed in place as they learn; not freed here
 * @param rate per step at its full height, which the training's {@link RateSchedule} brings down; 0 for weights that stay as
 *     they are
 */
public record ParameterGroup(List<NDArray> weights, double rate) {

    /** Work on a group's place in the list of all weights. */
    @FunctionalInterface
    public interface Work {
        /** @param rateFactor how many times the first group's rate this group's is */
        void on(int from, int to, double rateFactor);
    }

    public ParameterGroup {
        weights = List.copyOf(weights);
    }

    /** The weights of all groups, one after the other. */
    public static List<NDArray> weights(List<ParameterGroup> groups) {
        return groups.stream().flatMap(group -> group.weights().stream()).toList();
    }

    /** Those that learn: of a rate above 0, which have weights. */
    public static List<ParameterGroup> learning(List<ParameterGroup> groups) {
        return groups.stream()
                .filter(group -> group.rate() > 0 && !group.weights().isEmpty())
                .toList();
    }

    /** Does work for each group that has weights; all learn. */
    public static void forEach(List<ParameterGroup> groups, Work work) {
        int from = 0;
        for (ParameterGroup group : groups) {
            int to = from + group.weights().size();
            if (to > from) {
                work.on(from, to, group.rate() / groups.get(0).rate());
            }
            from = to;
        }
    }
}
