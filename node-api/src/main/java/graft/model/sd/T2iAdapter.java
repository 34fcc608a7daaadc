package graft.model.sd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.pooling.Pool;
import graft.model.Context;
import graft.model.ControlNetwork;
import graft.model.Convolution;
import graft.model.Network;
import graft.model.Patches;
import graft.model.Weights;
import graft.node.Problem;
import graft.tensor.Scope;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A T2I-Adapter (Mou et al., 2023): convolutions that see a picture once, and what they make of it is added to the UNet's maps on its
 * way down.
 *
 * <p>Sources: diffusers {@code adapter.py}; for the original names, and where a full one of XL adds, ComfyUI {@code adapter.py}.
 */
final class T2iAdapter implements ControlNetwork {

    /** Original names of what diffusers calls by stage and resnet: two resnets to a stage. */
    private static final Pattern FULL = Pattern.compile("body\\.(\\d{1,4})\\.(block[12]|in_conv|down_opt)\\.(.+)");

    private static final Pattern LIGHT = Pattern.compile("body\\.(\\d{1,4})\\.body\\.(\\d{1,4})\\.(.+)");

    private static final int SMALL = 8;
    private static final int LARGE = 16;

    private final String name;
    private final NDManager manager;
    /** Pixels along a side of what becomes one position of many channels. */
    private final int folded;

    private final boolean grey;
    private final Optional<Convolution> entrance;
    private final List<Stage> stages = new ArrayList<>();

    /** One size of feature maps, and how it is come to. */
    private record Stage(
            boolean halves,
            Optional<Convolution> halving,
            Optional<Convolution> widening,
            List<Resnet> resnets,
            Optional<Convolution> leaving,
            int width) {}

    private record Resnet(Convolution first, Convolution second) {}

    /** Diffusers' names, without what all of them begin with, to those of a file. */
    static Map<String, String> keys(Collection<String> names) {
        Map<String, String> keys = new LinkedHashMap<>();
        boolean original = names.stream().noneMatch(name -> name.contains(".resnets."));
        boolean light = names.stream().anyMatch(name -> LIGHT.matcher(name).matches());
        for (String name : names) {
            String key = name.startsWith("adapter.") ? name.substring("adapter.".length()) : name;
            Matcher full = FULL.matcher(key);
            Matcher inner = LIGHT.matcher(key);
            if (original && inner.matches()) {
                key = "body." + inner.group(1) + ".resnets." + inner.group(2) + "." + inner.group(3);
            } else if (original && !light && full.matches()) {
                int place = Integer.parseInt(full.group(1));
                String within = full.group(2).startsWith("block") ? ".resnets." + place % 2 : "";
                key = "body." + place / 2 + within + "." + full.group(2) + "." + full.group(3);
            }
            keys.put(key, name);
        }
        return keys;
    }

    /** @param manager owns the weights; closed with it */
    T2iAdapter(String name, Weights weights, NDManager manager) {
        this.name = name;
        this.manager = manager;
        boolean whole = weights.has("conv_in.weight");
        int entering = (int) weights.shape(whole ? "conv_in.weight" : "body.0.in_conv.weight")[1];
        boolean large = whole && (entering == LARGE * LARGE || entering == 3 * LARGE * LARGE);
        folded = large ? LARGE : SMALL;
        grey = entering == folded * folded;
        entrance = whole ? Optional.of(convolution(weights.at("conv_in"))) : Optional.empty();
        for (int i = 0; isThere(weights, "body." + i); i++) {
            Weights at = weights.at("body." + i);
            List<Resnet> resnets = new ArrayList<>();
            for (int j = 0; at.has("resnets." + j + ".block1.weight"); j++) {
                Weights block = at.at("resnets." + j);
                resnets.add(new Resnet(convolution(block.at("block1")), convolution(block.at("block2"))));
            }
            Optional<Convolution> leaving = optional(at, "out_conv");
            stages.add(new Stage(
                    large ? i == 2 : i > 0,
                    at.has("down_opt.op.weight")
                            ? Optional.of(Convolution.halving(
                                    at.at("down_opt.op"), (int) at.shape("down_opt.op.weight")[0], 1, manager))
                            : Optional.empty(),
                    optional(at, "in_conv"),
                    resnets,
                    leaving,
                    (int) at.shape(leaving.isPresent() ? "out_conv.weight" : "resnets.0.block2.weight")[0]));
        }
    }

    private static boolean isThere(Weights weights, String stage) {
        return weights.has(stage + ".resnets.0.block1.weight");
    }

    private Optional<Convolution> optional(Weights at, String layer) {
        return at.has(layer + ".weight") ? Optional.of(convolution(at.at(layer))) : Optional.empty();
    }

