package graft.model;

import ai.djl.ndarray.NDManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** One model as transformers saves it: its configs, its weights and its tokenizer in a folder. */
record TransformersFolder(Path path) {

    /** How weights were saved before safetensors. */
    private static final String OLD = "pytorch_model.bin";

    /** @throws graft.node.Problem when there is none */
    private Path weightFile() {
        boolean older = Files.isRegularFile(path.resolve(OLD)) && !Files.exists(path.resolve("model.safetensors"));
        return older ? path.resolve(OLD) : FileWeights.file(path, "model");
    }

    /**
     * Its weights, which arrays of {@code manager} will hold.
     *
     * @param needed which of the file's keys there are for the network; indices that older versions saved are none
     */
    Weights weights(NDManager manager, Predicate<String> needed) {
        Path file = weightFile();
        Predicate<String> weights = needed.and(key -> !key.endsWith(".position_ids"));
        return Weights.of(
                file.endsWith(OLD)
                        ? new TorchWeights(file, manager, weights)
                        : FileWeights.open(file, manager, UnaryOperator.identity(), weights));
    }

    /** The model's own config. */
    Config config(String known) {
        return Config.read(path.resolve("config.json"), known);
    }

    /** Says that it has weights. */
    void check() {
        weightFile();
    }

    /** SHA-256 over all that the model depends on, of large files over samples. */
    String hash() {
        List<Path> files = new ArrayList<>(List.of(weightFile()));
        for (String name : List.of(
                "config.json", "preprocessor_config.json", "tokenizer.json", "vocab.json", "merges.txt", "vocab.txt")) {
            if (Files.isRegularFile(path.resolve(name))) {
                files.add(path.resolve(name));
            }
        }
        return ModelParts.hash(files);
    }
}
