package graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.file.ContentHash;
import graft.file.FileFault;
import graft.file.Sha256;
import graft.node.Problem;
import graft.tensor.Compute;
import graft.tensor.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The networks of one base model, each read when first asked for; safe to ask from any thread. */
final class ModelParts implements AutoCloseable {

    private final OpenedModel model;
    private final Compute compute;
    private final UnaryOperator<SchedulerConfig> noise;
    private final WeightStorage storage;
    private Network network;
    /** Whether frozen weights lie as in their file; null until it was decided. */
    private Boolean narrow;

    private final Map<String, TextEncoder> encoders = new HashMap<>();
    /** Where weights are rounded, those of each part that was read. */
    private final Map<String, Int8Weights> rounded = new LinkedHashMap<>();
    /** Null until it was looked at. */
    private Optional<String> networkDamage;

    private final List<Tokenizer> tokenizers = new ArrayList<>();
    private EncodedPrompts prompts;
    private Vae vae;
    private String hash;
    private boolean closed;

    /**
     * @param noise what is made of what its files say of noise
     * @param storage of network and text encoders, which are all that is large
     */
    ModelParts(OpenedModel model, Compute compute, UnaryOperator<SchedulerConfig> noise, WeightStorage storage) {
        this.storage = storage;
        this.model = model;
        this.compute = compute;
        this.noise = noise;
    }

    OpenedModel model() {
        return model;
    }

    Compute compute() {
        return compute;
    }

    CheckpointSpec spec() {
        return model.spec().with(noise.apply(model.spec().scheduler()));
    }

    /** Whether it is noised as its files say. */
    private boolean isNoisedAsFilesSay() {
        return spec().scheduler().equals(model.spec().scheduler());
    }

    synchronized Network network() {
        if (network == null) {
            network = whole(manager -> frozen(Parts.DENOISER, manager), model::network);
        }
        return network;
    }

    /**
     * Whether weights that do not learn lie as in their file, which they do where memory is short: they are soon read again.
     *
     * <p>Decided once, by the network, which is the largest.
     */
    synchronized boolean isSparing() {
        if (narrow == null) {
            Weights.Source weights = model.weights(Parts.DENOISER, null);
            narrow = storage.narrows(WeightStorage.numbers(weights), compute.freeMemory());
        }
        return narrow;
    }

    /** The weights of a part that does not learn. */
    private Weights.Source frozen(String part, NDManager manager) {
        Weights.Source weights = model.weights(part, manager);
        Weights.Source source = isSparing() ? weights.narrow() : weights;
        if (!storage.isRounded()) {
            return source;
        }
        String key = Sha256.of(List.of(hash(model.path(), model.contents()), part));
        Int8Weights rows = new Int8Weights(
                model.weights(part, manager),
                source,
                key,
                storage == WeightStorage.INT8_FAST && part.equals(Parts.DENOISER),
                manager);
        rounded.put(part, rows);
        return rows;
    }

    /** Whether layers are int8 rows. */
    boolean isRounded() {
        return storage.isRounded();
    }

    /** What was rounded of which part and by how much, in sentences; reads the parts. */
    synchronized List<String> roundings() {
        if (!isRounded()) {
            return List.of();
        }
        network();
        model.texts().forEach(this::encoder);
        List<String> notes = new ArrayList<>();
        rounded.forEach((part, rows) -> notes.add("The part \"" + part + "\": " + rows.note()));
        return notes;
    }

