package graft.train;

import graft.node.Spec;

/**
 * What is known of a dataset before its pictures are read.
 *
 * @param count items, repeats included
 * @param width in pixels, what they are trained at
 * @param height likewise
 */
public record DatasetSpec(int count, int width, int height) implements Spec {}
