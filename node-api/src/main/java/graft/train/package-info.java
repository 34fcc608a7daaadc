/**
 * Training: caches, objective, learning-rate schedule and the one loop that all methods share.
 *
 * <p>What is learnt from is below in {@code data}, how weights follow gradients in {@code optimizer}. No file format of an
 * adapter and no node lives here.
 */
package graft.train;
