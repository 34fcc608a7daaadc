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
import graft.model.Learns;
import graft.model.ModelShape;
import graft.model.Tokenizer;
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
import graft.tensor.Gradient;
import graft.tensor.Scope;
import graft.train.Judge;
import graft.train.Learner;
import graft.train.LearningRates;
import graft.train.Losses;
import graft.train.Trained;
import graft.train.Training;
import graft.train.TrainingForecast;
import graft.train.TrainingSettings;
import graft.train.data.CaptionCheck;
import graft.train.data.Captions;
import graft.train.data.Dataset;
import graft.train.data.DatasetSpec;
import graft.train.data.PromptTemplates;
import graft.train.optimizer.ParameterGroup;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Learns the vectors of a new word from captioned pictures (Gal et al., 2022, "An image is worth one word"). */
@NodeType(
        id = "graft/embedding/train",
        title = "Train Embedding",
        category = "training",
        help =
                "Teaches a model a new word from pictures that have it in their captions, or in sentences made for them: only"
                        + " the word's vectors learn, in each of its text encoders. The file is tiny, and the word can be used with any LoRA. Stopping keeps what"
                        + " was learnt so far.",
        words = {"textual inversion", "learn", "token", "concept", "word"})
public final class TrainTextualInversion implements Node {

    @Input(help = "The model to learn for; never changed.")
    Checkpoint model;

    @Input(help = "Pictures with captions that have the new word in them; with templates, any captions.")
    Dataset images;

    @Input(
            optional = true,
            help = "Pictures of the same kind that nothing is learnt from: their loss shows when to stop.")
    Dataset validation;

    @Input(
            optional = true,
            help = "An embedding to go on from, in place of the initial words; with fewer vectors than are learnt its"
                    + " last repeats.")
    Embedding start;

