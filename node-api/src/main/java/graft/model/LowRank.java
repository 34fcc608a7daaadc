package graft.model;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * A change of one layer's weight, applied as it is used: W + scale · up·down (Hu et al., 2021, "LoRA").
 *
 * @param down [r,in], or [r,in,kh,kw] for a convolution, float32
 * @param up [out,r], or [out,r,1,1] for a convolution, float32
 */
public record LowRank(NDArray down, NDArray up, double scale) implements Change {

    @Override
    public LowRank scaled(double factor) {
        return new LowRank(down, up, factor * scale);
    }

    @Override
    public List<NDArray> arrays() {
        return List.of(down, up);
    }
}
