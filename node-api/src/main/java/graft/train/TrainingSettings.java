package graft.train;

import graft.file.CacheFolder;
import graft.model.CheckpointSpec;
import graft.model.ModelShape;
import graft.model.SchedulerConfig;
import graft.node.Problem;
import graft.node.Setting;
import graft.node.SettingGroup;
import graft.node.Specs;
import graft.sample.NoiseSchedule;
import graft.sample.Prediction;
import graft.tensor.KeyedRandom;
import graft.tensor.Precision;
import graft.train.data.CaptionChanges;
import graft.train.data.CaptionCheck;
import graft.train.data.Dataset;
import graft.train.data.DatasetSpec;
import graft.train.data.TrainingSize;
import graft.train.optimizer.AdamW;
import graft.train.optimizer.Optimizer;
import graft.train.optimizer.OptimizerMethod;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The frame of every trainer: the settings that all have, what is asked of them before a run, and what runs by them. A
 * {@link SettingGroup}.
 *
 * <p>What a method needs otherwise than the others is given to the constructor as its default. Each method has learning rates of
 * its own, since what is usual for one ruins another.
 */
public final class TrainingSettings {

    /** The inputs of a trainer that take pictures; a trainer may have some of them. */
    private static final String IMAGES = "images";

    private static final String CLASS_IMAGES = "classImages";
    private static final String VALIDATION = "validation";
    private static final String JUDGE = "judge";

    @Setting(min = 1, max = 1_000_000, unit = "steps", help = "How often what learns is changed.")
    public int steps;

    @Setting(
            min = 1,
            max = 256,
            unit = "pictures",
            help = "How many pictures each step looks at; as many of the class beside them, where some are wired in.")
    public int batch = 1;

    @Setting(min = 0, control = Setting.Control.SEED, help = "The same seed and settings learn the same, bit for bit.")
    public long seed = 0;

    @Setting(
            title = "Save state every",
            advanced = true,
            group = "resume",
            min = 0,
            max = 1_000_000,
            unit = "steps",
            help =
                    "Steps between two saved states: a run that was killed or stopped goes on from the last one when the same"
                            + " workflow runs again. 0 saves none. With AdamW a state is three times as large as what learns.")
    public int saveEvery = 100;

    @Setting(
            title = "Save state after",
            advanced = true,
            group = "resume",
            min = 0,
            max = 10_000,
            unit = "minutes",
            help = "Saves a state as well when the last one is so old; 0 goes by steps alone.")
    public double saveMinutes = 0;

    @Setting(
            advanced = true,
            group = "learning rate",
            help = "How the learning rate goes after the warm-up: as it is, or down to nought.")
    public RateCurve schedule = RateSchedule.Curve.CONSTANT;

    @Setting(
            advanced = true,
            group = "learning rate",
            min = 0,
            max = 1_000_000,
            unit = "steps",
            help = "Steps over which the learning rate rises to its full height.")
    public int warmup = 0;

    @Setting(
            advanced = true,
            group = "learning rate",
            min = 1,
            max = 100,
            help = "How often cosine with restarts starts anew.")
    public int restarts = 1;

    @Setting(
            advanced = true,
            group = "learning rate",
            min = 0.1,
            max = 10,
            help = "The power of the polynomial schedule; 1 is a straight line.")
    public double power = 1;

    @Setting(
            advanced = true,
            group = "optimiser",
            help =
                    "How the weights follow their gradients. AdamW suits all; its 8-bit form and Adafactor take less memory;"
                            + " Prodigy finds its own learning rate, so set that to 1; Lion takes a tenth of AdamW's rate.")
    public OptimizerMethod optimizer = Optimizer.Kind.ADAMW;

    @Setting(
            advanced = true,
            group = "optimiser",
            min = 1,
            max = 1024,
            unit = "batches",
            help = "Batches that are averaged into one step: a larger batch in the same memory.")
    public int accumulation = 1;

    @Setting(
            advanced = true,
            group = "optimiser",
            min = 0,
            max = 1000,
            help = "What the length of all gradients together is cut down to; 0 for no limit.")
    public double clipNorm = 1;

    @Setting(advanced = true, group = "optimiser", min = 0, max = 1, help = "Share of the weights taken off per step.")
    public double weightDecay;

