package graft.model;

import ai.djl.ndarray.NDArray;

/**
 * A weight of a linear layer or convolution in a quarter of float32's memory: whole numbers, and a scale for each output.
 *
 * @param values int8 [out,in] or [out,in,kh,kw], the latter in channels-last memory
 * @param scales [1,out]: what an output's row is multiplied by; in float32, or in float64 where what goes into the layer is to be
 *     rounded as well and multiplied in whole numbers
 */
public record Int8Rows(NDArray values, NDArray scales) {}
