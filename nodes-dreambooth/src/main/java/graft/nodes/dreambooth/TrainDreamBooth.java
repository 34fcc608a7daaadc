package graft.nodes.dreambooth;

import ai.djl.ndarray.NDArray;
import graft.model.Checkpoint;
import graft.model.CheckpointSpec;
import graft.model.Learns;
import graft.model.ModelShape;
import graft.model.Network;
import graft.model.TextEncoder;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Control;
import graft.node.Setting.Scale;
import graft.node.SettingGroup;
import graft.node.Specs;
import graft.tensor.Compute;
import graft.tensor.Gradient;
import graft.train.CaptionCheck;
import graft.train.Dataset;
import graft.train.Learner;
import graft.train.Losses;
import graft.train.ParameterGroup;
import graft.train.Training;
import graft.train.TrainingForecast;
import graft.train.TrainingSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Learns all weights of the UNet, and of the text encoder if wanted, from captioned pictures of a subject (Ruiz et al., 2022, "DreamBooth"). */
@NodeType(
        id = "graft/dreambooth/train",
        title = "Train DreamBooth",
        category = "training",
        help =
                "Teaches a copy of the whole model a subject from a few captioned pictures. Wire in pictures of the class too,"
                        + " and the class is not forgotten. Stopping keeps what was learnt so far.",
        words = {"finetune", "learn", "subject", "prior preservation", "checkpoint"})
public final class TrainDreamBooth implements Node {

    @Input(help = "The model to start from; never changed.")
    Checkpoint model;

    @Input(help = "Pictures of the subject, captioned with a rare word and the class, such as: a photo of a sks dog.")
    Dataset images;

    @Input(optional = true, help = "Pictures of the class that the model drew itself, captioned without the rare word.")
    Dataset classImages;

    @Input(
            optional = true,
            help = "Pictures of the same kind that nothing is learnt from: their loss shows when to stop.")
    Dataset validation;

    @Setting(
            title = "Learning rate",
            min = 0,
            max = 1,
            scale = Scale.LOG,
            unit = "per step",
            help = "2e-6 to 5e-6 suits Stable Diffusion 1.5; the small built-in model takes 2e-4.")
    double learningRate = 2e-6;

    @Setting(min = 1, max = 1_000_000, unit = "steps", help = "How often the weights are changed.")
    int steps = 800;

    @Setting(
            min = 1,
            max = 256,
            unit = "pictures",
            help = "How many pictures each step looks at, of the subject and of the class each.")
    int batch = 1;

    @Setting(min = 0, control = Control.SEED, help = "The same seed and settings learn the same model, bit for bit.")
    long seed = 0;

    @Setting(
            title = "Prior weight",
            min = 0,
            max = 100,
            help = "How much the class pictures count beside the subject's; 1 is usual.")
    double priorWeight = 1;

    @Setting(
            title = "Train text encoder",
            advanced = true,
            group = "text encoder",
            help =
                    "Lets the text encoder learn too: closer to the subject, at more memory and with more risk that other"
                            + " prompts suffer.")
    boolean trainTextEncoder = false;

    @Setting(
            title = "Text learning rate",
            advanced = true,
            group = "text encoder",
            min = 0,
            max = 1,
            scale = Scale.LOG,
            unit = "per step",
            help = "Of the text encoder, along the same schedule; half of the other or less is usual.")
    double textLearningRate = 1e-6;

    @SettingGroup
    TrainingSettings training = TrainingSettings.withMinSnr(0);

    @Output(help = "The model that knows the subject.")
    Checkpoint trained;

    @Output(help = "How the loss went.")
    Losses losses;

    @Override
    public void configure(Specs specs) {
        training.check(specs, learningRate, "2e-6", steps, "images", "classImages", "validation");
        CaptionCheck.empty(specs, "images");
        CaptionCheck.told(specs, "images", "classImages");
        training.checkPrior(specs, priorWeight, "classImages");
        if (trainTextEncoder && textLearningRate == 0) {
            throw new Problem(
                            "the text encoder would not learn",
                            "its learning rate is 0",
                            "choose one above 0, such as 1e-6, or turn the text encoder off")
                    .at("textLearningRate");
        }
        training.forecast(specs, this::method, steps, batch, "images", "classImages");
        specs.of("model", CheckpointSpec.class).ifPresent(spec -> specs.output("trained", spec));
    }

    private TrainingForecast.Method method(ModelShape shape) {
        return new TrainingForecast.Method(
                Learns.ALL,
                shape.network().numbers() + (trainTextEncoder ? shape.text().numbers() : 0),
                trainTextEncoder,
                0,
                "dreambooth" + (trainTextEncoder ? " with text encoder" : ""),
                (model, memory) -> {
                    List<NDArray> weights =
                            new ArrayList<>(model.network().weights().arrays());
                    if (trainTextEncoder) {
                        model.texts()
                                .forEach(part -> weights.addAll(
                                        model.encoder(part).weights().arrays()));
                    }
                    // A stand-in's layers share arrays.
                    return Learner.of(weights.stream().distinct().toList(), model, trainTextEncoder);
                });
    }

    @Override
    public void run(Run run) throws Exception {
        Compute.prepareThread();
        Network network = model.networkToLearn();
        Map<String, TextEncoder> text = new LinkedHashMap<>();
        try {
            List<ParameterGroup> groups = new ArrayList<>();
            groups.add(ParameterGroup.of(network.weights().arrays()));
            if (trainTextEncoder) {
                for (String part : model.texts()) {
                    text.put(part, model.encoder(part).copy(model.compute()));
                    groups.add(new ParameterGroup(text.get(part).weights().arrays(), textLearningRate / learningRate));
                }
            }
            groups.forEach(group -> group.weights().forEach(Gradient::leaf));
            Checkpoint learning = model.with(network, text);
            losses = Training.run(
                    run,
                    new Training.Task(
                            model,
                            images,
                            Optional.ofNullable(classImages),
                            priorWeight,
                            Optional.ofNullable(validation),
                            steps,
                            batch,
                            learningRate,
                            seed),
                    training,
                    new Learner(groups, learning, trainTextEncoder));
            groups.forEach(group -> group.weights().forEach(Gradient::settled));
            trained = learning;
        } finally {
            if (trained == null) {
                network.close();
                text.values().forEach(TextEncoder::close);
            }
        }
    }
}