    @Setting(
            advanced = true,
            group = "optimiser",
            min = 0,
            max = 0.9999,
            help = "Memory of the mean gradient, of AdamW and Prodigy.")
    public double beta1 = 0.9;

    @Setting(
            advanced = true,
            group = "optimiser",
            min = 0,
            max = 0.9999,
            help = "Memory of the mean squared gradient, of AdamW and Prodigy.")
    public double beta2 = 0.999;

    @Setting(
            title = "d coefficient",
            advanced = true,
            group = "optimiser",
            min = 0.01,
            max = 100,
            help =
                    "Factor of the learning rate that Prodigy finds: below 1 for smaller steps, above 1 for larger ones.")
    public double dCoefficient = 1;

    @Setting(
            title = "Average weights (EMA)",
            advanced = true,
            group = "optimiser",
            help =
                    "Ends with the moving average of the weights over the last steps in place of the last weights: smoother,"
                            + " for long trainings. Takes memory for one more copy of what learns.")
    public boolean ema = false;

    @Setting(
            title = "Min-SNR gamma",
            advanced = true,
            group = "loss",
            min = 0,
            max = 100,
            help = "Keeps steps with little noise from outweighing the others; 5 is usual, 0 turns it off.")
    public double minSnr;

    @Setting(
            advanced = true,
            group = "loss",
            min = 0,
            max = 1,
            help = "Lets whole pictures become darker or brighter; 0.05 to 0.1 when that is wanted.")
    public double noiseOffset = 0;

    @Setting(
            title = "Debiased estimation",
            advanced = true,
            group = "loss",
            help = "Lets steps with much noise count more, those that settle what the picture is of; with or without"
                    + " min-SNR.")
    public boolean debiased = false;

    @Setting(
            title = "Loss",
            advanced = true,
            group = "loss",
            help = "Squared errors, or a distance that odd pictures sway less: Huber, smooth L1.")
    public LossMethod loss = Distance.Kind.SQUARED;

    @Setting(
            title = "Huber threshold",
            advanced = true,
            group = "loss",
            min = 0.001,
            max = 10,
            help = "Where Huber and smooth L1 pass from squares into straight lines.")
    public double huberThreshold = 0.1;

    @Setting(
            title = "Huber schedule",
            advanced = true,
            group = "loss",
            help = "How that threshold goes over the noise: the same everywhere, or 1 where there is no noise and the"
                    + " threshold where there is nothing else.")
    public Distance.Growth huberSchedule = Distance.Growth.SNR;

    @Setting(
            advanced = true,
            group = "loss",
            help =
                    "What the model predicts; choose it only where the model's files say it wrongly: auto is what they say.")
    public Predicts prediction = Predicts.AUTO;

    @Setting(
            title = "Sample every",
            advanced = true,
            group = "samples",
            min = 0,
            max = 1_000_000,
            unit = "steps",
            help =
                    "Draws the sample prompts with what is learnt so far, before the first step and every so many; 0 draws"
                            + " none. The result of the training stays the same.")
    public int sampleEvery = 0;

    @Setting(
            title = "Sample prompts",
            advanced = true,
            group = "samples",
            control = Setting.Control.PROMPT,
            help = "What is drawn, a line each; empty for the caption of the first picture.")
    public String samplePrompts = "";

    @Setting(
            title = "Sampling steps",
            advanced = true,
            group = "samples",
            min = 1,
            max = 1000,
            unit = "steps",
            help = "Of each sample; few are enough to see how it goes.")
    public int sampleSteps = 12;

    @Setting(
            title = "Sample guidance",
            advanced = true,
            group = "samples",
            min = 0,
            max = 30,
            step = 0.5,
            help = "How strongly samples follow their prompts.")
    public double sampleGuidance = 5;

    @Setting(
            title = "Validate every",
            advanced = true,
            group = "validation",
            min = 1,
            max = 1_000_000,
            unit = "steps",
            help =
                    "Steps between two looks at the validation pictures, where some are wired in: their loss, with the same"
                            + " noise each time, rises when the training learns its own pictures by heart.")
    public int validateEvery = 50;

