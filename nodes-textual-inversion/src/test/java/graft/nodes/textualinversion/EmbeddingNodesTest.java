package graft.nodes.textualinversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import graft.adapter.AdapterStack;
import graft.adapter.Embedding;
import graft.adapter.EmbeddingFile;
import graft.file.BuiltIn;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.model.Checkpoint;
import graft.model.Parts;
import graft.node.Problem;
import graft.node.testing.KnownSpecs;
import graft.node.testing.RecordedRun;
import graft.picture.Fit;
import graft.sample.Sampler;
import graft.score.Artist;
import graft.score.Questions;
import graft.score.SubjectJudge;
import graft.tensor.Compute;
import graft.tensor.NativeArrays;
import graft.tensor.Precision;
import graft.tensor.Scope;
import graft.train.Losses;
import graft.train.data.Dataset;
import graft.train.data.PromptTemplates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The nodes at work on the model and the pictures that come with Graft. */
class EmbeddingNodesTest {

    @TempDir
    private Path folder;

    private static Checkpoint model;

    @BeforeAll
    static void theModelIsLoaded() {
        model = Checkpoint.load(BuiltIn.path("builtin:emoji-sd"), Compute.choose("cpu"));
        Compute.prepareThread();
    }

    @AfterAll
    static void theModelIsFreed() {
        model.close();
    }

    private static Dataset pictures(String caption) throws IOException {
        List<Dataset.Item> items = new ArrayList<>();
        try (Stream<Path> files = Files.list(BuiltIn.path("builtin:samples/subject-teapot"))) {
            files.sorted().forEach(file -> items.add(new Dataset.Item(file, caption, 64, 64, Fit.CROP)));
        }
        return new Dataset(items);
    }

    private TrainTextualInversion train(Consumer<TrainTextualInversion> change, RecordedRun run) throws Exception {
        TrainTextualInversion node = new TrainTextualInversion();
        node.model = model;
        node.images = pictures("a 3d emoji of a <pot>");
        node.word = "<pot>";
        node.initial = "honey pot";
        node.vectors = 3;
        node.learningRate = 0.02;
        node.training.steps = 3;
        change.accept(node);
        node.run(run);
        return node;
    }

    private TrainTextualInversion train(Consumer<TrainTextualInversion> change) throws Exception {
        return train(change, new RecordedRun(folder));
    }

    private static float[] states(Checkpoint of, String prompt) {
        try (Scope scope = Scope.open()) {
            return of.encode(List.of(prompt)).states().toFloatArray();
        }
    }

    private static float[] row(int token) {
        try (NDArray row = model.encoder(Parts.TEXT).tokenTable().get(token)) {
            return row.toFloatArray();
        }
    }

    private static Checkpoint stacked(Embedding... embeddings) {
        return AdapterStack.apply(model, List.of(), List.of(embeddings));
    }

    private static void assertEqual(Embedding found, Embedding expected) {
        assertThat(found.vectors()).hasSameSizeAs(expected.vectors());
        for (int i = 0; i < expected.vectors().size(); i++) {
            assertThat(found.vectors().get(i))
                    .containsExactly(expected.vectors().get(i));
        }
    }

    @Test
    void theStepThatAJudgeFindsBestIsAWordOfItsOwn() throws Exception {
        Consumer<TrainTextualInversion> ruinous = node -> node.learningRate = 0.5;
        TrainTextualInversion judged = train(ruinous.andThen(node -> node.judge = new SubjectJudge(
                1,
                false,
                new Questions("<pot>", "honey pot", List.of("a {subject}"), List.of("a red apple"), List.of(7L)),
                new Artist(Sampler.DPMPP_2M, 2, 4, 4),
                BuiltIn.path("builtin:emoji-dino"),
                BuiltIn.path("builtin:emoji-clip"))));
        int best = Files.readAllLines(folder.resolve("judged.csv")).stream()
                .filter(line -> line.endsWith(",1"))
                .map(line -> Integer.parseInt(line.substring(0, line.indexOf(','))))
                .findFirst()
                .orElseThrow();
        TrainTextualInversion alone = train(ruinous);
        TrainTextualInversion shorter = train(ruinous.andThen(node -> node.training.steps = best));
        assertThat(judged.losses.steps()).isEqualTo(alone.losses.steps());
        assertThat(judged.embedding.vectors().get(0))
                .containsExactly(alone.embedding.vectors().get(0));
        assertThat(judged.best.vectors().get(0))
                .containsExactly(shorter.embedding.vectors().get(0));
        assertThat(alone.best).isSameAs(alone.embedding);
    }

