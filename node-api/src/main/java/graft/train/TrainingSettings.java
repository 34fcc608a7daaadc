package graft.train;

import graft.file.CacheFolder;
import graft.model.CheckpointSpec;
import graft.node.Problem;
import graft.node.Setting;
import graft.node.SettingGroup;
import graft.node.Specs;
import graft.sample.NoiseSchedule;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The settings that every trainer has beside its own first screen: a {@link SettingGroup} of advanced settings.
 *
 * <p>What a method needs otherwise than the others is given to the constructor as its default.
 */
public final class TrainingSettings {

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
            advanced = true,
            group = "learning rate",
            help = "How the learning rate goes after the warm-up: as it is, or down to nought.")
    public LearningRate.Curve schedule = LearningRate.Curve.CONSTANT;

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
    public Optimizer.Kind optimizer = Optimizer.Kind.ADAMW;

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

    private TrainingSettings(double weightDecay, double minSnr) {
        this.weightDecay = weightDecay;
        this.minSnr = minSnr;
    }

    /** @param minSnr the default of that setting */
    public static TrainingSettings withMinSnr(double minSnr) {
        return new TrainingSettings(AdamW.Settings.DEFAULT.weightDecay(), minSnr);
    }

    /** For what would be drawn towards nothing: the weights of a word. */
    public static TrainingSettings withoutDecay() {
        return new TrainingSettings(0, 0);
    }

    /**
     * Judges what can be judged of a trainer before it runs.
     *
     * @param usual a learning rate to name where nothing would be learnt
     * @param datasets the inputs that take pictures
     * @throws Problem naming the setting or the input
     */
    public void check(Specs specs, double learningRate, String usual, int steps, String... datasets) {
        if (learningRate == 0) {
            throw new Problem(
                            "nothing would be learnt",
                            "the learning rate is 0",
                            "choose one above 0, such as " + usual + " for Stable Diffusion 1.5")
                    .at("learningRate");
        }
        checkRate(specs, learningRate, usual);
        if (warmup >= steps) {
            throw new Problem(
                            "the learning rate would never reach its full height",
                            "the warm-up takes " + warmup + " of " + steps + " steps",
                            "choose a shorter warm-up or more steps")
                    .at("warmup");
        }
        specs.of("model", CheckpointSpec.class).ifPresent(model -> {
            for (String input : datasets) {
                specs.of(input, DatasetSpec.class).ifPresent(images -> checkSize(model, images, input));
            }
        });
    }

    private void checkRate(Specs specs, double learningRate, String usual) {
        if (optimizer == Optimizer.Kind.PRODIGY && learningRate < 0.1) {
            throw new Problem(
                            "next to nothing would be learnt",
                            "Prodigy finds the learning rate by itself and takes " + learningRate + " times that",
                            "set the learning rate to 1 for Prodigy, or choose another optimiser")
                    .at("learningRate");
        }
        if (optimizer != Optimizer.Kind.PRODIGY && learningRate >= 0.1) {
            specs.warn("A learning rate of " + learningRate + " spoils the weights with any optimiser but Prodigy; "
                    + usual + " is usual for Stable Diffusion 1.5.");
        }
        if (optimizer == Optimizer.Kind.LION && learningRate >= Double.parseDouble(usual)) {
            specs.warn("Lion's steps are all of full size: a third to a tenth of AdamW's learning rate is usual, here "
                    + Double.parseDouble(usual) / 10 + " for Stable Diffusion 1.5.");
        }
    }

    private static void checkSize(CheckpointSpec model, DatasetSpec images, String input) {
        int unit = model.pixelsPerLatent();
        for (Size size : images.sizes()) {
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

    /** How far and how fast the loop goes. */
    public TrainingLoop.Plan plan(int steps, double learningRate) {
        return new TrainingLoop.Plan(
                steps,
                accumulation,
                new LearningRate(learningRate, schedule, warmup, steps, restarts, power),
                clipNorm,
                ema);
    }

    public Optimizer.Settings optimizer() {
        double epsilon = AdamW.Settings.DEFAULT.epsilon();
        return switch (optimizer) {
            case ADAMW -> new AdamW.Settings(beta1, beta2, epsilon, weightDecay);
            case ADAMW8BIT -> new AdamW8bit.Settings(beta1, beta2, epsilon, weightDecay);
            case ADAFACTOR -> new Adafactor.Settings(1, weightDecay);
            case PRODIGY -> new Prodigy.Settings(beta1, beta2, epsilon, weightDecay, dCoefficient);
            // As its paper has them; the means are of another kind than AdamW's.
            case LION -> new Lion.Settings(0.9, 0.99, weightDecay);
        };
    }

    public Objective objective(NoiseSchedule noise) {
        return new Objective(noise, minSnr);
    }

    /** Where {@link Keep#DISK} keeps encoded pictures and captions. */
    static Path cacheFolder() {
        return CacheFolder.path().resolve("training");
    }

    /** @param stream what keys the random numbers beside the seed: the node's id */
    public TrainingCache.Draw draw(long seed, String stream, int batch, NoiseSchedule noise) {
        return new TrainingCache.Draw(
                seed,
                stream,
                batch,
                accumulation,
                noise.trainTimesteps(),
                noiseOffset,
                new CaptionChanges(shuffleTags, keepTags, captionDropout, tagDropout),
                unmaskedWeight,
                cache == Keep.DISK ? Optional.of(cacheFolder()) : Optional.empty());
    }
}
