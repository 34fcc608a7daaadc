package graft.model;

import ai.djl.ndarray.NDArray;

/**
 * A change of one layer's weight, applied as it is used: W + scale · up·down.
 *
 * @param down [r,in], or [r,in,kh,kw] for a convolution, float32
 * @param up [out,r], or [out,r,1,1] for a convolution, float32
 */
public record LowRank(NDArray down, NDArray up, double scale) {

    /** The same change, so many times as strong; shares the arrays. */
    LowRank scaled(double factor) {
        return new LowRank(down, up, factor * scale);
    }
}
