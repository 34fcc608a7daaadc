package graft.sample;

import ai.djl.ndarray.NDArray;
import graft.model.ConditioningEntry;
import java.util.List;

/**
 * Guidance away from that part of the negative prompt alone which has nothing of the positive one in it (Armandpour et al., 2023,
 * "Re-imagine the Negative Prompt Algorithm", equation 6), both as seen from an empty prompt. The pictures of a batch are taken together.
 *
 * <p>Source of the arithmetic: ComfyUI {@code nodes_perpneg.py}.
 *
 * @param others the empty prompt; its arrays are borrowed
 * @param scale how much the negative counts beside the positive
 */
public record PerpendicularNegative(List<ConditioningEntry> others, double scale) implements GuidanceRule {

    /** In place of 0, which nothing can be divided by. */
    private static final float NO_LENGTH = 1e-37f;

    public PerpendicularNegative {
        others = List.copyOf(others);
    }

    @Override
    public boolean actsAtOne() {
        return true;
    }

    @Override
    public NDArray guided(Told told) {
        NDArray positive = told.positive().sub(told.others());
        NDArray negative = told.negative().sub(told.others());
        NDArray along = negative.mul(positive).sum().div(positive.square().sum().add(NO_LENGTH));
        NDArray away = negative.sub(positive.mul(along)).mul((float) scale);
        return told.others().add(positive.sub(away).mul((float) told.scale()));
    }
}
