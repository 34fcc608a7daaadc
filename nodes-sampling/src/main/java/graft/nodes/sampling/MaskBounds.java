package graft.nodes.sampling;

/** What a model sees of a picture for a prompt with a mask. */
enum MaskBounds {
    /** The whole picture, or the prompt's area. */
    DEFAULT,
    /** The rectangle around what is not black in the mask. */
    MASK_BOUNDS
}
