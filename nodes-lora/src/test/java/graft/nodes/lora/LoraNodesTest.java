package graft.nodes.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.adapter.Lora;
import graft.adapter.LoraFile;
import graft.adapter.LoraFormat;
import graft.adapter.LoraSpec;
import graft.file.BuiltIn;
import graft.file.StoredPrecision;
import graft.model.BlockReuse;
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
import graft.picture.Thumbnail;
import graft.tensor.Compute;
import graft.tensor.NativeArrays;
import graft.tensor.Precision;
import graft.tensor.Scope;
import graft.train.LoraSettings;
import graft.train.Losses;
import graft.train.TrainingCost;
import graft.train.data.Dataset;
import graft.train.data.DatasetSpec;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The nodes at work on the model and the pictures that come with Graft. */
class LoraNodesTest {

    @TempDir
    private Path folder;

    private static Checkpoint model;
    private static Dataset pictures;

    @BeforeAll
    static void theModelIsLoaded() {
        model = Checkpoint.load(BuiltIn.path("builtin:emoji-sd"), Compute.choose("cpu"));
        Compute.prepareThread();
        pictures = subject("subject-teapot", "a 3d emoji of a sks honey pot");
    }

    private static Dataset subject(String name, String caption) {
        List<Dataset.Item> items = new ArrayList<>();
        try (Stream<Path> files = Files.list(BuiltIn.path("builtin:samples/" + name))) {
            files.sorted().forEach(file -> items.add(new Dataset.Item(file, caption, 64, 64, Fit.CROP)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Dataset(items);
    }

    @AfterAll
    static void theModelIsFreed() {
        model.close();
    }

    private TrainLora train(Consumer<TrainLora> change) throws Exception {
        return train(change, new RecordedRun(folder));
    }

    private TrainLora train(Consumer<TrainLora> change, RecordedRun run) throws Exception {
        TrainLora node = new TrainLora();
        node.model = model;
        node.images = pictures;
        node.name = "teapot";
        node.rank = 4;
        node.alpha = 4;
        node.learningRate = 1e-3;
        node.training.steps = 5;
        change.accept(node);
        node.run(run);
        return node;
    }

    /** The timesteps of a step sway its loss more than what was learnt: so beside a training that learns nothing. */
    @Test
    void theLossFalls() throws Exception {
        double learnt = lossOfTheLastSteps(2e-3);
        double untrained = lossOfTheLastSteps(1e-12);

        assertThat(learnt).isLessThan(0.9 * untrained);
    }

    private double lossOfTheLastSteps(double learningRate) throws Exception {
        TrainLora node = train(made -> {
            made.learningRate = learningRate;
            made.training.batch = 4;
            made.training.steps = 60;
            made.rank = 8;
            made.training.minSnr = 0;
        });
        return mean(node.losses.steps().subList(40, 60));
    }

    private static double mean(List<Losses.Step> steps) {
        return steps.stream().mapToDouble(Losses.Step::loss).average().orElseThrow();
    }

    @Test
    void aSeedLearnsTheSameLoraBitForBitAndAnotherSeedAnother() throws Exception {
        TrainLora first = train(node -> node.training.seed = 3);
        TrainLora again = train(node -> node.training.seed = 3);
        TrainLora other = train(node -> node.training.seed = 4);

        assertThat(again.losses.steps()).isEqualTo(first.losses.steps());
        assertThat(numbers(again.lora)).containsExactly(numbers(first.lora));
        assertThat(numbers(other.lora)).isNotEqualTo(numbers(first.lora));
    }

    @Test
    void aModelThatReusesBlocksIsNotTrained() {
        try (Checkpoint faster = model.with(new BlockReuse(2, 1, 0, 1))) {
            assertThatThrownBy(() -> train(node -> node.model = faster))
                    .isInstanceOfSatisfying(Problem.class, problem -> {
                        assertThat(problem.socket()).hasValue("model");
                        assertThat(problem)
                                .hasMessage(
                                        "Cannot train on this model: it reuses blocks, which draws approximately, and a"
                                                + " training computes all of them; wire in the model without Reuse Blocks.");
                    });
        }
    }

    /** All its numbers, module by module in the order of their names: a file has an order of its own. */
    private static float[] numbers(Lora lora) {
        FloatBuffer all = FloatBuffer.allocate(1 << 20);
        new TreeMap<>(lora.layers(Parts.DENOISER)).forEach((module, part) -> {
            Lora.LowRank low = (Lora.LowRank) part;
            all.put(low.down().numbers()).put(low.up().numbers());
        });
        return Arrays.copyOf(all.array(), all.position());
    }

    @Test
    void theModelIsAsItWasAndNoArrayIsLeft() throws Exception {
        float[] before = prediction();
        train(node -> node.training.steps = 2);
        long arrays = NativeArrays.count();
        train(node -> node.training.steps = 3);

        assertThat(NativeArrays.count()).isEqualTo(arrays);
        assertThat(prediction()).containsExactly(before);
    }

    private static float[] prediction() {
        try (NDManager manager = model.compute().newManager();
                Scope scope = Scope.open()) {
            NDArray latents = manager.ones(new Shape(1, 4, 16, 16));
            Context context =
                    Context.of(manager.ones(new Shape(1, 77, model.spec().contextWidth())));
            return model.network()
                    .forward(latents, manager.full(new Shape(1), 321f), context, Patches.NONE)
                    .toFloatArray();
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void everyPrecisionLearnsAboutTheSameAndLeavesTheModelAsItWas(Precision precision) throws Exception {
        float[] before = prediction();
        List<Losses.Step> wanted = train(node -> {}).losses.steps();
        RecordedRun run = new RecordedRun(folder);
        Consumer<TrainLora> settings = node -> {
            node.training.precision = precision;
            node.validation = pictures;
            node.training.sampleEvery = 5;
            node.training.sampleSteps = 2;
        };
        List<Losses.Step> steps = train(settings, run).losses.steps();
        long arrays = NativeArrays.count();
        train(settings, new RecordedRun(folder));

        for (int i = 0; i < steps.size(); i++) {
            double loss = wanted.get(i).loss();
            assertThat(steps.get(i).loss()).isCloseTo(loss, within(1e-2 * loss));
        }
        assertThat(run.warnings.stream().anyMatch(line -> line.contains("far more slowly")))
                .isEqualTo(precision != Precision.FP32);
        assertThat(NativeArrays.count()).isEqualTo(arrays);
        assertThat(prediction()).containsExactly(before);
    }

    @Test
    void stoppingKeepsTheLoraSoFar() throws Exception {
        RecordedRun run = new RecordedRun(folder);
        run.stopAfter = 3;
        TrainLora stopped = train(node -> node.training.steps = 100, run);

        assertThat(stopped.losses.steps()).hasSize(3);
        assertThat(numbers(stopped.lora)).containsExactly(numbers(train(node -> node.training.steps = 3).lora));
        assertThat(stopped.lora.metadata()).containsEntry("ss_steps", "3").containsEntry("ss_max_train_steps", "100");
        assertThat(run.log).contains("Stopped after step 3 of 100; what was learnt so far is kept.");
    }

    @Test
    void aTrainingTellsWhatItTook() throws Exception {
        long began = System.nanoTime();
        TrainLora node = train(made -> made.training.steps = 3);
        double seconds = (System.nanoTime() - began) / 1e9;

        TrainingCost cost = node.losses.cost().orElseThrow();
        assertThat(cost.seconds()).isBetween(0.01, seconds);
        assertThat(cost.numbers()).isEqualTo(numbers(node.lora).length);
        assertThat(cost.fileBytes()).isEqualTo(2L * numbers(node.lora).length);
        cost.peakBytes().ifPresent(peak -> assertThat(peak).isBetween(50L << 20, 8L << 30));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aTrainingThatWasStoppedGoesOnAsIfItHadNotBeen(int every) throws Exception {
        Consumer<TrainLora> settings = node -> {
            node.training.steps = 7;
            node.training.saveEvery = every;
            node.training.seed = 11;
        };
        TrainLora whole = train(settings, new RecordedRun(folder.resolve("whole")));
        RecordedRun first = new RecordedRun(folder.resolve("parts"));
        first.stopAfter = 4;
        train(settings, first);
        RecordedRun second = new RecordedRun(folder.resolve("parts"));
        TrainLora rest = train(settings, second);

        assertThat(second.progress).startsWith(5L);
        assertThat(second.log).anyMatch(line -> line.startsWith("Going on after step 4,"));
        assertThat(rest.losses.cost()).as("the first part's share is not known").isEmpty();
        assertThat(rest.losses.steps()).isEqualTo(whole.losses.steps());
        assertThat(numbers(rest.lora)).containsExactly(numbers(whole.lora));
        assertThat(rest.lora.metadata()).isEqualTo(whole.lora.metadata());
    }

    @ParameterizedTest
    @EnumSource(LoraSettings.Kind.class)
    void everyKindLearnsInBothNetworksWithConvolutionsAndGoesOnAfterAStop(LoraSettings.Kind kind) throws Exception {
        Consumer<TrainLora> settings = node -> {
            node.kind = kind;
            node.rank = 2;
            node.training.steps = 3;
            node.targets = LoraSettings.Targets.ALL_LINEAR;
            node.convRank = 2;
            node.trainTextEncoder = true;
            node.dropout = 0.3;
            node.loraPlus = 4;
            node.rankStabilised = true;
            node.training.saveEvery = 1;
        };
        TrainLora whole = train(settings, new RecordedRun(folder.resolve("whole")));
        RecordedRun first = new RecordedRun(folder.resolve("parts"));
        first.stopAfter = 1;
        train(settings, first);
        TrainLora rest = train(settings, new RecordedRun(folder.resolve("parts")));

        assertThat(whole.lora.kind()).isEqualToIgnoringCase(kind.name());
        assertThat(whole.lora.layers(Parts.DENOISER).keySet()).anyMatch(module -> module.endsWith(".conv1"));
        assertThat(whole.lora.layers(Parts.TEXT)).isNotEmpty();
        assertThat(rest.losses.steps()).isEqualTo(whole.losses.steps());
        assertThat(rest.lora.layers(Parts.DENOISER)).isEqualTo(whole.lora.layers(Parts.DENOISER));
        assertThat(rest.lora.layers(Parts.TEXT)).isEqualTo(whole.lora.layers(Parts.TEXT));
    }

    @Test
    void aTrainingGoesOnFromAnExistingLora() throws Exception {
        Lora before = train(node -> node.kind = LoraSettings.Kind.DORA).lora;
        RecordedRun run = new RecordedRun(folder.resolve("on"));
        TrainLora on = train(
                node -> {
                    node.start = before;
                    node.rank = 64;
                    node.training.steps = 1;
                },
                run);

        assertThat(run.log).contains("Going on from teapot: DoRA, rank 4.");
        assertThat(on.lora.kind()).isEqualTo("DoRA");
        assertThat(on.lora.rank()).isEqualTo(4);
        assertThat(on.lora.layers(Parts.DENOISER))
                .containsOnlyKeys(before.layers(Parts.DENOISER).keySet())
                .isNotEqualTo(before.layers(Parts.DENOISER));
    }

    @Test
    void aLoraThatDoesNotSuitTheSettingsIsNotGoneOnFrom() throws Exception {
        Lora pictures = train(node -> node.training.steps = 1).lora;
        Lora both = train(
                        node -> {
                            node.training.steps = 1;
                            node.trainTextEncoder = true;
                        },
                        new RecordedRun(folder.resolve("both")))
                .lora;

        assertThatThrownBy(() -> train(node -> {
                    node.start = pictures;
                    node.trainTextEncoder = true;
                }))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("it changes nothing of the text encoder, which is to learn");
        assertThatThrownBy(() -> train(node -> node.start = both))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("it changes the text encoder too, which is not to learn");
    }

    @Test
    void aLoraOfAnotherFamilyIsNotGoneOnFromAndSoItIsSaidBeforeTheTraining() {
        LoraSpec other = new LoraSpec("other", OptionalInt.of(1024));
        KnownSpecs specs = new KnownSpecs().with("model", model.spec()).with("start", other);

        assertThatThrownBy(() -> new TrainLora().configure(specs)).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.socket()).hasValue("start");
            assertThat(problem).hasMessageContaining("1024 wide");
        });
    }

    @Test
    void ranksOfBlocksThatCannotBeReadAreRefusedBeforeTheTraining() {
        TrainLora node = new TrainLora();
        node.blockRanks = "up_blocks: 4";

        assertThatThrownBy(() -> node.configure(new KnownSpecs())).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.socket()).hasValue("blockRanks");
            assertThat(problem).hasMessageContaining("\"up_blocks: 4\"");
        });
    }

