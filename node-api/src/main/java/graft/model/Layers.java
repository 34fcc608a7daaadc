package graft.model;

import ai.djl.ndarray.NDArray;
import graft.tensor.Operators;
import graft.tensor.Updates;
import java.util.ArrayList;
import java.util.List;

/** Gathers the weights of one operator in its order, and the paths of the layers that low-rank changes fit. */
final class Layers {

    private final List<NDArray> weights = new ArrayList<>();
    private final List<String> paths = new ArrayList<>();

    /** A norm's weight and bias. */
    Layers norm(Weights at, long channels) {
        weights.add(at.get("weight", channels));
        weights.add(at.get("bias", channels));
        return this;
    }

    /** A linear layer, with its bias when the checkpoint has one and {@code biased}. */
    Layers linear(Weights at, long in, long out, boolean biased) {
        return layer(at, biased, out, in);
    }

    /** A convolution with bias. */
    Layers convolution(Weights at, long in, long out, long kernel) {
        return layer(at, true, out, in, kernel, kernel);
    }

    private Layers layer(Weights at, boolean biased, long... shape) {
        weights.add(at.get("weight", shape));
        weights.add(biased ? at.get("bias", shape[0]) : Operators.NONE);
        paths.add(at.path());
        return this;
    }

    /** A layer that this model does without. */
    Layers none() {
        weights.add(Operators.NONE);
        weights.add(Operators.NONE);
        paths.add("");
        return this;
    }

    List<NDArray> weights() {
        return weights;
    }

    /** What the patches change of these layers; the caller closes it. */
    Updates updates(Patches patches) {
        if (patches.isEmpty()) {
            return Operators.NO_UPDATES;
        }
        Updates.Builder updates = new Updates.Builder();
        for (String path : paths) {
            for (LowRank change : patches.at(path)) {
                updates.update(change.down(), change.up(), change.scale());
            }
            updates.next();
        }
        return updates.build();
    }
}
