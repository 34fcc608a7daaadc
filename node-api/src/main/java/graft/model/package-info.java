/**
 * A base model: its family's interfaces ({@code Family}, {@code Network}, {@code TextReader}), what is told of a file, and the
 * parts that networks are built of: weights, layers, changes, tokenizers, the autoencoder.
 *
 * <p>The path of a module is the key of its weights in the diffusers layout. Each family is a package of its own below this
 * one, which knows none of them. No sampling, no training.
 */
package graft.model;
