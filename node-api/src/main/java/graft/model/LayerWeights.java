package graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.node.Problem;
import graft.tensor.Operators;
import graft.tensor.Precision;
import graft.tensor.Scope;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What one part of a model computes with, read weight by weight: no more than one need be in memory.
 *
 * <p>Weights come as float32 with the changes that lie over the model, each closed by whoever asked for it. The model stays open as
 * long as this.
 */
public final class LayerWeights implements AutoCloseable {

    private static final long[] ANY = {};

    private final Weights.Source source;
    private final Patches patches;
    private final NDManager manager;

    private LayerWeights(Weights.Source source, Patches patches, NDManager manager) {
        this.source = source;
        this.patches = patches;
        this.manager = manager;
    }

    /**
     * Those of a part of a model.
     *
     * @throws Problem when LoRAs lie over the part at some steps only, so that it has no one set of weights
     */
    public static LayerWeights of(Checkpoint model, String part) {
        if (part.equals(Parts.DENOISER) && !model.scheduledPatches().isEmpty()) {
            throw new Problem(
                    "cannot compute the LoRAs over " + model.name() + " into its weights",
                    "one of them acts at some of the steps only, and weights are the same at all of them",
                    "let it act from 0 to 1 of the steps, or take it out");
        }
        NDManager manager = model.compute().newManager();
        boolean own = part.equals(Parts.DENOISER) ? model.hasOwnNetwork() : model.hasOwnEncoder(part);
        Weights.Source source = own
                ? new CopiedWeights(model.layered(part).weights(), Precision.FP32, manager)
                : model.opened(part).weights(part, manager);
        return new LayerWeights(source, model.patches(part), manager);
    }

    /** The checkpoint keys, such as {@code conv_in.weight}. */
    public Set<String> keys() {
        return source.keys();
    }

    /** The shape of a weight. */
    public long[] shape(String key) {
        return source.shape(key, ANY)
                .orElseThrow(() -> new IllegalArgumentException("no weight " + key))
                .clone();
    }

    /** Whether a change lies over a weight. */
    public boolean changes(String key) {
        return patches.at(module(key)).stream()
                .flatMap(LayerWeights::single)
                .anyMatch(change -> key.endsWith(".bias") ? Change.ofBias(change) : Change.ofWeight(change));
    }

    /**
     * A weight with its changes.
     *
     * @throws Problem naming it when its numbers are none, or infinite
     */
    public NDArray read(String key) {
        try (Scope scope = Scope.open()) {
            NDArray stored = source.read(key, shape(key));
            NDArray base = Weights.wide(stored);
            if (base != stored) {
                stored.close();
            }
            NDArray changed = changes(key) ? changed(key, base) : base;
            return scope.keep(changed, manager);
        }
    }

    /** Each change is counted from the base, as where they are applied as the layer is used. */
    private NDArray changed(String key, NDArray base) {
        boolean bias = key.endsWith(".bias");
        NDArray sum = base.duplicate();
        List<Change> changes =
                patches.at(module(key)).stream().flatMap(LayerWeights::single).toList();
        for (Change change : changes) {
            if (bias ? Change.ofBias(change) : Change.ofWeight(change)) {
                try (NDArray delta = bias ? Change.biasDelta(change, base) : Change.delta(change, base)) {
                    Operators.addTo(List.of(sum), List.of(delta));
                }
            }
        }
        base.close();
        return sum;
    }

    private static Stream<Change> single(Change change) {
        return change instanceof Change.Several several ? several.changes().stream() : Stream.of(change);
    }

    /** A layer's path from its weight's or bias' key. */
    private static String module(String key) {
        int dot = key.lastIndexOf('.');
        return dot < 0 ? key : key.substring(0, dot);
    }

    /**
     * Whether this has the same weights as another.
     *
     * @return what the first weight is that is missing on one side or of another shape, as a clause; empty when none is
     */
    public Optional<String> misfit(LayerWeights other) {
        for (String key : keys()) {
            if (!other.keys().contains(key)) {
                return Optional.of("only one of them has \"" + key + "\"");
            }
            long[] mine = shape(key);
            long[] theirs = other.shape(key);
            if (!Arrays.equals(Weights.withoutTrailingOnes(mine), Weights.withoutTrailingOnes(theirs))) {
                return Optional.of("\"" + key + "\" is of shape " + Arrays.toString(mine) + " in one and "
                        + Arrays.toString(theirs) + " in the other");
            }
        }
        return other.keys().stream()
                .filter(key -> !keys().contains(key))
                .findFirst()
                .map(key -> "only one of them has \"" + key + "\"");
    }

    @Override
    public void close() {
        manager.close();
        source.finished();
    }
}
