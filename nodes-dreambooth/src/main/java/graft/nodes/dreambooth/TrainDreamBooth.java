package graft.nodes.dreambooth;

import ai.djl.ndarray.NDArray;
import graft.model.Checkpoint;
import graft.model.CheckpointSpec;
import graft.model.Layered;
import graft.model.Learns;
import graft.model.ModelShape;
import graft.model.Network;
import graft.model.TextEncoder;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Scale;
import graft.node.SettingGroup;
import graft.node.Specs;
import graft.picture.Images;
import graft.tensor.Compute;
import graft.tensor.Gradient;
import graft.train.Judge;
import graft.train.Learner;
import graft.train.LearningRates;
import graft.train.Losses;
import graft.train.Trained;
import graft.train.Training;
import graft.train.TrainingForecast;
import graft.train.TrainingSettings;
import graft.train.data.CaptionCheck;
import graft.train.data.Dataset;
import graft.train.optimizer.ParameterGroup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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

    @Input(
            optional = true,
            help = "What looks at the training while it runs, says when to stop and finds the best step.")
    Judge judge;

    @Setting(
            title = "Learning rate",
            min = 0,
            max = 1,
            scale = Scale.LOG,
            unit = "per step",
            help = "2e-6 to 5e-6 suits Stable Diffusion 1.5; the small built-in model takes 2e-4.")
    double learningRate = 2e-6;

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

    @Setting(
            title = "Release gradients",
            advanced = true,
            group = "memory",
            help =
                    "Each block's weights step as soon as their gradients are known, which go at once: a quarter less memory,"
                            + " the same result. Needs no limit of the gradients' length (clip norm 0) and no accumulation.")
    boolean releaseGradients = false;

    @SettingGroup
    TrainingSettings training = TrainingSettings.forModel();

    @Output(help = "The model that knows the subject.")
    Checkpoint trained;

    @Output(help = "How the loss went.")
    Losses losses;

    @Output(help = "The model as it was at the step that the judge found best; without a judge at the last one.")
    Checkpoint best;

    @Output(help = "The judge's curve, and its pictures step by step; nothing without a judge.")
    List<Images> judged;

    @Override
    public void configure(Specs specs) {
        training.release(releaseGradients);
        training.configure(specs, rates(), priorWeight, this::method);
        CaptionCheck.empty(specs, "images");
        specs.of("model", CheckpointSpec.class).ifPresent(spec -> {
            specs.output("trained", spec);
            specs.output("best", spec);
        });
    }

    private LearningRates rates() {
        return new LearningRates(learningRate, "2e-6", trainTextEncoder, textLearningRate, "1e-6");
    }

    private TrainingForecast.Method method(ModelShape shape) {
        return new TrainingForecast.Method(
                Learns.ALL,
                shape.network().numbers() + (trainTextEncoder ? shape.text().numbers() : 0),
                trainTextEncoder,
                0,
                "dreambooth" + (trainTextEncoder ? " with text encoder" : ""),
                (model, memory) -> {
                    List<Layered> parts = new ArrayList<>();
                    if (learningRate > 0) {
                        parts.add(model.network());
                    }
                    if (trainTextEncoder) {
                        model.texts().forEach(part -> parts.add(model.encoder(part)));
                    }
                    // A stand-in's layers share arrays.
                    List<NDArray> weights = parts.stream()
                            .flatMap(part -> part.weights().arrays().stream())
                            .distinct()
                            .toList();
                    return Learner.of(weights, 1, model, trainTextEncoder);
                });
    }

    private static ParameterGroup group(Layered part, double rate) {
        return new ParameterGroup(part.weights().arrays(), rate);
    }

    /** A model of its own with the weights of another as they are now. */
    private Checkpoint copied(Checkpoint learning, Set<String> learnt) {
        Network network = learning.networkToLearn();
        Map<String, TextEncoder> text = new LinkedHashMap<>();
        try {
            learnt.forEach(part -> text.put(part, learning.encoderToLearn(part)));
            return model.with(network, text);
        } catch (RuntimeException failure) {
            network.close();
            text.values().forEach(TextEncoder::close);
            throw failure;
        }
    }

    @Override
    public void run(Run run) throws Exception {
        Compute.prepareThread();
        training.release(releaseGradients);
        Network network = model.networkToLearn();
        Map<String, TextEncoder> text = new LinkedHashMap<>();
        try {
            List<ParameterGroup> groups = new ArrayList<>();
            groups.add(group(network, learningRate));
            if (trainTextEncoder) {
                for (String part : model.texts()) {
                    text.put(part, model.encoderToLearn(part));
                    groups.add(group(text.get(part), textLearningRate));
                }
            }
            groups.forEach(group -> group.weights().forEach(Gradient::leaf));
            Checkpoint learning = model.with(network, text);
            try (Trained done = Training.run(
                    run,
                    new Training.Task(
                            model,
                            images,
                            Optional.ofNullable(classImages),
                            priorWeight,
                            Optional.ofNullable(validation)),
                    training,
                    new Learner(groups, learning, trainTextEncoder),
                    Optional.ofNullable(judge))) {
                losses = done.losses();
                groups.forEach(group -> group.weights().forEach(Gradient::settled));
                best = done.best(learning, step -> copied(learning, text.keySet()));
                judged = done.drawn();
            }
            trained = learning;
        } finally {
            if (trained == null) {
                network.close();
                text.values().forEach(TextEncoder::close);
            }
        }
    }
}
