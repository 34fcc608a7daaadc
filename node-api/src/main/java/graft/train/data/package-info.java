/**
 * What is learnt from: pictures with captions, their sizes and masks, how both are varied, and what is odd about them.
 *
 * <p>No networks: what these make of pictures and captions is kept by {@code graft.train}.
 */
package graft.train.data;
