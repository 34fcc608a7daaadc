/**
 * Training: data sets, caches, objective, optimiser, learning-rate schedule and the one loop that all methods share.
 *
 * <p>No file format of an adapter and no node lives here.
 */
package graft.train;
