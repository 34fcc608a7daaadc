package graft.nodes.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import graft.adapter.Lora;
import graft.file.BuiltIn;
import graft.model.Checkpoint;
import graft.model.Parts;
import graft.node.Forecast;
import graft.node.testing.KnownSpecs;
import graft.node.testing.RecordedRun;
import graft.picture.Fit;
import graft.sample.Sampler;
import graft.score.Artist;
import graft.score.Questions;
import graft.score.SubjectJudge;
import graft.tensor.Compute;
import graft.tensor.NativeArrays;
import graft.train.Judge;
import graft.train.data.Dataset;
import graft.train.data.DatasetSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A LoRA that learns while a judge looks on. */
class JudgedLoraTest {

    private static final int STEPS = 5;

    @TempDir
    private Path folder;

    private static Checkpoint model;
    private static Dataset pictures;

    @BeforeAll
    static void theModelIsLoaded() throws Exception {
        model = Checkpoint.load(BuiltIn.path("builtin:emoji-sd"), Compute.choose("cpu"));
        Compute.prepareThread();
        try (Stream<Path> files = Files.list(BuiltIn.path("builtin:samples/subject-teapot"))) {
            pictures = new Dataset(files.sorted()
                    .map(file -> new Dataset.Item(file, "a 3d emoji of a sks honey pot", 64, 64, Fit.CROP))
                    .toList());
        }
    }

    @AfterAll
    static void theModelIsFreed() {
        model.close();
    }

    private static Judge judge(boolean stops) {
        return new SubjectJudge(
                1,
                stops,
                new Questions(
                        "sks honey pot",
                        "honey pot",
                        List.of("a 3d emoji of a {subject} on a black background", "a {subject}"),
                        List.of("a red apple"),
                        List.of(7L)),
                new Artist(Sampler.DPMPP_2M, 2, 4, 4),
                BuiltIn.path("builtin:emoji-dino"),
                BuiltIn.path("builtin:emoji-clip"));
    }

    private static TrainLora train(RecordedRun run, Consumer<TrainLora> change) throws Exception {
        TrainLora node = new TrainLora();
        node.model = model;
        node.images = pictures;
        node.rank = 4;
        node.alpha = 4;
        node.learningRate = 5e-3;
        node.training.steps = STEPS;
        change.accept(node);
        node.run(run);
        return node;
    }

    private RecordedRun run(String name) throws Exception {
        return new RecordedRun(Files.createDirectories(folder.resolve(name)));
    }

    private static Map<String, Lora.Part> layers(Lora lora) {
        return lora.layers(Parts.DENOISER);
    }

    private static int best(RecordedRun run) throws Exception {
        return Files.readAllLines(run.folder().resolve("judged.csv")).stream()
                .filter(line -> line.endsWith(",1"))
                .map(line -> Integer.parseInt(line.substring(0, line.indexOf(','))))
                .findFirst()
                .orElseThrow();
    }

    private static Forecast forecast(Optional<Judge.Outlook> judge) {
        TrainLora node = new TrainLora();
        node.rank = 4;
        node.alpha = 4;
        node.training.steps = 60;
        KnownSpecs specs = new KnownSpecs().with("model", model.spec()).with("images", DatasetSpec.of(pictures));
        judge.ifPresent(looks -> specs.with("judge", looks));
        node.configure(specs);
        return specs.forecasts.get(0).on("cpu", true);
    }

    @Test
    void whatTheJudgeWillTakeIsAPartOfTheForecast() {
        Forecast alone = forecast(Optional.empty());
        Forecast judged = forecast(Optional.of(((SubjectJudge) judge(false)).outlook()));

        assertThat(judged.parts()).singleElement().satisfies(part -> {
            assertThat(part.input()).isEqualTo("judge");
            // 61 looks at two pictures of the subject, two of the class and one of others.
            assertThat(part.share()).isBetween(0.01, 0.99);
            assertThat(judged.seconds() * (1 - part.share())).isCloseTo(alone.seconds(), within(1e-6));
        });
        assertThat(judged.peakBytes()).isGreaterThan(alone.peakBytes());
    }

