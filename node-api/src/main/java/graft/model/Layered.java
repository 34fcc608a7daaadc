package graft.model;

import java.util.List;

/** A part of a model whose layers adapters can change: named by module path, which is the checkpoint key without its last word. */
public interface Layered {

    /** All weights, by checkpoint key. */
    Weights weights();

    /** Paths of all modules that a low-rank change fits: linear layers and convolutions, but no tables of tokens. */
    default List<String> moduleNames() {
        return weights().modules().stream()
                .filter(path -> !path.endsWith("_embedding"))
                .toList();
    }

    /** Paths of all norms, whose weights and biases an adapter may change too. */
    default List<String> normNames() {
        return weights().norms();
    }

    /** Whether a layer has a bias. */
    default boolean hasBias(String modulePath) {
        return weights().names().contains(modulePath + ".bias");
    }

    /** [out,in] of a linear layer, [out,in,kh,kw] of a convolution, [c] of a norm. */
    default long[] weightShape(String modulePath) {
        return weights().get(modulePath + ".weight").getShape().getShape();
    }
}