    /** What a model is trained to predict. */
    public enum Predicts {
        /** What its files say. */
        AUTO,
        EPSILON,
        V_PREDICTION
    }

    @Setting(
            advanced = true,
            group = "loss",
            min = 0,
            max = 1,
            help = "How much what a mask leaves out counts beside what it shows; pictures without a mask count wholly.")
    public double unmaskedWeight = 0.1;

    @Setting(
            advanced = true,
            group = "captions",
            help = "Puts the parts of each caption, as commas divide it, in another order whenever it is read.")
    public boolean shuffleTags;

    @Setting(
            advanced = true,
            group = "captions",
            min = 0,
            max = 100,
            unit = "tags",
            help =
                    "How many parts at the front of each caption stay in their place and are never left out: the trigger.")
    public int keepTags = 1;

    @Setting(
            advanced = true,
            group = "captions",
            min = 0,
            max = 1,
            help = "How often a picture is shown without its caption: 0.05 to 0.1 keeps guidance working in long"
                    + " trainings.")
    public double captionDropout;

    @Setting(
            advanced = true,
            group = "captions",
            min = 0,
            max = 1,
            help = "How often each part of a caption is left out.")
    public double tagDropout;

    @Setting(
            advanced = true,
            group = "cache",
            help =
                    "Where encoded pictures and captions are kept: in memory while the training runs, or as files in Graft's"
                            + " cache folder, where the next training finds them.")
    public Keep cache = Keep.MEMORY;

    /** Where encoded pictures and captions are kept. */
    public enum Keep {
        MEMORY,
        DISK
    }

    @Setting(
            title = "Gradient checkpointing",
            advanced = true,
            group = "memory",
            help =
                    "Keeps only what goes in and out of each block of the model and computes the rest twice: less memory,"
                            + " about a third more time, the same result.")
    public boolean checkpointing = false;

    @Setting(
            advanced = true,
            group = "memory",
            help =
                    "What the model computes with: fp16 and bf16 halve the memory of what is computed and of weights that"
                            + " do not learn, on a CUDA device in less time; what learns stays fp32. bf16 is coarser.")
    public Precision precision = Precision.FP32;

    /** Whether each weight steps as soon as its gradient is known; a trainer that may says so. */
    private boolean released;

    /** How often a tag of a long caption is read at least, when their order is drawn. */
    private static final double SEEN_WHEN_SHUFFLED = 0.1;

    private TrainingSettings(int steps, double weightDecay, double minSnr) {
        this.steps = steps;
        this.weightDecay = weightDecay;
        this.minSnr = minSnr;
    }

    /** For a LoRA. */
    public static TrainingSettings forLora() {
        return new TrainingSettings(1000, AdamW.Settings.DEFAULT.weightDecay(), 5);
    }

    /** For all weights of a model. */
    public static TrainingSettings forModel() {
        return new TrainingSettings(800, AdamW.Settings.DEFAULT.weightDecay(), 0);
    }

    /** For the vectors of a word, which decay would draw towards nothing. */
    public static TrainingSettings forWord() {
        return new TrainingSettings(1000, 0, 0);
    }

    /**
     * Judges what can be judged of a trainer before it runs, and says what it will take.
     *
     * <p>Looks at the inputs {@code model}, {@code images}, {@code classImages}, {@code validation} and {@code judge}, as far as there
     * are such.
     *
     * @param priorWeight how much class pictures count
     * @param method what learns, for a model of a shape
     * @throws Problem naming the setting or the input
     */
    public void configure(
            Specs specs,
            LearningRates rates,
            double priorWeight,
            Function<ModelShape, TrainingForecast.Method> method) {
        check(specs, rates);
        CaptionCheck.told(specs, IMAGES, CLASS_IMAGES);
        if (priorWeight == 0 && specs.wired(CLASS_IMAGES)) {
            specs.warn("The prior weight is 0: the class pictures are looked at and teach nothing.");
        }
        forecast(specs, method);
    }

    /** Lets each weight step as soon as its gradient is known, which is freed at once, or not. */
    public void release(boolean gradients) {
        released = gradients;
    }

