package graft.model;

import ai.djl.ndarray.NDManager;
import graft.file.OriginalLayout;
import graft.file.SafeTensors;
import graft.node.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where the parts of one base model lie: a diffusers folder or a single file. */
sealed interface ModelFiles extends AutoCloseable permits DiffusersFolder, SingleFile {

    /** The folder or file as the user named it. */
    Path path();

    /** "sd1" or "sd2". */
    String family();

    UNetConfig unetConfig();

    /** One for each text encoder, in order. */
    List<TextConfig> textConfigs();

    VaeConfig vaeConfig();

    SchedulerConfig scheduler();

    /** Weights that arrays of {@code manager} will hold. */
    Weights.Source unet(NDManager manager);

    Weights.Source textEncoder(int index, NDManager manager);

    Weights.Source vae(NDManager manager);

    Tokenizer tokenizer(int index);

    /**
     * What a file of the original layout cannot show: the configs of the parts, and the vocabulary where it is not CLIP's,
     * by the names that a single file's metadata gives them.
     */
    default Map<String, String> descriptions() {
        return Map.of();
    }

    /** All files that the model is made of, whose contents tell it from others: weights, configs, tokenizer. */
    List<Path> contents();

    @Override
    void close();

    /** @throws Problem when there is no model */
    static ModelFiles open(Path path) {
        if (Files.isDirectory(path)) {
            return new DiffusersFolder(path);
        }
        if (!Files.exists(path)) {
            throw new Problem("cannot load the model " + path, "there is no such file or folder", "check the name");
        }
        SafeTensors file;
        try {
            file = SafeTensors.open(path);
        } catch (Problem e) {
            throw OtherWeights.of(path).map(other -> other.causedBy(e)).orElse(e);
        }
        if (!OriginalLayout.is(file.names())) {
            Optional<Problem> other = OtherWeights.of(path);
            if (other.isPresent()) {
                throw other.get();
            }
            throw new Problem(
                    "cannot load the model " + path,
                    "it is not a Stable Diffusion checkpoint in the original layout",
                    "choose a diffusers folder or a single-file checkpoint");
        }
        return new SingleFile(file);
    }
}
