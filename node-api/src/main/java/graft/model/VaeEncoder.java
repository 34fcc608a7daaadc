package graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.tensor.Operators;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Pictures to the moments of their latents. */
final class VaeEncoder {

    private final Convolution convIn;
    private final List<UnaryOperator<NDArray>> layers = new ArrayList<>();
    private final VaeMiddle middle;
    private final OutputHead head;
    private final Optional<Convolution> quantConv;

    VaeEncoder(VaeConfig config, Weights weights, NDManager manager) {
        Weights at = weights.at("encoder");
        List<Integer> channels = config.channels();
        int last = channels.size() - 1;
        int moments = 2 * config.latentChannels();
        convIn = Convolution.same(at.at("conv_in"), config.pictureChannels(), channels.get(0), 3, manager);
        for (int level = 0; level <= last; level++) {
            Weights block = at.at("down_blocks." + level);
            int out = channels.get(level);
            for (int layer = 0; layer < config.layers(); layer++) {
                int in = layer > 0 ? out : channels.get(Math.max(0, level - 1));
                ResnetBlock resnet = new ResnetBlock(
                        block.at("resnets." + layer), in, out, 0, config.groups(), VaeMiddle.EPSILON, manager);
                layers.add(x -> resnet.forward(x, Operators.NONE, Operators.NONE, Patches.NONE));
            }
            if (level < last) {
                Convolution halving = Convolution.halving(block.at("downsamplers.0.conv"), out, 0, manager);
                layers.add(x -> halving.forward(x, Patches.NONE));
            }
        }
        middle = new VaeMiddle(at.at("mid_block"), config, manager);
        head = new OutputHead(at, channels.get(last), moments, config.groups(), VaeMiddle.EPSILON, manager);
        quantConv = config.quantConv()
                ? Optional.of(Convolution.same(weights.at("quant_conv"), moments, moments, 1, manager))
                : Optional.empty();
    }

    NDArray forward(NDArray pixels) {
        NDArray x = convIn.forward(pixels, Patches.NONE);
        for (UnaryOperator<NDArray> layer : layers) {
            try (NDArray before = x) {
                x = layer.apply(before);
            }
        }
        try (NDArray deepest = middle.forward(x)) {
            NDArray moments = head.forward(deepest, Patches.NONE);
            if (quantConv.isEmpty()) {
                return moments;
            }
            try (moments) {
                return quantConv.get().forward(moments, Patches.NONE);
            }
        }
    }
}
