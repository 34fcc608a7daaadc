package graft.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.model.Checkpoint;
import graft.model.Context;
import graft.model.Network;
import graft.model.Parts;
import graft.model.Patches;
import graft.tensor.Gradient;
import graft.tensor.Operators;
import graft.tensor.Precision;
import graft.tensor.Tape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;

/**
 * A network as a training step sees it: what it predicts, and then the gradients of what a loss was made of.
 *
 * <p>A large network that is frozen goes back block by block, and its resnets and transformers by derivatives of their own, on the
 * CPU in float32: less is kept, and less is computed.
 *
 * <p>Latents, context and prediction are float32, whatever precision lies between (Micikevicius et al., 2018, "Mixed precision
 * training"); what learns stays float32, and so do its gradients. Under gradient checkpointing a step takes less memory and
 * about a third more time, for the same gradients. Used by one thread, each prediction followed by its gradients.
 */
public final class LearningNetwork {

    private final Network network;
    private final Patches patches;
    private final Precision precision;
    /** Owns what lies between a prediction and its gradients under checkpointing; nothing without. */
    private final Optional<NDManager> memory;
    /** Whether gradients may be {@linkplain #release released}. */
    private final boolean releases;

    /** Where a network has none so large, its steps are too short for going through its blocks one by one. */
    private static final long LARGE_KERNEL = 9L * 512 * 512;

    private Tape tape = Tape.NONE;
    private NDArray prediction;
    /** Of what was last predicted from. */
    private NDManager owner;

    private LearningNetwork(
            Network network, Patches patches, Precision precision, Optional<NDManager> memory, boolean releases) {
        this.network = network;
        this.patches = patches;
        this.precision = precision;
        this.memory = memory;
        this.releases = releases;
    }

    /** A network under changes that lie over it, in float32. */
    public static LearningNetwork of(Network network, Patches patches) {
        return new LearningNetwork(network, patches, Precision.FP32, Optional.empty(), false);
    }

    /** The network of a view with its changes, in float32. */
    public static LearningNetwork of(Checkpoint view) {
        return of(view.network(), view.patches(Parts.DENOISER));
    }

    /** The same, computing in a precision. */
    public LearningNetwork in(Precision other) {
        return new LearningNetwork(network, patches, other, memory, releases);
    }

    /** The same under gradient checkpointing. */
    public LearningNetwork checkpointed(NDManager owner) {
        return new LearningNetwork(network, patches, precision, Optional.of(owner), releases);
    }

    /** The same, going back block by block, so that gradients may be {@linkplain #release released}. */
    LearningNetwork releasing() {
        return new LearningNetwork(network, patches, precision, memory, true);
    }

    /**
     * One prediction; differentiable.
     *
     * @param noised float32 [n,c,h,w]
     * @param times float32 [n]
     * @return float32 [n,c,h,w]
     */
    NDArray predict(NDArray noised, NDArray times, Context context) {
        tape.close();
        owner = memory.orElse(noised.getManager());
        tape = tape(noised);
        // Left to the scope: under checkpointing the text states are asked for their gradient later.
        NDArray predicted = network.forward(converted(noised), times, context.in(precision), patches, tape);
        if (tape != Tape.NONE) {
            prediction = Gradient.leaf(predicted);
            // Its own array stays open, whatever becomes of what the loss is made of.
            predicted = prediction.reshape(prediction.getShape());
        }
        return precision == Precision.FP32 ? predicted : Operators.converted(predicted, Precision.FP32);
    }

    /** Where the network is frozen, its large blocks know their own derivatives. */
    private Tape tape(NDArray noised) {
        boolean derivatives = precision == Precision.FP32
                && Gradient.isOn()
                && !noised.getDevice().isGpu()
                && isLargeAndFrozen();
        if (memory.isPresent()) {
            return Tape.of(owner, derivatives);
        }
        return derivatives || releases ? Tape.ofRecords(owner, derivatives) : Tape.NONE;
    }

    private boolean isLargeAndFrozen() {
        boolean large = false;
        for (NDArray weight : network.weights().arrays()) {
            if (weight.hasGradient()) {
                return false;
            }
            large |= weight.getShape().dimension() == 4 && weight.size() >= LARGE_KERNEL;
        }
        return large;
    }

    private NDArray converted(NDArray array) {
        return precision == Precision.FP32 ? array : Operators.converted(array, precision);
    }

    /**
     * The gradients of a loss that came out of the last prediction.
     *
     * @param leaves what learns
     * @return one for each leaf; the caller closes them
     */
    public List<NDArray> gradients(NDArray loss, List<NDArray> leaves) {
        if (tape == Tape.NONE) {
            return Gradient.of(loss, leaves);
        }
        List<NDArray> gradients = backward(loss, leaves, all -> {});
        for (int i = 0; i < leaves.size(); i++) {
            if (gradients.get(i) == null) {
                gradients.set(i, leaves.get(i).zerosLike());
            }
        }
        return gradients;
    }

    /**
     * Hands on the gradients of a loss that came out of the last prediction as soon as they are known, those of the last block
     * first; of a {@link #releasing} network only, and outside of a record.
     *
     * @param leaves what learns
     * @param each is given which leaf it is, counted from 0, and its gradient, which it closes; it may change the leaf
     */
    void release(NDArray loss, List<NDArray> leaves, ObjIntConsumer<NDArray> each) {
        backward(loss, leaves, gradients -> {
            for (int i = 0; i < leaves.size(); i++) {
                if (gradients.get(i) != null) {
                    each.accept(gradients.set(i, null), i);
                }
            }
        });
    }

    /**
     * Through the loss, then through the tape.
     *
     * @param known is given those known so far whenever there are more; it may take them out
     * @return by leaf; null where there is none
     */
    private List<NDArray> backward(NDArray loss, List<NDArray> leaves, Consumer<List<NDArray>> known) {
        List<NDArray> all = new ArrayList<>(leaves);
        all.add(prediction);
        List<NDArray> gradients = Gradient.known(loss, all);
        NDArray incoming = gradients.remove(leaves.size());
        try (Tape used = tape) {
            used.backward(prediction, incoming, leaves, gradients, owner, () -> known.accept(gradients));
        } finally {
            tape = Tape.NONE;
        }
        return gradients;
    }

    /** Whether what lies between loss and leaves is of so small a range that the loss has to be scaled. */
    boolean wantsLossScale() {
        return precision == Precision.FP16;
    }
}