    @Test
    void aSeedLearnsTheSameWordBitForBitAndItDiffersFromWhatItBeganAs() throws Exception {
        Embedding first = train(node -> node.training.seed = 1).embedding;
        Embedding again = train(node -> node.training.seed = 1).embedding;

        assertEqual(again, first);
        assertThat(first.vectors().get(0))
                .isNotEqualTo(row(model.tokenizer().ids("honey").get(0)));
    }

    @Test
    void inHalfPrecisionAWordLearnsAboutTheSameAndNoArrayIsLeft() throws Exception {
        List<Losses.Step> whole = train(node -> {}).losses.steps();
        train(node -> node.training.precision = Precision.FP16);
        long arrays = NativeArrays.count();
        List<Losses.Step> half =
                train(node -> node.training.precision = Precision.FP16).losses.steps();

        assertThat(NativeArrays.count()).isEqualTo(arrays);
        for (int i = 0; i < whole.size(); i++) {
            double loss = whole.get(i).loss();
            assertThat(half.get(i).loss()).isCloseTo(loss, within(1e-2 * loss));
        }
    }

    @Test
    void theModelStaysAsItIsAndNoArrayIsLeft() throws Exception {
        float[] before = states(model, "a red apple");
        float[] table = row(7);
        train(node -> {});
        long arrays = NativeArrays.count();
        train(node -> {});

        assertThat(NativeArrays.count()).isEqualTo(arrays);
        assertThat(states(model, "a red apple")).containsExactly(before);
        assertThat(row(7)).containsExactly(table);
    }

    @Test
    void aTrainingThatWasStoppedGoesOnAsIfItHadNotBeen() throws Exception {
        Consumer<TrainTextualInversion> settings = node -> {
            node.training.steps = 5;
            node.training.saveEvery = 2;
        };
        TrainTextualInversion whole = train(settings, new RecordedRun(folder.resolve("whole")));
        RecordedRun first = new RecordedRun(folder.resolve("parts"));
        first.stopAfter = 3;
        train(settings, first);
        RecordedRun second = new RecordedRun(folder.resolve("parts"));
        TrainTextualInversion rest = train(settings, second);

        assertThat(second.progress).containsExactly(4L, 5L);
        assertThat(rest.losses.steps()).isEqualTo(whole.losses.steps());
        assertEqual(rest.embedding, whole.embedding);
    }

    @Test
    void aWordWithTheVectorsOfKnownWordsReadsAsThey() {
        List<Integer> ids = model.tokenizer().ids("honey pot");
        Embedding known =
                Embedding.of("<pot>", ids.stream().map(EmbeddingNodesTest::row).toList());
        try (Checkpoint view = stacked(known)) {
            float[] expected = states(model, "a 3d emoji of a honey pot, big");

            assertThat(states(view, "a 3d emoji of a <pot>, big")).containsExactly(expected);
            assertThat(states(view, "a 3d emoji of a embedding:<pot>, big")).containsExactly(expected);
            assertThat(states(view, "a 3d emoji of a <POT>, big")).containsExactly(expected);
        }
    }

    @Test
    void promptsWithoutTheWordReadAsBefore() {
        Embedding pot = Embedding.of("potx", List.of(row(5), row(6)));
        try (Checkpoint view = stacked(pot)) {
            for (String prompt : List.of("a red apple", "a potxy", "")) {
                assertThat(states(view, prompt)).containsExactly(states(model, prompt));
            }
        }
    }

