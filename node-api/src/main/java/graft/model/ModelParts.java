package graft.model;

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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** The networks of one base model, each read when first asked for; safe to ask from any thread. */
final class ModelParts implements AutoCloseable {

    private final ModelFiles files;
    private final Compute compute;
    private Network network;
    private final Map<String, TextEncoder> encoders = new HashMap<>();
    /** Null until it was looked at. */
    private Optional<String> networkDamage;

    private Vae vae;
    private final List<Tokenizer> tokenizers = new ArrayList<>();
    private String hash;

    ModelParts(ModelFiles files, Compute compute) {
        this.files = files;
        this.compute = compute;
    }

    ModelFiles files() {
        return files;
    }

    Compute compute() {
        return compute;
    }

    CheckpointSpec spec() {
        return spec(files);
    }

    static CheckpointSpec spec(ModelFiles files) {
        VaeConfig vae = files.vaeConfig();
        SchedulerConfig scheduler = files.scheduler();
        return new CheckpointSpec(
                files.family(),
                files.unetConfig().contextWidth(),
                vae.latentChannels(),
                vae.factor(),
                files.textConfigs().get(0).positions(),
                scheduler.predictionType(),
                scheduler,
                files.path());
    }

    synchronized Network network() {
        if (network == null) {
            network = whole(files::unet, (weights, manager) -> new UNet(files.unetConfig(), weights, manager));
        }
        return network;
    }

    /** What of the network nothing can be computed with, looked at once. */
    synchronized Optional<String> networkDamage() {
        if (networkDamage == null) {
            networkDamage = network().weights().damage();
        }
        return networkDamage;
    }

    /** A network that is nobody else's, read once more and rounded to a precision; the caller closes it. */
    Network freshNetwork(Precision precision) {
        try (NDManager passing = compute.newManager()) {
            return whole(
                    manager -> new FreshWeights(files.unet(passing), precision, manager),
                    (weights, manager) -> new UNet(files.unetConfig(), weights, manager));
        }
    }

    TextReader reader() {
        return new ClipReader(files.textConfigs().size(), index -> tokenizers().get(index));
    }

    synchronized TextEncoder encoder(String part) {
        return encoders.computeIfAbsent(
                part, name -> textEncoder(reader().parts().indexOf(name)));
    }

    private ClipTextEncoder textEncoder(int index) {
        return whole(manager -> files.textEncoder(index, manager), (weights, manager) -> {
            ClipTextEncoder encoder = new ClipTextEncoder(files.textConfigs().get(index), weights, manager);
            weights.checkSound();
            return encoder;
        });
    }

    synchronized Vae vae() {
        if (vae == null) {
            NDManager manager = compute.newManager();
            vae = new Vae(files.vaeConfig(), Weights.of(files.vae(manager)), manager);
        }
        return vae;
    }

    synchronized Tokenizer tokenizer() {
        return tokenizers().get(0);
    }

    Tokenizer tokenizer(String part) {
        return tokenizers().get(reader().parts().indexOf(part));
    }

    /** One for each text encoder. */
    private synchronized List<Tokenizer> tokenizers() {
        if (tokenizers.isEmpty()) {
            for (int i = 0; i < files.textConfigs().size(); i++) {
                tokenizers.add(files.tokenizer(i));
            }
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
            hash = hash(files.path(), files.contents());
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

    /** Frees a part; it is read again when next asked for. */
    synchronized void setAside(String part) {
        switch (part) {
            case Parts.DENOISER -> {
                if (network != null) {
                    network.close();
                    network = null;
                }
            }
            case Parts.VAE -> {
                if (vae != null) {
                    vae.close();
                    vae = null;
                }
            }
            default -> {
                TextEncoder encoder = encoders.remove(part);
                if (encoder != null) {
                    encoder.close();
                }
            }
        }
    }

    @Override
    public synchronized void close() {
        List.of(Parts.DENOISER, Parts.TEXT, Parts.TEXT_2, Parts.VAE).forEach(this::setAside);
        tokenizers.forEach(Tokenizer::close);
        tokenizers.clear();
        files.close();
    }
}
