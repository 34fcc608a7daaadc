package graft.model.sd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.model.Change;
import graft.model.Context;
import graft.model.ControlNetwork;
import graft.model.LowRank;
import graft.model.Network;
import graft.model.Patches;
import graft.model.SharedWeights;
import graft.model.Weights;
import graft.node.Problem;
import graft.tensor.Compute;
import graft.tensor.Scope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A control-LoRA (Stability AI, 2023): a ControlNet whose layers are those of the model that is drawn with, W + up·down, and of which
 * only the small factors, biases, norms and what sees the picture lie in the file.
 *
 * <p>Weights are shared with the model's network and not copied; what lies over the model lies over them too. Source of the
 * arithmetic: ComfyUI {@code controlnet.py}, {@code ControlLora}.
 */
final class ControlLora implements ControlNetwork {

    private static final String UP = ".up";
    private static final String DOWN = ".down";
    private static final String ATTENTION = ".attn2.to_k" + DOWN;

    private final Weights.Source file;
    private final List<Integer> picture;
    private final Compute compute;
    private final NDManager manager;
    private final Patches factors;
    /** What was made last, and for which network. */
    private Optional<Bound> bound = Optional.empty();

    /**
     * @param file by the UNet's keys
     * @param picture as of a {@link ControlNet}
     * @param manager owns the factors; closed with this
     */
    ControlLora(Weights.Source file, List<Integer> picture, Compute compute, NDManager manager) {
        this.file = file;
        this.picture = picture;
        this.compute = compute;
        this.manager = manager;
        Map<String, List<Change>> changes = new LinkedHashMap<>();
        for (String key : file.keys()) {
            if (key.endsWith(DOWN)) {
                String layer = key.substring(0, key.length() - DOWN.length());
                changes.put(layer, List.of(new LowRank(factor(key), factor(layer + UP), 1)));
            }
        }
        factors = Patches.of(changes);
    }

    /** A 1×1 convolution's as those of a linear layer. */
    private NDArray factor(String key) {
        long[] shape = file.shape(key, new long[0])
                .orElseThrow(() -> new Problem(
                        "cannot load the control-LoRA " + file.name(),
                        "it has no \"" + key + "\"",
                        "download the file again"));
        NDArray read = file.read(key, shape);
        if (shape.length < 4 || shape[2] * shape[3] > 1) {
            return read;
        }
        try (Scope scope = Scope.open()) {
            return scope.keep(read.reshape(shape[0], shape[1]), manager);
        }
    }

    /** Width of the text states that a control-LoRA in a file is made for. */
    static int contextWidth(Weights.Source file) {
        return file.keys().stream()
                .filter(key -> key.endsWith(ATTENTION))
                .findFirst()
                .flatMap(key -> file.shape(key, new long[0]))
                .map(shape -> (int) shape[1])
                .orElseThrow(() -> new Problem(
                        "cannot load the control-LoRA " + file.name(),
                        "it changes no attention to the text",
                        "choose a control-LoRA of Stable Diffusion 1.x, 2.x or XL"));
    }

    @Override
    public synchronized ControlNetwork in(Network network) {
        UNet unet = UNet.in(network)
                .filter(found -> found.config().contextWidth() == contextWidth())
                .orElseThrow(() -> new Problem(
                        "the control-LoRA " + name() + " does not fit the model",
                        "it changes layers that the model's network does not have",
                        "choose a ControlNet that was made for this family of models"));
        if (bound.isPresent() && bound.get().model == unet) {
            return bound.get();
        }
        bound.ifPresent(Bound::close);
        NDManager own = compute.newManager();
        Set<String> whole = file.keys().stream()
                .filter(key -> !key.endsWith(UP) && !key.endsWith(DOWN))
                .collect(Collectors.toSet());
        Weights weights = Weights.of(new SharedWeights(file, whole, unet.weights()));
        Bound made = new Bound(unet, new ControlNet(name(), unet.config(), picture, false, true, weights, own));
        bound = Optional.of(made);
        return made;
    }

    /** Within a network. */
    private final class Bound implements ControlNetwork {

        private final UNet model;
        private final ControlNet made;

        Bound(UNet model, ControlNet made) {
            this.model = model;
            this.made = made;
        }

        @Override
        public String name() {
            return made.name();
        }

        @Override
        public int contextWidth() {
            return made.contextWidth();
        }

        @Override
        public int latentChannels() {
            return made.latentChannels();
        }

        @Override
        public int pixelsPerLatent() {
            return made.pixelsPerLatent();
        }

        @Override
        public long added(int height, int width) {
            return made.added(height, width);
        }

        @Override
        public List<NDArray> seen(NDArray pixels) {
            return made.seen(pixels);
        }

        @Override
        public List<NDArray> residuals(
                NDArray latents, NDArray times, Context context, List<NDArray> seen, Patches patches) {
            return made.residuals(latents, times, context, seen, patches.plus(factors));
        }

        @Override
        public void close() {
            made.close();
        }
    }

    @Override
    public String name() {
        return file.name();
    }

    @Override
    public int contextWidth() {
        return contextWidth(file);
    }

    @Override
    public int latentChannels() {
        throw unbound();
    }

    @Override
    public int pixelsPerLatent() {
        throw unbound();
    }

    @Override
    public List<NDArray> seen(NDArray pixels) {
        throw unbound();
    }

    @Override
    public List<NDArray> residuals(
            NDArray latents, NDArray times, Context context, List<NDArray> seen, Patches patches) {
        throw unbound();
    }

    private static IllegalStateException unbound() {
        return new IllegalStateException("a control-LoRA works within a network");
    }

    @Override
    public synchronized void close() {
        bound.ifPresent(Bound::close);
        manager.close();
    }
}
