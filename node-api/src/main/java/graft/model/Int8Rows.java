package graft.model;

import ai.djl.ndarray.NDArray;

/**
 * A weight of a linear layer or convolution in a quarter of float32's memory: whole numbers, and a scale for each output.
 *
 * @param values int8 [out,in] or [out,in,kh,kw], the latter in channels-last memory
 * @param scales float32 [1,out]: what an output's row is multiplied by
 */
public record Int8Rows(NDArray values, NDArray scales) {}
