package graft.nodes.lora;

import ai.djl.ndarray.NDManager;
import graft.adapter.Lora;
import graft.file.FileName;
import graft.model.Checkpoint;
import graft.model.CheckpointSpec;
import graft.model.Patches;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Control;
import graft.node.Setting.Scale;
import graft.node.Specs;
import graft.sample.NoiseSchedule;
import graft.tensor.Compute;
import graft.tensor.Scope;
import graft.train.AdamW;
import graft.train.Dataset;
import graft.train.DatasetSpec;
import graft.train.LearningRate;
import graft.train.LoraSettings;
import graft.train.LoraWeights;
import graft.train.Losses;
import graft.train.Objective;
import graft.train.TrainingCache;
import graft.train.TrainingLoop;
import graft.train.TrainingProgress;

/** Learns low-rank updates of a base model from captioned pictures. */
@NodeType(
        id = "graft/lora/train",
        title = "Train LoRA",
        category = "training",
        help =
                "Teaches a model a subject or a style from captioned pictures, as a small LoRA beside it; the model itself"
                        + " stays as it is. Stopping keeps what was learnt so far.",
        words = {"finetune", "learn", "adapter", "low rank", "kohya", "peft", "style", "subject"})
public final class TrainLora implements Node {

    @Input(help = "The model to learn for; never changed.")
    Checkpoint model;

    @Input(help = "Pictures with captions.")
    Dataset images;

    @Setting(help = "What the LoRA is called, also in its file.")
    String name = "lora";

    @Setting(
            min = 1,
            max = 1024,
            scale = Scale.LOG,
            help =
                    "How much each layer may change: 4 to 16 for a subject, 16 to 64 for a style. The file grows with it.")
    int rank = 16;

    @Setting(
            min = 0.001,
            max = 1024,
            help =
                    "The update acts at alpha / rank. Equal to the rank it acts in full; lower asks for a higher learning"
                            + " rate.")
    double alpha = 16;

    @Setting(
            title = "Learning rate",
            min = 0,
            max = 1,
            scale = Scale.LOG,
            unit = "per step",
            help = "1e-4 suits Stable Diffusion 1.5; the small built-in model takes 1e-3.")
    double learningRate = 1e-4;

    @Setting(min = 1, max = 1_000_000, unit = "steps", help = "How often the weights are changed.")
    int steps = 1000;

    @Setting(min = 1, max = 256, unit = "pictures", help = "How many pictures each step looks at.")
    int batch = 1;

    @Setting(min = 0, control = Control.SEED, help = "The same seed and settings learn the same LoRA, bit for bit.")
    long seed = 0;

    @Setting(
            title = "Min-SNR gamma",
            min = 0,
            max = 100,
            help = "Keeps steps with little noise from outweighing the others; 5 is usual, 0 turns it off.")
    double minSnr = 5;

    @Setting(
            title = "Save state every",
            advanced = true,
            group = "resume",
            min = 0,
            max = 1_000_000,
            unit = "steps",
            help =
                    "Steps between two saved states: a run that was killed or stopped goes on from the last one when the same"
                            + " workflow runs again. 0 saves none.")
    int saveEvery = 100;

    @Setting(advanced = true, group = "what learns", help = "Which layers of the model learn.")
    LoraSettings.Targets targets = LoraSettings.Targets.ATTENTION;

    @Setting(
            advanced = true,
            group = "learning rate",
            help = "How the learning rate goes after the warm-up: as it is, or down to nought.")
    LearningRate.Curve schedule = LearningRate.Curve.CONSTANT;

    @Setting(
            advanced = true,
            group = "learning rate",
            min = 0,
            max = 1_000_000,
            unit = "steps",
            help = "Steps over which the learning rate rises to its full height.")
    int warmup = 0;

    @Setting(
            advanced = true,
            group = "learning rate",
            min = 1,
            max = 100,
            help = "How often cosine with restarts starts anew.")
    int restarts = 1;

    @Setting(
            advanced = true,
            group = "learning rate",
            min = 0.1,
            max = 10,
            help = "The power of the polynomial schedule; 1 is a straight line.")
    double power = 1;

    @Setting(
            advanced = true,
            group = "optimiser",
            min = 1,
            max = 1024,
            unit = "batches",
            help = "Batches that are averaged into one step: a larger batch in the same memory.")
    int accumulation = 1;

