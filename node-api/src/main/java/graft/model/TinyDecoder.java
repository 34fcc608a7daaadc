package graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import graft.node.Problem;
import graft.picture.Picture;
import graft.tensor.Compute;
import graft.tensor.Scope;
import graft.tensor.ScriptedModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The decoder of a tiny autoencoder (TAESD, madebyollin): a rough picture of latents in a small part of a VAE's time.
 *
 * <p>In its own layout ({@code taesd_decoder.safetensors} or {@code .pth}) or as diffusers' {@code AutoencoderTiny}. Owns its
 * weights.
 */
public final class TinyDecoder implements AutoCloseable {

    private static final ScriptedModule SCRIPT = new ScriptedModule(TinyDecoder.class, "tiny.torchscript");

    private static final Pattern LAYER = Pattern.compile(
            "(?:decoder\\.layers\\.|decoder\\.|taesd_decoder\\.)?(\\d+)\\.((?:conv\\.\\d\\.)?(?:weight|bias))");

    private final NDManager manager;
    private final List<UnaryOperator<NDArray>> layers = new ArrayList<>();
    private final int latentChannels;

    /**
     * The file or folder of an autoencoder in some folders.
     *
     * @param name {@code taesd}: what the file begins with before {@code _decoder}, or what diffusers' folder is called
     */
    public static Optional<Path> find(List<Path> folders, String name) {
        return folders.stream().flatMap(folder -> within(folder, name).stream()).findFirst();
    }

    private static Optional<Path> within(Path folder, String name) {
        Path diffusers = folder.resolve(name);
        try (Stream<Path> files = Files.list(folder)) {
            Optional<Path> own = files.filter(
                            file -> String.valueOf(file.getFileName()).startsWith(name + "_decoder")
                                    && String.valueOf(file.getFileName()).matches(".*\\.(safetensors|pth|pt|bin)"))
                    .sorted()
                    .findFirst();
            return own.or(
                    () -> Optional.of(diffusers).filter(each -> Files.isRegularFile(each.resolve("config.json"))));
        } catch (IOException | UncheckedIOException unreadable) {
            // A folder that is not there, or may not be read, has nothing to offer.
            return Optional.empty();
        }
    }

    /**
     * Reads one.
     *
     * @param place its file, or a folder of diffusers
     * @throws Problem naming it when it is none
     */
    public static TinyDecoder load(Path place, Compute compute) {
        NDManager manager = compute.newManager();
        try (Scope scope = Scope.open()) {
            TensorStore store =
                    Files.isDirectory(place) ? WeightFiles.open(place, VaeFile.STEM) : TensorStore.open(place);
            TinyDecoder decoder = new TinyDecoder(store, manager);
            manager.getManagedArrays().forEach(array -> scope.keep(array, manager));
            return decoder;
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    private TinyDecoder(TensorStore store, NDManager manager) {
        this.manager = manager;
        Map<String, String> keys = new TreeMap<>();
        Map<Integer, Boolean> blocks = new TreeMap<>();
        for (String name : store.names()) {
            Matcher layer = LAYER.matcher(name);
            if (layer.matches()) {
                keys.put(layer.group(1) + "." + layer.group(2), name);
                blocks.merge(Integer.valueOf(layer.group(1)), layer.group(2).startsWith("conv."), Boolean::logicalOr);
            }
        }
        Weights weights = Weights.of(FileWeights.of(store, keys, manager));
        List<Integer> order = List.copyOf(blocks.keySet());
        long[] first = order.isEmpty() ? null : shape(store, keys, order.get(0) + ".weight");
        if (first == null || order.size() < 2) {
            throw new Problem(
                    "cannot load the tiny autoencoder " + store.path(),
                    "it has no layers of a decoder",
                    "choose taesd_decoder or taesdxl_decoder");
        }
        latentChannels = (int) first[1];
        int width = (int) first[0];
        for (int number : order) {
            Weights at = weights.at(String.valueOf(number));
            boolean isFirst = number == order.get(0);
            boolean isLast = number == order.get(order.size() - 1);
            if (blocks.get(number)) {
                List<NDArray> block = new ArrayList<>();
                for (int conv = 0; conv < 3; conv++) {
                    block.addAll(convolution(at.at("conv." + 2 * conv), width, width));
                }
                layers.add(x -> SCRIPT.call("block").with(x).with("w[]", block).run());
            } else if (isFirst || isLast) {
                List<NDArray> layer = convolution(at, isFirst ? latentChannels : width, isLast ? 3 : width);
                String method = isFirst ? "entered" : "left";
                layers.add(x -> SCRIPT.call(method).with(x).with("w[]", layer).run());
            } else {
                List<NDArray> layer = List.of(at.get("weight", width, width, 3, 3));
                layers.add(
                        x -> SCRIPT.call("enlarged").with(x).with("w[]", layer).run());
            }
        }
        weights.checkSound();
    }

    private static long[] shape(TensorStore store, Map<String, String> keys, String key) {
        return keys.containsKey(key) && store.shape(keys.get(key)).length == 4 ? store.shape(keys.get(key)) : null;
    }

    private static List<NDArray> convolution(Weights at, int in, int out) {
        return List.of(at.get("weight", out, in, 3, 3), at.get("bias", out));
    }

    /** How many channels the latents have that it decodes. */
    public int latentChannels() {
        return latentChannels;
    }

    /** The picture of the first of a batch of scaled latents [n,c,h,w]. */
    public Picture picture(NDArray latents) {
        try (Scope scope = Scope.open()) {
            NDArray x = latents.get(new NDIndex("0:1")).duplicate();
            for (UnaryOperator<NDArray> layer : layers) {
                try (NDArray before = x) {
                    x = layer.apply(before);
                }
            }
            int height = Math.toIntExact(x.getShape().get(2));
            int width = Math.toIntExact(x.getShape().get(3));
            float[] planes = x.toFloatArray();
            float[] rgb = new float[planes.length];
            for (int i = 0; i < rgb.length; i++) {
                float value = planes[i % 3 * height * width + i / 3];
                rgb[i] = value < 0 ? 0 : value > 1 ? 1 : value;
            }
            return new Picture(width, height, rgb);
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
