package graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.tensor.Operators;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Unscaled latents to pictures. */
final class VaeDecoder {

    private final Optional<Convolution> postQuantConv;
    private final Convolution convIn;
    private final VaeMiddle middle;
    private final List<UnaryOperator<NDArray>> layers = new ArrayList<>();
    private final OutputHead head;

    VaeDecoder(VaeConfig config, Weights weights, NDManager manager) {
        Weights at = weights.at("decoder");
        List<Integer> channels = config.channels();
        int last = channels.size() - 1;
        int latents = config.latentChannels();
        postQuantConv = config.postQuantConv()
                ? Optional.of(Convolution.same(weights.at("post_quant_conv"), latents, latents, 1, manager))
                : Optional.empty();
        convIn = Convolution.same(at.at("conv_in"), latents, channels.get(last), 3, manager);
        middle = new VaeMiddle(at.at("mid_block"), config, manager);
        for (int level = last; level >= 0; level--) {
            Weights block = at.at("up_blocks." + (last - level));
            int out = channels.get(level);
            for (int layer = 0; layer <= config.layers(); layer++) {
                int in = layer > 0 ? out : channels.get(Math.min(last, level + 1));
                ResnetBlock resnet = new ResnetBlock(
                        block.at("resnets." + layer), in, out, 0, config.groups(), VaeMiddle.EPSILON, manager);
                layers.add(x -> resnet.forward(x, Operators.NONE, Operators.NONE, Patches.NONE));
            }
            if (level > 0) {
                Upsampler upsampler = new Upsampler(block.at("upsamplers.0"), out);
                layers.add(x -> upsampler.forward(x, Operators.NONE, Patches.NONE));
            }
        }
        head = new OutputHead(
                at, channels.get(0), config.pictureChannels(), config.groups(), VaeMiddle.EPSILON, manager);
    }

    NDArray forward(NDArray latents) {
        NDArray x;
        if (postQuantConv.isPresent()) {
            try (NDArray mixed = postQuantConv.get().forward(latents, Patches.NONE)) {
                x = convIn.forward(mixed, Patches.NONE);
            }
        } else {
            x = convIn.forward(latents, Patches.NONE);
        }
        x = middle.forward(x);
        for (UnaryOperator<NDArray> layer : layers) {
            try (NDArray before = x) {
                x = layer.apply(before);
            }
        }
        try (NDArray last = x) {
            return head.forward(last, Patches.NONE);
        }
    }
}
