package graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.tensor.Operators;

/** Two convolutions with a shortcut, told the timestep in between (He et al. 2016; as in DDPM, Ho et al. 2020). */
public final class ResnetBlock {

    private final Layers layers = new Layers();
    private final NDArray constants;

    /** @param timeWidth width of the time embedding, 0 without one */
    public ResnetBlock(Weights at, int in, int out, int timeWidth, int groups, double epsilon, NDManager manager) {
        layers.norm(at.at("norm1"), in).convolution(at.at("conv1"), in, out, 3);
        if (timeWidth > 0) {
            layers.linear(at.at("time_emb_proj"), timeWidth, out, true);
        } else {
            layers.none();
        }
        layers.norm(at.at("norm2"), out).convolution(at.at("conv2"), out, out, 3);
        if (in != out) {
            layers.convolution(at.at("conv_shortcut"), in, out, 1);
        } else {
            layers.none();
        }
        constants = Operators.constants(manager, groups, epsilon);
    }

    /** Of a feature map [n,c,h,w], one joined to it and a time embedding [n,t], either of them {@link Operators#NONE} where there is none. */
    public NDArray forward(NDArray x, NDArray skip, NDArray time, Patches patches) {
        try (Layers.Patched patched = layers.with(patches)) {
            return Blocks.resnetBlock(x, skip, time, patched.weights(), patched.updates(), constants);
        }
    }
}
