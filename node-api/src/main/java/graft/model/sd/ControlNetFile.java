package graft.model.sd;

import ai.djl.ndarray.NDManager;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import graft.file.OriginalLayout;
import graft.model.Config;
import graft.model.Control;
import graft.model.ControlNetwork;
import graft.model.ControlSpec;
import graft.model.FileKind;
import graft.model.FileWeights;
import graft.model.TensorStore;
import graft.model.VaeFile;
import graft.model.WeightFiles;
import graft.model.WeightStorage;
import graft.model.Weights;
import graft.node.Problem;
import graft.tensor.Compute;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A ControlNet of Stable Diffusion: a file of tensors in the original layout ({@code control_model.zero_convs…}, also with nothing
 * before it) or in diffusers', or diffusers' folder with its {@code config.json}; also a control-LoRA ({@code lora_controlnet}) and a
 * T2I-Adapter in either layout.
 */
public final class ControlNetFile {

    /** Names that tell a ControlNet of several kinds at once, which is told which. */
    private static final List<String> UNION = List.of("task_embedding", "control_add_embedding.linear_1.weight");

    /** Width of the embedding of each size number in all models of Stable Diffusion XL. */
    private static final int WAVES = 256;

    private static final String WANTED =
            "choose a ControlNet, control-LoRA or T2I-Adapter of Stable Diffusion 1.x, 2.x or XL";
    private static final String HINT = "controlnet_cond_embedding.";

    private final TensorStore store;
    private final Optional<Config> described;
    private final Kind kind;

    private enum Kind {
        NETWORK,
        LORA,
        ADAPTER
    }

    private ControlNetFile(Kind kind, TensorStore store, Optional<Config> described) {
        this.kind = kind;
        this.store = store;
        this.described = described;
    }

    /**
     * What fits it, of which headers alone are read.
     *
     * @throws Problem naming the file when it is no ControlNet of Stable Diffusion
     */
    public static ControlSpec look(Path place) {
        ControlNetFile file = at(place);
        return new ControlSpec(
                switch (file.kind) {
                    case NETWORK -> file.config().contextWidth();
                    case LORA -> ControlLora.contextWidth(file.source(null));
                    case ADAPTER -> 0;
                });
    }

    /**
     * Reads one; the caller closes it.
     *
     * @throws Problem as {@link #look}
     */
    public static Control open(Path place, Compute compute) {
        ControlNetFile file = at(place);
        NDManager manager = compute.newManager();
        try {
            Weights.Source source = file.source(manager);
            if (file.kind == Kind.LORA) {
                return new Control(new ControlLora(source, file.picture(), compute, manager));
            }
            if (file.kind == Kind.ADAPTER) {
                Weights weights = Weights.of(source);
                ControlNetwork adapter = new T2iAdapter(place.toString(), weights, manager);
                weights.complete();
                return new Control(adapter);
            }
            boolean narrow = WeightStorage.AUTO.narrows(WeightStorage.numbers(source), compute.freeMemory());
            Weights weights = Weights.of(narrow ? source.narrow() : source);
            ControlNet network = new ControlNet(
                    place.toString(), file.config(), file.picture(), file.pools(place), false, weights, manager);
            weights.complete();
            return new Control(network);
        } catch (Problem e) {
            manager.close();
            throw e;
        }
    }

