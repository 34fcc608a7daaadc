package graft.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.file.FileFault;
import graft.file.Sha256;
import graft.model.Checkpoint;
import graft.model.PictureSizes;
import graft.model.Vae;
import graft.node.Problem;
import graft.picture.Picture;
import graft.tensor.Finite;
import graft.tensor.Scope;
import graft.train.data.Augment;
import graft.train.data.AugmentedView;
import graft.train.data.Dataset;
import graft.train.data.Region;
import graft.train.data.TrainingSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Pictures as the VAE encodes them, kept in memory or in files.
 *
 * <p>Keeps mean and deviation, so that every draw can have latents of its own, and the mask at the latents' size.
 */
final class LatentCache {

    private static final String FORMAT = "graft latents 1";

    /** Scaled latents of one picture: mean and deviation [1,c,h,w], mask [1,1,h,w]. */
    record Moments(NDArray mean, NDArray deviation, Optional<NDArray> mask) {}

    private record Key(Dataset.Item picture, AugmentedView look) {}

    private final Checkpoint model;
    private final NDManager manager;
    private final Optional<TensorFiles> files;
    private final Map<Key, Moments> inMemory = new HashMap<>();
    private final Map<Path, String> hashes = new HashMap<>();
    /** Of the pictures that a plugin has a hand in. */
    private final Map<Key, String> shown = new HashMap<>();
    /** What the files' pictures measure. */
    private final Map<Path, TrainingSize> originals = new HashMap<>();

    private int found;
    private int encoded;

    /** @param manager owns what is kept in memory */
    LatentCache(Checkpoint model, NDManager manager, Optional<TensorFiles> files) {
        this.model = model;
        this.manager = manager;
        this.files = files;
    }

    /** How many looks were in the files before. */
    int found() {
        return found;
    }

    /** How many looks went through the VAE. */
    int encoded() {
        return encoded;
    }

    /**
     * Encodes a look that comes again, unless it is there.
     *
     * @throws Problem naming the picture when it cannot be read or its sides do not suit the model
     */
    void prepare(Dataset.Item item, AugmentedView look) {
        Key key = key(item, look);
        if (files.isPresent()) {
            found += files.get().has(fileKey(key)) ? 1 : 0;
            fromFiles(files.get(), key);
        } else if (!inMemory.containsKey(key)) {
            try (Scope scope = Scope.open()) {
                Moments made = arrays(encoded(key));
                scope.keep(made.mean(), manager);
                scope.keep(made.deviation(), manager);
                made.mask().ifPresent(mask -> scope.keep(mask, manager));
                inMemory.put(key, made);
            }
        }
    }

    /** The latents of a look; belong to the cache or to the innermost scope. */
    Moments of(Dataset.Item item, AugmentedView look) {
        Key key = key(item, look);
        if (!look.again()) {
            return arrays(encoded(key));
        }
        return files.isPresent() ? fromFiles(files.get(), key) : inMemory.get(key);
    }

    /** What a network that knows sizes is told of a look. */
    PictureSizes sizes(Dataset.Item item, AugmentedView look) {
        return item.sizes(
                look,
                item.region()
                        .map(Region::size)
                        .orElseGet(() -> originals.computeIfAbsent(item.file(), file -> item.ownSize())));
    }

    private static Key key(Dataset.Item item, AugmentedView look) {
        return new Key(item.withCaption(""), look);
    }

    private Moments fromFiles(TensorFiles from, Key key) {
        return arrays(from.get(fileKey(key), () -> encoded(key)).values());
    }

    private Moments arrays(Iterable<TensorFiles.Values> values) {
        Map<String, NDArray> arrays = new HashMap<>();
        for (TensorFiles.Values each : values) {
            arrays.put(each.name(), each.array(manager));
        }
        return new Moments(arrays.get("mean"), arrays.get("deviation"), Optional.ofNullable(arrays.get("mask")));
    }

    private List<TensorFiles.Values> encoded(Key key) {
        encoded++;
        Vae vae = model.vae();
        Picture picture = key.picture().read(key.look());
        checkSides(key.picture(), vae.factor());
        List<TensorFiles.Values> values = new ArrayList<>();
        try (Scope scope = Scope.open()) {
            NDArray pixels = manager.create(picture.toPlanes(), new Shape(1, 3, picture.height(), picture.width()));
            Vae.Moments moments = vae.encodeMoments(pixels);
            values.add(TensorFiles.Values.of("mean", moments.mean().mul(vae.scaling())));
            values.add(TensorFiles.Values.of(
                    "deviation", moments.logVariance().mul(0.5).exp().mul(vae.scaling())));
        }
        for (TensorFiles.Values each : values) {
            if (!Finite.all(each.values())) {
                throw new Problem(
                        "cannot train on " + key.picture().file().getFileName(),
                        "the VAE of " + model.name() + " gave NaN or infinite numbers for it",
                        "choose another model");
            }
        }
        long[] shape = {1, 1, picture.height() / vae.factor(), picture.width() / vae.factor()};
        key.picture()
                .mask(key.look(), vae.factor())
                .ifPresent(mask -> values.add(new TensorFiles.Values("mask", shape, mask)));
        return values;
    }

    private static void checkSides(Dataset.Item item, int unit) {
        if (item.width() % unit != 0 || item.height() % unit != 0) {
            throw new Problem(
                    "cannot train on " + item.file().getFileName() + " at " + item.size() + " pixels",
                    "the model works in steps of " + unit + " pixels",
                    "choose a width and height divisible by " + unit);
        }
    }

    /** All that the latents depend on. */
    private String fileKey(Key key) {
        Dataset.Item item = key.picture();
        Augment.Variant variant = item.variant(key.look());
        List<String> parts = new ArrayList<>(List.of(
                FORMAT,
                model.hash(),
                model.compute().device().getDeviceType(),
                hashOf(item.file()),
                item.size().toString(),
                item.fit().name(),
                variant.toString(),
                String.valueOf(key.look().mirrored()),
                item.mask().map(mask -> mask.channel() + hashOf(mask.file())).orElse("")));
        item.region().ifPresent(part -> parts.add(part.toString()));
        if (item.augment().isOpen()) {
            parts.add(shown.computeIfAbsent(key, LatentCache::hashOfPixels));
        }
        return Sha256.of(parts);
    }

    /** What a plugin makes of a picture can depend on anything: it goes by what it made. */
    private static String hashOfPixels(Key key) {
        float[] rgb = key.picture().read(key.look()).rgb();
        ByteBuffer bytes = ByteBuffer.allocate(4 * rgb.length);
        bytes.asFloatBuffer().put(rgb);
        return Sha256.of(bytes.array());
    }

    private String hashOf(Path file) {
        return hashes.computeIfAbsent(file, path -> {
            try {
                return Sha256.of(path);
            } catch (IOException e) {
                throw new Problem("cannot read " + path, FileFault.why(e), "check the path and the file's rights")
                        .causedBy(e);
            }
        });
    }
}
