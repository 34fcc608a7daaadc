package graft.sample;

import ai.djl.ndarray.NDArray;
import graft.model.ConditioningEntry;
import graft.model.NetworkHook;
import java.util.List;

/**
 * What predictions for the prompts become in place of plain guidance: rides on a model beside its hooks, and of several the last one
 * laid on acts, as in ComfyUI. It stands in no pass of the network.
 */
public sealed interface GuidanceRule extends NetworkHook permits RescaledGuidance, PerpendicularNegative {

    /** Prompts that the network is asked about beside the positive and the negative ones; none for a rule that needs no others. */
    default List<ConditioningEntry> others() {
        return List.of();
    }

    /** Whether it acts where guidance is 1 too, at which plain guidance is not asked about the negative. */
    default boolean actsAtOne() {
        return false;
    }

    /** The guided prediction, of the same kind as those that it is made of. */
    NDArray guided(Told told);

    /**
     * What the network said at one call, all of the shape of the latents.
     *
     * @param input what it was given to see
     * @param others what it said to {@link #others()}; null where there are none
     * @param scale of the guidance
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Told(
            NDArray input,
            NDArray positive,
            NDArray negative,
            NDArray others,
            double scale,
            NoiseSchedule schedule,
            NoiseLevel level) {}
}
