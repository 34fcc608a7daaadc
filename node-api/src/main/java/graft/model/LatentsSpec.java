package graft.model;

import graft.node.Spec;

/** The shape of latents before they exist: [count, channels, height, width] in latent positions. */
public record LatentsSpec(int count, int channels, int height, int width) implements Spec {}
