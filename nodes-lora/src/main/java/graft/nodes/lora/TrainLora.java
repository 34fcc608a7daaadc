package graft.nodes.lora;

import ai.djl.ndarray.NDManager;
import graft.adapter.Lora;
import graft.adapter.LoraSpec;
import graft.file.FileName;
import graft.model.Checkpoint;
import graft.model.CheckpointSpec;
import graft.model.Family;
import graft.model.Learns;
import graft.model.ModelShape;
import graft.node.Choice;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Scale;
import graft.node.SettingGroup;
import graft.node.Specs;
import graft.picture.Images;
import graft.tensor.Compute;
import graft.train.AdapterKind;
import graft.train.BlockRanks;
import graft.train.Judge;
import graft.train.Learner;
import graft.train.LearningRates;
import graft.train.LoraSettings;
import graft.train.LoraWeights;
import graft.train.Losses;
import graft.train.Trained;
import graft.train.Training;
import graft.train.TrainingForecast;
import graft.train.TrainingSettings;
import graft.train.data.CaptionCheck;
import graft.train.data.Dataset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

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

    @Input(optional = true, help = "Pictures of the class that the model drew itself: what is not to be forgotten.")
    Dataset classImages;

    @Input(
            optional = true,
            help = "Pictures of the same kind that nothing is learnt from: their loss shows when to stop.")
    Dataset validation;

    @Input(
            optional = true,
            help = "A LoRA to go on from: its layers, ranks and kind stay, and the settings for them do not count.")
    Lora start;

    @Input(
            optional = true,
            help = "What looks at the training while it runs, says when to stop and finds the best step.")
    Judge judge;

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
            help =
                    "1e-4 suits Stable Diffusion; with 0 the text encoder alone learns. The small built-in model takes 1e-3.")
    double learningRate = 1e-4;

    @Setting(
            advanced = true,
            group = "what learns",
            help = "Which layers of the model learn; all-linear is every layer of the transformers, as kohya has it.")
    LoraSettings.Targets targets = LoraSettings.Targets.ATTENTION;

    @Setting(
            title = "Convolution rank",
            advanced = true,
            group = "what learns",
            min = 0,
            max = 1024,
            help = "Rank of the convolutions of resnets and of the changes of size, which then learn too; 0 for none.")
    int convRank = 0;

    @Setting(
            title = "Convolution alpha",
            advanced = true,
            group = "what learns",
            min = 0.001,
            max = 1024,
            help = "Alpha of the convolutions.")
    double convAlpha = 1;

    @Setting(
            title = "Ranks of blocks",
            advanced = true,
            group = "what learns",
            help =
                    "Ranks of single blocks, such as down_blocks.1=8, mid=4, up_blocks=16; 0 leaves a block out. Empty for"
                            + " one rank everywhere.")
    String blockRanks = "";

    @Setting(
            title = "Train text encoder",
            advanced = true,
            group = "what learns",
            help =
                    "Lets the text encoder, or both of them, learn too, which makes a rare word take hold faster and a step slower.")
    boolean trainTextEncoder = false;

    @Setting(
            title = "Text learning rate",
            advanced = true,
            group = "what learns",
            min = 0,
            max = 1,
            scale = Scale.LOG,
            unit = "per step",
            help = "Of text encoders; half of the other is usual, and 1 as well with Prodigy.")
    double textLearningRate = 5e-5;

    @Setting(
            advanced = true,
            group = "adapter",
            help =
                    "LoRA is read everywhere. DoRA learns the length of weights by themselves and is better at low ranks;"
                            + " LoHa and LoKr are LyCORIS' and say more in a small file.")
    AdapterKind kind = LoraSettings.Kind.LORA;

    @Setting(
            title = "Rank-stabilised",
            advanced = true,
            group = "adapter",
            help = "The update acts at alpha / √rank, so that a high rank needs no higher learning rate.")
    boolean rankStabilised = false;

    @Setting(
            title = "LoKr factor",
            advanced = true,
            group = "adapter",
            min = -1,
            max = 1024,
            help =
                    "What the sides of LoKr's small matrix come close to; −1 splits as evenly as can be, for the smallest"
                            + " file.")
    int factor = -1;

    @Setting(
            advanced = true,
            group = "adapter",
            min = 0,
            max = 0.95,
            help = "Share of an update's directions that each step leaves out, against learning pictures by heart.")
    double dropout = 0;

    @Setting(
            title = "LoRA+ ratio",
            advanced = true,
            group = "adapter",
            min = 1,
            max = 1024,
            help = "How many times as fast the factors learn that begin at nought; 16 is LoRA+, 1 is plain.")
    double loraPlus = 1;

    @Setting(
            title = "Prior weight",
            advanced = true,
            group = "what learns",
            min = 0,
            max = 100,
            help = "How much class pictures count beside the others, where some are wired in; 1 is usual.")
    double priorWeight = 1;

    @SettingGroup
    TrainingSettings training = TrainingSettings.forLora();

    @Output(help = "What was learnt.")
    Lora lora;

    @Output(help = "How the loss went.")
    Losses losses;

    @Output(help = "What was learnt by the step that the judge found best; without a judge by the last one.")
    Lora best;

    @Output(help = "The judge's curve, and its pictures step by step; nothing without a judge.")
    List<Images> judged;

    @Override
    public void configure(Specs specs) {
        FileName.checked(name, "name");
        checkLearning();
        training.configure(specs, rates(), priorWeight, this::method);
        CaptionCheck.empty(specs, "images");
        specs.of("model", CheckpointSpec.class).ifPresent(spec -> {
            specs.of("start", LoraSpec.class).ifPresent(before -> checkFits(before, spec));
            // In Graft's own families there are layers of every kind.
            boolean sure = blockRanks.isBlank() && Family.of(spec) instanceof Choice.BuiltIn;
            if (!specs.wired("start") && !sure) {
                checkSomethingLearns(ModelShape.read(spec.files()));
            }
            LoraSpec learnt = new LoraSpec(name.strip(), OptionalInt.of(spec.contextWidth()), texts(spec));
            specs.output("lora", learnt);
            specs.output("best", learnt);
        });
    }

    /** The text encoders that will have learnt. */
    private Set<String> texts(CheckpointSpec model) {
        return trainTextEncoder ? model.wordWidths().keySet() : Set.of();
    }

    private void checkSomethingLearns(ModelShape shape) {
        if (wanted().numbers(shape) == 0) {
            throw new Problem(
                            "nothing would be learnt",
                            blockRanks.isBlank()
                                    ? "models of the family "
                                            + Family.of(shape.spec()).title() + " have no layers of that kind"
                                    : "the ranks of blocks leave no layer that learns",
                            blockRanks.isBlank() ? "choose other layers" : "give some block a rank above 0")
                    .at(blockRanks.isBlank() ? "targets" : "blockRanks");
        }
    }

    private static void checkFits(LoraSpec before, CheckpointSpec model) {
        try {
            before.checkFits(model);
        } catch (Problem problem) {
            throw problem.at("start");
        }
    }

    private LearningRates rates() {
        return new LearningRates(learningRate, "1e-4", trainTextEncoder, textLearningRate, "5e-5");
    }

    private TrainingForecast.Method method(ModelShape shape) {
        LoraSettings wanted = wanted();
        long numbers = wanted.numbers(shape);
        return new TrainingForecast.Method(
                Learns.LOW_RANK,
                numbers,
                trainTextEncoder,
                2 * numbers,
                "lora " + wanted.toString().replace(kind.toString(), named()) + (loraPlus == 1 ? "" : " plus"),
                (stand, memory) -> {
                    LoraWeights weights = LoraWeights.fresh(stand, wanted, 0, "forecast", memory);
                    return new Learner(
                            weights.groups(rates(), loraPlus),
                            weights.over(stand),
                            weights.learning(stand),
                            weights.learnsText(),
                            Learner.Around.NOTHING);
                });
    }

    /** What the kind is called in a sentence that stays the same from run to run. */
    private String named() {
        return kind instanceof Enum<?> ? kind.toString() : kind.id();
    }

    /** What the settings say a new LoRA is to be like. */
    private LoraSettings wanted() {
        return new LoraSettings(
                kind,
                new LoraSettings.Rank(rank, alpha),
                new LoraSettings.Rank(convRank, convAlpha),
                rankStabilised,
                targets,
                BlockRanks.parse(blockRanks),
                trainTextEncoder,
                factor,
                dropout);
    }

    private void checkLearning() {
        try {
            BlockRanks.parse(blockRanks);
        } catch (Problem problem) {
            throw problem.at("blockRanks");
        }
        if (factor == 0) {
            throw new Problem(
                            "cannot split weights by a LoKr factor of 0",
                            "it is what a matrix's sides come close to",
                            "choose −1 for an even split, or a number such as 8")
                    .at("factor");
        }
    }

    @Override
    public void run(Run run) throws Exception {
        Compute.prepareThread();
        try (NDManager memory = model.compute().newManager()) {
            LoraWeights weights = weights(run, memory);
            run.log("Learning " + weights.layers() + " layers.");
            try (Trained trained = Training.run(
                    run,
                    new Training.Task(
                            model,
                            images,
                            Optional.ofNullable(classImages),
                            priorWeight,
                            Optional.ofNullable(validation)),
                    training,
                    new Learner(
                            weights.groups(rates(), loraPlus),
                            weights.over(model),
                            weights.learning(model),
                            weights.learnsText(),
                            weights.dropping(training.seed, run.stream())),
                    Optional.ofNullable(judge))) {
                losses = trained.losses();
                lora = learnt(weights, losses.steps().size());
                best = trained.best(lora, step -> learnt(weights, step));
                judged = trained.drawn();
            }
        }
    }

    private Lora learnt(LoraWeights weights, int steps) {
        return weights.toLora(name.strip(), TrainingRecord.of(this, model, images, steps));
    }

    private LoraWeights weights(Run run, NDManager memory) {
        if (start == null) {
            return LoraWeights.fresh(model, wanted(), training.seed, run.stream(), memory);
        }
        if (trainTextEncoder != start.changesText()) {
            throw new Problem(
                            "cannot go on from " + start.name(),
                            trainTextEncoder
                                    ? "it changes nothing of the text encoder, which is to learn"
                                    : "it changes the text encoder too, which is not to learn",
                            trainTextEncoder ? "turn the text encoder off" : "turn the text encoder on")
                    .at("trainTextEncoder");
        }
        run.log("Going on from " + start.name() + ": " + start.kind() + ", rank " + start.rank() + ".");
        return LoraWeights.of(start, model, dropout, memory);
    }
}
