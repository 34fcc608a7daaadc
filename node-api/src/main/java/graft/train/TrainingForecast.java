package graft.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.model.Checkpoint;
import graft.model.Context;
import graft.model.Learns;
import graft.model.ModelShape;
import graft.model.PictureSizes;
import graft.model.RecordedBlock;
import graft.model.WeightStorage;
import graft.node.Forecast;
import graft.sample.NoiseSchedule;
import graft.tensor.Compute;
import graft.tensor.Gradient;
import graft.tensor.Memory;
import graft.tensor.Operators;
import graft.tensor.Precision;
import graft.tensor.Scope;
import graft.train.data.DatasetSpec;
import graft.train.optimizer.Optimizer;
import graft.train.optimizer.ParameterGroup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What a training will take: memory counted from the model's shape, time measured on a stand-in of random weights.
 *
 * <p>A step of the stand-in is timed once for each model shape, method, batch, picture size and device; after that the
 * answer is instant. The looks of a judge are in it. Times of states, samples and validation are not.
 */
public final class TrainingForecast implements Forecast.Source {

    /** Numbers that the optimiser is timed on: enough to leave the processor's caches. */
    private static final int TIMED_NUMBERS = 1 << 23;

    /** Beside what is counted: a layer's intermediate results, and what freed memory libtorch does not give back. */
    private static final double SLACK = 1.05;

    /**
     * What a method makes learn.
     *
     * @param unet what of the UNet learns; for {@link Learns#ALL} it learns in a copy
     * @param numbers that learn
     * @param readsText whether captions are read at each step
     * @param fileBytes of what is saved
     * @param key tells learners of one model apart that take other times: kind, ranks, layers
     * @param begin makes the learner on a stand-in; its arrays are owned by the manager or the stand-in
     */
    public record Method(
            Learns unet,
            long numbers,
            boolean readsText,
            long fileBytes,
            String key,
            BiFunction<Checkpoint, NDManager, Learner> begin) {}

    /**
     * How much is trained on.
     *
     * @param pictures that are read, each once
     * @param width in pixels
     * @param height in pixels
     * @param batch pictures that a step looks at, those of the class included
     * @param accumulation batches of a step
     * @param averaged whether an average of the weights is kept too
     * @param precision that is computed with
     * @param released whether a block's gradients go before the next block's come
     */
    public record Work(
            int pictures,
            int width,
            int height,
            int batch,
            int steps,
            int accumulation,
            Optimizer.Settings optimizer,
            boolean averaged,
            boolean checkpointing,
            Precision precision,
            boolean released) {

        /** What is kept for each number that learns, beside the number. */
        private double stateBytes() {
            // what a plugin's optimiser would spoil is kept beside
            boolean copied = !released && OpenOptimizer.is(optimizer.method());
            return optimizer.method().stateBytes() + (averaged ? Float.BYTES : 0) + (copied ? Float.BYTES : 0);
        }
    }

    private final Path files;
    private final WeightStorage storage;
    private final Function<ModelShape, Method> method;
    private final Work work;
    private final Optional<Looks> looks;

    /**
     * A judge that looks at the training.
     *
     * @param input that it is wired into
     * @param images that are learnt from
     */
    public record Looks(String input, Judge.Outlook judge, DatasetSpec images) {}

    /**
     * @param files of the model; looked at only when the forecast is asked for
     * @param storage of the model's frozen weights
     */
    public TrainingForecast(
            Path files, WeightStorage storage, Function<ModelShape, Method> method, Work work, Optional<Looks> looks) {
        this.files = files;
        this.storage = storage;
        this.method = method;
        this.work = work;
        this.looks = looks;
    }

    @Override
    public Forecast on(String device, boolean measure) {
        ModelShape shape = ModelShape.read(files);
        Method learns = method.apply(shape);
        double training = seconds(shape, learns, device, measure);
        double looking = looks.isEmpty() || (!measure && Double.isNaN(training))
                ? 0
                : looking(looks.get(), shape, learns, device, measure);
        return new Forecast(
                peak(shape, learns, free(device)),
                training + looking,
                learns.fileBytes(),
                savings(learns),
                looks
                        .map(some -> new Forecast.Part(
                                some.input(),
                                Double.isNaN(training + looking)
                                        ? counted(some.judge())
                                        : looking / (training + looking)))
                        .stream()
                        .toList());
    }

