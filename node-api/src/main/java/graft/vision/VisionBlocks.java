package graft.vision;

import ai.djl.ndarray.NDArray;
import graft.tensor.Operators;
import graft.tensor.ScriptedModule;
import java.util.List;

/**
 * What looks at pictures and writes of them, each block one call into TorchScript.
 *
 * <p>What {@link Operators} says of its own is true of them. The code is the resource {@code vision.torchscript}.
 */
final class VisionBlocks {

    private static final ScriptedModule SCRIPT = new ScriptedModule(VisionBlocks.class, "vision.torchscript");

    private VisionBlocks() {}

    /**
     * A picture as rows: one that stands for all of it, then one for each patch, each plus that of its position.
     *
     * @param pixels [n,3,h,w], sides divisible by those of a patch
     * @param weights weight and bias of the patches' convolution, the first row, the positions' rows, weight and bias of
     *     a norm; both biases and the norm may be {@link Operators#NONE}
     * @param constants side of a patch, epsilon of the norm
     * @return [n,1+patches,d]
     */
    static NDArray patchRows(NDArray pixels, List<NDArray> weights, NDArray constants) {
        return SCRIPT.call("patch_rows")
                .with(pixels)
                .with("w[]", weights)
                .with(constants)
                .run();
    }

    /**
     * One state of each row, through a linear layer, at length one.
     *
     * @param states [n,t,d]
     * @param at which of its t states, [n] int64
     * @param weight [p,d] or {@link Operators#NONE}
     * @return [n,p]: the scalar product of two is the cosine of the angle between them
     */
    static NDArray direction(NDArray states, NDArray at, NDArray weight) {
        return SCRIPT.call("direction").with(states).with(at).with(weight).run();
    }

    /**
     * Keys and values of pictures for {@link #decoder}, of each layer in turn, [n,heads,t,d/heads].
     *
     * @param states [n,t,e]
     * @param weights and constants as of {@link #decoder}
     */
    static List<NDArray> pictureKeys(NDArray states, List<NDArray> weights, NDArray constants) {
        return SCRIPT.call("picture_keys")
                .with(states)
                .with("w[]", weights)
                .with(constants)
                .runList();
    }

    /**
     * BERT's causal transformer of texts that tell of pictures (as in BLIP), by one or more tokens further.
     *
     * @param ids [n,t] int64; n is a multiple of the pictures, the texts of one picture in a row; t is 1 but in the first call
     * @param order which text of the last call each goes on with, [n] int64; {@link Operators#NONE} in the first call
     * @param past what the last call gave, but for the logits; {@link Operators#NONE} alone in the first call
     * @param pictures of {@link #pictureKeys}
     * @param weights weight and bias of the embeddings' norm, token table, position table; weight and bias of the head's
     *     linear and norm, and of the last linear; then of each layer attention's query, key, value, output and norm,
     *     those of the attention to pictures, and of the two linears and their norm
     * @param constants heads, layers, epsilon
     * @return keys and values of each layer in turn [n,heads,·,d/heads], and at last the logits [n,t,v]
     */
    static List<NDArray> decoder(
            NDArray ids,
            NDArray order,
            List<NDArray> past,
            List<NDArray> pictures,
            List<NDArray> weights,
            NDArray constants) {
        return SCRIPT.call("decoder")
                .with(ids)
                .with(order)
                .with("k[]", past)
                .with("s[]", pictures)
                .with("w[]", weights)
                .with(constants)
                .runList();
    }
}