    @Setting(
            advanced = true,
            group = "optimiser",
            min = 0,
            max = 1000,
            help = "What the length of all gradients together is cut down to; 0 for no limit.")
    double clipNorm = 1;

    @Setting(advanced = true, group = "optimiser", min = 0, max = 1, help = "Share of the weights taken off per step.")
    double weightDecay = 0.01;

    @Setting(advanced = true, group = "optimiser", min = 0, max = 0.9999, help = "Memory of the mean gradient.")
    double beta1 = 0.9;

    @Setting(advanced = true, group = "optimiser", min = 0, max = 0.9999, help = "Memory of the mean squared gradient.")
    double beta2 = 0.999;

    @Setting(
            advanced = true,
            group = "noise",
            min = 0,
            max = 1,
            help = "Lets whole pictures become darker or brighter; 0.05 to 0.1 when that is wanted.")
    double noiseOffset = 0;

    @Output(help = "What was learnt.")
    Lora lora;

    @Output(help = "How the loss went.")
    Losses losses;

    @Override
    public void configure(Specs specs) {
        FileName.checked(name, "name");
        if (learningRate == 0) {
            throw new Problem(
                            "nothing would be learnt",
                            "the learning rate is 0",
                            "choose one above 0, such as 1e-4 for Stable Diffusion 1.5")
                    .at("learningRate");
        }
        if (warmup >= steps) {
            throw new Problem(
                            "the learning rate would never reach its full height",
                            "the warm-up takes " + warmup + " of " + steps + " steps",
                            "choose a shorter warm-up or more steps")
                    .at("warmup");
        }
        if (specs.of("model", CheckpointSpec.class).isPresent()
                && specs.of("images", DatasetSpec.class).isPresent()) {
            check(
                    specs.of("model", CheckpointSpec.class).get(),
                    specs.of("images", DatasetSpec.class).get());
        }
    }

    private static void check(CheckpointSpec model, DatasetSpec images) {
        int unit = model.pixelsPerLatent();
        if (images.width() % unit != 0 || images.height() % unit != 0) {
            throw new Problem(
                            "cannot train at " + images.width() + "×" + images.height() + " pixels",
                            "the model works in steps of " + unit + " pixels",
                            "choose a width and height divisible by " + unit + " where the pictures are loaded")
                    .at("images");
        }
    }

    @Override
    public void run(Run run) throws Exception {
        Compute.prepareThread();
        NoiseSchedule noise = NoiseSchedule.of(model.scheduler());
        TrainingCache.Draw draw =
                new TrainingCache.Draw(seed, run.node(), batch, accumulation, noise.trainTimesteps(), noiseOffset);
        run.log("Encoding " + images.items().size() + " pictures and their captions.");
        try (TrainingCache cache = TrainingCache.of(images, model, draw, (done, total) -> run.checkCancelled());
                NDManager memory = model.compute().newManager()) {
            learn(run, cache, noise, memory);
        }
    }

    private void learn(Run run, TrainingCache cache, NoiseSchedule noise, NDManager memory) {
        LoraWeights weights;
        try (Scope scope = Scope.open()) {
            weights = LoraWeights.fresh(model.unet(), new LoraSettings(rank, alpha, targets), seed, run.node(), memory);
            weights.leaves().forEach(leaf -> scope.keep(leaf, memory));
        }
        Patches patches = model.unetPatches().plus(weights.patches());
        LearningRate rate = new LearningRate(learningRate, schedule, warmup, steps, restarts, power);
        TrainingLoop loop = new TrainingLoop(
                weights.leaves(),
                new Objective(noise, minSnr),
                (noised, timesteps, context) -> model.unet().forward(noised, timesteps, context, patches),
                new TrainingLoop.Plan(steps, accumulation, rate, clipNorm),
                new AdamW.Settings(beta1, beta2, AdamW.Settings.DEFAULT.epsilon(), weightDecay),
                memory);
        run.log("Training " + weights.size() + " numbers in " + weights.leaves().size() / 2 + " layers for " + steps
                + " steps.");
        losses = loop.run(cache, new TrainingProgress(run, steps), TrainingLoop.Saves.of(run, saveEvery));
        int taken = losses.steps().size();
        lora = weights.toLora(name.strip(), TrainingRecord.of(this, model, images, taken));
        if (taken < steps) {
            run.partial("Stopped after step " + taken + " of " + steps + "; the LoRA so far is kept.");
        }
    }
}
