package graft.model.sd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.model.Context;
import graft.model.Convolution;
import graft.model.Layers;
import graft.model.Patches;
import graft.model.ResnetBlock;
import graft.model.Weights;
import graft.tensor.Operators;
import graft.tensor.Tape;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The half of a UNet down to its middle, which a ControlNet has a copy of. */
final class UNetDescent {

    private final UNetConfig config;
    private final NDManager manager;
    private final Layers timeLayers = new Layers();
    private final NDArray timeConstants;
    private final Convolution convIn;
    private final List<UNetLevel> levels = new ArrayList<>();
    private final ResnetBlock midFirst;
    private final SpatialTransformer midAttention;
    private final ResnetBlock midLast;

    /** @param manager owns what lives as long as the network beside the weights */
    UNetDescent(UNetConfig config, Weights weights, NDManager manager) {
        this.config = config;
        this.manager = manager;
        List<Integer> channels = config.channels();
        int last = config.levels() - 1;
        convIn = Convolution.same(weights.at("conv_in"), config.inChannels(), channels.get(0), 3, manager);
        timeLayers
                .linear(weights.at("time_embedding.linear_1"), channels.get(0), config.timeWidth(), true)
                .linear(weights.at("time_embedding.linear_2"), config.timeWidth(), config.timeWidth(), true);
        config.sizes().ifPresent(sizes -> timeLayers
                .linear(weights.at("add_embedding.linear_1"), sizes.joined(), config.timeWidth(), true)
                .linear(weights.at("add_embedding.linear_2"), config.timeWidth(), config.timeWidth(), true));
        timeConstants = Operators.constants(
                manager,
                channels.get(0) / 2,
                config.cosinesFirst() ? 1 : 0,
                config.frequencyShift(),
                config.sizes().map(UNetConfig.Sizes::waves).orElse(0) / 2);
        for (int level = 0; level <= last; level++) {
            levels.add(downLevel(weights, level));
        }
        Weights mid = weights.at("mid_block");
        midFirst = resnet(mid.at("resnets.0"), channels.get(last), channels.get(last));
        midAttention = attention(mid.at("attentions.0"), last);
        midLast = resnet(mid.at("resnets.1"), channels.get(last), channels.get(last));
    }

    private UNetLevel downLevel(Weights weights, int level) {
        Weights at = weights.at("down_blocks." + level);
        int out = config.channels().get(level);
        List<ResnetBlock> resnets = new ArrayList<>();
        List<SpatialTransformer> attentions = new ArrayList<>();
        for (int layer = 0; layer < config.layers().get(level); layer++) {
            int in = layer > 0 ? out : config.channels().get(Math.max(0, level - 1));
            resnets.add(resnet(at.at("resnets." + layer), in, out));
            if (config.downAttention().get(level)) {
                attentions.add(attention(at.at("attentions." + layer), level));
            }
        }
        boolean innermost = level == config.levels() - 1;
        return new UNetLevel(
                at.path(),
                resnets,
                attentions,
                innermost
                        ? Optional.empty()
                        : Optional.of(Convolution.halving(at.at("downsamplers.0.conv"), out, 1, manager)),
                Optional.empty());
    }

    ResnetBlock resnet(Weights at, int in, int out) {
        return new ResnetBlock(at, in, out, config.timeWidth(), config.groups(), config.epsilon(), manager);
    }

    SpatialTransformer attention(Weights at, int level) {
        return new SpatialTransformer(
                at,
                config.channels().get(level),
                config.contextWidths().get(level),
                config.heads().get(level),
                config.transformerLayers().get(level),
                config.groups(),
                manager);
    }

    List<UNetLevel> levels() {
        return levels;
    }

    /** The first layer, over the noisy latents and what lies beside them. */
    NDArray entered(NDArray latents, Context told, Patches patches) {
        if (told.concat() == Operators.NONE) {
            return patches.hooks().block("conv_in", convIn.forward(latents, patches));
        }
        try (NDArray beside = latents.concat(told.concat(), 1)) {
            return patches.hooks().block("conv_in", convIn.forward(beside, patches));
        }
    }

    /** Of the time, and of pooled text and sizes where the network is told of them. */
    NDArray embedded(NDArray timesteps, NDArray latents, Context told, Patches patches, Tape tape) {
        if (config.sizes().isEmpty()) {
            return tape.begin(
                    in -> {
                        try (Layers.Patched patched = timeLayers.with(patches)) {
                            return UNetBlocks.timeEmbedding(
                                    in.get(0), in.get(1), patched.weights(), patched.updates(), timeConstants);
                        }
                    },
                    timesteps,
                    latents);
        }
        // Pooled text may learn. Times and sizes stay open as long as the step.
        return tape.through(
                in -> {
                    try (Layers.Patched patched = timeLayers.with(patches)) {
                        return UNetBlocks.timeAndSizes(
                                timesteps,
                                in.get(0),
                                told.sizes(),
                                patched.weights(),
                                patched.updates(),
                                timeConstants);
                    }
                },
                told.pooled());
    }

    /** The result is also the last of the skips. */
    static NDArray descend(
            UNetLevel level,
            NDArray input,
            NDArray time,
            NDArray context,
            Patches patches,
            Tape tape,
            Deque<NDArray> skips) {
        NDArray x = input;
        for (int layer = 0; layer < level.resnets().size(); layer++) {
            x = resnet(level.resnets().get(layer), x, time, patches, tape);
            x = level.attend(layer, level.hooked(".resnets." + layer, x, patches), context, patches, tape);
            skips.push(x);
        }
        if (level.downsampler().isPresent()) {
            x = tape.through(in -> level.downsampler().get().forward(in.get(0), patches), x);
            x = level.hooked(".downsamplers.0", x, patches);
            skips.push(x);
        }
        return x;
    }

    NDArray middle(NDArray input, NDArray time, NDArray context, Patches patches, Tape tape) {
        NDArray first = patches.hooks().block("mid_block.resnets.0", resnet(midFirst, input, time, patches, tape));
        try (NDArray attended =
                patches.hooks().block("mid_block.attentions.0", midAttention.forward(first, context, patches, tape))) {
            return patches.hooks().block("mid_block.resnets.1", resnet(midLast, attended, time, patches, tape));
        }
    }

    static NDArray resnet(ResnetBlock block, NDArray x, NDArray time, Patches patches, Tape tape) {
        Optional<Tape.Derivative> derivative = block.derivative(patches, tape);
        return derivative.isPresent()
                ? tape.through(derivative.get(), x, time)
                : tape.through(in -> block.forward(in.get(0), Operators.NONE, in.get(1), patches), x, time);
    }
}
