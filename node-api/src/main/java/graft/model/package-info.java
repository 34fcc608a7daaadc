/**
 * The networks of a Stable Diffusion checkpoint, built from its configuration and weights.
 *
 * <p>The path of a module is the key of its weights in the diffusers layout. No sampling, no training.
 */
package graft.model;
