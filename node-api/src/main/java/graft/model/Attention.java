package graft.model;

import ai.djl.ndarray.NDArray;

/**
 * An attention of a network at one pass, as hooks see it.
 *
 * @param layer its module path
 * @param self whether it is of positions among themselves, and not to the text
 * @param heads into how many parts the width is cut
 * @param height of the feature map, whose positions lie row by row
 * @param width likewise
 * @param queries [n,positions,heads·d] of the precision that the network computes in
 * @param keys [n,tokens,heads·d]
 * @param values likewise
 */
public record Attention(
        String layer,
        boolean self,
        int heads,
        int height,
        int width,
        NDArray queries,
        NDArray keys,
        NDArray values,
        NetworkPass pass) {

    /** The same of other queries, keys and values; keys and values may be of any number of tokens. */
    public Attention with(NDArray otherQueries, NDArray otherKeys, NDArray otherValues) {
        return new Attention(layer, self, heads, height, width, otherQueries, otherKeys, otherValues, pass);
    }

    /** softmax(queries·keysᵀ/√d)·values, head by head (Vaswani et al., 2017): [n,positions,heads·d]. */
    public NDArray computed() {
        return Blocks.attended(queries, keys, values, heads);
    }
}
