package graft.model;

/**
 * What libtorch's record of a forward pass holds of one block of a network, as the tape has them.
 *
 * @param kept bytes in the record, the block's result included
 * @param result bytes of its result
 * @param numbers weights in it
 */
public record RecordedBlock(long kept, long result, long numbers) {}
