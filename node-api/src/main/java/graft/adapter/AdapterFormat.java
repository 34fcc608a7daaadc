package graft.adapter;

import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.node.Choice;
import graft.node.Problem;
import graft.node.QuickAnswer;
import java.util.List;
import org.pf4j.ExtensionPoint;

/**
 * How a .safetensors file spells a LoRA or another kind of adapter.
 *
 * <p>Those that come with Graft are {@link LoraFormat}. A plugin offers another as a class with a public constructor without
 * arguments, annotated with {@link org.pf4j.Extension}: Load LoRA then reads such files, where they are none of Graft's own, and
 * it is a choice of Save LoRA. One instance serves all files, so it keeps nothing. A {@link Lora.Custom} is written by the format
 * of the plugin that brings it.
 */
@Choice.Set(builtIn = LoraFormat.class)
public interface AdapterFormat extends Choice, ExtensionPoint {

    /** Whether a file is of this format, by the names and shapes of its tensors and its metadata. */
    @QuickAnswer(orNo = true)
    boolean knows(SafeTensors file);

    /**
     * Reads a file that it knows; which model it fits is found out when it is applied.
     *
     * @throws Problem naming the file, when it cannot be used
     */
    Lora read(SafeTensors file);

    /**
     * The tensors of a file.
     *
     * @param dtype that numbers are kept in: F16, BF16 or F32
     * @throws Problem naming a layer that this format cannot hold
     */
    List<Tensor> tensors(Lora lora, DType dtype);
}
