package graft.train.data;

/**
 * One of the ways in which an augmented picture is seen.
 *
 * @param variant which of its crops and colours
 * @param mirrored left to right
 * @param again whether it can come again, and so is worth keeping
 */
public record AugmentedView(long variant, boolean mirrored, boolean again) {

    /** The picture as it is. */
    public static final AugmentedView PLAIN = new AugmentedView(0, false, true);
}