    /** The part of looking, where no time is known, by the passes through the network: back is twice as far as forth. */
    private double counted(Judge.Outlook judge) {
        double learning = (work.checkpointing() ? 4.0 : 3.0) * work.steps() * work.accumulation() * work.batch();
        double looking = judge.predictions(work.steps());
        return looking / (learning + looking);
    }

    /** At each look what is only drawn with is read anew, since it was set aside after the one before. */
    private double looking(Looks looks, ModelShape shape, Method learns, String device, boolean measure) {
        DrawingForecast.Model learning =
                new DrawingForecast.Model(shape, learns.key(), (stand, memory) -> learns.begin()
                        .apply(stand, memory)
                        .view());
        long reread = shape.text().numbers() + shape.vaeDecoder().numbers();
        return looks.judge().seconds(learning, looks.images(), work.steps(), device, measure)
                + looks.judge().looks(work.steps())
                        * MeasuredTimes.ofThisMachine().reading(reread, device, measure);
    }

    private String savings(Method learns) {
        List<String> savings = new ArrayList<>();
        if (!work.checkpointing()) {
            savings.add("turn on gradient checkpointing");
        }
        if (learns.unet() == Learns.ALL && !work.released()) {
            savings.add("release gradients");
        }
        if (work.precision() == Precision.FP32) {
            savings.add("choose fp16 as precision on a CUDA device");
        }
        if (work.stateBytes() > 2 && learns.numbers() > 100_000_000) {
            savings.add("choose an optimiser that keeps less");
        }
        if (work.batch() > 1) {
            savings.add("choose a smaller batch with more accumulation");
        }
        savings.add("choose smaller pictures");
        return String.join(", ", savings);
    }

    // --- memory
    // ---------------------------------------------------------------------------------------------------------

    /** As the model asks when it is read; libtorch is not loaded to know that of a processor. */
    private static OptionalLong free(String device) {
        return device.equals("cpu") ? Memory.available() : Compute.of(device).freeMemory();
    }

    private long peak(ModelShape shape, Method learns, OptionalLong free) {
        boolean own = learns.unet() == Learns.ALL;
        boolean narrow = storage.narrows(shape.network().numbers(), free);
        long reading = (own ? shape.network().copied() : shape.network().read(narrow))
                + resident(shape.text(), narrow)
                + shape.vaeEncoder().resident(false)
                + shape.footprint().encoding(work.width(), work.height());
        long unet = own ? shape.network().copied() : frozen(shape.network(), narrow);
        long text = learns.readsText()
                ? resident(shape.text(), narrow)
                        + work.batch() * shape.footprint().textRecord()
                : 0;
        long states = Math.round((double) learns.numbers() * work.stateBytes());
        long factors = own ? 0 : Float.BYTES * learns.numbers();
        long caches =
                learns.readsText() ? 0 : work.pictures() * shape.footprint().context();
        boolean widens = !own
                && work.precision() == Precision.FP32
                && (storage.isRounded() || (narrow && shape.network().isNarrow()));
        // A judge keeps one copy of what learns, as it was at the best step.
        long kept = looks.isEmpty() ? 0 : Float.BYTES * learns.numbers();
        Judge.Held judging =
                looks.map(some -> some.judge().held(shape, some.images())).orElse(new Judge.Held(0, 0));
        long waiting = unet + states + factors + caches + kept;
        long training = waiting + text + judging.always() + recordAndGradients(shape, learns, widens);
        long looking = looks.isEmpty()
                ? 0
                : waiting + resident(shape.text(), narrow) + shape.vaeDecoder().resident(false) + judging.looking();
        return Math.round(SLACK * (double) Math.max(reading, Math.max(training, looking)));
    }

