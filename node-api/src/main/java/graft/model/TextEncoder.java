package graft.model;

import ai.djl.ndarray.NDArray;
import graft.tensor.Compute;

/** A transformer that reads tokens; adapters can change its layers, and words be added to its table. */
public interface TextEncoder extends Layered, AutoCloseable {

    /**
     * The states of the last layer after the final norm.
     *
     * @param ids token ids, rows of equal length
     * @param added [m,d]: the embeddings of the ids from {@link #vocabulary} on; they may learn.
     *     {@link graft.tensor.Operators#NONE} for none
     * @return [n,t,d], owned by the encoder and by the thread's innermost scope
     */
    NDArray encode(int[][] ids, Patches patches, NDArray added);

    /** As {@link #encode(int[][], Patches, NDArray)}, of the vocabulary's own tokens. */
    default NDArray encode(int[][] ids, Patches patches) {
        return encode(ids, patches, graft.tensor.Operators.NONE);
    }

    /** How many tokens it knows; the ids of added ones begin here. */
    int vocabulary();

    /** [vocabulary,d]: the embedding of each token. */
    NDArray tokenTable();

    /** Width of a token's embedding. */
    int width();

    /** A text encoder of its own with the same numbers; the caller closes it. */
    TextEncoder copy(Compute compute);

    @Override
    void close();
}
