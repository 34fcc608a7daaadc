package graft.model;

import graft.node.Spec;

/**
 * What is known of conditioning before it is made.
 *
 * @param width of its text states
 * @param wordless whether it is sure that it says nothing: a prompt without a word
 */
public record ConditioningSpec(int width, boolean wordless) implements Spec {

    /** Of what may say something. */
    public ConditioningSpec(int width) {
        this(width, false);
    }
}
