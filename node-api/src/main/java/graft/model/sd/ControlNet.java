package graft.model.sd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Activation;
import graft.model.Context;
import graft.model.ControlNetwork;
import graft.model.Convolution;
import graft.model.Patches;
import graft.model.Weights;
import graft.tensor.Operators;
import graft.tensor.Tape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The ControlNet of a UNet (Zhang et al., 2023): a copy of its way down and its middle, which sees a picture too and each of whose
 * outputs goes through a 1×1 convolution.
 *
 * <p>Source: diffusers {@code controlnet.py}.
 */
final class ControlNet implements ControlNetwork {

    private final UNetConfig config;
    private final String name;
    private final NDManager manager;
    private final UNetDescent descent;
    private final List<Convolution> picture = new ArrayList<>();
    private final List<Convolution> outputs = new ArrayList<>();
    private final boolean pools;
    private final boolean ofTheModel;

    /**
     * @param name of its file
     * @param picture how many feature maps each layer has that sees the picture, two layers for each halving
     * @param pools whether what is added is the mean over all positions, as for a ControlNet that shuffles content
     * @param ofTheModel whether its layers are those of the model, so that what lies over the model lies over them
     * @param manager owns the weights and what else lives as long as the network; closed with it
     */
    ControlNet(
            String name,
            UNetConfig config,
            List<Integer> picture,
            boolean pools,
            boolean ofTheModel,
            Weights weights,
            NDManager manager) {
        this.config = config;
        this.name = name;
        this.manager = manager;
        this.pools = pools;
        this.ofTheModel = ofTheModel;
        descent = new UNetDescent(config, weights, manager);
        Weights seen = weights.at("controlnet_cond_embedding");
        this.picture.add(Convolution.same(seen.at("conv_in"), 3, picture.get(0), 3, manager));
        for (int i = 0; i + 1 < picture.size(); i++) {
            int width = picture.get(i);
            this.picture.add(Convolution.same(seen.at("blocks." + 2 * i), width, width, 3, manager));
            this.picture.add(
                    Convolution.halving(seen.at("blocks." + (2 * i + 1)), width, picture.get(i + 1), 1, manager));
        }
        this.picture.add(Convolution.same(
                seen.at("conv_out"),
                picture.get(picture.size() - 1),
                config.channels().get(0),
                3,
                manager));
        Weights down = weights.at("controlnet_down_blocks");
        for (int width : handedOver(config)) {
            outputs.add(Convolution.same(down.at(String.valueOf(outputs.size())), width, width, 1, manager));
        }
        int last = config.channels().get(config.levels() - 1);
        outputs.add(Convolution.same(weights.at("controlnet_mid_block"), last, last, 1, manager));
    }

    /** How many feature maps each part of the way down hands over. */
    private static List<Integer> handedOver(UNetConfig config) {
        List<Integer> widths = new ArrayList<>();
        widths.add(config.channels().get(0));
        for (int level = 0; level < config.levels(); level++) {
            int width = config.channels().get(level);
            int halving = level == config.levels() - 1 ? 0 : 1;
            for (int i = 0; i < config.layers().get(level) + halving; i++) {
                widths.add(width);
            }
        }
        return widths;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int contextWidth() {
        return config.contextWidth();
    }

    @Override
    public int latentChannels() {
        return config.inChannels();
    }

    /** What each part of the way down hands over, and once more what comes out of the middle. */
    @Override
    public long added(int height, int width) {
        long numbers = 0;
        int rows = height;
        int columns = width;
        for (int level = 0; level < config.levels(); level++) {
            long channels = config.channels().get(level);
            boolean deepest = level == config.levels() - 1;
            // The first layer, or what comes down to this level.
            long coming = level == 0 ? channels : config.channels().get(level - 1);
            numbers += (long) rows
                    * columns
                    * (coming + channels * (config.layers().get(level) + (deepest ? 1 : 0)));
            rows = (rows + 1) / 2;
            columns = (columns + 1) / 2;
        }
        return Float.BYTES * numbers;
    }

    @Override
    public int pixelsPerLatent() {
        return 1 << ((picture.size() - 2) / 2);
    }

    @Override
    public List<NDArray> seen(NDArray pixels) {
        NDArray x = picture.get(0).forward(pixels, Patches.NONE);
        for (Convolution layer : picture.subList(1, picture.size())) {
            try (NDArray before = x;
                    NDArray share = Activation.sigmoid(before);
                    NDArray activated = before.mul(share)) {
                x = layer.forward(activated, Patches.NONE);
            }
        }
        return List.of(x);
    }

    @Override
    public List<NDArray> residuals(
            NDArray latents, NDArray times, Context context, List<NDArray> seen, Patches patches) {
        // What lies over the model is not made for a network of its own.
        return residuals(latents, times, context, seen.get(0), ofTheModel ? patches : Patches.NONE);
    }

    private List<NDArray> residuals(NDArray latents, NDArray times, Context context, NDArray seen, Patches patches) {
        Deque<NDArray> skips = new ArrayDeque<>();
        try (NDArray time = descent.embedded(times, latents, context, patches, Tape.NONE)) {
            try (NDArray entered = descent.entered(latents, context.withConcat(Operators.NONE), patches)) {
                skips.push(entered.add(seen));
            }
            NDArray x = skips.peek();
            for (UNetLevel level : descent.levels()) {
                x = UNetDescent.descend(level, x, time, context.states(), patches, Tape.NONE, skips);
            }
            skips.push(descent.middle(x, time, context.states(), patches, Tape.NONE));
        }
        List<NDArray> residuals = new ArrayList<>();
        for (Convolution output : outputs) {
            try (NDArray each = skips.removeLast()) {
                residuals.add(pooled(output.forward(each, Patches.NONE)));
            }
        }
        return residuals;
    }

    /** The mean over all positions at each of them, where it is one that pools. */
    private NDArray pooled(NDArray residual) {
        if (!pools) {
            return residual;
        }
        try (NDArray all = residual;
                NDArray rows = all.mean(new int[] {2}, true);
                NDArray mean = rows.mean(new int[] {3}, true)) {
            return mean.broadcast(all.getShape());
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
