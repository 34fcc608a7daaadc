package graft.train;

/**
 * One of the ways in which an augmented picture is seen.
 *
 * @param variant which of its crops and colours
 * @param mirrored left to right
 * @param again whether it can come again, and so is worth keeping
 */
record Look(long variant, boolean mirrored, boolean again) {

    /** The picture as it is. */
    static final Look PLAIN = new Look(0, false, true);
}
