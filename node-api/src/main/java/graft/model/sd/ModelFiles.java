package graft.model.sd;

import ai.djl.ndarray.NDManager;
import graft.model.FileKind;
import graft.model.SchedulerConfig;
import graft.model.TensorStore;
import graft.model.Tokenizer;
import graft.model.TokenizerFiles;
import graft.model.VaeConfig;
import graft.model.VaeFile;
import graft.model.Weights;
import graft.node.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where the parts of one base model lie: a diffusers folder or a single file. */
sealed interface ModelFiles extends AutoCloseable permits DiffusersFolder, SingleFile, OtherVae, RandomModel.Files {

    /** The folder or file as the user named it. */
    Path path();

    /** "sd1", "sd2" or "sdxl". */
    String family();

    UNetConfig unetConfig();

    /** Of each text encoder, in the order in which a prompt's states are joined. */
    List<TextConfig> textConfigs();

    VaeConfig vaeConfig();

    /** The scaling of an autoencoder whose config does not tell it. */
    default double usualScaling() {
        return VaeConfig.scaling(family());
    }

    SchedulerConfig scheduler();

    /** Weights that arrays of {@code manager} will hold. */
    Weights.Source unet(NDManager manager);

    /** @param index of {@link #textConfigs} */
    Weights.Source textEncoder(int index, NDManager manager);

    Weights.Source vae(NDManager manager);

    /** @param index of {@link #textConfigs} */
    Tokenizer tokenizer(int index);

    /** The files of a tokenizer; empty where there is none. */
    Optional<TokenizerFiles> tokenizerFiles(int index);

    /**
     * What a file of the original layout cannot show: the configs of the parts, and the vocabulary where it is not CLIP's,
     * by the names that a single file's metadata gives them.
     */
    default Map<String, String> descriptions() {
        return Map.of();
    }

    /** All files that the model is made of, whose contents tell it from others: weights, configs, tokenizer. */
    List<Path> contents();

    /** What is to be known of how it was read, in sentences: tensors that were left out, parts that came from elsewhere. */
    default List<String> notes() {
        return List.of();
    }

    @Override
    void close();

    /** The name of a part of which there may be several: the first has the bare one, the next {@code name_2}. */
    static String numbered(String name, int index) {
        return index == 0 ? name : name + "_" + (index + 1);
    }

    /**
     * As {@link #open(Path)}, with an autoencoder from elsewhere: a file or folder of its own, or another model's.
     *
     * @throws Problem too when there is none in it, or it does not fit the model
     */
    static ModelFiles open(Path path, Path vae) {
        return new OtherVae(open(path), VaeFile.open(vae));
    }

    /** @throws Problem when there is no model, saying what there is in its place */
    static ModelFiles open(Path path) {
        if (Files.isDirectory(path)) {
            FileKind kind = FileKind.own(path);
            if (!kind.isModel()) {
                throw kind.noModel(path);
            }
            return new DiffusersFolder(path, kind);
        }
        if (!Files.exists(path)) {
            throw new Problem("cannot load the model " + path, "there is no such file or folder", "check the name");
        }
        FileKind kind = FileKind.own(path);
        if (!kind.isModel()) {
            throw kind.noModel(path);
        }
        return new SingleFile(TensorStore.open(path), kind);
    }
}