    /** @throws Problem at the setting or input that wants all gradients at once */
    private void checkReleases(Specs specs) {
        if (clipNorm > 0) {
            throw unreleased(
                            "their length together, which is to be cut down, is known only once all are there",
                            "set it to 0")
                    .at("clipNorm");
        }
        if (accumulation > 1) {
            throw unreleased("those of several batches are to be averaged into one step", "set it to 1")
                    .at("accumulation");
        }
        if (!optimizer.oneByOne()) {
            throw unreleased(
                            optimizer.title() + " looks at all of them before it changes a weight",
                            "choose another optimiser")
                    .at("optimizer");
        }
        if (precision == Precision.FP16) {
            throw unreleased("in FP16 all are looked at for overflow before one is applied", "choose FP32 or BF16")
                    .at("precision");
        }
        Set<TrainingSize> sizes = new HashSet<>();
        for (String input : List.of(IMAGES, CLASS_IMAGES)) {
            specs.of(input, DatasetSpec.class).ifPresent(images -> sizes.addAll(images.sizes()));
        }
        if (specs.of(CLASS_IMAGES, DatasetSpec.class).isPresent() && sizes.size() > 1) {
            throw unreleased(
                            "pictures of the class and of the subject may differ in size, and are then learnt from one after the"
                                    + " other in a step",
                            "load both at one size, without buckets")
                    .at(CLASS_IMAGES);
        }
    }

    private static Problem unreleased(String why, String remedy) {
        return new Problem("gradients cannot be released", why, remedy + ", or turn the release of gradients off");
    }

    /** Judges the settings themselves, and whether the pictures suit the model. */
    void check(Specs specs, LearningRates rates) {
        if (released) {
            checkReleases(specs);
        }
        rates.check(specs, optimizer);
        if (captionChanges().dropsAll() && specs.of(IMAGES, DatasetSpec.class).isPresent()) {
            specs.warn("Every caption is left out (" + droppedBy() + "): what is learnt cannot be called up by words.");
        }
        if (warmup >= steps) {
            throw new Problem(
                            "the learning rate would never reach its full height",
                            "the warm-up takes " + warmup + " of " + steps + " steps",
                            "choose a shorter warm-up or more steps")
                    .at("warmup");
        }
        specs.of("model", CheckpointSpec.class).ifPresent(model -> {
            model.checkTakesLatents();
            for (String input : List.of(IMAGES, CLASS_IMAGES, VALIDATION)) {
                specs.of(input, DatasetSpec.class).ifPresent(images -> checkSize(model, images, input));
            }
            specs.of(IMAGES, DatasetSpec.class)
                    .flatMap(images -> model.sizeWarning(images.width(), images.height()))
                    .ifPresent(warning -> specs.warn(
                            "The pictures are trained " + warning + "; their size is set where they are loaded."));
        });
    }

    /** What becomes of captions, from draw to draw. */
    public CaptionChanges captionChanges() {
        return new CaptionChanges(shuffleTags, keepTags, captionDropout, tagDropout);
    }

    /**
     * Refuses to leave out every caption where what learns is a word in them.
     *
     * @throws Problem at the setting that does so
     */
    public void checkWordStays(String word) {
        if (captionChanges().dropsAll()) {
            throw new Problem(
                            "nothing would be learnt",
                            "no caption has the word " + word + " in it once all are left out (" + droppedBy() + ")",
                            "set it below 1, or to 0")
                    .at(captionDropout >= 1 ? "captionDropout" : "tagDropout");
        }
    }

    private String droppedBy() {
        return captionDropout >= 1 ? "caption dropout is 1" : "tag dropout is 1 and no tag is kept";
    }

    /**
     * How many steps a training may take without any gradient before it is sure that it learns nothing: until each picture
     * came, and its caption was not left out by chance every time.
     */
    int stepsToLearn(Dataset images) {
        double sizes =
                images.items().stream().map(Dataset.Item::size).distinct().count() > 1 ? 2 : 1;
        double rounds = Math.ceil(sizes * images.items().size() / ((double) batch * accumulation));
        // What shuffling brings behind the end of what is read is left out as well.
        double missed = 1 - (1 - captionDropout) * (1 - tagDropout) * (shuffleTags ? SEEN_WHEN_SHUFFLED : 1);
        double chances = missed == 0 ? 1 : missed >= 1 ? steps : Math.ceil(Math.log(1e-6) / Math.log(missed));
        return (int) Math.min(steps, rounds * chances);
    }

