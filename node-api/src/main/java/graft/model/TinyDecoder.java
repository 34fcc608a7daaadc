package graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import graft.file.Folder;
import graft.node.Problem;
import graft.picture.Picture;
import graft.tensor.Compute;
import graft.tensor.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The decoder of a tiny autoencoder (TAESD, madebyollin): a rough picture of latents in a small part of a VAE's time.
 *
 * <p>In its own layout ({@code taesd_decoder.safetensors} or {@code .pth}) or as diffusers' {@code AutoencoderTiny}. Owns its
 * weights.
 */
public final class TinyDecoder implements AutoCloseable {

    private final NDManager manager;
    private final TinyLayers layers;
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
        try {
            Optional<Path> own = Folder.entries(folder).stream()
                    .filter(file -> String.valueOf(file.getFileName()).startsWith(name + "_decoder")
                            && String.valueOf(file.getFileName()).matches(".*\\.(safetensors|pth|pt|bin)"))
                    .sorted()
                    .findFirst();
            return own.or(
                    () -> Optional.of(diffusers).filter(each -> Files.isRegularFile(each.resolve("config.json"))));
        } catch (IOException unreadable) {
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
            TinyDecoder decoder = new TinyDecoder(TinyFile.at(place).weights(manager), manager);
            manager.getManagedArrays().forEach(array -> scope.keep(array, manager));
            return decoder;
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    private TinyDecoder(Weights.Source source, NDManager manager) {
        this.manager = manager;
        latentChannels = TinyFile.config(source, 1).latentChannels();
        Weights weights = Weights.of(source);
        layers = TinyLayers.decoder(weights);
        weights.checkSound();
    }

    /** How many channels the latents have that it decodes. */
    public int latentChannels() {
        return latentChannels;
    }

    /** The picture of the first of a batch of scaled latents [n,c,h,w]. */
    public Picture picture(NDArray latents) {
        try (Scope scope = Scope.open()) {
            NDArray x = layers.forward(latents.get(new NDIndex("0:1")));
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
