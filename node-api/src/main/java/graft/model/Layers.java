package graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import graft.file.MappedPages;
import graft.tensor.Operators;
import graft.tensor.Scope;
import graft.tensor.Updates;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gathers the weights of one operator in its order, and the paths of the layers that changes fit.
 *
 * <p>A layer takes two places, its weight and its bias, {@link Operators#NONE} where it has none. The arrays stay those of the
 * {@link Weights}, which own them.
 */
public final class Layers {

    private final List<NDArray> weights = new ArrayList<>();
    private final List<Layer> layers = new ArrayList<>();
    /** Of all layers, for each call. */
    private final List<MappedPages> pages = new ArrayList<>();

    /**
     * A layer or a norm.
     *
     * @param path empty for a layer that is not there
     * @param at where its weight is among the weights, its bias following
     * @param updated whether low-rank updates fit it, which a norm's weight takes none of
     * @param pages of the file that its weight lies in, when it does and they are to be given back after use
     */
    private record Layer(String path, int at, boolean updated, Optional<MappedPages> pages) {

        Layer(String path, int at, boolean updated) {
            this(path, at, updated, Optional.empty());
        }

        Layer in(int other) {
            return new Layer(path, other, updated, pages);
        }
    }

    /**
     * What one call of the operator is made with: the weights, changed where a change asks for it, and low-rank updates
     * of outputs.
     *
     * @param made the arrays that are of this call alone
     * @param pages of a file that weights lie in, which are not needed between two calls
     */
    public record Patched(List<NDArray> weights, Updates updates, List<NDArray> made, List<MappedPages> pages)
            implements AutoCloseable {
        @Override
        public void close() {
            updates.close();
            made.forEach(NDArray::close);
            pages.forEach(MappedPages::giveBack);
        }
    }

    /** A norm's weight and bias. */
    public Layers norm(Weights at, long channels) {
        layers.add(new Layer(at.path(), weights.size(), false));
        weights.add(at.get("weight", channels));
        weights.add(at.get("bias", channels));
        return this;
    }

    /** A linear layer, with its bias when the checkpoint has one and {@code biased}. */
    public Layers linear(Weights at, long in, long out, boolean biased) {
        return layer(at, biased, out, in);
    }

    /** An array that no change fits. */
    public Layers table(NDArray array) {
        weights.add(array);
        return this;
    }

    /** Linear layers that a checkpoint keeps as one, each as wide as it is long, with bias; no change fits them. */
    public Layers joined(Weights at, int parts, long width) {
        NDArray weight = at.get("weight", parts * width, width);
        NDArray bias = at.get("bias", parts * width);
        try (Scope scope = Scope.open()) {
            for (int i = 0; i < parts; i++) {
                NDIndex part = new NDIndex("{}:{}", i * width, (i + 1) * width);
                layers.add(new Layer("", weights.size(), true));
                weights.add(scope.keep(weight.get(part), weight.getManager()));
                weights.add(scope.keep(bias.get(part), bias.getManager()));
            }
        }
        return this;
    }

    /** A convolution with bias. */
    public Layers convolution(Weights at, long in, long out, long kernel) {
        return layer(at, true, out, in, kernel, kernel);
    }

    private Layers layer(Weights at, boolean biased, long... shape) {
        NDArray weight = at.layer("weight", shape);
        add(new Layer(at.path(), weights.size(), true, at.pages("weight")));
        NDArray bias = biased ? at.get("bias", shape[0]) : Operators.NONE;
        weights.add(weight);
        weights.add(at.scales("weight")
                .map(scales -> biased ? above(scales, bias) : scales)
                .orElse(bias));
        return this;
    }

    /** The scales of int8 rows and the bias in one array, in the bias' place. */
    private static NDArray above(NDArray scales, NDArray bias) {
        try (Scope scope = Scope.open()) {
            NDArray wide = Weights.wide(bias).reshape(1, -1).toType(scales.getDataType(), false);
            return scope.keep(NDArrays.concat(new NDList(scales, wide), 0), scales.getManager());
        }
    }

    /** A layer of CLIP's transformers, which are alike for texts and pictures. */
    public Layers clip(Weights layer, int width, int inner) {
        Weights attention = layer.at("self_attn");
        return norm(layer.at("layer_norm1"), width)
                .linear(attention.at("q_proj"), width, width, true)
                .linear(attention.at("k_proj"), width, width, true)
                .linear(attention.at("v_proj"), width, width, true)
                .linear(attention.at("out_proj"), width, width, true)
                .norm(layer.at("layer_norm2"), width)
                .linear(layer.at("mlp.fc1"), width, inner, true)
                .linear(layer.at("mlp.fc2"), inner, width, true);
    }

    /** A layer that this model does without. */
    public Layers none() {
        layers.add(new Layer("", weights.size(), true));
        weights.add(Operators.NONE);
        weights.add(Operators.NONE);
        return this;
    }

    /** Some of these in their order, for an operator that does a part of the work; the weights are the same arrays. */
    public Layers part(int from, int to) {
        Layers part = new Layers();
        for (Layer layer : layers.subList(from, to)) {
            part.add(layer.in(part.weights.size()));
            part.weights.addAll(weights.subList(layer.at(), layer.at() + 2));
        }
        return part;
    }

    /** The weights as they are. */
    public List<NDArray> weights() {
        return weights;
    }

    /** Whether none of the patches is of these layers. */
    boolean isLeftAloneBy(Patches patches) {
        return layers.stream().allMatch(layer -> patches.at(layer.path()).isEmpty());
    }

    /**
     * Whether all that lies over these layers is low-rank updates whose factors are the very arrays that learn, or do not: their
     * gradients can be given without a record.
     */
    public boolean areUpdatedBy(Patches patches) {
        return layers.stream()
                .flatMap(layer -> patches.at(layer.path()).stream())
                .allMatch(change -> change instanceof LowRank low && isPlain(low.down()) && isPlain(low.up()));
    }

    private static boolean isPlain(NDArray factor) {
        return factor.hasGradient() || !Operators.recorded(factor);
    }

    /** Down, up, down, up … of such updates, in the order of the layers. */
    public List<NDArray> factors(Patches patches) {
        return layers.stream()
                .filter(Layer::updated)
                .flatMap(layer -> patches.at(layer.path()).stream())
                .flatMap(change -> change.arrays().stream())
                .toList();
    }

    /** The weights with the patches; the caller closes it once the operator ran. */
    public Patched with(Patches patches) {
        if (patches.isEmpty()) {
            return new Patched(weights, Operators.NO_UPDATES, List.of(), pages);
        }
        Updates.Builder updates = new Updates.Builder();
        List<NDArray> changed = new ArrayList<>(weights);
        List<NDArray> made = new ArrayList<>();
        for (Layer layer : layers) {
            for (Change patch : patches.at(layer.path())) {
                Change change = patch instanceof Change.Masked masked ? masked.applied(made) : patch;
                for (Change single : change instanceof Change.Several several ? several.changes() : List.of(change)) {
                    if (single instanceof LowRank low) {
                        updates.update(low.down(), low.up(), low.scale());
                    } else {
                        add(single, layer.at(), changed, made);
                    }
                }
            }
            if (layer.updated()) {
                updates.next();
            }
        }
        return new Patched(changed, updates.build(), made, pages);
    }

    private void add(Layer layer) {
        layers.add(layer);
        layer.pages().ifPresent(pages::add);
    }

    private void add(Change change, int at, List<NDArray> changed, List<NDArray> made) {
        NDArray weight = weights.get(at);
        NDArray bias = weights.get(at + 1);
        boolean rows = weight.getDataType() == DataType.INT8;
        NDArray wide = rows ? kept(Operators.widened(weight, bias), made) : Weights.wide(weight);
        NDArray ownBias = rows ? below(bias, made) : bias;
        if (rows && changed.get(at) == weight) {
            // What is changed is no longer whole numbers: the layer computes as others do.
            changed.set(at, wide);
            changed.set(at + 1, ownBias);
        }
        if (Change.ofWeight(change)) {
            try (NDArray delta = Change.delta(change, wide)) {
                changed.set(at, kept(changed.get(at).add(delta), made));
            }
        }
        if (!rows && wide != weight) {
            wide.close();
        }
        if (Change.ofBias(change) && ownBias != Operators.NONE) {
            try (NDArray delta = Change.biasDelta(change, ownBias)) {
                changed.set(at + 1, kept(changed.get(at + 1).add(delta), made));
            }
        }
    }

    /** The bias out of what {@link #above} made. */
    private static NDArray below(NDArray scales, List<NDArray> made) {
        return scales.getShape().get(0) == 1 ? Operators.NONE : kept(scales.get(1), made);
    }

    private static NDArray kept(NDArray array, List<NDArray> made) {
        made.add(array);
        return array;
    }
}
