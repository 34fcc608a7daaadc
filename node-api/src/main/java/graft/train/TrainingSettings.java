package graft.train;

import graft.model.CheckpointSpec;
import graft.model.ModelShape;
import graft.node.Problem;
import graft.node.Setting;
import graft.node.SettingGroup;
import graft.node.Specs;
import graft.sample.NoiseSchedule;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

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
                            + " workflow runs again. 0 saves none. A state is about three times as large as what learns.")
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

    @Setting(advanced = true, group = "optimiser", min = 0, max = 0.9999, help = "Memory of the mean gradient.")
    public double beta1 = 0.9;

    @Setting(advanced = true, group = "optimiser", min = 0, max = 0.9999, help = "Memory of the mean squared gradient.")
    public double beta2 = 0.999;

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

    private static void checkSize(CheckpointSpec model, DatasetSpec images, String input) {
        int unit = model.pixelsPerLatent();
        if (images.width() % unit != 0 || images.height() % unit != 0) {
            throw new Problem(
                            "cannot train at " + images.width() + "×" + images.height() + " pixels",
                            "the model works in steps of " + unit + " pixels",
                            "choose a width and height divisible by " + unit + " where the pictures are loaded")
                    .at(input);
        }
    }

    /**
     * Says what the training will take, where model and pictures are known.
     *
     * @param method what learns, for a model of a shape
     * @param datasets the inputs that take pictures; each gives {@code batch} of them to every step
     */
    public void forecast(
            Specs specs,
            Function<ModelShape, TrainingForecast.Method> method,
            int steps,
            int batch,
            String... datasets) {
        Optional<CheckpointSpec> model = specs.of("model", CheckpointSpec.class);
        List<DatasetSpec> pictures = Arrays.stream(datasets)
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
                AdamW.STATE_BYTES,
                checkpointing);
        specs.forecast(new TrainingForecast(model.get().files(), method, work));
    }

    /** How far and how fast the loop goes. */
    public TrainingLoop.Plan plan(int steps, double learningRate) {
        return new TrainingLoop.Plan(
                steps,
                accumulation,
                new LearningRate(learningRate, schedule, warmup, steps, restarts, power),
                clipNorm);
    }

    public AdamW.Settings optimizer() {
        return new AdamW.Settings(beta1, beta2, AdamW.Settings.DEFAULT.epsilon(), weightDecay);
    }

    public Objective objective(NoiseSchedule noise) {
        return new Objective(noise, minSnr);
    }

    /** @param stream what keys the random numbers beside the seed: the node's id */
    public TrainingCache.Draw draw(long seed, String stream, int batch, NoiseSchedule noise) {
        return new TrainingCache.Draw(seed, stream, batch, accumulation, noise.trainTimesteps(), noiseOffset);
    }
}
