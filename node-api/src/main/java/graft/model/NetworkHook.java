package graft.model;

import ai.djl.ndarray.NDArray;
import java.util.function.Function;

/**
 * What a node puts into the passes of a model's network on the way from noise to picture: into its attentions, what its blocks give
 * and what joins them.
 *
 * <p>It rides on a model ({@link Checkpoint#with(NetworkHook, java.util.List)}) or on a prompt
 * ({@link ConditioningEntry#hookedBy}), beside others: what one gives, the next one is given. Layers and blocks are called by
 * their module paths, as in checkpoints of diffusers. Arrays that it is given are not changed; what it makes on its way is freed for
 * it, but for what it gives back, which is of the same shape and precision. Called by the one thread that draws; a hook that keeps
 * anything from pass to pass keeps it by the walk's {@link NetworkPass#walk}.
 */
public interface NetworkHook {

    /**
     * Whether it takes part in an attention at a pass; others are computed in one call each, which is faster.
     *
     * @param layer such as {@code down_blocks.0.attentions.1.transformer_blocks.0.attn1}; {@code attn1} is of positions among
     *     themselves, {@code attn2} of positions to the text
     */
    default boolean attends(String layer, NetworkPass pass) {
        return false;
    }

    /**
     * What comes of an attention that it takes part in, before the output's linear layer.
     *
     * @param next computes what comes of it without this hook, of these or of other queries, keys and values
     * @return [n,positions,width]
     */
    default NDArray attention(Attention attention, Function<Attention, NDArray> next) {
        return next.apply(attention);
    }

    /**
     * What goes on from a block.
     *
     * @param block such as {@code conv_in}, {@code down_blocks.0.resnets.1}, {@code mid_block.attentions.0} or
     *     {@code up_blocks.1.upsamplers.0}; of the way down, what goes on is also what the way up is handed over
     * @param output [n,c,h,w]
     */
    default NDArray block(String block, NDArray output, NetworkPass pass) {
        return output;
    }

    /**
     * What a block of the way up joins.
     *
     * @param block such as {@code up_blocks.0.resnets.2}
     */
    default Joined join(String block, Joined joined, NetworkPass pass) {
        return joined;
    }

    /**
     * What comes up, and what the way down handed over.
     *
     * @param below [n,c,h,w]
     * @param skip [n,d,h,w]
     */
    record Joined(NDArray below, NDArray skip) {}
}