    private long frozen(ModelShape.Size unet, boolean narrow) {
        return work.precision() == Precision.FP32
                ? resident(unet, narrow)
                : work.precision().bytes() * unet.numbers();
    }

    /** Of int8 rows each number is a byte; the few that are not rounded hardly count. */
    private long resident(ModelShape.Size part, boolean narrow) {
        return storage.isRounded() ? part.numbers() : part.resident(narrow);
    }

    /** A block in the precision computed with, whose record keeps rounded copies of weights that learn in float32. */
    private RecordedBlock rounded(RecordedBlock block, Learns learns) {
        int bytes = work.precision().bytes();
        long copies = learns == Learns.ALL && work.precision() != Precision.FP32 ? bytes * block.numbers() : 0;
        return new RecordedBlock(
                block.kept() * bytes / Float.BYTES + copies, block.result() * bytes / Float.BYTES, block.numbers());
    }

    /**
     * The most that record and gradients take together while the backward pass frees the one and makes the other.
     *
     * @param widens whether the record holds a wider copy of each frozen weight
     */
    private long recordAndGradients(ModelShape shape, Method learns, boolean widens) {
        int factor = shape.spec().pixelsPerLatent();
        List<RecordedBlock> blocks = new ArrayList<>();
        shape.footprint()
                .network(learns.unet(), work.batch(), work.height() / factor, work.width() / factor)
                .forEach(block -> blocks.add(rounded(block, learns.unet())));
        long allNumbers = blocks.stream().mapToLong(RecordedBlock::numbers).sum();
        double gradientBytes = Float.BYTES * (double) learns.numbers() / (double) allNumbers;
        long record = blocks.stream().mapToLong(block -> held(block, widens)).sum();
        double gradients = work.accumulation() > 1 ? Float.BYTES * (double) learns.numbers() : 0;
        double most = (double) record;
        Collections.reverse(blocks);
        for (RecordedBlock block : blocks) {
            gradients = (work.released() ? 0 : gradients) + gradientBytes * (double) block.numbers();
            // While a block is worked on, its record, and about as much again in gradients of its intermediate results.
            double now = (double) record + gradients + (work.checkpointing() ? 1.5 : 0.5) * (double) block.kept();
            most = Math.max(most, now + (work.checkpointing() ? widened(block, widens) : 0));
            record -= held(block, widens);
        }
        return Math.round(most);
    }

    private long held(RecordedBlock block, boolean widens) {
        return work.checkpointing() ? block.result() : block.kept() + widened(block, widens);
    }

    private static long widened(RecordedBlock block, boolean widens) {
        return widens ? Float.BYTES * block.numbers() : 0;
    }

    // --- time
    // -----------------------------------------------------------------------------------------------------------

    private double seconds(ModelShape shape, Method learns, String device, boolean measure) {
        MeasuredTimes times = MeasuredTimes.ofThisMachine();
        String size = device + " | " + work.width() + "×" + work.height() + " | " + shape.fingerprint();
        // What learns little is timed with its optimiser, whose many small calls cost more than their numbers tell.
        boolean whole = learns.numbers() <= TIMED_NUMBERS;
        String optimizer = work.optimizer().method().id();
        String stepKey = "step | " + learns.key() + (whole ? " | " + optimizer : "") + " | batch " + work.batch()
                + (work.checkpointing() ? " | checkpointing" : "")
                + (work.precision() == Precision.FP32 ? "" : " | " + work.precision()) + " | " + size;
        String pictureKey = "picture | " + size;
        String optimizerKey = "optimiser | " + optimizer + " | " + device;
        if (!measure
                && !Stream.of(stepKey, pictureKey, whole ? stepKey : optimizerKey)
                        .allMatch(key -> times.known(key).isPresent())) {
            return Double.NaN;
        }
        Compute compute = Compute.of(device);
        Compute.prepareThread();
        // As the training will be, where it fits: weights that share memory are read faster.
        OptionalLong free = compute.freeMemory();
        boolean shared = free.isEmpty() || free.getAsLong() < peak(shape, learns, free);
        double step =
                times.of(stepKey, () -> stepSeconds(shape.standIn(compute, shared), shape, learns, whole, compute));
        double picture = times.of(pictureKey, () -> pictureSeconds(shape, compute));
        double perNumber =
                whole ? 0 : times.of(optimizerKey, () -> optimizerSeconds(work.optimizer(), compute) / TIMED_NUMBERS);
        long loaded = shape.network().numbers()
                + shape.text().numbers()
                + shape.vaeEncoder().numbers();
        return times.reading(loaded, device, measure)
                + work.pictures() * picture
                + (double) work.steps() * (work.accumulation() * step + (double) learns.numbers() * perNumber);
    }