    /** What of the network nothing can be computed with, looked at once. */
    synchronized Optional<String> networkDamage() {
        if (networkDamage == null) {
            networkDamage = network().weights().damage();
        }
        return networkDamage;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /** The weights of network and text encoders that were read. */
    synchronized List<NDArray> read() {
        return Stream.concat(Stream.ofNullable(network), encoders.values().stream())
                .flatMap(part -> part.weights().arrays().stream())
                .toList();
    }

    /** A network that is nobody else's, read once more and rounded to a precision; the caller closes it. */
    Network freshNetwork(Precision precision) {
        try (NDManager passing = compute.newManager()) {
            return whole(
                    manager -> new FreshWeights(model.weights(Parts.DENOISER, passing), precision, manager),
                    model::network);
        }
    }

    /** As {@link #freshNetwork}, a text encoder to learn, in float32. */
    TextEncoder freshEncoder(String part) {
        try (NDManager passing = compute.newManager()) {
            return whole(
                    manager -> new FreshWeights(model.weights(part, passing), Precision.FP32, manager),
                    (weights, manager) -> {
                        TextEncoder encoder = model.encoder(part, weights, manager);
                        weights.checkSound();
                        return encoder;
                    });
        }
    }

    TextReader reader() {
        return model.reader(this::tokenizers);
    }

    synchronized TextEncoder encoder(String part) {
        return encoders.computeIfAbsent(
                part,
                name -> whole(manager -> frozen(name, manager), (weights, manager) -> {
                    TextEncoder encoder = model.encoder(name, weights, manager);
                    weights.checkSound();
                    return encoder;
                }));
    }

    synchronized EncodedPrompts prompts() {
        if (prompts == null) {
            prompts = new EncodedPrompts(compute.newManager());
        }
        return prompts;
    }

    synchronized Vae vae() {
        if (vae == null) {
            NDManager manager = compute.newManager();
            vae = model.vae(Weights.of(model.weights(Parts.VAE, manager)), manager);
        }
        return vae;
    }

    Tokenizer tokenizer() {
        return tokenizers().get(0);
    }

    Tokenizer tokenizer(String part) {
        return tokenizers().get(model.texts().indexOf(part));
    }

    private synchronized List<Tokenizer> tokenizers() {
        if (tokenizers.isEmpty()) {
            tokenizers.addAll(model.tokenizers());
        }
        return tokenizers;
    }

    /** A network that uses all weights of its source, or nothing at all. */
    private <T> T whole(
            java.util.function.Function<NDManager, Weights.Source> source, BiFunction<Weights, NDManager, T> network) {
        NDManager manager = compute.newManager();
        try {
            Weights weights = Weights.of(source.apply(manager));
            T built = network.apply(weights, manager);
            weights.complete();
            return built;
        } catch (RuntimeException failure) {
            manager.close();
            throw failure;
        }
    }

    synchronized String hash() {
        if (hash == null) {
            String ofFiles = hash(model.path(), model.contents());
            String noised = isNoisedAsFilesSay()
                    ? ofFiles
                    : Sha256.of(List.of(ofFiles, spec().scheduler().toString()));
            hash = isRounded() ? Sha256.of(List.of(noised, storage.name())) : noised;
        }
        return hash;
    }

    /**
     * SHA-256 over files: their names and all of their contents.
     *
     * @param root what the names are counted from, so that a copy elsewhere has the same hash
     */
    static String hash(Path root, List<Path> files) {
        List<String> parts = new ArrayList<>();
        for (Path file : files) {
            try {
                Path folder =
                        Files.isDirectory(root) ? root : root.toAbsolutePath().getParent();
                // A single file may be called what it likes.
                parts.add(file.equals(root) ? "" : folder.relativize(file).toString());
                parts.add(ContentHash.of(file));
            } catch (IOException failure) {
                throw new Problem("cannot read " + file, FileFault.why(failure), "check the file").causedBy(failure);
            }
        }
        return Sha256.of(parts);
    }

    /**
     * Frees a part; it is read again when next asked for.
     *
     * @return whether it was there
     */
    synchronized boolean setAside(String part) {
        switch (part) {
            case Parts.DENOISER -> {
                if (network == null) {
                    return false;
                }
                network.close();
                network = null;
            }
            case Parts.VAE -> {
                if (vae == null) {
                    return false;
                }
                vae.close();
                vae = null;
            }
            default -> {
                TextEncoder encoder = encoders.remove(part);
                if (encoder == null) {
                    return false;
                }
                encoder.close();
            }
        }
        return true;
    }

    @Override
    public synchronized void close() {
        closed = true;
        List.of(Parts.DENOISER, Parts.VAE).forEach(this::setAside);
        model.texts().forEach(this::setAside);
        if (prompts != null) {
            prompts.close();
            prompts = null;
        }
        tokenizers.forEach(Tokenizer::close);
        tokenizers.clear();
        model.close();
    }
}
