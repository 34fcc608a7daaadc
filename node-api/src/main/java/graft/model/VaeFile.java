package graft.model;

import ai.djl.ndarray.NDManager;
import graft.file.OriginalLayout;
import graft.node.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleFunction;
import java.util.function.Function;

/**
 * An autoencoder on its own: a file of tensors in the original layout ({@code encoder.down.0…}, also with
 * {@code first_stage_model.} before it) or in diffusers', or a folder with its {@code config.json}; or a tiny autoencoder (TAESD), whose encoder
 * may lie in a file beside it.
 */
public final class VaeFile {

    /** Attention of autoencoders from before diffusers 0.18. */
    private static final Map<String, String> OLD_NAMES = Map.of(
            ".attentions.0.query.", ".attentions.0.to_q.",
            ".attentions.0.key.", ".attentions.0.to_k.",
            ".attentions.0.value.", ".attentions.0.to_v.",
            ".attentions.0.proj_attn.", ".attentions.0.to_out.0.");

    /** What the file of weights is called in a folder of diffusers, without its ending. */
    public static final String STEM = "diffusion_pytorch_model";

    private final Function<NDManager, Weights.Source> weights;
    private final DoubleFunction<VaeConfig> config;
    private final List<Path> files;

    private VaeFile(TensorStore store, Optional<Config> config, List<Path> files) {
        this.weights = manager -> weights(store, manager);
        this.config = scaling -> config.map(VaeConfig::of).orElseGet(() -> VaeConfig.of(weights(store, null), scaling));
        this.files = files;
    }

    private VaeFile(TinyFile tiny) {
        this.weights = tiny::weights;
        this.config = scaling -> TinyFile.config(tiny.weights(null), scaling);
        this.files = tiny.files();
    }

    /**
     * Opens one.
     *
     * @throws Problem naming the file when it is no autoencoder that fits Stable Diffusion
     */
    public static VaeFile open(Path place) {
        if (Files.isDirectory(place)) {
            Path inside = Files.isRegularFile(place.resolve(FileKind.INDEX)) ? place.resolve("vae") : place;
            if (FileKind.own(inside).equals(FileKind.TINY_VAE)) {
                return new VaeFile(TinyFile.at(inside));
            }
            Path config = inside.resolve("config.json");
            TensorStore store = WeightFiles.open(inside, STEM);
            List<Path> files = new java.util.ArrayList<>(store.files());
            if (Files.isRegularFile(config)) {
                files.add(config);
            }
            return checked(new VaeFile(
                    store, Files.isRegularFile(config) ? Optional.of(Config.read(config)) : Optional.empty(), files));
        }
        if (!Files.exists(place)) {
            throw new Problem("cannot load the VAE " + place, "there is no such file or folder", "check the name");
        }
        FileKind kind = FileKind.of(place);
        // A model of a plugin's family is none to take an autoencoder from.
        if (kind.role() != FileKind.Role.VAE && !FileKind.own(place).isModel()) {
            throw new Problem(
                    "cannot load the VAE " + place,
                    "it is " + kind.name(),
                    "choose a VAE of Stable Diffusion 1.x, 2.x or XL, or a model that has one");
        }
        if (kind.equals(FileKind.TINY_VAE)) {
            return new VaeFile(TinyFile.at(place));
        }
        TensorStore store = TensorStore.open(place);
        return checked(new VaeFile(store, Optional.empty(), List.of(place)));
    }

    private static VaeFile checked(VaeFile vae) {
        if (vae.weights(null).keys().isEmpty()) {
            throw new Problem(
                    "cannot load the VAE " + vae.files.get(0),
                    "the file holds none",
                    "choose a VAE of Stable Diffusion 1.x, 2.x or XL, or a model that has one");
        }
        return vae;
    }

    /** How many channels its latents have; empty for what is no autoencoder in either layout. */
    public static Optional<Integer> latentChannels(TensorStore store) {
        Weights.Source weights = weights(store, null);
        return weights.shape("decoder.conv_in.weight", new long[0])
                .filter(shape -> shape.length == 4)
                .map(shape -> (int) shape[1]);
    }

    /** The config beside it, else what the weights tell; the scaling then is the given one. */
    public VaeConfig config(double scaling) {
        return config.apply(scaling);
    }

    /** Those of its network by diffusers' keys. */
    public Weights.Source weights(NDManager manager) {
        return weights.apply(manager);
    }

    /** All that it is read from. */
    public List<Path> files() {
        return files;
    }

    /** The autoencoder of a file that holds it alone or beside others; without keys when there is none. */
    public static Weights.Source weights(TensorStore store, NDManager manager) {
        Set<String> names = store.names();
        if (names.stream().anyMatch(name -> name.startsWith(OriginalLayout.VAE))) {
            return FileWeights.of(store, OriginalLayout.vae(names, OriginalLayout.VAE), manager);
        }
        boolean original =
                names.stream().anyMatch(name -> name.startsWith("encoder.down.") || name.startsWith("decoder.up."));
        return original
                ? FileWeights.of(store, OriginalLayout.vae(names, ""), manager)
                : FileWeights.of(
                        store,
                        manager,
                        VaeFile::currentName,
                        name -> name.matches("(encoder|decoder)\\..+|(post_)?quant_conv\\..+"));
    }

    /** A key as diffusers has it since version 0.18. */
    public static String currentName(String key) {
        String current = key;
        for (Map.Entry<String, String> name : OLD_NAMES.entrySet()) {
            current = current.replace(name.getKey(), name.getValue());
        }
        return current;
    }
}