    @Test
    void aTrainingIsTheSameToTheBitWithAJudge() throws Exception {
        for (boolean ema : List.of(true, false)) {
            TrainLora alone = train(run("alone" + ema), node -> node.training.ema = ema);
            TrainLora judged = train(run("judged" + ema), node -> {
                node.training.ema = ema;
                node.judge = judge(false);
            });
            assertThat(judged.losses.steps()).isEqualTo(alone.losses.steps());
            assertThat(layers(judged.lora).equals(layers(alone.lora))).isTrue();
            assertThat(alone.best).isSameAs(alone.lora);
            assertThat(alone.judged).isEmpty();
        }
    }

    @Test
    void theBestIsWhatATrainingOfSoManyStepsLearns() throws Exception {
        RecordedRun run = run("judged");
        TrainLora judged = train(run, node -> {
            node.judge = judge(false);
            node.learningRate = 0.1; // soon ruins what it draws
        });
        int best = best(run);
        TrainLora shorter = train(run("shorter"), node -> {
            node.training.steps = best;
            node.learningRate = 0.1;
        });
        assertThat(best).isLessThan(STEPS);
        assertThat(layers(judged.best).equals(layers(shorter.lora))).isTrue();
        assertThat(layers(judged.best).equals(layers(judged.lora))).isFalse();
        assertThat(run.log)
                .anyMatch(line -> line.startsWith("Step " + best + " is the best"))
                .filteredOn(line -> line.startsWith("Judging takes "))
                .hasSize(1);
        assertThat(judged.judged.get(0).pictures()).hasSize(2);
        assertThat(run.folder().resolve("judged-grid.png")).exists();
        assertThat(run.folder().resolve("judged/step_00000_1.png")).exists();
    }

    @Test
    void aTrainingThatIsTakenUpKeepsWhatWasJudged() throws Exception {
        RecordedRun whole = run("whole");
        TrainLora atOnce = train(whole, node -> {
            node.judge = judge(false);
            node.learningRate = 0.1;
        });
        RecordedRun first = run("twice");
        first.stopAfter = 3;
        train(first, node -> {
            node.judge = judge(false);
            node.learningRate = 0.1;
            node.training.saveEvery = 2;
        });
        Files.delete(first.folder().resolve("judged.csv"));
        RecordedRun second = run("twice");
        TrainLora twice = train(second, node -> {
            node.judge = judge(false);
            node.learningRate = 0.1;
            node.training.saveEvery = 2;
        });
        assertThat(second.log).anyMatch(line -> line.startsWith("Going on after step 3"));
        assertThat(Files.readString(second.folder().resolve("judged.csv")))
                .isEqualTo(Files.readString(whole.folder().resolve("judged.csv")));
        assertThat(layers(twice.best).equals(layers(atOnce.best))).isTrue();
        assertThat(layers(twice.best).equals(layers(atOnce.lora))).isFalse();
        assertThat(layers(twice.lora).equals(layers(atOnce.lora))).isTrue();
    }

    @Test
    void whereNothingIsGainedItEndsWhenAskedToAndIsWholeAllTheSame() throws Exception {
        RecordedRun run = run("stops");
        TrainLora ended = train(run, node -> {
            node.judge = judge(true);
            node.training.steps = 9;
            node.learningRate = 1e-12;
        });
        assertThat(ended.losses.steps()).hasSize(5);
        assertThat(run.log)
                .anyMatch(line -> line.endsWith("The training ends here, as was asked for."))
                .noneMatch(line -> line.startsWith("Stopped after"));
        // Killed while the nodes after it were at work: it does not go on beyond its end.
        TrainLora again = train(run("stops"), node -> {
            node.judge = judge(true);
            node.training.steps = 9;
            node.learningRate = 1e-12;
        });
        assertThat(again.losses.steps()).hasSize(5);
    }

    @Test
    void nothingOfAJudgeIsLeftInMemory() throws Exception {
        train(run("warm"), node -> {
            node.judge = judge(false);
            node.training.steps = 1;
        });
        long arrays = NativeArrays.count();
        train(run("again"), node -> {
            node.judge = judge(false);
            node.training.steps = 2;
        });
        assertThat(NativeArrays.count()).isEqualTo(arrays);
    }
}