    @Test
    void aStateOfAnotherTrainingIsRefusedInWords() throws Exception {
        RecordedRun first = new RecordedRun(folder);
        first.stopAfter = 1;
        train(node -> {}, first);

        assertThatThrownBy(() -> train(node -> node.rank = 2))
                .isInstanceOf(Problem.class)
                .hasMessageContaining(first.stateFile().toString())
                .hasMessageContaining("remove the file to begin anew");
    }

    @Test
    void aDamagedStateIsRefusedInWords() throws Exception {
        Files.writeString(folder.resolve("state"), "no state");

        assertThatThrownBy(() -> train(node -> {}))
                .isInstanceOf(Problem.class)
                .hasMessageContaining(folder.resolve("state").toString());
    }

    @Test
    void aStateThatCannotBeSavedStopsNothing() throws Exception {
        Files.createFile(folder.resolve("file"));
        RecordedRun run = new RecordedRun(folder.resolve("file"));
        TrainLora node = train(made -> made.training.saveEvery = 2, run);

        assertThat(node.losses.steps()).hasSize(5);
        assertThat(run.warnings)
                .filteredOn(line -> line.startsWith("The state was not saved, the training goes on: "))
                .hasSize(2);
        assertThat(run.warnings)
                .filteredOn(line -> line.startsWith("The losses are no longer written, the training goes on: "))
                .hasSize(1);
    }

