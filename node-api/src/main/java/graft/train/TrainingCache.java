package graft.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.model.Checkpoint;
import graft.model.Picture;
import graft.model.Vae;
import graft.node.Cancelled;
import graft.node.Problem;
import graft.tensor.KeyedRandom;
import graft.tensor.Scope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A data set as the UNet is trained on it: each picture through the VAE once, each caption through the text encoder once.
 *
 * <p>Keeps mean and deviation of the latents, so that every step can draw its own. Draws order, latents, noise and
 * timesteps by (seed, node, step, purpose). Owns its arrays.
 */
public final class TrainingCache implements TrainingLoop.Batches, AutoCloseable {

    /** Told after each picture and caption that was read. */
    @FunctionalInterface
    public interface Progress {
        void read(int done, int total) throws Cancelled;
    }

    /** Where the random numbers of a training come from, and how many samples a batch has. */
    public record Draw(long seed, String node, int batch, int accumulation, int timesteps, double noiseOffset) {}

    /** Scaled latents of one picture: mean and deviation [1,c,h,w]. */
    private record Moments(NDArray mean, NDArray deviation) {}

    private final NDManager manager;
    private final Draw draw;
    private final List<Moments> latents = new ArrayList<>();
    private final List<NDArray> contexts = new ArrayList<>();
    private final List<String> captions = new ArrayList<>();
    /** Reads captions anew at each step, where what reads them learns; nothing where they are read once. */
    private final Optional<Function<List<String>, NDArray>> reader;

    private TrainingCache(NDManager manager, Draw draw, Optional<Function<List<String>, NDArray>> reader) {
        this.manager = manager;
        this.reader = reader;
        this.draw = draw;
    }

    /**
     * Reads all pictures and captions.
     *
     * @throws Problem naming a picture that cannot be read or whose size differs from the first one's
     */
    public static TrainingCache of(Dataset data, Checkpoint model, Draw draw, Progress progress) throws Cancelled {
        return of(data, model, draw, Optional.empty(), progress);
    }

    /**
     * As {@link #of}, but captions are read at each step, differentiably.
     *
     * @param reader captions to text states [n,t,d]
     */
    public static TrainingCache withLearningText(
            Dataset data, Checkpoint model, Draw draw, Function<List<String>, NDArray> reader, Progress progress)
            throws Cancelled {
        return of(data, model, draw, Optional.of(reader), progress);
    }

    private static TrainingCache of(
            Dataset data,
            Checkpoint model,
            Draw draw,
            Optional<Function<List<String>, NDArray>> reader,
            Progress progress)
            throws Cancelled {
        TrainingCache cache = new TrainingCache(model.compute().newManager(), draw, reader);
        try {
            cache.read(data, model, progress);
            return cache;
        } catch (Cancelled | RuntimeException | Error failure) {
            cache.close();
            throw failure;
        }
    }

    private void read(Dataset data, Checkpoint model, Progress progress) throws Cancelled {
        Map<Dataset.Item, Moments> byPicture = new HashMap<>();
        Map<String, NDArray> byCaption = new LinkedHashMap<>();
        Dataset.Item first = data.items().get(0);
        int done = 0;
        for (Dataset.Item item : data.items()) {
            if (item.width() != first.width() || item.height() != first.height()) {
                throw new Problem(
                        "cannot train on pictures of different sizes",
                        item.file().getFileName() + " is trained at " + item.width() + "×" + item.height() + ", "
                                + first.file().getFileName() + " at " + first.width() + "×" + first.height(),
                        "give both folders the same width and height");
            }
            Dataset.Item picture = item.withCaption("");
            if (!byPicture.containsKey(picture)) {
                byPicture.put(picture, encoded(item, model.vae()));
            }
            captions.add(item.caption());
            if (reader.isEmpty() && !byCaption.containsKey(item.caption())) {
                byCaption.put(item.caption(), encoded(item.caption(), model));
            }
            latents.add(byPicture.get(picture));
            if (reader.isEmpty()) {
                contexts.add(byCaption.get(item.caption()));
            }
            progress.read(++done, data.items().size());
        }
    }

    private Moments encoded(Dataset.Item item, Vae vae) {
        Picture picture = item.read();
        try (Scope scope = Scope.open()) {
            NDArray pixels = manager.create(picture.toPlanes(), new Shape(1, 3, picture.height(), picture.width()));
            Vae.Moments moments = vae.encodeMoments(pixels);
            NDArray mean = moments.mean().mul(vae.scaling());
            NDArray deviation = moments.logVariance().mul(0.5).exp().mul(vae.scaling());
            return new Moments(scope.keep(mean, manager), scope.keep(deviation, manager));
        }
    }

    private NDArray encoded(String caption, Checkpoint model) {
        try (Scope scope = Scope.open()) {
            return scope.keep(model.encode(List.of(caption)), manager);
        }
    }

    @Override
    public Batch batch(int step, int part) {
        long draws = (long) (step - 1) * draw.accumulation() + part;
        List<NDArray> clean = new ArrayList<>();
        List<Integer> items = new ArrayList<>();
        KeyedRandom spread = random(draws, "latents");
        for (int i = 0; i < draw.batch(); i++) {
            int item = item(draws * draw.batch() + i);
            Moments moments = latents.get(item);
            Shape shape = moments.mean().getShape();
            NDArray noise = manager.create(spread.normal((int) shape.size()), shape);
            clean.add(moments.mean().add(moments.deviation().mul(noise)));
            items.add(item);
        }
        NDArray latent = joined(clean);
        KeyedRandom times = random(draws, "timesteps");
        int[] timesteps = new int[draw.batch()];
        for (int i = 0; i < timesteps.length; i++) {
            timesteps[i] = times.below(draw.timesteps());
        }
        NDArray noise = noise(draws, latent.getShape());
        if (reader.isPresent()) {
            List<String> texts = items.stream().map(captions::get).toList();
            return Batch.of(latent, noise, timesteps, () -> reader.get().apply(texts));
        }
        return Batch.of(
                latent,
                noise,
                timesteps,
                joined(items.stream().map(contexts::get).toList()));
    }

    /** Unit noise; with an offset, each sample's channels are moved as a whole, so that brightness is learnt too. */
    private NDArray noise(long draws, Shape shape) {
        NDArray noise = manager.create(random(draws, "noise").normal((int) shape.size()), shape);
        if (draw.noiseOffset() == 0) {
            return noise;
        }
        int channels = (int) (shape.get(0) * shape.get(1));
        NDArray offset = manager.create(
                random(draws, "noise offset").normal(channels), new Shape(shape.get(0), shape.get(1), 1, 1));
        return noise.add(offset.mul(draw.noiseOffset()));
    }

    /** The item at a place of the endless sequence in which every epoch has its own order. */
    private int item(long place) {
        int count = latents.size();
        return random(place / count, "order").permutation(count)[(int) (place % count)];
    }

    private KeyedRandom random(long step, String purpose) {
        return KeyedRandom.of(draw.seed(), draw.node(), step, purpose);
    }

    private static NDArray joined(List<NDArray> rows) {
        return rows.size() == 1 ? rows.get(0) : NDArrays.concat(new NDList(rows), 0);
    }

    @Override
    public void close() {
        manager.close();
    }
}