    @Test
    void stacksOnStacksKnowAllWords() {
        try (Checkpoint one = stacked(Embedding.of("wordone", List.of(row(5))));
                Checkpoint two =
                        AdapterStack.apply(one, List.of(), List.of(Embedding.of("wordtwo", List.of(row(6), row(7)))));
                Checkpoint both = stacked(
                        Embedding.of("wordone", List.of(row(5))), Embedding.of("wordtwo", List.of(row(6), row(7))))) {
            assertThat(states(two, "wordtwo and wordone")).containsExactly(states(both, "wordtwo and wordone"));
            assertThat(two.tokens("wordtwo wordone"))
                    .contains(model.encoder(Parts.TEXT).vocabulary() + 2);
        }
    }

    @Test
    void wordsThatCannotBeToldFromOthersAreRefused() {
        assertThatThrownBy(() -> stacked(Embedding.of("apple", List.of(row(5)))))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("\"apple\"")
                .hasMessageContaining("vocabulary has that word already");
        assertThatThrownBy(
                        () -> stacked(Embedding.of("<pot>", List.of(row(5))), Embedding.of("<POT>", List.of(row(6)))))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("twice");
        assertThatThrownBy(() -> stacked(Embedding.of("<pot>", List.of(new float[768]))))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("768 wide (Stable Diffusion 1.x) and the model's are 128 wide");
    }

