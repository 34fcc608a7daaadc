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
import java.util.function.Supplier;

/**
 * A model of another's shape whose weights are random, to time.
 *
 * @param shared whether all weights of one shape are one array: a network of gigabytes then takes a fraction of that, and a
 *     little less time than the real one, whose weights have to come from memory
 */
public record StandInModel(OpenedModel model, boolean shared) implements OpenedModel {

    @Override
    public Weights.Source weights(String part, NDManager manager) {
        RandomWeights random = new RandomWeights(manager);
        return shared ? new Shared(random) : random;
    }

    @Override
    public Path path() {
        return model.path();
    }

    @Override
    public CheckpointSpec spec() {
        return model.spec();
    }

    @Override
    public List<Path> contents() {
        return List.of();
    }

    @Override
    public List<String> texts() {
        return model.texts();
    }

    @Override
    public List<Tokenizer> tokenizers() {
        throw new UnsupportedOperationException("a shape reads no prompts");
    }

    @Override
    public TextReader reader(Supplier<List<Tokenizer>> tokenizers) {
        return model.reader(tokenizers);
    }

    @Override
    public Network network(Weights weights, NDManager manager) {
        return model.network(weights, manager);
    }

    @Override
    public TextEncoder encoder(String part, Weights weights, NDManager manager) {
        return model.encoder(part, weights, manager);
    }

    @Override
    public Vae vae(Weights weights, NDManager manager) {
        return model.vae(weights, manager);
    }

    @Override
    public Footprint footprint() {
        return model.footprint();
    }

    @Override
    public String shape() {
        return model.shape();
    }

    /** The model that it stands for is closed by whoever opened it. */
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