    @Input(
            optional = true,
            help = "What looks at the training while it runs, says when to stop and finds the best step.")
    Judge judge;

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
            help =
                    "What the pictures' texts are: their captions, or sentences drawn anew at each step, about a thing (a"
                            + " photo of my <word>) or a style (a painting in the style of <word>).")
    PromptTemplates templates = PromptTemplates.CAPTIONS;

    @Setting(
            title = "Learning rate",
            min = 0,
            max = 1,
            scale = Scale.LOG,
            unit = "per step",
            help = "5e-4 to 5e-3 suits Stable Diffusion 1.5; the small built-in model takes 2e-2.")
    double learningRate = 5e-3;

    @Setting(
            title = "Keep the norm",
            advanced = true,
            group = "word",
            help =
                    "Brings each vector back to the usual length of the model's own words after each step, so that the word"
                            + " does not drown the rest of a prompt; for many steps or a high learning rate.")
    boolean keepNorm = false;

    @SettingGroup
    TrainingSettings training = TrainingSettings.forWord();

    @Output(help = "The word and its vectors.")
    Embedding embedding;

    @Output(help = "How the loss went.")
    Losses losses;

    @Output(help = "The word as it was at the step that the judge found best; without a judge at the last one.")
    Embedding best;

    @Output(help = "The judge's curve, and its pictures step by step; nothing without a judge.")
    List<Images> judged;

    @Override
    public void configure(Specs specs) {
        training.configure(specs, LearningRates.of(learningRate, "5e-3"), 1, this::method);
        at("word", () -> AdapterStack.checkWord(word.strip()));
        training.checkWordStays(word.strip());
        checkCaptions(specs);
        if (initial.isBlank() && !specs.wired("start")) {
            throw new Problem(
                            "the new word has nothing to begin as",
                            "no initial words are given",
                            "give known words that come near it, such as: dog")
                    .at("initial");
        }
        specs.of("model", CheckpointSpec.class).ifPresent(spec -> {
            specs.output("embedding", new EmbeddingSpec(word.strip(), spec.wordWidths()));
            specs.output("best", new EmbeddingSpec(word.strip(), spec.wordWidths()));
            specs.of("start", EmbeddingSpec.class).ifPresent(given -> at("start", () -> given.checkFits(spec)));
        });
    }

    private static void at(String socket, Runnable check) {
        try {
            check.run();
        } catch (Problem e) {
            throw e.at(socket);
        }
    }

    private TrainingForecast.Method method(ModelShape shape) {
        long numbers = (long) vectors
                * shape.spec().wordWidths().values().stream()
                        .mapToInt(width -> width)
                        .sum();
        return new TrainingForecast.Method(
                Learns.NOTHING, numbers, true, Float.BYTES * numbers, "embedding " + vectors, (stand, memory) -> {
                    Map<String, NDArray> rows = new LinkedHashMap<>();
                    stand.texts()
                            .forEach(part -> rows.put(
                                    part,
                                    memory.zeros(new Shape(
                                            vectors, stand.encoder(part).width()))));
                    AddedTokens added = AddedTokens.of(List.of(new AddedTokens.Word("<word>", vectors)), rows);
                    Checkpoint view = stand.with(Map.of(), added, List.of());
                    return Learner.of(List.copyOf(rows.values()), learningRate, view, true);
                });
    }

    @Override
    public void run(Run run) throws Exception {
        Compute.prepareThread();
        String spoken = word.strip();
        at("word", () -> AdapterStack.checkWord(spoken, model));
        if (!model.addedTokens().words().isEmpty()) {
            throw new Problem(
                            "cannot learn a word on this model",
                            "it has the words of other embeddings, and only one can learn",
                            "wire in the model without them")
                    .at("model");
        }
        training.checkWordStays(spoken);
        AddedTokens.Word learnt = new AddedTokens.Word(spoken, vectors);
        AddedTokens counted = AddedTokens.counted(List.of(learnt));
        CaptionCheck.teaches(images, texts(), learnt, text -> model.tokenizer().reading(text, counted))
                .forEach(run::warn);
        try (NDManager memory = model.compute().newManager()) {
            Map<String, NDArray> learning = new LinkedHashMap<>();
            for (String part : model.texts()) {
                learning.put(part, begin(part, memory));
            }
            List<NDArray> leaves = List.copyOf(learning.values());
            Checkpoint view = model.with(Map.of(), AddedTokens.of(List.of(learnt), learning), List.of());
            try (Trained trained = Training.run(
                    run,
                    new Training.Task(
                            model, images, Optional.empty(), 0, Optional.ofNullable(validation), templates.of(spoken)),
                    training,
                    new Learner(List.of(new ParameterGroup(leaves, learningRate)), view, view, true, around(learning)),
                    Optional.ofNullable(judge))) {
                losses = trained.losses();
                embedding = learnt(learning);
                best = trained.best(embedding, step -> learnt(learning));
                judged = trained.drawn();
            }
        }
    }

    private Embedding learnt(Map<String, NDArray> learning) {
        Map<String, List<float[]>> rows = new LinkedHashMap<>();
        learning.forEach((part, array) -> rows.put(part, rows(array)));
        return Embedding.of(word.strip(), rows);
    }

    /** What the pictures' texts are in this training. */
    private Captions texts() {
        return templates.of(word.strip()).then(training.captionChanges());
    }

    /** Refuses captions that teach the word nothing, as far as they and the model are known by now. */
    private void checkCaptions(Specs specs) {
        AddedTokens.Word learning = new AddedTokens.Word(word.strip(), vectors);
        AddedTokens added = AddedTokens.counted(List.of(learning));
        Optional<Dataset> data = specs.of("images", DatasetSpec.class).flatMap(DatasetSpec::dataset);
        Optional<CheckpointSpec> model = specs.of("model", CheckpointSpec.class);
        if (data.isEmpty()) {
            return;
        }
        // A token is a byte at least: shorter texts fit, and the vocabulary need not be read.
        boolean fits = data.get().items().stream()
                .flatMap(item -> texts().texts(item.caption()).stream())
                .allMatch(text -> text.getBytes(StandardCharsets.UTF_8).length + vectors
                        <= model.map(CheckpointSpec::tokens).orElse(Integer.MAX_VALUE) - 2);
        if (model.isEmpty() || fits) {
            CaptionCheck.teaches(data.get(), texts(), learning, added::reading);
            return;
        }
        try (Tokenizer tokenizer = Tokenizer.of(model.get().files())) {
            CaptionCheck.teaches(data.get(), texts(), learning, text -> tokenizer.reading(text, added));
        }
    }

    /** Brings the vectors back to the usual length of each text encoder's words after each step, where that is wanted. */
    private Learner.Around around(Map<String, NDArray> learning) {
        if (!keepNorm) {
            return Learner.Around.NOTHING;
        }
        Map<String, Float> norms = new LinkedHashMap<>();
        learning.keySet().forEach(part -> norms.put(part, usualNorm(part)));
        return new Learner.Around() {
            @Override
            public void changed() {
                try (Scope scope = Scope.open()) {
                    learning.forEach((part, rows) ->
                            rows.muli(rows.norm(new int[] {1}, true).pow(-1).mul(norms.get(part))));
                }
            }
        };
    }

    /** The median length of the vectors of all words that a text encoder knows, as OneTrainer has it. */
    private float usualNorm(String part) {
        try (Scope scope = Scope.open()) {
            float[] norms = model.encoder(part).tokenTable().norm(new int[] {1}).toFloatArray();
            Arrays.sort(norms);
            return norms[(norms.length - 1) / 2];
        }
    }

    /** What the vectors of a text encoder begin as, a leaf [vectors,d]. */
    private NDArray begin(String part, NDManager memory) {
        List<float[]> rows = start == null ? initialRows(part) : startRows(part);
        int width = model.encoder(part).width();
        float[] values = new float[vectors * width];
        for (int i = 0; i < vectors; i++) {
            System.arraycopy(rows.get(Math.min(i, rows.size() - 1)), 0, values, i * width, width);
        }
        try (Scope scope = Scope.open()) {
            return Gradient.leaf(scope.keep(memory.create(values, new Shape(vectors, width)), memory));
        }
    }

    private List<float[]> startRows(String part) {
        at("start", () -> start.spec().checkFits(model.spec()));
        // A file of one encoder alone does not say of which.
        List<float[]> rows = start.parts().size() == 1 ? start.vectors() : start.vectors(part);
        if (rows.isEmpty() || rows.get(0).length != model.encoder(part).width()) {
            if (initial.isBlank()) {
                throw new Problem(
                                "cannot go on from the embedding " + start.word(),
                                "it has vectors for one text encoder and the model has "
                                        + model.texts().size() + ", and no initial words are given for the other",
                                "give known words that come near it, such as: dog")
                        .at("initial");
            }
            return initialRows(part);
        }
        if (rows.size() > vectors) {
            throw new Problem(
                            "cannot go on from the embedding " + start.word(),
                            "it has " + rows.size() + " vectors and " + vectors + " are to be learnt",
                            "set vectors to " + rows.size() + " or more")
                    .at("vectors");
        }
        return rows;
    }

    private List<float[]> initialRows(String part) {
        List<Integer> ids = model.tokenizer(part).ids(initial.strip());
        if (ids.size() > vectors) {
            throw new Problem(
                            "the initial words do not fit the new word",
                            "\"" + initial.strip() + "\" takes " + ids.size() + " tokens and there are " + vectors
                                    + " vectors",
                            "choose fewer words or more vectors")
                    .at("initial");
        }
        try (Scope scope = Scope.open()) {
            return ids.stream()
                    .map(id -> model.encoder(part).tokenTable().get(id).toFloatArray())
                    .toList();
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
