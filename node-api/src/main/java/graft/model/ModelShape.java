package graft.model;

import graft.file.Sha256;
import graft.tensor.Compute;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;

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

        /** Bytes that they take once read: as float32, or in the file's own pages where those are float32 already. */
        public long resident() {
            return 4 * numbers + (fileBytes >= 4 * numbers ? 4 * kernels : 0);
        }

        /** Bytes that a copy takes that may be changed. */
        public long copied() {
            return 4 * numbers;
        }
    }

    private final ShapeOnly shape;
    private final Map<String, Map<String, long[]>> modules;
    private final Size unet;
    private final Size textEncoder;
    private final Size vaeEncoder;

    private ModelShape(
            ShapeOnly shape, Map<String, Map<String, long[]>> modules, Size unet, Size textEncoder, Size vaeEncoder) {
        this.shape = shape;
        this.modules = modules;
        this.unet = unet;
        this.textEncoder = textEncoder;
        this.vaeEncoder = vaeEncoder;
    }

    /** @throws graft.node.Problem naming the file that is not there or wrong */
    public static ModelShape read(Path folderOrFile) {
        try (ModelFiles files = ModelFiles.open(folderOrFile)) {
            return new ModelShape(
                    new ShapeOnly(
                            folderOrFile,
                            files.family(),
                            files.unetConfig(),
                            files.textConfigs(),
                            files.vaeConfig(),
                            files.scheduler(),
                            false),
                    modules(files),
                    size(files.unet(null), key -> true),
                    IntStream.range(0, files.textConfigs().size())
                            .mapToObj(index -> size(files.textEncoder(index, null), key -> true))
                            .reduce(Size.NOTHING, Size::plus),
                    size(files.vae(null), key -> key.startsWith("encoder.") || key.startsWith("quant_conv.")));
        }
    }

    private static Map<String, Map<String, long[]>> modules(ModelFiles files) {
        Map<String, Map<String, long[]>> modules = new LinkedHashMap<>();
        modules.put(Parts.DENOISER, modules(files.unet(null)));
        modules.put(Parts.TEXT, modules(files.textEncoder(0, null)));
        if (files.textConfigs().size() > 1) {
            modules.put(Parts.TEXT_2, modules(files.textEncoder(1, null)));
        }
        return modules;
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
                bytes += size * ((FileWeights) weights).bytesPerNumber(key);
            }
        }
        return new Size(numbers, kernels, bytes);
    }

    public UNetConfig unetConfig() {
        return shape.unetConfig();
    }

    public Size unet() {
        return unet;
    }

    public Size textEncoder() {
        return textEncoder;
    }

    /** Of the half of the VAE that reads pictures. */
    public Size vaeEncoder() {
        return vaeEncoder;
    }

    /** Pixels along one side of a latent position. */
    public int pixelsPerLatent() {
        return shape.vaeConfig().factor();
    }

    /** Length of a prompt in tokens. */
    public int tokens() {
        return shape.textConfigs().get(0).positions();
    }

    /** Width of a token's embedding, by the text encoder's part. */
    public Map<String, Integer> textWidths() {
        Map<String, Integer> widths = new LinkedHashMap<>();
        shape.textConfigs().forEach(text -> widths.put(widths.isEmpty() ? Parts.TEXT : Parts.TEXT_2, text.width()));
        return widths;
    }

    /** [out,in] of a linear layer, [out,in,kh,kw] of a convolution, by part and then by module path. */
    public Map<String, Map<String, long[]>> modules() {
        return modules;
    }

    /** Bytes that the record of the text encoder's forward pass holds for a prompt. */
    public long textRecord() {
        return shape.textConfigs().stream()
                .mapToLong(text -> {
                    // Of each layer: two sums, queries, keys, values and result, and the gate of the feed-forward
                    // layer twice.
                    long numbers = 6L * text.width() + 2L * text.inner();
                    return Float.BYTES * numbers * text.layers() * text.positions();
                })
                .sum();
    }

    /** Bytes of a prompt's text states. */
    public long textStates() {
        return (long) Float.BYTES
                * shape.textConfigs().get(0).positions()
                * shape.unetConfig().contextWidth();
    }

    /** Bytes that reading a picture takes at once, about: its widest maps, some of which live at a time. */
    public long encoding(int width, int height) {
        return 5L * Float.BYTES * shape.vaeConfig().channels().get(0) * width * height;
    }

    /** Tells shapes apart that take other times: 16 hexadecimal digits. */
    public String fingerprint() {
        String all = shape.unetConfig() + " " + shape.textConfigs() + " " + shape.vaeConfig();
        return Sha256.of(all.getBytes(StandardCharsets.UTF_8)).substring(0, 16);
    }

    /**
     * A model of this shape with random weights.
     *
     * @param shared whether weights of one shape share memory: a fraction of the size, and a little quicker than the real one
     */
    public Checkpoint standIn(Compute compute, boolean shared) {
        return Checkpoint.random(shape.withShared(shared), compute);
    }
}
