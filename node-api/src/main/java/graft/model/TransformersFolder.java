package graft.model;

import ai.djl.ndarray.NDManager;
import graft.file.Folder;
import graft.node.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** One model as transformers saves it: its configs, its weights and its tokenizer in a folder. */
public record TransformersFolder(Path path) {

    private static final String STEM = "model";

    /**
     * Its weights, which arrays of {@code manager} will hold.
     *
     * @param needed which of the file's keys there are for the network; indices that older versions saved are none
     */
    public Weights weights(NDManager manager, Predicate<String> needed) {
        return Weights.of(FileWeights.of(
                WeightFiles.open(path, STEM),
                manager,
                UnaryOperator.identity(),
                needed.and(key -> !key.endsWith(".position_ids"))));
    }

    /**
     * The model's own config.
     *
     * @param type its {@code model_type}
     * @param known what to choose in place of another model
     * @throws Problem that says what lies there, when it is no such model
     */
    public Config config(String type, String known) {
        Path file = path.resolve("config.json");
        Optional<Config> own =
                Files.isRegularFile(file) ? Optional.of(Config.read(file, known)) : Optional.<Config>empty();
        if (own.filter(config -> config.text("model_type", "").equals(type)).isEmpty() && Files.exists(path)) {
            FileKind.of(path).refuseUnless(FileKind.Role.UNKNOWN, "cannot use the model " + path, "choose " + known);
        }
        Config config = own.orElseGet(() -> Config.read(file, known));
        config.is("model_type", type);
        return config;
    }

    /** Says that it has weights. */
    public void check() {
        WeightFiles.files(path, STEM);
    }

    /** What its weights take on disk. */
    public long weightBytes() {
        return WeightFiles.files(path, STEM).stream()
                .mapToLong(file -> file.toFile().length())
                .sum();
    }

    /** SHA-256 over all that the model depends on. */
    public String hash() {
        List<Path> files = new ArrayList<>(WeightFiles.files(path, STEM));
        files.addAll(described(path));
        return ModelParts.hash(path, files);
    }

    /** The files of a folder that say how weights and words are to be read, by name; none where there is no folder. */
    public static List<Path> described(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try {
            return Folder.entries(folder).stream()
                    .filter(file -> file.toString().matches(".*\\.(json|txt|model|jinja)"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        } catch (IOException failure) {
            throw new Problem("cannot read " + folder, "it cannot be listed", "check the folder's rights")
                    .causedBy(failure);
        }
    }
}