    @Test
    void aStateOfAnotherTrainingUnderItsNameIsRefusedInWords() throws Exception {
        RecordedRun first = new RecordedRun(folder);
        first.stopAfter = 1;
        train(node -> {}, first);
        Path other = Files.createDirectories(folder.resolve("other")).resolve("state");
        Files.write(
                other,
                new String(Files.readAllBytes(first.stateFile()), StandardCharsets.ISO_8859_1)
                        .replace("\"training\":\"state\"", "\"training\":\"STATE\"")
                        .getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> train(node -> {}, new RecordedRun(folder.resolve("other"))))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("it is the state of another training, STATE")
                .hasMessageContaining("remove the file to begin anew");
    }

    @Test
    void aTrainingThatDivergesKeepsWhatTheLastGoodStepLearnt() throws Exception {
        Consumer<TrainLora> settings = node -> {
            node.learningRate = 1;
            node.training.clipNorm = 0;
            node.training.weightDecay = 0;
            node.training.saveEvery = 1000;
            node.training.steps = 1000;
        };
        RecordedRun run = new RecordedRun(folder.resolve("diverged"));
        TrainLora diverged = train(settings, run);
        int good = diverged.losses.steps().size();

        assertThat(run.problems).singleElement().satisfies(problem -> assertThat(problem)
                .hasMessageStartingWith("Training stopped at step " + (good + 1))
                .hasMessageContaining("choose a lower learning rate")
                .hasMessageContaining("what was learnt up to step " + good + " is kept"));
        TrainLora asFar =
                train(settings.andThen(node -> node.training.steps = good), new RecordedRun(folder.resolve("good")));
        assertThat(diverged.losses.steps()).isEqualTo(asFar.losses.steps());
        assertThat(numbers(diverged.lora)).containsExactly(numbers(asFar.lora)).doesNotContain(Float.NaN);

        RecordedRun again = new RecordedRun(folder.resolve("diverged"));
        train(settings, again);
        assertThat(again.log).anyMatch(line -> line.startsWith("Going on after step " + good + ","));
    }

