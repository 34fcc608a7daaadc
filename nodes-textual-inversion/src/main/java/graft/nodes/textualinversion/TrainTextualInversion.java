package graft.nodes.textualinversion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.adapter.AdapterStack;
import graft.adapter.Embedding;
import graft.adapter.EmbeddingSpec;
import graft.model.AddedTokens;
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
import graft.node.SettingGroup;
import graft.node.Specs;
import graft.tensor.Compute;
import graft.tensor.Gradient;
import graft.tensor.Scope;
import graft.train.Dataset;
import graft.train.Learner;
import graft.train.Losses;
import graft.train.Training;
import graft.train.TrainingSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Learns the vectors of a new word from captioned pictures (Gal et al., 2022, "An image is worth one word"). */
@NodeType(
        id = "graft/embedding/train",
        title = "Train Embedding",
        category = "training",
        help =
                "Teaches a model a new word from captioned pictures that have it in their captions: only the word's vectors"
                        + " learn. The file is tiny, and the word can be used with any LoRA. Stopping keeps what was learnt so far.",
        words = {"textual inversion", "learn", "token", "concept", "word"})
public final class TrainTextualInversion implements Node {

    @Input(help = "The model to learn for; never changed.")
    Checkpoint model;

    @Input(help = "Pictures with captions that have the new word in them.")
    Dataset images;

    @Input(
            optional = true,
            help = "Pictures of the same kind that nothing is learnt from: their loss shows when to stop.")
    Dataset validation;

    @Setting(help = "The new word, which the model must not know yet, such as <my-dog>.")
    String word = "<concept>";

    @Setting(
            title = "Initial words",
            help =
                    "Known words that the vectors begin as, such as: dog. With fewer tokens than vectors the last repeats.")
    String initial = "";

    @Setting(
            min = 1,
            max = 64,
            unit = "vectors",
            help = "How much the word can hold; each takes a token of the prompt.")
    int vectors = 1;

    @Setting(
            title = "Learning rate",
            min = 0,
            max = 1,
            scale = Scale.LOG,
            unit = "per step",
            help = "5e-4 to 5e-3 suits Stable Diffusion 1.5; the small built-in model takes 2e-2.")
    double learningRate = 5e-3;

    @Setting(min = 1, max = 1_000_000, unit = "steps", help = "How often the vectors are changed.")
    int steps = 1000;

    @Setting(min = 1, max = 256, unit = "pictures", help = "How many pictures each step looks at.")
    int batch = 1;

    @Setting(min = 0, control = Control.SEED, help = "The same seed and settings learn the same word, bit for bit.")
    long seed = 0;

    @SettingGroup
    TrainingSettings training = TrainingSettings.withoutDecay();

    @Output(help = "The word and its vectors.")
    Embedding embedding;

    @Output(help = "How the loss went.")
    Losses losses;

    @Override
    public void configure(Specs specs) {
        training.check(specs, learningRate, "5e-3", steps, "images", "validation");
        specs.of("model", CheckpointSpec.class)
                .ifPresent(spec -> specs.output("embedding", new EmbeddingSpec(word.strip(), spec.contextWidth())));
        if (initial.isBlank()) {
            throw new Problem(
                            "the new word has nothing to begin as",
                            "no initial words are given",
                            "give known words that come near it, such as: dog")
                    .at("initial");
        }
    }

    @Override
    public void run(Run run) throws Exception {
        Compute.prepareThread();
        String spoken = word.strip();
        AdapterStack.checkWord(spoken, model);
        warnOfCaptionsWithoutTheWord(run, spoken);
        try (NDManager memory = model.compute().newManager()) {
            NDArray learning = begin(memory);
            Checkpoint view = model.with(
                    Patches.NONE,
                    Patches.NONE,
                    AddedTokens.of(List.of(new AddedTokens.Word(spoken, vectors)), learning),
                    List.of());
            losses = Training.run(
                    run,
                    new Training.Task(
                            model,
                            images,
                            Optional.empty(),
                            0,
                            Optional.ofNullable(validation),
                            steps,
                            batch,
                            learningRate,
                            seed),
                    training,
                    Learner.of(List.of(learning), view, true));
            embedding = Embedding.of(spoken, rows(learning));
        }
    }

    private void warnOfCaptionsWithoutTheWord(Run run, String spoken) {
        List<String> without = images.items().stream()
                .filter(item -> !item.caption().toLowerCase(Locale.ROOT).contains(spoken.toLowerCase(Locale.ROOT)))
                .map(item -> item.file().getFileName().toString())
                .toList();
        if (without.size() == images.items().size()) {
            throw new Problem(
                            "nothing would be learnt",
                            "no caption has the word " + spoken + " in it",
                            "put it into the captions, for example as the trigger of Caption")
                    .at("images");
        }
        if (!without.isEmpty()) {
            run.warn("The captions of these pictures lack the word " + spoken + ", so they teach nothing: "
                    + String.join(", ", without) + ".");
        }
    }

    /** The vectors of the initial words, as a leaf [vectors,d]. */
    private NDArray begin(NDManager memory) {
        List<Integer> ids = model.tokenizer().ids(initial.strip());
        if (ids.size() > vectors) {
            throw new Problem(
                            "the initial words do not fit the new word",
                            "\"" + initial.strip() + "\" takes " + ids.size() + " tokens and there are " + vectors
                                    + " vectors",
                            "choose fewer words or more vectors")
                    .at("initial");
        }
        int width = model.textEncoder().width();
        float[] values = new float[vectors * width];
        try (Scope scope = Scope.open()) {
            for (int i = 0; i < vectors; i++) {
                int id = ids.get(Math.min(i, ids.size() - 1));
                float[] row = model.textEncoder().tokenTable().get(id).toFloatArray();
                System.arraycopy(row, 0, values, i * width, width);
            }
            return Gradient.leaf(scope.keep(memory.create(values, new Shape(vectors, width)), memory));
        }
    }

    private List<float[]> rows(NDArray learnt) {
        float[] all = learnt.toFloatArray();
        int width = all.length / vectors;
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < vectors; i++) {
            rows.add(Arrays.copyOfRange(all, i * width, (i + 1) * width));
        }
        return rows;
    }
}
