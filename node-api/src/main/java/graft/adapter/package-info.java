/**
 * What changes a base model without touching its weights: LoRA and embeddings, their files, and stacks of both.
 *
 * <p>Training lives in {@code graft.train}.
 */
package graft.adapter;
