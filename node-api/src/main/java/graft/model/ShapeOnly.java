package graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The shape of a model without its numbers: its weights are random.
 *
 * @param shared whether all weights of one shape are one array: a network of gigabytes then takes a fraction of that, and a
 *     little less time than the real one, whose weights have to come from memory
 */
record ShapeOnly(
        Path path,
        String family,
        UNetConfig unetConfig,
        List<TextConfig> textConfigs,
        VaeConfig vaeConfig,
        SchedulerConfig scheduler,
        boolean shared)
        implements ModelFiles {

    @Override
    public Weights.Source unet(NDManager manager) {
        return weights(manager);
    }

    @Override
    public Weights.Source textEncoder(int index, NDManager manager) {
        return weights(manager);
    }

    @Override
    public Weights.Source vae(NDManager manager) {
        return weights(manager);
    }

    private Weights.Source weights(NDManager manager) {
        RandomWeights random = new RandomWeights(manager);
        return shared ? new Shared(random) : random;
    }

    /** The same whose weights share memory or do not. */
    ShapeOnly withShared(boolean other) {
        return new ShapeOnly(path, family, unetConfig, textConfigs, vaeConfig, scheduler, other);
    }

    @Override
    public Tokenizer tokenizer(int index) {
        throw new UnsupportedOperationException("a shape reads no prompts");
    }

    @Override
    public Optional<TokenizerFiles> tokenizerFiles(int index) {
        return Optional.empty();
    }

    @Override
    public List<Path> contents() {
        return List.of();
    }

    @Override
    public void close() {}

    /** One array for all weights of a shape. */
    private record Shared(Weights.Source source, Map<String, NDArray> made) implements Weights.Source {

        Shared(Weights.Source source) {
            this(source, new HashMap<>());
        }

        @Override
        public String name() {
            return source.name();
        }

        @Override
        public Set<String> keys() {
            return source.keys();
        }

        @Override
        public Optional<long[]> shape(String key, long[] wanted) {
            return source.shape(key, wanted);
        }

        @Override
        public NDArray read(String key, long[] shape) {
            // The weights of norms are ones, biases noughts: not alike though of one shape.
            String alike = Arrays.toString(shape) + (key.endsWith(".weight") ? "weight" : "bias");
            return made.computeIfAbsent(alike, first -> source.read(key, shape));
        }
    }
}
