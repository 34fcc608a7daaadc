package graft.model;

import java.util.function.Function;

/**
 * What a model reads texts with.
 *
 * @param encoders by the name of their part
 * @param patches the changes to read with, by the name of the part
 * @param added words beyond the vocabulary
 * @param skip by how many layers from the end the text is read: 1 for the last, 2 for the one before; 0 for what the family does
 */
public record TextModels(
        Function<String, TextEncoder> encoders, Function<String, Patches> patches, AddedTokens added, int skip) {

    /** By the layer that the family reads by. */
    public TextModels(Function<String, TextEncoder> encoders, Function<String, Patches> patches, AddedTokens added) {
        this(encoders, patches, added, 0);
    }
}
