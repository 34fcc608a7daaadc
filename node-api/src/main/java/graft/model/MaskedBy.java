package graft.model;

import graft.picture.Mask;

/**
 * Where in the picture a prompt counts, and how much at each place.
 *
 * @param mask stretched to the picture; one for all pictures, or one for each
 * @param strength what its values are multiplied by
 * @param inBounds whether the network sees only the rectangle around what is not 0, not the whole picture
 */
public record MaskedBy(Mask mask, double strength, boolean inBounds) {}