    @Test
    void aTrainingThatWouldTeachNothingIsRefused() throws Exception {
        Dataset others = pictures("a 3d emoji");
        assertThatThrownBy(() -> train(node -> node.images = others))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("no caption has the word <pot>");
        assertThatThrownBy(() -> train(node -> node.vectors = 1))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("takes 2 tokens and there are 1 vectors");
        assertThatThrownBy(() -> new TrainTextualInversion().configure(new KnownSpecs()))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.socket()).hasValue("initial"));
    }

    @Test
    void aWordThatNoPromptCouldFindIsToldBeforeTheRun() {
        for (String bad : List.of("", "two words")) {
            TrainTextualInversion node = new TrainTextualInversion();
            node.word = bad;
            node.initial = "pot";
            assertThatThrownBy(() -> node.configure(new KnownSpecs()))
                    .isInstanceOfSatisfying(Problem.class, problem -> assertThat(problem.socket())
                            .hasValue("word"));
        }
        assertThatThrownBy(() -> train(node -> node.word = "apple"))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.socket()).hasValue("word"));
    }

    @Test
    void withTemplatesTheCaptionsNeedNotHaveTheWord() throws Exception {
        Dataset others = pictures("");
        Embedding object = train(node -> {
                    node.images = others;
                    node.templates = PromptTemplates.OBJECT;
                })
                .embedding;
        Embedding style = train(node -> {
                    node.images = others;
                    node.templates = PromptTemplates.STYLE;
                })
                .embedding;

        assertThat(object.vectors().get(0)).isNotEqualTo(style.vectors().get(0));
    }

    @Test
    void aKeptNormIsThatOfTheModelsOwnWords() throws Exception {
        Embedding free = train(node -> node.learningRate = 0.5).embedding;
        Embedding kept = train(node -> {
                    node.learningRate = 0.5;
                    node.keepNorm = true;
                })
                .embedding;
        List<Double> norms = new ArrayList<>();
        for (int token = 0; token < model.encoder(Parts.TEXT).vocabulary(); token++) {
            norms.add(norm(row(token)));
        }
        double median = norms.stream().sorted().toList().get((norms.size() - 1) / 2);

        assertThat(kept.vectors()).allSatisfy(vector -> assertThat(norm(vector)).isCloseTo(median, within(1e-5)));
        assertThat(norm(free.vectors().get(0))).isGreaterThan(2 * median);
    }

    private static double norm(float[] vector) {
        double squares = 0;
        for (float value : vector) {
            squares += (double) value * value;
        }
        return Math.sqrt(squares);
    }

    @Test
    void aTrainingMayGoOnFromAnEmbedding() throws Exception {
        Embedding pot = Embedding.of("<other>", List.of(row(5), row(6)));
        Embedding learnt = train(node -> {
                    node.start = pot;
                    node.initial = "";
                    node.learningRate = 1e-9;
                })
                .embedding;

        assertThat(learnt.word()).isEqualTo("<pot>");
        assertThat(learnt.vectors().get(0)).usingComparatorWithPrecision(1e-6f).containsExactly(row(5));
        assertThat(learnt.vectors().get(2)).usingComparatorWithPrecision(1e-6f).containsExactly(row(6));
        assertThatThrownBy(() -> train(node -> {
                    node.start = pot;
                    node.vectors = 1;
                }))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("it has 2 vectors and 1 are to be learnt; set vectors to 2 or more");
    }

    @Test
    void aModelWithOtherWordsCannotLearnOne() {
        try (Checkpoint view = stacked(Embedding.of("<other>", List.of(row(5))))) {
            assertThatThrownBy(() -> train(node -> node.model = view))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("has the words of other embeddings");
        }
    }

    @Test
    void aSavedWordIsReadBackAsItWas() throws Exception {
        SaveEmbedding save = new SaveEmbedding();
        save.embedding = train(node -> {}).embedding;
        RecordedRun run = new RecordedRun(folder);
        save.run(run);
        save.run(run);
        LoadEmbedding load = new LoadEmbedding();
        load.file = run.written.get(1).toString();
        load.word = "<pot>";
        load.configure(new KnownSpecs());
        load.run(run);

        assertThat(run.written).containsExactly(folder.resolve("pot.safetensors"), folder.resolve("pot-2.safetensors"));
        assertThat(Files.size(run.written.get(0))).isLessThan(100_000);
        assertThat(load.embedding.word()).isEqualTo("<pot>");
        assertEqual(load.embedding, save.embedding);
    }

    @Test
    void aWordOfTwoTextEncodersIsSavedInTwoFilesForDiffusersAndReadBackFromEither() {
        SaveEmbedding save = new SaveEmbedding();
        save.embedding = Embedding.of(
                "<pot>", Map.of(Parts.TEXT, List.of(new float[] {1, 2}), Parts.TEXT_2, List.of(new float[] {3, 4, 5})));
        save.form = EmbeddingFile.Form.DIFFUSERS;
        RecordedRun run = new RecordedRun(folder);
        save.run(run);
        save.run(run);
        LoadEmbedding load = new LoadEmbedding();
        load.file = folder.resolve("pot-2_2.safetensors").toString();
        load.word = "<cup>";
        load.configure(new KnownSpecs());
        load.run(run);

        assertThat(run.written)
                .extracting(file -> file.getFileName().toString())
                .containsExactly("pot.safetensors", "pot_2.safetensors", "pot-2.safetensors", "pot-2_2.safetensors");
        assertThat(load.embedding.word()).isEqualTo("<cup>");
        assertThat(load.embedding.vectors(Parts.TEXT).get(0)).containsExactly(1, 2);
        assertThat(load.embedding.vectors(Parts.TEXT_2).get(0)).containsExactly(3, 4, 5);
    }

    @Test
    void diffusersFormsAreRead() {
        float[] values = {1, 2, 3, 4};
        Path matrix = folder.resolve("matrix.safetensors");
        SafeTensors.write(matrix, List.of(Tensor.of("<any>", DType.F32, new long[] {2, 2}, values)), Map.of());
        Path vector = folder.resolve("vector.safetensors");
        SafeTensors.write(vector, List.of(Tensor.of("<any>", DType.F32, new long[] {4}, values)), Map.of());

        assertThat(EmbeddingFile.read(matrix).vectors()).hasSize(2);
        assertThat(EmbeddingFile.read(matrix).word()).isEqualTo("matrix");
        assertThat(EmbeddingFile.read(vector).vectors().get(0)).containsExactly(values);
    }

    @Test
    void otherFilesAreRefusedInWords() throws IOException {
        Path lora = folder.resolve("lora.safetensors");
        SafeTensors.write(
                lora,
                List.of(
                        Tensor.of("a", DType.F32, new long[] {1}, new float[1]),
                        Tensor.of("b", DType.F32, new long[] {1}, new float[1])),
                Map.of());
        assertThatThrownBy(() -> EmbeddingFile.read(lora))
                .isInstanceOf(Problem.class)
                .hasMessageContaining(lora.toString())
                .hasMessageContaining("emb_params");
        LoadEmbedding load = new LoadEmbedding();
        load.file = lora.toString();
        assertThatThrownBy(() -> load.configure(new KnownSpecs()))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.socket()).hasValue("file"));
    }
}
