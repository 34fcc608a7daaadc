package graft.model.sd;

import ai.djl.ndarray.NDArray;
import graft.tensor.Operators;
import graft.tensor.ScriptedModule;
import graft.tensor.Updates;
import java.util.List;

/**
 * The transformer of CLIP, of texts and of pictures, as one call into TorchScript.
 *
 * <p>What {@link Operators} says of its own is true of it. The code is the resource {@code clip.torchscript}.
 */
public final class ClipTransformer {

    private static final ScriptedModule SCRIPT = new ScriptedModule(ClipTransformer.class, "clip.torchscript");

    private ClipTransformer() {}

    /**
     * CLIP's transformer of prompts and of pictures: norm, attention, norm, two linears, each plus what came in.
     *
     * @param embeddings [n,t,d]
     * @param weights weight and bias of the final norm, then of each layer's layer_norm1, self_attn (q_proj, k_proj,
     *     v_proj, out_proj), layer_norm2, mlp.fc1, mlp.fc2; updates of each layer's six linears
     * @param constants heads, layers to run, epsilon, 1 for quick GELU, 1 for the final norm, 1 where a state looks at
     *     those before it alone
     */
    public static NDArray transformer(NDArray embeddings, List<NDArray> weights, Updates updates, NDArray constants) {
        return SCRIPT.call("encoder")
                .with(embeddings)
                .with("w[]", weights)
                .with(updates)
                .with(constants)
                .run();
    }

    /**
     * One state of each row, through a linear layer.
     *
     * @param states [n,t,d]
     * @param at which of its t states, [n] int64
     * @param weight [p,d] or {@link Operators#NONE}
     * @return [n,p]
     */
    public static NDArray pooled(NDArray states, NDArray at, NDArray weight) {
        return SCRIPT.call("pooled").with(states).with(at).with(weight).run();
    }
}
