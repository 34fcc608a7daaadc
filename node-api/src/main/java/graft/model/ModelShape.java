package graft.model;

import graft.file.Sha256;
import graft.tensor.Compute;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** How large a model's networks are, from configs and headers alone, and a stand-in to time. */
public final class ModelShape {

    /**
     * One network's weights.
     *
     * @param numbers how many
     * @param kernels how many of them are kernels of convolutions, which are copied to another memory layout
     * @param fileBytes what they take on disk
     */
    public record Size(long numbers, long kernels, long fileBytes) {

        private static final Size NOTHING = new Size(0, 0, 0);

        private Size plus(Size other) {
            return new Size(numbers + other.numbers, kernels + other.kernels, fileBytes + other.fileBytes);
        }

        /**
         * Bytes that they take while they are computed with.
         *
         * @param asInFile whether they stay as in the file; else they are float32
         */
        public long resident(boolean asInFile) {
            return asInFile ? fileBytes : Float.BYTES * numbers;
        }

        /** Bytes that they take once read, before anything was computed: of what is mapped only kernels lie in memory. */
        public long read(boolean asInFile) {
            boolean mapped = asInFile || !isNarrow();
            return mapped ? Math.round((double) fileBytes * kernels / Math.max(1, numbers)) : resident(false);
        }

        /** Whether the file's numbers are narrower than float32. */
        public boolean isNarrow() {
            return fileBytes < Float.BYTES * numbers;
        }

        /** Bytes that a copy takes that may be changed. */
        public long copied() {
            return 4 * numbers;
        }
    }

    private final OpenedModel model;
    private final Map<String, Map<String, long[]>> modules;
    private final Size network;
    private final Size text;
    private final Size vaeEncoder;
    private final Size vaeDecoder;

    private ModelShape(
            OpenedModel model,
            Map<String, Map<String, long[]>> modules,
            Size network,
            Size text,
            Size vaeEncoder,
            Size vaeDecoder) {
        this.model = model;
        this.modules = modules;
        this.network = network;
        this.text = text;
        this.vaeEncoder = vaeEncoder;
        this.vaeDecoder = vaeDecoder;
    }

    /** @throws graft.node.Problem naming the file that is not there or wrong */
    public static ModelShape read(Path folderOrFile) {
        try (OpenedModel model = Family.opened(folderOrFile)) {
            Map<String, Map<String, long[]>> modules = new LinkedHashMap<>();
            modules.put(Parts.DENOISER, modules(model.weights(Parts.DENOISER, null)));
            Size text = Size.NOTHING;
            for (String part : model.texts()) {
                modules.put(part, modules(model.weights(part, null)));
                text = text.plus(size(model.weights(part, null), key -> true));
            }
            return new ModelShape(
                    model,
                    modules,
                    size(model.weights(Parts.DENOISER, null), key -> true),
                    text,
                    size(
                            model.weights(Parts.VAE, null),
                            key -> key.startsWith("encoder.") || key.startsWith("quant_conv.")),
                    size(
                            model.weights(Parts.VAE, null),
                            key -> key.startsWith("decoder.") || key.startsWith("post_quant_conv.")));
        }
    }

    private static Map<String, long[]> modules(Weights.Source weights) {
        Map<String, long[]> modules = new TreeMap<>();
        for (String key : weights.keys()) {
            long[] axes = weights.shape(key, new long[0]).orElseThrow();
            if (key.endsWith(".weight") && axes.length > 1 && !key.endsWith("_embedding.weight")) {
                modules.put(key.substring(0, key.length() - ".weight".length()), axes);
            }
        }
        return modules;
    }

    private static Size size(Weights.Source weights, Predicate<String> counts) {
        long numbers = 0;
        long kernels = 0;
        long bytes = 0;
        for (String key : weights.keys()) {
            if (counts.test(key)) {
                long[] axes = weights.shape(key, new long[0]).orElseThrow();
                long size = 1;
                for (long axis : axes) {
                    size *= axis;
                }
                numbers += size;
                kernels += axes.length == 4 && axes[2] * axes[3] > 1 ? size : 0;
                bytes += size * weights.bytesPerNumber(key);
            }
        }
        return new Size(numbers, kernels, bytes);
    }

    /** Of the network that denoises. */
    public Size network() {
        return network;
    }

    /** Of all text encoders. */
    public Size text() {
        return text;
    }

    /** Of the half of the VAE that reads pictures. */
    public Size vaeEncoder() {
        return vaeEncoder;
    }

    /** Of the half of the VAE that makes pictures. */
    public Size vaeDecoder() {
        return vaeDecoder;
    }

    public CheckpointSpec spec() {
        return model.spec();
    }

    /** What the parts take while they compute. */
    public Footprint footprint() {
        return model.footprint();
    }

    /** [out,in] of a linear layer, [out,in,kh,kw] of a convolution, by part and then by module path. */
    public Map<String, Map<String, long[]>> modules() {
        return modules;
    }

    /** Tells shapes apart that take other times: 16 hexadecimal digits. */
    public String fingerprint() {
        return Sha256.of(model.shape().getBytes(StandardCharsets.UTF_8)).substring(0, 16);
    }

    /**
     * A model of this shape with random weights.
     *
     * @param shared whether weights of one shape share memory: a fraction of the size, and a little quicker than the real one
     */
    public Checkpoint standIn(Compute compute, boolean shared) {
        return Checkpoint.random(new StandInModel(model, shared), compute);
    }
}
