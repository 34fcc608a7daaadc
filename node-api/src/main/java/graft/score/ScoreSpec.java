package graft.score;

import graft.node.Spec;

/**
 * What is known of a score before it is taken.
 *
 * @param examples how many training pictures it is measured against
 * @param width of them and of what is drawn, in pixels, likewise {@code height}
 */
public record ScoreSpec(Questions questions, int examples, int width, int height) implements Spec {}