    private static void checkSize(CheckpointSpec model, DatasetSpec images, String input) {
        int unit = model.pixelsPerLatent();
        for (TrainingSize size : images.sizes()) {
            if (size.width() % unit != 0 || size.height() % unit != 0) {
                throw new Problem(
                                "cannot train at " + size + " pixels",
                                "the model works in steps of " + unit + " pixels",
                                "choose a width and height, or a step of the buckets, divisible by " + unit
                                        + " where the pictures are loaded")
                        .at(input);
            }
        }
    }

    private void forecast(Specs specs, Function<ModelShape, TrainingForecast.Method> method) {
        Optional<CheckpointSpec> model = specs.of("model", CheckpointSpec.class);
        // Each gives a batch to every step.
        List<DatasetSpec> pictures = Stream.of(IMAGES, CLASS_IMAGES)
                .flatMap(input -> specs.of(input, DatasetSpec.class).stream())
                .toList();
        if (model.isEmpty() || pictures.isEmpty()) {
            return;
        }
        TrainingForecast.Work work = new TrainingForecast.Work(
                pictures.stream().mapToInt(DatasetSpec::count).sum(),
                pictures.get(0).width(),
                pictures.get(0).height(),
                batch * pictures.size(),
                steps,
                accumulation,
                optimizer(),
                ema,
                checkpointing,
                precision,
                released);
        // Class pictures alone tell no judge what to look for.
        Optional<TrainingForecast.Looks> looks = specs.of(IMAGES, DatasetSpec.class)
                .flatMap(images -> specs.of(JUDGE, Judge.Outlook.class)
                        .map(judge -> new TrainingForecast.Looks(JUDGE, judge, images)));
        specs.forecast(new TrainingForecast(model.get().files(), model.get().storage(), method, work, looks));
    }

    /** How far and how fast the loop goes. */
    public TrainingLoop.Plan plan() {
        return new TrainingLoop.Plan(
                steps,
                accumulation,
                new RateSchedule(schedule, warmup, steps, restarts, power),
                clipNorm,
                ema,
                released);
    }

    public Optimizer.Settings optimizer() {
        return new Optimizer.Chosen(
                optimizer, new OptimizerMethod.Hyperparameters(weightDecay, beta1, beta2, dCoefficient));
    }

    public Objective objective(NoiseSchedule noise) {
        return new Objective(noise, minSnr, debiased, new Distance(loss, huberSchedule, huberThreshold));
    }

    /** How a model's pictures are noised, for a network that predicts what is set here. */
    NoiseSchedule noise(SchedulerConfig scheduler) {
        NoiseSchedule noise = NoiseSchedule.of(scheduler);
        return switch (prediction) {
            case AUTO -> noise;
            case EPSILON -> noise.with(Prediction.EPSILON);
            case V_PREDICTION -> noise.with(Prediction.V_PREDICTION);
        };
    }

    /** What is drawn while a training runs: at the size of its first picture. */
    TrainingSamples.Plan samples(Training.Task task) {
        Dataset.Item first = task.images().items().get(0);
        List<String> prompts = samplePrompts
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        return new TrainingSamples.Plan(
                sampleEvery,
                prompts.isEmpty()
                        ? List.of(task.captions().text(first.caption(), KeyedRandom.of(seed, "samples", 0, "caption")))
                        : prompts,
                first.width(),
                first.height(),
                sampleSteps,
                sampleGuidance,
                seed);
    }

    /** Where {@link Keep#DISK} keeps encoded pictures and captions. */
    static Path cacheFolder() {
        return CacheFolder.path().resolve(CacheFolder.ENCODED);
    }

    /**
     * @param stream what keys the random numbers beside the seed: the node's id
     * @param pictures of a batch
     */
    TrainingCache.Draw draw(String stream, int pictures, NoiseSchedule noise) {
        return new TrainingCache.Draw(
                seed,
                stream,
                pictures,
                accumulation,
                noise.trainTimesteps(),
                noiseOffset,
                captionChanges(),
                unmaskedWeight,
                cache == Keep.DISK ? Optional.of(cacheFolder()) : Optional.empty());
    }
}
