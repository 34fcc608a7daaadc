package graft.nodes.dreambooth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import graft.file.BuiltIn;
import graft.file.StoredPrecision;
import graft.model.Checkpoint;
import graft.model.Context;
import graft.model.Parts;
import graft.model.Patches;
import graft.node.Problem;
import graft.node.testing.KnownSpecs;
import graft.node.testing.RecordedRun;
import graft.picture.Fit;
import graft.picture.Images;
import graft.picture.Picture;
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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The nodes at work on the model and the pictures that come with Graft. */
class DreamBoothNodesTest {

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

    private static Dataset pictures(String subject, String caption) {
        List<Dataset.Item> items = new ArrayList<>();
        try (Stream<Path> files = Files.list(BuiltIn.path("builtin:samples/subject-" + subject))) {
            files.sorted().forEach(file -> items.add(new Dataset.Item(file, caption, 64, 64, Fit.CROP)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Dataset(items);
    }

    private TrainDreamBooth train(Consumer<TrainDreamBooth> change, RecordedRun run) throws Exception {
        TrainDreamBooth node = new TrainDreamBooth();
        node.model = model;
        node.images = pictures("penguin", "a noto emoji of a sks bird");
        node.learningRate = 1e-4;
        node.training.steps = 3;
        change.accept(node);
        node.run(run);
        return node;
    }

    private TrainDreamBooth train(Consumer<TrainDreamBooth> change) throws Exception {
        return train(change, new RecordedRun(folder));
    }

    private static float[] prediction(Checkpoint of) {
        try (NDManager manager = of.compute().newManager();
                Scope scope = Scope.open()) {
            NDArray latents = manager.ones(new Shape(1, 4, 16, 16));
            Context context = Context.of(manager.ones(new Shape(1, 77, of.spec().contextWidth())));
            return of.network()
                    .forward(latents, manager.full(new Shape(1), 321f), context, Patches.NONE)
                    .toFloatArray();
        }
    }

    @Test
    void theModelThatItStartsFromStaysAsItIsAndTheTrainedOneDiffers() throws Exception {
        float[] before = prediction(model);
        try (Checkpoint trained = train(node -> {}).trained) {
            assertThat(prediction(model)).containsExactly(before);
            assertThat(prediction(trained)).isNotEqualTo(before);
        }
    }

    @Test
    void aSeedLearnsTheSameModelBitForBit() throws Exception {
        try (Checkpoint first = train(node -> node.training.seed = 3).trained;
                Checkpoint again = train(node -> node.training.seed = 3).trained;
                Checkpoint other = train(node -> node.training.seed = 4).trained) {
            assertThat(prediction(again)).containsExactly(prediction(first));
            assertThat(prediction(other)).isNotEqualTo(prediction(first));
        }
    }

    @Test
    void theStepThatAJudgeFindsBestIsAModelOfItsOwn() throws Exception {
        Consumer<TrainDreamBooth> ruinous = node -> {
            node.trainTextEncoder = true;
            node.learningRate = 0.05;
            node.textLearningRate = 0.05;
        };
        RecordedRun run = new RecordedRun(folder);
        TrainDreamBooth judged = train(
                ruinous.andThen(node -> node.judge = new SubjectJudge(
                        1,
                        false,
                        new Questions("sks bird", "bird", List.of("a {subject}"), List.of("a red apple"), List.of(7L)),
                        new Artist(Sampler.DPMPP_2M, 2, 4, 4),
                        BuiltIn.path("builtin:emoji-dino"),
                        BuiltIn.path("builtin:emoji-clip"))),
                run);
        TrainDreamBooth alone = train(ruinous);
        assertThat(judged.losses.steps()).isEqualTo(alone.losses.steps());
        int best = Files.readAllLines(folder.resolve("judged.csv")).stream()
                .filter(line -> line.endsWith(",1"))
                .map(line -> Integer.parseInt(line.substring(0, line.indexOf(','))))
                .findFirst()
                .orElseThrow();
        assertThat(best).isLessThan(3);
        TrainDreamBooth shorter = train(ruinous.andThen(node -> node.training.steps = best));
        try (Checkpoint last = judged.trained;
                Checkpoint kept = judged.best;
                Checkpoint expected = alone.trained;
                Checkpoint expectedBest = shorter.trained) {
            assertThat(prediction(last)).containsExactly(prediction(expected));
            assertThat(prediction(kept)).containsExactly(prediction(expectedBest));
            assertThat(prediction(kept)).isNotEqualTo(prediction(last));
            assertThat(alone.best).isSameAs(alone.trained);
        }
    }

    @Test
    void inHalfPrecisionBothNetworksLearnAboutTheSameInFloat32Weights() throws Exception {
        Consumer<TrainDreamBooth> settings = node -> {
            node.trainTextEncoder = true;
            node.training.checkpointing = true;
        };
        TrainDreamBooth whole = train(settings);
        TrainDreamBooth half = train(settings.andThen(node -> node.training.precision = Precision.FP16));
        try (Checkpoint expected = whole.trained;
                Checkpoint found = half.trained) {
            for (int i = 0; i < 3; i++) {
                double loss = whole.losses.steps().get(i).loss();
                assertThat(half.losses.steps().get(i).loss()).isCloseTo(loss, within(1e-2 * loss));
            }
            assertThat(found.network().weights().get("conv_in.weight").getDataType())
                    .isEqualTo(DataType.FLOAT32);
            assertThat(prediction(found)).isNotEqualTo(prediction(expected));
        }
    }

    @Test
    void gradientsThatAreReleasedTeachTheSameModelBitForBit() throws Exception {
        Consumer<TrainDreamBooth> settings = node -> {
            node.classImages = pictures("crab", "a noto emoji of a bird");
            node.training.clipNorm = 0;
        };
        TrainDreamBooth together = train(settings);
        TrainDreamBooth apart = train(settings.andThen(node -> node.releaseGradients = true));
        try (Checkpoint expected = together.trained;
                Checkpoint found = apart.trained) {
            assertThat(apart.losses.steps()).isEqualTo(together.losses.steps());
            assertThat(prediction(found)).containsExactly(prediction(expected));
        }
    }

    @Test
    void noArrayIsLeftOnceTheTrainedModelIsClosed() throws Exception {
        noArrayIsLeft(node -> {});
        for (boolean again : new boolean[] {false, true}) {
            noArrayIsLeft(node -> {
                node.training.checkpointing = again;
                node.training.clipNorm = 0;
                node.releaseGradients = true;
            });
        }
    }

    private void noArrayIsLeft(Consumer<TrainDreamBooth> settings) throws Exception {
        train(settings).trained.close();
        long before = NativeArrays.count();
        train(settings).trained.close();
        assertThat(NativeArrays.count()).isEqualTo(before);
    }

    @Test
    void aTrainingThatWasStoppedGoesOnAsIfItHadNotBeen() throws Exception {
        Dataset classes = pictures("crab", "a noto emoji of a bird");
        Consumer<TrainDreamBooth> settings = node -> {
            node.classImages = classes;
            node.training.saveEvery = 2;
        };
        TrainDreamBooth whole = train(settings, new RecordedRun(folder.resolve("whole")));
        RecordedRun first = new RecordedRun(folder.resolve("parts"));
        first.stopAfter = 1;
        train(settings, first).trained.close();
        RecordedRun second = new RecordedRun(folder.resolve("parts"));
        TrainDreamBooth rest = train(settings, second);
        try (Checkpoint expected = whole.trained;
                Checkpoint found = rest.trained) {
            assertThat(second.progress).containsExactly(2L, 3L);
            assertThat(rest.losses.steps()).isEqualTo(whole.losses.steps());
            assertThat(prediction(found)).containsExactly(prediction(expected));
        }
    }

    @Test
    void classPicturesCountAsTheirWeightSays() throws Exception {
        Dataset classes = pictures("crab", "a noto emoji of a bird");
        List<Double> first = new ArrayList<>();
        for (double weight : new double[] {0, 1, 2}) {
            TrainDreamBooth node = train(made -> {
                made.classImages = classes;
                made.priorWeight = weight;
                made.training.steps = 1;
            });
            node.trained.close();
            first.add(node.losses.steps().get(0).loss());
        }
        assertThat(first.get(2) - first.get(1)).isPositive();
        assertThat(first.get(2) - first.get(1))
                .isCloseTo(first.get(1) - first.get(0), org.assertj.core.data.Percentage.withPercentage(0.01));
    }

    @Test
    void theFiguresOfEachStepTellBothPartsOfTheLossAndTheTimeLeft() throws Exception {
        RecordedRun run = new RecordedRun(folder);
        TrainDreamBooth node = train(
                made -> {
                    made.classImages = pictures("crab", "a noto emoji of a bird");
                    made.validation = pictures("penguin", "a noto emoji of a sks bird");
                    made.training.validateEvery = 2;
                },
                run);
        node.trained.close();
        Losses.Step last = node.losses.steps().get(2);

        assertThat(run.figures).hasSize(3).last().satisfies(figures -> {
            assertThat(figures.keySet())
                    .containsExactly(
                            "loss",
                            "smoothed loss",
                            "subject loss",
                            "prior loss",
                            "validation loss",
                            "learning rate",
                            "seconds per step",
                            "seconds left");
            assertThat(figures)
                    .containsEntry("loss", last.loss())
                    .containsEntry("subject loss", last.loss() - last.prior().orElseThrow())
                    .containsEntry("seconds left", 0.0)
                    .containsEntry(
                            "validation loss", node.losses.validations().get(2).loss());
        });
        assertThat(run.figures.get(0).get("seconds left"))
                .isEqualTo(2 * run.figures.get(0).get("seconds per step"));
    }

    @Test
    void aClassPromptThatIsTheSubjectsIsRefused() throws Exception {
        Dataset classes = pictures("crab", "a noto emoji of a sks bird");
        assertThatThrownBy(() -> train(node -> node.classImages = classes))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("both have the caption \"a noto emoji of a sks bird\"")
                .hasMessageContaining("rare word");
    }

    @Test
    void aLearningRateOfNoughtIsRefused() {
        TrainDreamBooth node = new TrainDreamBooth();
        node.learningRate = 0;
        assertThatThrownBy(() -> node.configure(new KnownSpecs()))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.socket()).hasValue("learningRate"));
    }

    private static float[] reading(Checkpoint of) {
        try (Scope scope = Scope.open()) {
            return of.encode(List.of("a noto emoji of a sks bird")).states().toFloatArray();
        }
    }

    @Test
    void theTextEncoderLearnsAtItsOwnRateIfWanted() throws Exception {
        float[] before = reading(model);
        Consumer<TrainDreamBooth> settings = node -> node.trainTextEncoder = true;
        try (Checkpoint plain = train(node -> {}).trained;
                Checkpoint still = train(settings.andThen(node -> node.textLearningRate = 0)).trained;
                Checkpoint slow = train(settings.andThen(node -> node.textLearningRate = 1e-5)).trained;
                Checkpoint fast = train(settings.andThen(node -> node.textLearningRate = 1e-4)).trained) {
            assertThat(reading(plain)).containsExactly(before);
            assertThat(reading(still)).containsExactly(before);
            assertThat(distance(reading(fast), before))
                    .isGreaterThan(2 * distance(reading(slow), before))
                    .isPositive();
            assertThat(reading(model)).containsExactly(before);
        }
    }

    @Test
    void theTextEncoderLearnsAloneAtALearningRateOfNought() throws Exception {
        float[] before = reading(model);
        try (Checkpoint trained = train(node -> {
                    node.learningRate = 0;
                    node.trainTextEncoder = true;
                    node.textLearningRate = 1e-4;
                })
                .trained) {
            assertThat(reading(trained)).isNotEqualTo(before);
            String weight = "conv_in.weight";
            assertThat(trained.network().weights().get(weight).toFloatArray())
                    .containsExactly(model.network().weights().get(weight).toFloatArray());
        }
    }

    private static double distance(float[] first, float[] second) {
        double sum = 0;
        for (int i = 0; i < first.length; i++) {
            sum += Math.pow(first[i] - second[i], 2);
        }
        return Math.sqrt(sum);
    }

    @Test
    void aTrainingOfTheTextEncoderThatWasStoppedGoesOnAsIfItHadNotBeen() throws Exception {
        Consumer<TrainDreamBooth> settings = node -> {
            node.trainTextEncoder = true;
            node.training.saveEvery = 2;
        };
        RecordedRun first = new RecordedRun(folder.resolve("parts"));
        first.stopAfter = 1;
        train(settings, first).trained.close();
        TrainDreamBooth rest = train(settings, new RecordedRun(folder.resolve("parts")));
        TrainDreamBooth whole = train(settings, new RecordedRun(folder.resolve("whole")));
        try (Checkpoint expected = whole.trained;
                Checkpoint found = rest.trained) {
            assertThat(rest.losses.steps()).isEqualTo(whole.losses.steps());
            assertThat(reading(found)).containsExactly(reading(expected));
            assertThat(prediction(found)).containsExactly(prediction(expected));
        }
    }

    @Test
    void aTrainedTextEncoderIsSavedInBothForms() throws Exception {
        try (Checkpoint trained = train(node -> {
                    node.trainTextEncoder = true;
                    node.textLearningRate = 1e-3;
                })
                .trained) {
            SaveCheckpoint save = new SaveCheckpoint();
            save.model = trained;
            save.precision = StoredPrecision.FP32;
            RecordedRun run = new RecordedRun(folder);
            save.run(run);
            save.form = SaveCheckpoint.Form.SINGLE_FILE;
            save.run(run);
            try (Checkpoint read = Checkpoint.load(run.written.get(0), model.compute())) {
                assertThat(reading(read)).containsExactly(reading(trained)).isNotEqualTo(reading(model));
            }
            try (var file = graft.file.SafeTensors.open(run.written.get(1))) {
                String name = "text_model.final_layer_norm.weight";
                assertThat(file.floats("cond_stage_model.transformer." + name))
                        .containsExactly(
                                trained.encoder(Parts.TEXT).weights().get(name).toFloatArray());
            }
        }
    }

    @Test
    void aSavedFolderIsTheTrainedModel() throws Exception {
        try (Checkpoint trained = train(node -> {}).trained) {
            SaveCheckpoint save = new SaveCheckpoint();
            save.model = trained;
            save.name = "penguin";
            save.precision = StoredPrecision.FP32;
            RecordedRun run = new RecordedRun(folder);
            save.run(run);
            save.run(run);

            assertThat(run.written).containsExactly(folder.resolve("penguin"), folder.resolve("penguin-2"));
            try (Checkpoint read = Checkpoint.load(run.written.get(0), model.compute())) {
                assertThat(prediction(read)).containsExactly(prediction(trained));
                assertThat(read.tokenizer().encode("a bird"))
                        .isEqualTo(model.tokenizer().encode("a bird"));
            }
            try (Stream<Path> files = Files.list(folder)) {
                assertThat(files.map(file -> file.getFileName().toString())).noneMatch(name -> name.endsWith(".part"));
            }
        }
    }

    @Test
    void aSavedSingleFileHasTheTrainedUnet() throws Exception {
        try (Checkpoint trained = train(node -> {}).trained) {
            SaveCheckpoint save = new SaveCheckpoint();
            save.model = trained;
            save.form = SaveCheckpoint.Form.SINGLE_FILE;
            save.precision = StoredPrecision.FP32;
            RecordedRun run = new RecordedRun(folder);
            save.run(run);
            try (var file = graft.file.SafeTensors.open(run.written.get(0))) {
                assertThat(file.floats("model.diffusion_model.input_blocks.0.0.weight"))
                        .containsExactly(trained.network()
                                .weights()
                                .get("conv_in.weight")
                                .toFloatArray());
                assertThat(file.names())
                        .contains("first_stage_model.decoder.conv_in.weight")
                        .contains("cond_stage_model.transformer.text_model.final_layer_norm.weight");
            }
            // The small model's heads, scale and vocabulary are not those of Stable Diffusion 1.5: the file says them.
            try (Checkpoint read = Checkpoint.load(run.written.get(0), model.compute())) {
                assertThat(read.spec().pixelsPerLatent())
                        .isEqualTo(trained.spec().pixelsPerLatent());
                assertThat(read.vae().scaling()).isEqualTo(trained.vae().scaling());
                // Arrays lie elsewhere in this file, and vector instructions round by where an array begins.
                assertThat(prediction(read)).usingComparatorWithPrecision(1e-5f).containsExactly(prediction(trained));
                assertThat(read.tokenizer().encode("a bird"))
                        .isEqualTo(model.tokenizer().encode("a bird"));
            }
        }
    }

    @Test
    void classPicturesAreWrittenWithTheirPrompts() {
        ClassPictures node = new ClassPictures();
        node.images = new Images(List.of(new Picture(2, 2, new float[12]), new Picture(2, 2, new float[12])));
        node.prompt = "a bird on white\na bird on blue";
        RecordedRun run = new RecordedRun(folder);
        node.run(run);

        assertThat(node.dataset.items())
                .extracting(Dataset.Item::caption)
                .containsExactly("a bird on white", "a bird on blue");
        assertThat(run.written).allMatch(Files::isRegularFile).hasSize(2);
        node.prompt = "a\nb\nc";
        assertThatThrownBy(() -> node.run(run))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("2 class pictures with 3 prompts");
    }

    @Test
    void theLossesAreThoseOfEachStep() throws Exception {
        TrainDreamBooth node = train(made -> {});
        node.trained.close();
        assertThat(node.losses.steps()).extracting(Losses.Step::step).containsExactly(1, 2, 3);
    }
}
