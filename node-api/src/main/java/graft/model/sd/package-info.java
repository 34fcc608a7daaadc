/**
 * Stable Diffusion 1, 2 and XL: their UNet, CLIP's text encoders, and their files, read and written.
 *
 * <p>One family of {@code graft.model}, found through {@code Family} and asked for by its interfaces: who draws, stacks or
 * trains names nothing of here. What other families need too is beside the interfaces.
 */
package graft.model.sd;
