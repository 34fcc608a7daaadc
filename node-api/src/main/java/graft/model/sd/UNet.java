package graft.model.sd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.model.Context;
import graft.model.Convolution;
import graft.model.DeepFeature;
import graft.model.Layers;
import graft.model.Network;
import graft.model.OutputHead;
import graft.model.Patches;
import graft.model.ResnetBlock;
import graft.model.Upsampler;
import graft.model.Weights;
import graft.tensor.Compute;
import graft.tensor.Operators;
import graft.tensor.Precision;
import graft.tensor.Tape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The denoising network of Stable Diffusion (Rombach et al. 2022), built from its config and weights.
 *
 * <p>Latents [n,c,h,w] and text states [n,t,d] of one precision, which it computes in; timesteps [n] float32. Weights are
 * never changed; a result is owned by the manager of the latents and the thread's innermost scope. Differentiable while
 * gradients are on. Source: diffusers {@code unet_2d_condition.py}.
 */
public final class UNet implements Network {

    private final UNetConfig config;
    private final Weights weights;
    private final NDManager manager;
    private final Layers timeLayers = new Layers();
    private final NDArray timeConstants;
    private final Convolution convIn;
    private final List<Level> down = new ArrayList<>();
    private final ResnetBlock midFirst;
    private final SpatialTransformer midAttention;
    private final ResnetBlock midLast;
    private final List<Level> up = new ArrayList<>();
    private final OutputHead head;

    /** One resolution on the way down or up: as many resnets as attentions, or no attentions. */
    private record Level(
            List<ResnetBlock> resnets,
            List<SpatialTransformer> attentions,
            Optional<Convolution> downsampler,
            Optional<Upsampler> upsampler) {

        NDArray attend(int layer, NDArray x, NDArray context, Patches patches, Tape tape) {
            return attentions.isEmpty() ? x : attentions.get(layer).forward(x, context, patches, tape);
        }

        Level withoutDownsampler() {
            return new Level(resnets, attentions, Optional.empty(), upsampler);
        }
    }

