package graft.node;

/**
 * What is known of a value before it exists: sizes, model family, widths.
 *
 * <p>Implemented by small records beside the value's class, for example the spec of a checkpoint.
 */
public interface Spec {}
