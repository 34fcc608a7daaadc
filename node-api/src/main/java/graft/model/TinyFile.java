package graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.node.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A tiny autoencoder (TAESD) in files: one half in each ({@code taesd_decoder} and {@code taesd_encoder} beside it), both in one
 * file ({@code taesd_decoder.1.weight}…), or as diffusers' {@code AutoencoderTiny}.
 *
 * <p>Its weights are called {@code decoder.layers.N.…} and {@code encoder.layers.N.…}, numbered as in the file.
 */
final class TinyFile {

    static final String DECODER = "decoder.layers";
    static final String ENCODER = "encoder.layers";
    static final int PICTURE_CHANNELS = 3;

    private static final Pattern LAYER = Pattern.compile(
            "(?:(?:taesd[_.])?(encoder|decoder)\\.(?:layers\\.)?)?(\\d+)\\.((?:conv\\.\\d\\.)?(?:weight|bias))");

    private final List<TensorStore> stores = new ArrayList<>();

    /** @param place a file, or a folder of diffusers */
    static TinyFile at(Path place) {
        TinyFile file = new TinyFile();
        file.stores.add(Files.isDirectory(place) ? WeightFiles.open(place, VaeFile.STEM) : TensorStore.open(place));
        otherHalf(place).map(TensorStore::open).ifPresent(file.stores::add);
        return file;
    }

    private static Optional<Path> otherHalf(Path place) {
        String name = String.valueOf(place.getFileName());
        String other =
                name.contains("_decoder") ? name.replace("_decoder", "_encoder") : name.replace("_encoder", "_decoder");
        return Optional.of(place.resolveSibling(other))
                .filter(file -> !other.equals(name) && Files.isRegularFile(file));
    }

    /** All that it is read from. */
    List<Path> files() {
        return stores.stream().flatMap(store -> store.files().stream()).toList();
    }

    /** @param manager owns what is read; null to look at names and shapes alone */
    Weights.Source weights(NDManager manager) {
        Weights.Source first = weights(stores.get(0), manager);
        return stores.size() == 1 ? first : new Joined(first, weights(stores.get(1), manager));
    }

    private static Weights.Source weights(TensorStore store, NDManager manager) {
        Map<String, String> keys = new LinkedHashMap<>();
        for (String name : store.names()) {
            Matcher layer = LAYER.matcher(name);
            if (layer.matches()) {
                String half = layer.group(1) == null ? half(store) : layer.group(1);
                keys.put(half + ".layers." + layer.group(2) + "." + layer.group(3), name);
            }
        }
        return FileWeights.of(store, keys, manager);
    }

    /** Where names do not tell: pictures enter an encoder, whose first layer is numbered 0. */
    private static String half(TensorStore store) {
        boolean encodes = store.names().contains("0.weight")
                && store.shape("0.weight").length == 4
                && store.shape("0.weight")[1] == PICTURE_CHANNELS;
        return encodes ? "encoder" : "decoder";
    }

    /**
     * Its shape.
     *
     * @param scaling of the models that it is for, whose scaled latents it decodes
     * @throws Problem when there is no decoder
     */
    static VaeConfig config(Weights.Source weights, double scaling) {
        List<String> kernels = weights.keys().stream()
                .filter(key -> key.matches(Pattern.quote(DECODER) + "\\.\\d+\\.weight"))
                .toList();
        Optional<long[]> first = kernels.stream()
                .min((one, other) -> Integer.compare(number(one), number(other)))
                .flatMap(key -> weights.shape(key, new long[0]))
                .filter(shape -> shape.length == 4);
        if (first.isEmpty()) {
            throw new Problem(
                    "cannot load the tiny autoencoder " + weights.name(),
                    "it has no layers of a decoder",
                    "choose taesd_decoder or taesdxl_decoder");
        }
        long enlargings = kernels.stream()
                .filter(key -> !weights.keys().contains(key.replaceFirst("weight$", "bias")))
                .count();
        List<Integer> channels = new ArrayList<>();
        for (int level = 0; level <= enlargings; level++) {
            channels.add((int) first.get()[0]);
        }
        return VaeConfig.tiny((int) first.get()[1], channels, scaling);
    }

    private static int number(String kernel) {
        return Integer.parseInt(kernel.substring(DECODER.length() + 1, kernel.lastIndexOf('.')));
    }

    /** Two halves from two files. */
    private record Joined(Weights.Source first, Weights.Source second) implements Weights.Source {

        private Weights.Source of(String key) {
            return first.keys().contains(key) ? first : second;
        }

        @Override
        public String name() {
            return first.name();
        }

        @Override
        public Set<String> keys() {
            Set<String> keys = new LinkedHashSet<>(first.keys());
            keys.addAll(second.keys());
            return keys;
        }

        @Override
        public Optional<long[]> shape(String key, long[] wanted) {
            return of(key).shape(key, wanted);
        }

        @Override
        public void finished() {
            first.finished();
            second.finished();
        }

        @Override
        public int bytesPerNumber(String key) {
            return of(key).bytesPerNumber(key);
        }

        @Override
        public NDArray read(String key, long[] shape) {
            return of(key).read(key, shape);
        }
    }
}
