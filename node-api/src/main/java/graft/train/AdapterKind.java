package graft.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.adapter.Lora;
import graft.model.Change;
import graft.node.Choice;
import graft.tensor.KeyedRandom;
import org.pf4j.ExtensionPoint;

/**
 * A form of the change that each layer of a model learns.
 *
 * <p>Those that come with Graft are {@link LoraSettings.Kind}. A plugin offers another as a class with a public constructor without
 * arguments, annotated with {@link org.pf4j.Extension}: it is then a choice of Train LoRA. One instance serves all trainings, so
 * it keeps nothing. An {@link graft.adapter.AdapterFormat} of its plugin keeps what was learnt in a file.
 */
@Choice.Set(builtIn = LoraSettings.Kind.class)
public interface AdapterKind extends Choice, ExtensionPoint {

    /**
     * A layer that is to learn.
     *
     * @param weight [out,in] or [out,in,kh,kw], float32; never changed
     * @param rank how much the change can say, as the settings have it; 1 or more
     * @param scale what they have it act at: alpha/rank
     * @param random the numbers to begin with come from it, so that a training can be repeated
     */
    record Layer(NDArray weight, int rank, double scale, KeyedRandom random) {}

    /** How many numbers a layer's change has. */
    long numbers(int rank, long[] weight);

    /**
     * A layer's change before it has learnt anything, which changes nothing.
     *
     * @param memory owns its arrays, float32, which learn: its {@link Change.Custom#delta} is differentiable in them
     */
    Change.Custom fresh(Layer layer, NDManager memory);

    /**
     * What was learnt, on the Java heap.
     *
     * @param change that {@link #fresh} or {@link Lora.Custom#change} gave
     * @param alpha rank times scale of the layer
     */
    Lora.Custom learnt(Change.Custom change, double alpha);

    /** Whether a part is of this kind, so that a training may go on from it. */
    boolean learns(Lora.Custom part);
}
