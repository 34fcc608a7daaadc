package graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.tensor.Operators;
import java.util.Optional;

/** The innermost block of either half of the VAE: resnet, attention, resnet. */
final class VaeMiddle {

    /** diffusers fixes it for all norms of the VAE. */
    static final double EPSILON = 1e-6;

    private final ResnetBlock first;
    private final Optional<PixelAttention> attention;
    private final ResnetBlock last;

    VaeMiddle(Weights at, VaeConfig config, NDManager manager) {
        int width = config.channels().get(config.channels().size() - 1);
        first = new ResnetBlock(at.at("resnets.0"), width, width, 0, config.groups(), EPSILON, manager);
        attention = config.attention()
                ? Optional.of(new PixelAttention(at.at("attentions.0"), width, config.groups(), EPSILON, manager))
                : Optional.empty();
        last = new ResnetBlock(at.at("resnets.1"), width, width, 0, config.groups(), EPSILON, manager);
    }

    /** Frees its input. */
    NDArray forward(NDArray input) {
        NDArray x = first.forward(input, Operators.NONE, Operators.NONE, Patches.NONE);
        input.close();
        if (attention.isPresent()) {
            try (NDArray before = x) {
                x = attention.get().forward(before);
            }
        }
        try (NDArray before = x) {
            return last.forward(before, Operators.NONE, Operators.NONE, Patches.NONE);
        }
    }
}
