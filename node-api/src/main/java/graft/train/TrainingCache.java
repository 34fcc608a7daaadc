package graft.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.model.Checkpoint;
import graft.model.Context;
import graft.model.PictureSizes;
import graft.node.Cancelled;
import graft.node.Problem;
import graft.tensor.KeyedRandom;
import graft.tensor.Scope;
import graft.train.data.AugmentedView;
import graft.train.data.Captions;
import graft.train.data.Dataset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A data set as the UNet is trained on it: each picture through the VAE once, each caption through the text encoder once.
 *
 * <p>Draws order, looks, captions, latents, noise and timesteps by (seed, node, step, purpose). Pictures may differ in
 * size: every batch is of one size ({@link BatchOrder}). Owns its arrays.
 */
public final class TrainingCache implements TrainingLoop.Batches, AutoCloseable {

    /** Text states that are kept in memory, in bytes: those of about a thousand captions of Stable Diffusion 1.5. */
    private static final long TEXT_BYTES = 256L << 20;

    /** Told after each picture that was read. */
    @FunctionalInterface
    public interface Progress {
        void read(int done, int total) throws Cancelled;

        /** Told of what the user should know and what stops nothing. */
        default void warn(String sentence) {}
    }

    /**
     * How batches are drawn.
     *
     * @param seed and {@code node} key the random numbers
     * @param batch samples
     * @param accumulation batches that make a step
     * @param timesteps of the noise schedule
     * @param captions what is read of a picture's caption
     * @param unmaskedWeight how much what a mask leaves out counts, 0 to 1
     * @param files a folder that keeps latents and text states for other processes; nothing to keep them in memory
     */
    public record Draw(
            long seed,
            String node,
            int batch,
            int accumulation,
            int timesteps,
            double noiseOffset,
            Captions captions,
            double unmaskedWeight,
            Optional<Path> files) {

        /** The same with other captions. */
        public Draw withCaptions(Captions others) {
            return new Draw(seed, node, batch, accumulation, timesteps, noiseOffset, others, unmaskedWeight, files);
        }
    }

    private final NDManager manager;
    private final Draw draw;
    private final List<Dataset.Item> items;
    private final BatchOrder order;
    private final LatentCache latents;
    /** What is read of captions; nothing where they are read at each step. */
    private final Optional<TextStates> states;
    /** Captions to what the network is told of them, now or while the loss is recorded. */
    private final Function<List<String>, Supplier<Context>> reader;

    private boolean maskedOut;

    private TrainingCache(
            Dataset data,
            Checkpoint model,
            Draw draw,
            Optional<Function<List<String>, Context>> learning,
            Progress progress) {
        this.manager = model.compute().newManager();
        this.draw = draw;
        this.items = data.items();
        this.order = new BatchOrder(items.stream().map(Dataset.Item::size).toList(), draw.batch(), this::random);
        Optional<TensorFiles> files = draw.files().map(folder -> new TensorFiles(folder, progress::warn));
        this.latents = new LatentCache(model, manager, files);
        this.states = learning.isPresent()
                ? Optional.empty()
                : Optional.of(new TextStates(model, manager, TEXT_BYTES, files));
        this.reader = texts -> {
            if (states.isEmpty()) {
                return () -> learning.get().apply(texts);
            }
            Context read = states.get().of(texts);
            return () -> read;
        };
    }

    /**
     * Reads all pictures.
     *
     * @throws Problem naming a picture that cannot be read or whose size does not suit the model
     */
    public static TrainingCache of(Dataset data, Checkpoint model, Draw draw, Progress progress) throws Cancelled {
        return of(data, model, draw, Optional.empty(), progress);
    }

    /**
     * As {@link #of}, but captions are read at each step, differentiably.
     *
     * @param reader captions to what the network is told of them
     */
    public static TrainingCache withLearningText(
            Dataset data, Checkpoint model, Draw draw, Function<List<String>, Context> reader, Progress progress)
            throws Cancelled {
        return of(data, model, draw, Optional.of(reader), progress);
    }

    private static TrainingCache of(
            Dataset data,
            Checkpoint model,
            Draw draw,
            Optional<Function<List<String>, Context>> reader,
            Progress progress)
            throws Cancelled {
        TrainingCache cache = new TrainingCache(data, model, draw, reader, progress);
        try {
            cache.prepare(progress);
            return cache;
        } catch (Cancelled | RuntimeException | Error failure) {
            cache.close();
            throw failure;
        }
    }

