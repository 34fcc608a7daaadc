package graft.model;

import ai.djl.ndarray.NDManager;
import graft.file.FileFault;
import graft.node.Problem;
import graft.tensor.Compute;
import graft.tensor.Precision;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.BiFunction;

/** The networks of one base model, each read when first asked for; safe to ask from any thread. */
final class ModelParts implements AutoCloseable {

    /** How much of a weight file its identity looks at: the header and three samples of this many bytes. */
    private static final int SAMPLE = 1 << 16;

    private final ModelFiles files;
    private final Compute compute;
    private UNet unet;
    private TextEncoder textEncoder;
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
        return new CheckpointSpec(
                files.family(),
                files.unetConfig().contextWidth(),
                vae.latentChannels(),
                vae.factor(),
                files.textConfig().positions(),
                files.scheduler().predictionType(),
                files.path());
    }

    synchronized UNet unet() {
        if (unet == null) {
            unet = whole(files::unet, (weights, manager) -> new UNet(files.unetConfig(), weights, manager));
        }
        return unet;
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
            textEncoder = whole(
                    files::textEncoder, (weights, manager) -> new TextEncoder(files.textConfig(), weights, manager));
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
            tokenizer = files.tokenizer();
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
            hash = hash(files.weightFiles());
        }
        return hash;
    }

    /** SHA-256 over the files' headers, sizes and samples. */
    static String hash(List<Path> files) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path file : files) {
                sample(file, digest);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void sample(Path file, MessageDigest digest) {
        try (FileChannel channel = FileChannel.open(file)) {
            long size = channel.size();
            digest.update(Long.toString(size).getBytes(StandardCharsets.US_ASCII));
            for (long from : new long[] {0, size / 3, size / 3 * 2, Math.max(0, size - SAMPLE)}) {
                ByteBuffer bytes = ByteBuffer.allocate(SAMPLE);
                channel.read(bytes, from);
                digest.update(bytes.flip());
            }
        } catch (IOException failure) {
            throw new Problem("cannot read " + file, FileFault.why(failure), "check the file").causedBy(failure);
        }
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