    private Convolution convolution(Weights at) {
        long[] shape = at.shape("weight");
        return Convolution.same(at, (int) shape[1], (int) shape[0], (int) shape[2], manager);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int contextWidth() {
        return 0;
    }

    @Override
    public int latentChannels() {
        return 0;
    }

    /** Latents of Stable Diffusion have eight pixels to a position. */
    @Override
    public int pixelsPerLatent() {
        return SMALL;
    }

    @Override
    public List<NDArray> seen(NDArray pixels) {
        List<NDArray> all = new ArrayList<>();
        try (Scope scope = Scope.open()) {
            NDManager owner = pixels.getManager();
            NDArray x = folded(grey ? pixels.mean(new int[] {1}, true) : pixels);
            if (entrance.isPresent()) {
                x = entrance.get().forward(x, Patches.NONE);
            }
            for (Stage stage : stages) {
                if (stage.halving().isPresent()) {
                    x = stage.halving().get().forward(x, Patches.NONE);
                } else if (stage.halves()) {
                    Shape two = new Shape(2, 2);
                    x = Pool.avgPool2d(x, two, two, new Shape(0, 0), true, true);
                }
                if (stage.widening().isPresent()) {
                    x = stage.widening().get().forward(x, Patches.NONE);
                }
                for (Resnet resnet : stage.resnets()) {
                    NDArray first = Activation.relu(resnet.first().forward(x, Patches.NONE));
                    x = resnet.second().forward(first, Patches.NONE).add(x);
                }
                if (stage.leaving().isPresent()) {
                    x = stage.leaving().get().forward(x, Patches.NONE);
                }
                all.add(scope.keep(x, owner));
            }
        }
        return all;
    }

    /** Squares of pixels as channels (pixel unshuffle); what is over at the right and below is black. */
    private NDArray folded(NDArray pixels) {
        Shape shape = pixels.getShape();
        long height = (shape.get(2) + folded - 1) / folded;
        long width = (shape.get(3) + folded - 1) / folded;
        NDArray padded = pixels;
        if (height * folded != shape.get(2) || width * folded != shape.get(3)) {
            padded = pixels.getManager().zeros(new Shape(shape.get(0), shape.get(1), height * folded, width * folded));
            padded.set(new NDIndex(":, :, 0:{}, 0:{}", shape.get(2), shape.get(3)), pixels);
        }
        return padded.reshape(shape.get(0), shape.get(1), height, folded, width, folded)
                .transpose(0, 1, 3, 5, 2, 4)
                .reshape(shape.get(0), shape.get(1) * folded * folded, height, width);
    }

    @Override
    public List<NDArray> residuals(
            NDArray latents, NDArray times, Context context, List<NDArray> seen, Patches patches) {
        return List.of();
    }

    @Override
    public ControlNetwork in(Network network) {
        UNet unet = UNet.in(network)
                .orElseThrow(() -> new Problem(
                        "the T2I-Adapter " + name + " does not fit the model",
                        "it is made for the network of Stable Diffusion",
                        "choose a model of Stable Diffusion 1.x or XL"));
        return new Within(blocks(unet.config()));
    }

    /** Where each stage adds: at the end of each level; one of XL, whose pictures are folded twice as small, a place later. */
    private List<String> blocks(UNetConfig config) {
        List<String> blocks = new ArrayList<>();
        for (int level = 0; level < config.levels(); level++) {
            String kind = config.downAttention().get(level) ? "attentions." : "resnets.";
            blocks.add(
                    folded == LARGE && level == 0
                            ? "down_blocks.0.downsamplers.0"
                            : "down_blocks." + level + "." + kind
                                    + (config.layers().get(level) - 1));
        }
        if (folded == LARGE) {
            blocks.add("mid_block.resnets.1");
        }
        List<Integer> widths = new ArrayList<>(config.channels());
        if (folded == LARGE) {
            widths.add(config.channels().get(config.levels() - 1));
        }
        List<Integer> given = stages.stream().map(Stage::width).toList();
        if (!given.equals(widths)) {
            throw new Problem(
                    "the T2I-Adapter " + name + " does not fit the model",
                    "it adds to maps of " + given + " channels, and the model's network has " + widths,
                    "choose a T2I-Adapter that was made for this family of models");
        }
        return blocks;
    }

    /** The adapter where it is known which blocks it adds to. */
    private final class Within implements ControlNetwork {

        private final List<String> blocks;

        Within(List<String> blocks) {
            this.blocks = blocks;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public int contextWidth() {
            return 0;
        }

        @Override
        public int latentChannels() {
            return 0;
        }

        @Override
        public int pixelsPerLatent() {
            return T2iAdapter.this.pixelsPerLatent();
        }

        @Override
        public List<NDArray> seen(NDArray picture) {
            return T2iAdapter.this.seen(picture);
        }

        @Override
        public List<NDArray> residuals(
                NDArray latents, NDArray times, Context context, List<NDArray> seen, Patches patches) {
            return List.of();
        }

        @Override
        public Map<String, NDArray> onTheWayDown(List<NDArray> seen) {
            Map<String, NDArray> added = new LinkedHashMap<>();
            for (int i = 0; i < blocks.size(); i++) {
                added.put(blocks.get(i), seen.get(i));
            }
            return added;
        }

        @Override
        public void close() {
            // The adapter is closed by whom it belongs to.
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