    @Test
    void classPicturesCountAsTheirWeightSays() throws Exception {
        List<Losses.Step> steps = new ArrayList<>();
        for (double weight : new double[] {1, 2}) {
            TrainLora node = train(made -> {
                made.classImages = subject("subject-llama", "a 3d emoji of a honey pot");
                made.priorWeight = weight;
                made.training.steps = 1;
            });
            steps.add(node.losses.steps().get(0));
        }
        double once = steps.get(0).prior().orElseThrow();
        assertThat(steps.get(1).prior().orElseThrow()).isCloseTo(2 * once, within(1e-5 * once));
        assertThat(steps.get(1).loss() - steps.get(0).loss()).isCloseTo(once, within(1e-5 * once));
    }

    @Test
    void samplesAndValidationLeaveTheTrainingAsItIsAndNoArrayBehind() throws Exception {
        Consumer<TrainLora> watched = node -> {
            node.training.steps = 4;
            node.validation = subject("subject-llama", "a 3d emoji of a llama");
            node.training.validateEvery = 2;
            node.training.sampleEvery = 2;
            node.training.sampleSteps = 2;
            node.training.samplePrompts = "a 3d emoji of a sks honey pot\n\na noto emoji of a bird";
        };
        TrainLora plain = train(node -> node.training.steps = 4, new RecordedRun(folder.resolve("plain")));
        RecordedRun run = new RecordedRun(folder.resolve("watched"));
        TrainLora seen = train(watched, run);

        assertThat(seen.losses.steps()).isEqualTo(plain.losses.steps());
        assertThat(numbers(seen.lora)).containsExactly(numbers(plain.lora));
        assertThat(seen.losses.validations())
                .extracting(Losses.Validation::step)
                .containsExactly(0, 2, 4);
        List<String> samples = run.written.stream()
                .filter(file -> file.toString().contains("samples"))
                .map(file -> file.getFileName().toString())
                .toList();
        assertThat(samples)
                .containsExactly(
                        "step_00000_0.png",
                        "step_00000_1.png",
                        "step_00002_0.png",
                        "step_00002_1.png",
                        "step_00004_0.png",
                        "step_00004_1.png");
        assertThat(run.previews).hasSize(6);
        Path drawn = run.folder().resolve("samples");
        assertThat(Files.readAllBytes(drawn.resolve("step_00000_0.png")))
                .isNotEqualTo(Files.readAllBytes(drawn.resolve("step_00004_0.png")));

        long arrays = NativeArrays.count();
        train(watched, new RecordedRun(folder.resolve("again")));
        assertThat(NativeArrays.count()).isEqualTo(arrays);
    }

