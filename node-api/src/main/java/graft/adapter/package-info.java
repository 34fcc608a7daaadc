/**
 * What changes a base model without touching its weights: LoRA, their files, and stacks of them.
 *
 * <p>Training lives in {@code graft.train}.
 */
package graft.adapter;
