package graft.model;

import graft.node.Spec;

/** The width of the text states that a ControlNet is told of, by which it fits a model or does not; 0 where it is told of none. */
public record ControlSpec(int width) implements Spec {}