    @Test
    void validationSeesWhatIsLearnt() throws Exception {
        TrainLora node = train(made -> {
            made.validation = pictures;
            made.learningRate = 2e-3;
            made.training.steps = 40;
            made.training.minSnr = 0;
        });
        List<Losses.Validation> looks = node.losses.validations();

        assertThat(looks).extracting(Losses.Validation::step).containsExactly(0, 40);
        assertThat(looks.get(1).loss()).isLessThan(0.97 * looks.get(0).loss());
    }

    @Test
    void theLogsOfATrainingThatWasTakenUpAreThoseOfOneThatWasNot() throws Exception {
        Consumer<TrainLora> settings = node -> {
            node.training.steps = 6;
            node.validation = pictures;
            node.training.validateEvery = 2;
            node.training.sampleEvery = 2;
            node.training.sampleSteps = 1;
            node.training.saveEvery = 3;
        };
        RecordedRun whole = new RecordedRun(folder.resolve("whole"));
        train(settings, whole);
        RecordedRun first = new RecordedRun(folder.resolve("parts"));
        first.stopAfter = 4;
        train(settings, first);
        train(settings, new RecordedRun(folder.resolve("parts")));

        for (String file : List.of("losses.csv", "losses.png", "events.out.tfevents.graft")) {
            assertThat(folder.resolve("parts").resolve(file))
                    .as(file)
                    .hasSameBinaryContentAs(folder.resolve("whole").resolve(file));
        }
        assertThat(Files.readAllLines(folder.resolve("whole/losses.csv")))
                .hasSize(8)
                .element(1)
                .asString()
                .startsWith("0,,,,,,0.");
        assertThat(folder.resolve("parts/samples/step_00006_0.png"))
                .hasSameBinaryContentAs(folder.resolve("whole/samples/step_00006_0.png"));
    }

