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
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** The networks of one base model, each read when first asked for; safe to ask from any thread. */
final class ModelParts implements AutoCloseable {

    private final ModelFiles files;
    private final Compute compute;
    private UNet unet;
    private TextEncoder textEncoder;
    /** Null until it was looked at. */
    private Optional<String> unetDamage;

    private Vae vae;
    private Tokenizer tokenizer;
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

    synchronized UNet unet() {
        if (unet == null) {
            unet = whole(files::unet, (weights, manager) -> new UNet(files.unetConfig(), weights, manager));
        }
        return unet;
    }

    /** What of the UNet nothing can be computed with, looked at once. */
    synchronized Optional<String> unetDamage() {
        if (unetDamage == null) {
            unetDamage = unet().weights().damage();
        }
        return unetDamage;
    }

    /** A UNet that is nobody else's, read once more and rounded to a precision; the caller closes it. */
    UNet freshUnet(Precision precision) {
        try (NDManager passing = compute.newManager()) {
            return whole(
                    manager -> new FreshWeights(files.unet(passing), precision, manager),
                    (weights, manager) -> new UNet(files.unetConfig(), weights, manager));
        }
    }

    synchronized TextEncoder textEncoder() {
        if (textEncoder == null) {
            textEncoder = whole(source -> files.textEncoder(0, source), (weights, manager) -> {
                TextEncoder encoder = new TextEncoder(files.textConfigs().get(0), weights, manager);
                weights.checkSound();
                return encoder;
            });
        }
        return textEncoder;
    }

    synchronized Vae vae() {
        if (vae == null) {
            NDManager manager = compute.newManager();
            vae = new Vae(files.vaeConfig(), Weights.of(files.vae(manager)), manager);
        }
        return vae;
    }

    synchronized Tokenizer tokenizer() {
        if (tokenizer == null) {
            tokenizer = files.tokenizer(0);
        }
        return tokenizer;
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

    /** Frees a network; it is read again when next asked for. */
    synchronized void setAside(Checkpoint.Part part) {
        switch (part) {
            case UNET -> {
                if (unet != null) {
                    unet.close();
                    unet = null;
                }
            }
            case TEXT_ENCODER -> {
                if (textEncoder != null) {
                    textEncoder.close();
                    textEncoder = null;
                }
            }
            case VAE -> {
                if (vae != null) {
                    vae.close();
                    vae = null;
                }
            }
        }
    }

    @Override
    public synchronized void close() {
        for (Checkpoint.Part part : Checkpoint.Part.values()) {
            setAside(part);
        }
        if (tokenizer != null) {
            tokenizer.close();
            tokenizer = null;
        }
        files.close();
    }
}