    /** Of a step, with what the optimiser does if it is to be whole. */
    private double stepSeconds(Checkpoint model, ModelShape shape, Method learns, boolean whole, Compute compute) {
        try (model;
                NDManager memory = compute.newManager()) {
            Learner learner;
            List<NDArray> leaves;
            Context states;
            try (Scope scope = Scope.open()) {
                learner = learns.begin().apply(model, memory);
                leaves = ParameterGroup.weights(ParameterGroup.learning(learner.groups()));
                leaves.forEach(leaf -> scope.keep(leaf, memory));
                leaves.forEach(Gradient::leaf);
                states = told(learner.learning(), memory).map(array -> scope.keep(array, memory));
            }
            Checkpoint view = learner.learning();
            int factor = shape.spec().pixelsPerLatent();
            Shape latents = new Shape(
                    work.batch(), shape.spec().latentChannels(), work.height() / factor, work.width() / factor);
            Objective objective = new Objective(NoiseSchedule.of(model.scheduler()), 0);
            LearningNetwork plain = LearningNetwork.of(view).in(work.precision());
            LearningNetwork network = work.checkpointing() ? plain.checkpointed(memory) : plain;
            Optional<Optimizer> optimizer = whole
                    ? Optional.of(work.optimizer().create(ParameterGroup.learning(learner.groups()), memory))
                    : Optional.empty();
            int[] timesteps = new int[work.batch()];
            Arrays.fill(timesteps, 500);
            return MeasuredTimes.mean(() -> {
                Batch batch = Batch.of(
                        memory.randomNormal(latents),
                        memory.randomNormal(latents),
                        timesteps,
                        () -> learner.readsText() ? told(view, memory) : states);
                Gradient.on(() -> {
                    NDArray loss = objective.loss(network, batch);
                    List<NDArray> gradients = network.gradients(loss, leaves);
                    optimizer.ifPresent(of -> {
                        Operators.globalNormClip(gradients, 1);
                        of.step(gradients, 1e-6);
                    });
                    gradients.forEach(NDArray::close);
                    return loss.getFloat();
                });
            });
        }
    }

    /** What the network is told of a batch. */
    private Context told(Checkpoint view, NDManager memory) {
        return view.anything(work.batch()).of(PictureSizes.of(work.height(), work.width()), memory);
    }

    private double pictureSeconds(ModelShape shape, Compute compute) {
        try (Checkpoint model = shape.standIn(compute, true);
                NDManager memory = compute.newManager()) {
            return MeasuredTimes.mean(() -> {
                NDArray pixels = memory.zeros(new Shape(1, 3, work.height(), work.width()));
                model.vae().encodeMoments(pixels).mean().toFloatArray();
            });
        }
    }

    private static double optimizerSeconds(Optimizer.Settings settings, Compute compute) {
        try (NDManager memory = compute.newManager()) {
            List<NDArray> weights = List.of(memory.zeros(new Shape(TIMED_NUMBERS)));
            Optimizer optimizer = settings.create(List.of(new ParameterGroup(weights, 1)), memory);
            return MeasuredTimes.mean(() -> {
                List<NDArray> gradients = List.of(memory.ones(new Shape(TIMED_NUMBERS)));
                Operators.globalNormClip(gradients, 1);
                optimizer.step(gradients, 1e-4);
            });
        }
    }
}