    @Test
    void aStateIsSavedByTheClockToo() throws Exception {
        Consumer<TrainLora> settings = node -> {
            node.training.saveEvery = 0;
            node.training.saveMinutes = 1e-6;
        };
        TrainLora whole = train(settings, new RecordedRun(folder.resolve("whole")));
        assertThat(folder.resolve("whole/state")).isRegularFile();
        RecordedRun again = new RecordedRun(folder.resolve("whole"));

        assertThat(numbers(train(settings, again).lora)).containsExactly(numbers(whole.lora));
        assertThat(again.log).anyMatch(line -> line.startsWith("Going on after step 5,"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "a/b", "", "  ", "..", "a:b"})
    void aNameThatIsNoFileNameIsRefusedBeforeTheTraining(String name) {
        TrainLora node = new TrainLora();
        node.name = name;

        assertThatThrownBy(() -> node.configure(new KnownSpecs())).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.socket()).hasValue("name");
            assertThat(problem.happened()).contains("\"" + name + "\"");
        });
    }

    @Test
    void aLoraThatCameWithANameThatIsNoFileNameIsWrittenUnderTheNearestAndNowhereElse() {
        SaveLora save = new SaveLora();
        save.lora = Lora.of("../outside", Map.of(), Map.of());

        save.run(new RecordedRun(folder));
        assertThat(folder.resolve(".._outside.safetensors")).exists();
        assertThat(folder.resolveSibling("outside.safetensors")).doesNotExist();
    }

    @Test
    void aWarmUpLongerThanTheTrainingIsRefused() {
        TrainLora node = new TrainLora();
        node.training.steps = 10;
        node.training.warmup = 10;

        assertThatThrownBy(() -> node.configure(new KnownSpecs())).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.socket()).hasValue("warmup");
            assertThat(problem).hasMessageContaining("10 of 10 steps");
        });
    }

    @Test
    void picturesThatDoNotFitTheModelsLatentsAreRefused() {
        TrainLora node = new TrainLora();
        KnownSpecs specs = new KnownSpecs().with("model", model.spec()).with("images", new DatasetSpec(5, 66, 64));

        assertThatThrownBy(() -> node.configure(specs))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("66×64")
                .hasMessageContaining("divisible by 4");
    }

    @Test
    void aSavedLoraIsReadBackAsItWas() throws Exception {
        TrainLora trained = train(node -> node.training.steps = 2);
        SaveLora save = new SaveLora();
        save.lora = trained.lora;
        save.precision = StoredPrecision.FP32;
        RecordedRun run = new RecordedRun(folder);
        save.run(run);
        LoadLora load = new LoadLora();
        load.file = run.written.get(0).toString();
        load.configure(new KnownSpecs());
        load.run(run);

        assertThat(run.written).containsExactly(folder.resolve("teapot.safetensors"));
        assertThat(numbers(load.lora)).containsExactly(numbers(trained.lora));
        assertThat(load.lora.alpha()).isCloseTo(4, within(0.0));
        assertThat(load.lora.metadata())
                .containsEntry("ss_output_name", "teapot")
                .containsEntry("ss_v2", "False")
                .containsEntry("modelspec.architecture", "stable-diffusion-v1/lora")
                .containsEntry("modelspec.trigger_phrase", "a 3d emoji of a sks honey pot")
                .containsEntry("ss_dataset_dirs", "{\"images\":{\"n_repeats\":1,\"img_count\":5}}")
                .containsEntry("ss_epoch", "1");
    }

    @Test
    void theFileCarriesWhatCallsItUpAndAPictureOfWhatItDoes() throws Exception {
        TrainLora trained = train(node -> node.training.steps = 2);
        SaveLora save = new SaveLora();
        save.lora = trained.lora;
        save.trigger = " a sks teapot ";
        save.preview = new Images(List.of(new Picture(512, 256, new float[512 * 256 * 3])));
        RecordedRun run = new RecordedRun(folder);
        save.run(run);

        Map<String, String> said = LoraFile.read(run.written.get(0)).metadata();
        assertThat(said)
                .containsEntry("modelspec.trigger_phrase", "a sks teapot")
                .containsEntry("ss_num_train_images", "5");
        BufferedImage picture = Thumbnail.read(said.get("modelspec.thumbnail")).orElseThrow();
        assertThat(picture.getWidth()).isEqualTo(256);
        assertThat(picture.getHeight()).isEqualTo(128);
    }

    @Test
    void aFormatThatHasNoPlaceForTheKindIsRefusedInWords() throws Exception {
        SaveLora save = new SaveLora();
        save.lora = train(node -> {
                    node.kind = LoraSettings.Kind.LOKR;
                    node.training.steps = 1;
                })
                .lora;
        save.format = LoraFormat.PEFT;

        assertThatThrownBy(() -> save.run(new RecordedRun(folder)))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("it is a LoKr")
                .hasMessageContaining("kept as " + folder.resolve("teapot.safetensors"))
                .hasMessageContaining("choose the format kohya");
        assertThat(LoraFile.read(folder.resolve("teapot.safetensors")).kind()).isEqualTo(save.lora.kind());
    }

    @Test
    void anOlderFileIsNeverReplaced() throws Exception {
        SaveLora save = new SaveLora();
        save.lora = train(node -> node.training.steps = 1).lora;
        RecordedRun run = new RecordedRun(folder);
        save.run(run);
        byte[] first = Files.readAllBytes(folder.resolve("teapot.safetensors"));
        save.run(run);

        assertThat(run.written)
                .extracting(Path::getFileName)
                .map(Path::toString)
                .containsExactly("teapot.safetensors", "teapot-2.safetensors");
        assertThat(folder.resolve("teapot.safetensors")).hasBinaryContent(first);
    }

    @Test
    void aFolderThatCannotBeMadeIsToldInWords() throws Exception {
        Path file = Files.createFile(folder.resolve("taken"));
        SaveLora save = new SaveLora();
        save.lora = train(node -> node.training.steps = 1).lora;
        save.folder = file.toString();

        assertThatThrownBy(() -> save.run(new RecordedRun(folder)))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("a part of its path is not a folder")
                .hasMessageContaining("kept as " + folder.resolve("teapot.safetensors"));
        assertThat(LoraFile.read(folder.resolve("teapot.safetensors")).layers(Parts.DENOISER))
                .hasSameSizeAs(save.lora.layers(Parts.DENOISER));
    }

    @Test
    void theTextEncoderLearnsAloneAtALearningRateOfNought() throws Exception {
        Lora lora = train(node -> {
                    node.learningRate = 0;
                    node.trainTextEncoder = true;
                    node.training.steps = 2;
                })
                .lora;
        assertThat(ups(lora, Parts.DENOISER)).isNotEmpty().allMatch(up -> up == 0);
        assertThat(ups(lora, Parts.TEXT)).isNotEmpty().anyMatch(up -> up != 0);
    }

    private static List<Float> ups(Lora lora, String part) {
        List<Float> ups = new ArrayList<>();
        lora.layers(part).values().forEach(layer -> {
            for (float number : ((Lora.LowRank) layer).up().numbers()) {
                ups.add(number);
            }
        });
        return ups;
    }
}