    private static ControlNetFile at(Path place) {
        if (!Files.exists(place)) {
            throw new Problem(
                    "cannot load the ControlNet " + place, "there is no such file or folder", "check the name");
        }
        boolean isFolder = Files.isDirectory(place);
        FileKind kind = FileKind.own(place);
        if (!isFolder && kind.role() != FileKind.Role.CONTROLNET) {
            throw new Problem("cannot load the ControlNet " + place, "it is " + kind.name(), WANTED);
        }
        TensorStore store = isFolder ? WeightFiles.open(place, VaeFile.STEM) : TensorStore.open(place);
        if (kind.equals(FileKind.T2I_ADAPTER)) {
            return new ControlNetFile(Kind.ADAPTER, store, Optional.empty());
        }
        if (kind.equals(FileKind.CONTROL_LORA)) {
            return new ControlNetFile(Kind.LORA, store, Optional.empty());
        }
        Path config = (isFolder ? place : place.toAbsolutePath().getParent()).resolve("config.json");
        boolean isOfIt = isFolder || String.valueOf(place.getFileName()).startsWith(VaeFile.STEM);
        ControlNetFile file = new ControlNetFile(
                Kind.NETWORK,
                store,
                isOfIt && Files.isRegularFile(config) ? Optional.of(Config.read(config)) : Optional.empty());
        Set<String> keys = file.source(null).keys();
        if (UNION.stream().anyMatch(keys::contains)) {
            throw new Problem(
                    "cannot load the ControlNet " + place,
                    "it is a union of several kinds, which Graft does not draw with",
                    "choose a ControlNet of one kind, such as canny or depth");
        }
        if (!keys.contains(HINT + "conv_in.weight")) {
            throw new Problem("cannot load the ControlNet " + place, "it is none of Stable Diffusion", WANTED);
        }
        return file;
    }

    /** By diffusers' keys. */
    private Weights.Source source(NDManager manager) {
        Set<String> names = store.names();
        if (kind == Kind.ADAPTER) {
            return FileWeights.of(store, T2iAdapter.keys(names), manager);
        }
        if (kind == Kind.LORA) {
            Map<String, String> keys = OriginalLayout.controlNet(names, "");
            keys.remove(FileKind.LORA_MARK);
            return FileWeights.of(store, keys, manager);
        }
        if (names.stream().anyMatch(name -> name.startsWith(OriginalLayout.CONTROL))) {
            return FileWeights.of(store, OriginalLayout.controlNet(names, OriginalLayout.CONTROL), manager);
        }
        return names.stream().anyMatch(name -> name.startsWith("zero_convs."))
                ? FileWeights.of(store, OriginalLayout.controlNet(names, ""), manager)
                : FileWeights.of(store, manager, name -> name, name -> true);
    }

    private UNetConfig config() {
        if (described.isPresent()) {
            return UNetConfig.of(asOfUnet(described.get()));
        }
        Weights.Source weights = source(null);
        int joined = weights.shape("add_embedding.linear_1.weight", new long[0])
                .map(shape -> (int) shape[1])
                .orElse(0);
        return UNetConfig.of(weights, joined - 6 * WAVES);
    }

    /** A ControlNet's config is that of a UNet without the way up. */
    private static Config asOfUnet(Config config) {
        config.only("_class_name", "ControlNetModel");
        config.only("controlnet_conditioning_channel_order", "rgb");
        JsonObject json = config.object().deepCopy();
        JsonArray up = new JsonArray();
        for (JsonElement down : config.raw("down_block_types").getAsJsonArray()) {
            up.add(down.getAsString().replace("Down", "Up"));
        }
        json.add("up_block_types", up);
        json.addProperty("_class_name", "UNet2DConditionModel");
        return Config.parse("the config.json of the ControlNet", json.toString());
    }

    /** How many feature maps each layer has that sees the picture. */
    private List<Integer> picture() {
        Weights.Source weights = source(null);
        List<Integer> widths = new ArrayList<>();
        String key = HINT + "conv_in.weight";
        for (int i = 0; weights.keys().contains(key); i++) {
            widths.add((int) weights.shape(key, new long[0]).orElseThrow()[0]);
            key = HINT + "blocks." + (2 * i + 1) + ".weight";
        }
        return widths;
    }

    /** As the config says; as ComfyUI takes a file without one for, by its name. */
    private boolean pools(Path place) {
        String name = String.valueOf(place.getFileName()).replaceFirst("\\.[^.]+$", "");
        return described
                .map(config -> config.flag("global_pool_conditions", false))
                .orElse(name.endsWith("_shuffle") || name.endsWith("_shuffle_fp16"));
    }
}
