package graft.train;

import ai.djl.ndarray.NDArray;

/**
 * What one pass of a training step sees; its arrays belong to the scope that it was made in.
 *
 * @param latents clean and scaled, float32 [n,c,h,w]
 * @param noise unit variance, of the same shape
 * @param timesteps one for each of the n
 * @param context text states [n,t,d]
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Batch(NDArray latents, NDArray noise, int[] timesteps, NDArray context) {}
