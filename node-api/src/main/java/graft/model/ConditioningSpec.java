package graft.model;

import graft.node.Spec;

/** The width of conditioning's text states. */
public record ConditioningSpec(int width) implements Spec {}