    /** @param manager owns the weights and what else lives as long as the network; closed with it */
    UNet(UNetConfig config, Weights weights, NDManager manager) {
        this.config = config;
        this.weights = weights;
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
            down.add(downLevel(level));
        }
        Weights mid = weights.at("mid_block");
        midFirst = resnet(mid.at("resnets.0"), channels.get(last), channels.get(last));
        midAttention = attention(mid.at("attentions.0"), last);
        midLast = resnet(mid.at("resnets.1"), channels.get(last), channels.get(last));
        for (int level = last; level >= 0; level--) {
            up.add(upLevel(level));
        }
        head = new OutputHead(
                weights, channels.get(0), config.outChannels(), config.groups(), config.epsilon(), manager);
    }

    @Override
    public UNet copy(Compute compute, Precision precision) {
        NDManager copies = compute.newManager();
        return new UNet(config, weights.copy(precision, copies), copies);
    }

    private Level downLevel(int level) {
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
        return new Level(
                resnets,
                attentions,
                innermost
                        ? Optional.empty()
                        : Optional.of(Convolution.halving(at.at("downsamplers.0.conv"), out, 1, manager)),
                Optional.empty());
    }

    /** @param level counted as on the way down; checkpoints count the way up from the inside */
    private Level upLevel(int level) {
        int last = config.levels() - 1;
        Weights at = weights.at("up_blocks." + (last - level));
        int out = config.channels().get(level);
        int before = config.channels().get(Math.min(last, level + 1));
        int outerSkip = config.channels().get(Math.max(0, level - 1));
        int layers = config.layers().get(level) + 1;
        List<ResnetBlock> resnets = new ArrayList<>();
        List<SpatialTransformer> attentions = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            int in = (layer == 0 ? before : out) + (layer == layers - 1 ? outerSkip : out);
            resnets.add(resnet(at.at("resnets." + layer), in, out));
            if (config.upAttention().get(last - level)) {
                attentions.add(attention(at.at("attentions." + layer), level));
            }
        }
        return new Level(
                resnets,
                attentions,
                Optional.empty(),
                level == 0 ? Optional.empty() : Optional.of(new Upsampler(at.at("upsamplers.0"), out)));
    }

    private ResnetBlock resnet(Weights at, int in, int out) {
        return new ResnetBlock(at, in, out, config.timeWidth(), config.groups(), config.epsilon(), manager);
    }

    private SpatialTransformer attention(Weights at, int level) {
        return new SpatialTransformer(
                at,
                config.channels().get(level),
                config.contextWidths().get(level),
                config.heads().get(level),
                config.transformerLayers().get(level),
                config.groups(),
                manager);
    }

    /** The tape's blocks: each resnet, each block of each attention, each change of resolution. */
    @Override
    public NDArray forward(NDArray latents, NDArray timesteps, Context told, Patches patches, Tape tape) {
        NDArray context = told.states();
        // Every array here is freed as soon as it was used; what backward needs, libtorch's record or the tape holds
        // itself.
        Deque<NDArray> skips = new ArrayDeque<>();
        try (NDArray time = embedded(timesteps, latents, told, patches, tape)) {
            NDArray x = tape.begin(in -> entered(in.get(0), told, patches), latents);
            skips.push(x);
            for (Level level : down) {
                x = descend(level, x, time, context, patches, tape, skips);
            }
            // The input is the last of the skips too, so it is not freed.
            x = added(middle(x, time, context, patches, tape), told, skips, true);
            for (Level level : up) {
                x = ascend(level, x, time, context, patches, tape, skips);
            }
            try (NDArray last = x) {
                return tape.through(in -> head.forward(in.get(0), patches), last);
            }
        }
    }

    @Override
    public int levels() {
        return config.levels();
    }

    /** What is kept is what comes up from the deep levels, which the first resnet of the shallow ones takes. */
    @Override
    public NDArray forward(NDArray latents, NDArray timesteps, Context told, Patches patches, DeepFeature deep) {
        NDArray context = told.states();
        int inner = config.levels() - deep.depth();
        Deque<NDArray> skips = new ArrayDeque<>();
        try (NDArray time = embedded(timesteps, latents, told, patches, Tape.NONE)) {
            NDArray x = entered(latents, told, patches);
            skips.push(x);
            for (Level level : deep.isThere() ? shallow(deep.depth()) : down) {
                x = descend(level, x, time, context, patches, Tape.NONE, skips);
            }
            if (deep.isThere()) {
                x = added(deep.again(), told, skips, false);
            } else {
                x = added(middle(x, time, context, patches, Tape.NONE), told, skips, true);
                for (Level level : up.subList(0, inner)) {
                    x = ascend(level, x, time, context, patches, Tape.NONE, skips);
                }
                deep.keep(x);
            }
            for (Level level : up.subList(inner, config.levels())) {
                x = ascend(level, x, time, context, patches, Tape.NONE, skips);
            }
            try (NDArray last = x) {
                return head.forward(last, patches);
            }
        }
    }

    /** The way down as far as a depth. */
    private List<Level> shallow(int depth) {
        List<Level> levels = new ArrayList<>(down.subList(0, depth));
        levels.set(depth - 1, levels.get(depth - 1).withoutDownsampler());
        return levels;
    }

    /**
     * What a context has added to what waits for the way up, and to what comes out of the middle.
     *
     * @param skips the first is the last in it; those that are there may be the first of all
     * @param throughTheMiddle whether {@code x} came out of it just now
     */
    private static NDArray added(NDArray x, Context told, Deque<NDArray> skips, boolean throughTheMiddle) {
        List<NDArray> residuals = told.residuals();
        if (residuals.isEmpty()) {
            return x;
        }
        for (int i = 0, count = skips.size(); i < count; i++) {
            try (NDArray skip = skips.removeLast()) {
                skips.addFirst(skip.add(residuals.get(i)));
            }
        }
        if (!throughTheMiddle) {
            return x;
        }
        try (NDArray before = x) {
            return before.add(residuals.get(residuals.size() - 1));
        }
    }

    /** The first layer, over the noisy latents and what lies beside them. */
    private NDArray entered(NDArray latents, Context told, Patches patches) {
        if (told.concat() == Operators.NONE) {
            return convIn.forward(latents, patches);
        }
        try (NDArray beside = latents.concat(told.concat(), 1)) {
            return convIn.forward(beside, patches);
        }
    }

    private NDArray embedded(NDArray timesteps, NDArray latents, Context told, Patches patches, Tape tape) {
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
    private static NDArray descend(
            Level level,
            NDArray input,
            NDArray time,
            NDArray context,
            Patches patches,
            Tape tape,
            Deque<NDArray> skips) {
        NDArray x = input;
        for (int layer = 0; layer < level.resnets().size(); layer++) {
            x = level.attend(layer, resnet(level.resnets().get(layer), x, time, patches, tape), context, patches, tape);
            skips.push(x);
        }
        if (level.downsampler().isPresent()) {
            x = tape.through(in -> level.downsampler().get().forward(in.get(0), patches), x);
            skips.push(x);
        }
        return x;
    }

    private NDArray middle(NDArray input, NDArray time, NDArray context, Patches patches, Tape tape) {
        NDArray first = resnet(midFirst, input, time, patches, tape);
        try (NDArray attended = midAttention.forward(first, context, patches, tape)) {
            return resnet(midLast, attended, time, patches, tape);
        }
    }

    private static NDArray resnet(ResnetBlock block, NDArray x, NDArray time, Patches patches, Tape tape) {
        return tape.through(in -> block.forward(in.get(0), Operators.NONE, in.get(1), patches), x, time);
    }

    private static NDArray ascend(
            Level level,
            NDArray input,
            NDArray time,
            NDArray context,
            Patches patches,
            Tape tape,
            Deque<NDArray> skips) {
        NDArray x = input;
        for (int layer = 0; layer < level.resnets().size(); layer++) {
            ResnetBlock block = level.resnets().get(layer);
            x = tape.through(
                    in -> {
                        try (NDArray before = in.get(0);
                                NDArray skip = in.get(1)) {
                            return block.forward(before, skip, in.get(2), patches);
                        }
                    },
                    x,
                    skips.pop(),
                    time);
            x = level.attend(layer, x, context, patches, tape);
        }
        if (level.upsampler().isPresent()) {
            try (NDArray before = x) {
                x = tape.through(
                        in -> level.upsampler().get().forward(in.get(0), in.get(1), patches), before, skips.peek());
            }
        }
        return x;
    }

    /** Module paths of to_q, to_k, to_v, to_out.0 of all attentions, in model order. */
    public List<String> attentionLinears() {
        return moduleNames().stream()
                .filter(path -> path.matches(".*\\.attn[12]\\.(to_q|to_k|to_v|to_out\\.0)"))
                .toList();
    }

    public UNetConfig config() {
        return config;
    }

    @Override
    public Weights weights() {
        return weights;
    }

    @Override
    public void close() {
        manager.close();
    }
}
