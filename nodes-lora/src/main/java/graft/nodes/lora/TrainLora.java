package graft.nodes.lora;

import ai.djl.ndarray.NDManager;
import graft.adapter.Lora;
import graft.file.FileName;
import graft.model.Checkpoint;
import graft.model.ModelShape;
import graft.model.Patches;
import graft.model.UNetActivations.Learns;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Control;
import graft.node.Setting.Scale;
import graft.node.SettingGroup;
import graft.node.Specs;
import graft.tensor.Compute;
import graft.tensor.Scope;
import graft.train.Dataset;
import graft.train.Learner;
import graft.train.LoraSettings;
import graft.train.LoraWeights;
import graft.train.Losses;
import graft.train.Training;
import graft.train.TrainingForecast;
import graft.train.TrainingSettings;
import java.util.List;
import java.util.Optional;

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

    @Setting(advanced = true, group = "what learns", help = "Which layers of the model learn.")
    LoraSettings.Targets targets = LoraSettings.Targets.ATTENTION;

    @SettingGroup
    TrainingSettings training = TrainingSettings.withMinSnr(5);

    @Output(help = "What was learnt.")
    Lora lora;

    @Output(help = "How the loss went.")
    Losses losses;

    @Override
    public void configure(Specs specs) {
        FileName.checked(name, "name");
        training.check(specs, learningRate, "1e-4", steps, "images");
        training.forecast(specs, this::method, steps, batch, "images");
    }

    private TrainingForecast.Method method(ModelShape shape) {
        LoraSettings lora = new LoraSettings(rank, alpha, targets);
        long numbers = lora.numbers(shape.unetModules());
        return new TrainingForecast.Method(
                Learns.LOW_RANK, numbers, false, 2 * numbers, "lora " + rank + " " + targets, (stand, memory) -> {
                    LoraWeights weights = LoraWeights.fresh(stand.unet(), lora, 0, "forecast", memory);
                    Checkpoint view = stand.with(weights.patches(), Patches.NONE, stand.addedTokens(), List.of());
                    return new Learner(weights.leaves(), view, false);
                });
    }

    @Override
    public void run(Run run) throws Exception {
        Compute.prepareThread();
        try (NDManager memory = model.compute().newManager()) {
            LoraWeights weights = fresh(run, memory);
            Checkpoint view = model.with(weights.patches(), Patches.NONE, model.addedTokens(), List.of());
            losses = Training.run(
                    run,
                    new Training.Task(model, images, Optional.empty(), 0, steps, batch, learningRate, seed),
                    training,
                    new Learner(weights.leaves(), view, false));
            lora = weights.toLora(
                    name.strip(),
                    TrainingRecord.of(this, model, images, losses.steps().size()));
        }
    }

    private LoraWeights fresh(Run run, NDManager memory) {
        try (Scope scope = Scope.open()) {
            LoraWeights weights =
                    LoraWeights.fresh(model.unet(), new LoraSettings(rank, alpha, targets), seed, run.node(), memory);
            weights.leaves().forEach(leaf -> scope.keep(leaf, memory));
            return weights;
        }
    }
}
