package graft.sample;

import ai.djl.ndarray.NDArray;
import graft.model.Attention;
import graft.model.GuidingHook;
import graft.model.NetworkPass;
import java.util.function.Function;

/**
 * Perturbed attention guidance (Ahn et al., 2024, "Self-Rectifying Diffusion Sampling with Perturbed-Attention Guidance", equation 12): away
 * from what the network says where each position of the middle attends to itself alone.
 *
 * <p>Source of the arithmetic: ComfyUI {@code nodes_pag.py}.
 */
public record PerturbedAttention(double scale) implements GuidingHook {

    @Override
    public boolean attends(String layer, NetworkPass pass) {
        return layer.startsWith("mid_block.") && layer.endsWith(".attn1");
    }

    /** The weights of an attention of a position to itself alone are the identity. */
    @Override
    public NDArray attention(Attention attention, Function<Attention, NDArray> next) {
        return attention.values();
    }
}