    private void prepare(Progress progress) throws Cancelled {
        List<Dataset.Item> pictures =
                items.stream().map(item -> item.withCaption("")).distinct().toList();
        int done = 0;
        maskedOut = draw.unmaskedWeight() == 0;
        for (Dataset.Item picture : pictures) {
            maskedOut &= !picture.augment().looks().isEmpty();
            for (AugmentedView look : picture.augment().looks()) {
                latents.prepare(picture, look);
                maskedOut = maskedOut && nothingShows(picture, look);
                progress.read(done, pictures.size());
            }
            progress.read(++done, pictures.size());
        }
        // Captions that do not change are read but once: what reads them can be set aside before the first step.
        states.ifPresent(of ->
                items.forEach(item -> of.of(List.of(draw.captions().text(item.caption(), random(0, "caption"))))));
    }

    @SuppressWarnings("try") // the scope is not spoken to: it frees what is made within it
    private boolean nothingShows(Dataset.Item picture, AugmentedView look) {
        try (Scope scope = Scope.open()) {
            return latents.of(picture, look)
                    .mask()
                    .map(mask -> mask.max().getFloat() <= 0)
                    .orElse(false);
        }
    }

    /** Whether masks leave nothing to learn of any picture. */
    boolean maskedOut() {
        return maskedOut;
    }

    /** How many pictures, each look counted, other processes had encoded before. */
    public int found() {
        return latents.found();
    }

    @Override
    public Batch batch(int step, int part) {
        long number = (long) (step - 1) * draw.accumulation() + part;
        List<NDArray> clean = new ArrayList<>();
        List<Optional<NDArray>> masks = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        List<PictureSizes> told = new ArrayList<>();
        KeyedRandom spread = random(number, "latents");
        for (int index : order.batch(number)) {
            Dataset.Item item = items.get(index);
            long sample = number * draw.batch() + clean.size();
            AugmentedView look = item.augment().look(random(sample, "look"), sample);
            LatentCache.Moments moments = latents.of(item, look);
            Shape shape = moments.mean().getShape();
            NDArray noise = manager.create(spread.normal((int) shape.size()), shape);
            clean.add(moments.mean().add(moments.deviation().mul(noise)));
            masks.add(moments.mask());
            told.add(latents.sizes(item, look));
            texts.add(draw.captions().text(item.caption(), random(sample, "caption")));
        }
        NDArray latent = joined(clean);
        KeyedRandom times = random(number, "timesteps");
        int[] timesteps = new int[draw.batch()];
        for (int i = 0; i < timesteps.length; i++) {
            timesteps[i] = times.below(draw.timesteps());
        }
        NDArray noise = noise(number, latent.getShape());
        Supplier<Context> read = reader.apply(texts);
        NDArray sizes = PictureSizes.array(manager, told);
        return Batch.of(latent, noise, timesteps, () -> read.get().withSizes(sizes))
                .masked(mask(masks, latent.getShape()));
    }

    /** What each place counts, [n,1,h,w]; nothing when no picture has a mask. */
    private Optional<NDArray> mask(List<Optional<NDArray>> masks, Shape shape) {
        if (masks.stream().allMatch(Optional::isEmpty)) {
            return Optional.empty();
        }
        return Optional.of(joined(masks.stream()
                .map(mask -> mask.map(given -> given.clip(draw.unmaskedWeight(), 1))
                        .orElseGet(() -> manager.ones(new Shape(1, 1, shape.get(2), shape.get(3)))))
                .toList()));
    }

    /** Unit noise; with an offset, each sample's channels are moved as a whole, so that brightness is learnt too. */
    private NDArray noise(long number, Shape shape) {
        NDArray noise = manager.create(random(number, "noise").normal((int) shape.size()), shape);
        if (draw.noiseOffset() == 0) {
            return noise;
        }
        int channels = (int) (shape.get(0) * shape.get(1));
        NDArray offset = manager.create(
                random(number, "noise offset").normal(channels), new Shape(shape.get(0), shape.get(1), 1, 1));
        return noise.add(offset.mul(draw.noiseOffset()));
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
