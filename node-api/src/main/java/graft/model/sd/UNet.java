package graft.model.sd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.model.Context;
import graft.model.DeepFeature;
import graft.model.Network;
import graft.model.NetworkHook;
import graft.model.OutputHead;
import graft.model.Patches;
import graft.model.ResnetBlock;
import graft.model.RoundedNetwork;
import graft.model.Upsampler;
import graft.model.Weights;
import graft.node.Problem;
import graft.tensor.Compute;
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
    private final UNetDescent descent;
    private final List<UNetLevel> up = new ArrayList<>();
    private final OutputHead head;

    /** @param manager owns the weights and what else lives as long as the network; closed with it */
    UNet(UNetConfig config, Weights weights, NDManager manager) {
        this.config = config;
        this.weights = weights;
        this.manager = manager;
        List<Integer> channels = config.channels();
        int last = config.levels() - 1;
        descent = new UNetDescent(config, weights, manager);
        for (int level = last; level >= 0; level--) {
            up.add(upLevel(level));
        }
        head = new OutputHead(
                weights, channels.get(0), config.outChannels(), config.groups(), config.epsilon(), manager);
    }

    /** The one that a model's network is, in whatever precision it computes; none where it is of another make. */
    static Optional<UNet> in(Network network) {
        Network inner = network instanceof RoundedNetwork rounded ? rounded.inner() : network;
        return inner instanceof UNet unet ? Optional.of(unet) : Optional.empty();
    }

    @Override
    public UNet copy(Compute compute, Precision precision) {
        NDManager copies = compute.newManager();
        return new UNet(config, weights.copy(precision, copies), copies);
    }

    /** @param level counted as on the way down; checkpoints count the way up from the inside */
    private UNetLevel upLevel(int level) {
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
            resnets.add(descent.resnet(at.at("resnets." + layer), in, out));
            if (config.upAttention().get(last - level)) {
                attentions.add(descent.attention(at.at("attentions." + layer), level));
            }
        }
        return new UNetLevel(
                at.path(),
                resnets,
                attentions,
                Optional.empty(),
                level == 0 ? Optional.empty() : Optional.of(new Upsampler(at.at("upsamplers.0"), out)));
    }

    /** The tape's blocks: each resnet, each block of each attention, each change of resolution. */
    @Override
    public NDArray forward(NDArray latents, NDArray timesteps, Context told, Patches patches, Tape tape) {
        NDArray context = told.states();
        // Every array here is freed as soon as it was used; what backward needs, libtorch's record or the tape holds
        // itself.
        Deque<NDArray> skips = new ArrayDeque<>();
        try (NDArray time = descent.embedded(timesteps, latents, told, patches, tape)) {
            NDArray x = tape.begin(in -> descent.entered(in.get(0), told, patches), latents);
            skips.push(x);
            for (UNetLevel level : descent.levels()) {
                x = UNetDescent.descend(level, x, time, context, patches, tape, skips);
            }
            // The input is the last of the skips too, so it is not freed.
            x = added(descent.middle(x, time, context, patches, tape), told, skips, true);
            for (UNetLevel level : up) {
                x = ascend(level, x, time, context, patches, tape, skips);
            }
            try (NDArray last = x) {
                return tape.through(in -> head.forward(in.get(0), patches), last);
            }
        }
    }

    @Override
    public boolean takesHooks() {
        return true;
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
        try (NDArray time = descent.embedded(timesteps, latents, told, patches, Tape.NONE)) {
            NDArray x = descent.entered(latents, told, patches);
            skips.push(x);
            for (UNetLevel level : deep.isThere() ? shallow(deep.depth()) : descent.levels()) {
                x = UNetDescent.descend(level, x, time, context, patches, Tape.NONE, skips);
            }
            if (deep.isThere()) {
                x = added(deep.again(), told, skips, false);
            } else {
                x = added(descent.middle(x, time, context, patches, Tape.NONE), told, skips, true);
                for (UNetLevel level : up.subList(0, inner)) {
                    x = ascend(level, x, time, context, patches, Tape.NONE, skips);
                }
                deep.keep(x);
            }
            for (UNetLevel level : up.subList(inner, config.levels())) {
                x = ascend(level, x, time, context, patches, Tape.NONE, skips);
            }
            try (NDArray last = x) {
                return head.forward(last, patches);
            }
        }
    }

    /** The way down as far as a depth. */
    private List<UNetLevel> shallow(int depth) {
        List<UNetLevel> levels = new ArrayList<>(descent.levels().subList(0, depth));
        levels.set(depth - 1, levels.get(depth - 1).withoutDownsampler());
        return levels;
    }

    private static Problem noFit(String taken, String given) {
        return new Problem(
                "the ControlNet does not fit the model",
                "the model takes " + taken + " from it, and it gives " + given,
                "choose a ControlNet that was made for this family of models");
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
        if (throughTheMiddle && residuals.size() != skips.size() + 1) {
            throw noFit(skips.size() + 1 + " places", residuals.size() + " of them");
        }
        for (int i = 0, count = skips.size(); i < count; i++) {
            try (NDArray skip = skips.removeLast()) {
                if (!skip.getShape().equals(residuals.get(i).getShape())) {
                    throw noFit(
                            "numbers of shape " + skip.getShape(),
                            "some of shape " + residuals.get(i).getShape());
                }
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

    private static NDArray ascend(
            UNetLevel level,
            NDArray input,
            NDArray time,
            NDArray context,
            Patches patches,
            Tape tape,
            Deque<NDArray> skips) {
        NDArray x = input;
        for (int layer = 0; layer < level.resnets().size(); layer++) {
            String name = ".resnets." + layer;
            NetworkHook.Joined joined = level.joined(name, x, skips.pop(), patches);
            x = resnet(level.resnets().get(layer), joined.below(), joined.skip(), time, patches, tape);
            x = level.attend(layer, level.hooked(name, x, patches), context, patches, tape);
        }
        if (level.upsampler().isPresent()) {
            Upsampler upsampler = level.upsampler().get();
            Optional<Tape.Derivative> derivative = upsampler.derivative(skips.peek(), patches, tape);
            try (NDArray before = x) {
                x = derivative.isPresent()
                        ? tape.through(derivative.get(), before)
                        : tape.through(in -> upsampler.forward(in.get(0), in.get(1), patches), before, skips.peek());
                x = level.hooked(".upsamplers.0", x, patches);
            }
        }
        return x;
    }

    /** Closes the feature maps that it is given. */
    private static NDArray resnet(
            ResnetBlock block, NDArray x, NDArray skip, NDArray time, Patches patches, Tape tape) {
        Optional<Tape.Derivative> derivative = block.derivative(patches, tape);
        if (derivative.isPresent()) {
            try (x;
                    skip) {
                return tape.through(derivative.get(), x, skip, time);
            }
        }
        return tape.through(
                in -> {
                    try (NDArray before = in.get(0);
                            NDArray beside = in.get(1)) {
                        return block.forward(before, beside, in.get(2), patches);
                    }
                },
                x,
                skip,
                time);
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
