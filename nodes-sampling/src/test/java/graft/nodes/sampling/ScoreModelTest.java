package graft.nodes.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import graft.model.Checkpoint;
import graft.node.Cancelled;
import graft.node.Forecast;
import graft.node.Problem;
import graft.node.testing.KnownSpecs;
import graft.node.testing.RecordedRun;
import graft.score.Measure;
import graft.score.Score;
import graft.score.ScoreSpec;
import graft.tensor.NativeArrays;
import graft.train.Judge;
import graft.train.data.Dataset;
import graft.train.data.DatasetSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scores of the model that comes with Graft. */
class ScoreModelTest {

    @TempDir
    static Path folder;

    private static Checkpoint model;
    private static Dataset teapots;

    @BeforeAll
    static void theModelIsLoaded() throws Exception {
        LoadModel load = new LoadModel();
        load.run(new RecordedRun(folder));
        model = load.model;
        ImageFolder images = new ImageFolder();
        images.folder = "builtin:samples/subject-teapot";
        images.width = 64;
        images.height = 64;
        images.run(new RecordedRun(folder));
        Caption caption = new Caption();
        caption.images = images.images;
        caption.source = Caption.Source.LINES;
        caption.template = "a sks honey pot on a {caption} background";
        caption.lines = "white\nblue\nyellow\ngreen\npink";
        caption.run(new RecordedRun(folder));
        teapots = caption.captioned;
    }

    @AfterAll
    static void theModelIsFreed() {
        model.close();
    }

    private static ScoreModel node(Consumer<ScoreModel> change) {
        ScoreModel node = new ScoreModel();
        node.model = model;
        node.images = teapots;
        node.name = "here";
        node.questions.subject = "sks honey pot";
        node.questions.className = "honey pot";
        node.questions.prompts =
                "a 3d emoji of a {subject} on a white background\na 3d emoji of a {subject} on a black background";
        node.questions.unrelated = "a red apple";
        node.seeds = 2;
        node.steps = 4;
        node.scoring.guidance = 4;
        change.accept(node);
        return node;
    }

    private static Score scored(Consumer<ScoreModel> change) throws Exception {
        ScoreModel node = node(change);
        node.run(new RecordedRun(folder));
        return node.score;
    }

    @Test
    void theSameModelHasNoLeakAndNoDrift() throws Exception {
        Score before = scored(node -> {});
        Score again = scored(node -> node.before = before);

        assertThat(again.values(Measure.LEAK).orElseThrow().each()).containsOnly(0.0);
        assertThat(again.values(Measure.DRIFT).orElseThrow().mean()).isCloseTo(0, within(1e-6));
        assertThat(again.values(Measure.FIDELITY)).isEqualTo(before.values(Measure.FIDELITY));
        assertThat(again.drawings().ofSubject()).hasSize(4);
        assertThat(again.drawings().ofOthers()).hasSize(2);
    }

    @Test
    void picturesDrawnTogetherAreThoseDrawnOneByOne() throws Exception {
        Score together = scored(node -> node.scoring.batch = 4);
        Score apart = scored(node -> node.scoring.batch = 1);

        assertThat(together.values(Measure.FIDELITY).orElseThrow().mean())
                .isCloseTo(apart.values(Measure.FIDELITY).orElseThrow().mean(), within(1e-3));
    }

    @Test
    void itTellsItsProgressShowsPicturesAndLeavesItsNumbers() throws Exception {
        RecordedRun run = new RecordedRun(folder.resolve("told"));
        node(node -> node.scoring.batch = 3).run(run);

        // Four of the subject and four of the class in two batches each, two others in one.
        assertThat(run.progress).hasSize(5 * 4).isSorted().endsWith(20L);
        assertThat(run.previews).hasSize(5);
        assertThat(Files.readString(run.folder().resolve("score.json"))).contains("\"clipImage\"");
        assertThat(run.log).singleElement().asString().startsWith("here: fidelity 0.");
    }

    @Test
    void stoppingEndsItWithinAStepAndNothingIsLeft() throws Exception {
        scored(node -> {});
        long before = NativeArrays.count();
        RecordedRun run = new RecordedRun(folder);
        run.stopAfter = 6;

        assertThatThrownBy(() -> node(node -> {}).run(run)).isInstanceOf(Cancelled.class);
        scored(node -> {});

        assertThat(run.progress).hasSize(6);
        assertThat(NativeArrays.count()).isEqualTo(before);
    }

    private static KnownSpecs configured(Consumer<ScoreModel> change) {
        KnownSpecs specs = new KnownSpecs().with("model", model.spec()).with("images", DatasetSpec.of(teapots));
        node(change).configure(specs);
        return specs;
    }

    @Test
    void itIsForecastByWhatItDraws() {
        Forecast few = configured(node -> {}).forecasts.get(0).on("cpu", true);
        Forecast more = configured(node -> node.seeds = 4).forecasts.get(0).on("cpu", true);

        assertThat(few.seconds()).isPositive();
        assertThat(more.seconds()).isBetween(few.seconds(), 2 * few.seconds());
        assertThat(few.peakBytes()).isGreaterThan(40_000_000);
        assertThat(configured(node -> {}).outputs.get("score"))
                .isEqualTo(new ScoreSpec(node(node -> {}).questions.of(0, 2), 5, 64, 64));
    }

    @Test
    void aJudgeSaysBeforeItRunsHowOftenItLooks() {
        JudgeTraining judge = new JudgeTraining();
        judge.every = 50;
        judge.questions.subject = "sks honey pot";
        judge.questions.className = "honey pot";
        judge.questions.prompts = "a {subject}";
        KnownSpecs specs = new KnownSpecs();
        judge.configure(specs);

        assertThat(specs.outputs.get("judge"))
                .isInstanceOfSatisfying(
                        Judge.Outlook.class, told -> assertThat(told.looks(600)).isEqualTo(13));
    }

    @Test
    void whatIsMissingIsToldAtItsSetting() {
        assertProblem("subject", node -> node.questions.subject = " ");
        assertProblem("className", node -> node.questions.className = "");
        assertProblem("prompts", node -> node.questions.prompts = "");
        assertProblem("prompts", node -> node.questions.prompts = "a honey pot");
        assertProblem("dino", node -> node.looks.dino = "builtin:none");
        assertProblem("clip", node -> node.looks.clip = "");
    }

    private static void assertProblem(String setting, Consumer<ScoreModel> change) {
        assertThatThrownBy(() -> node(change).configure(new KnownSpecs()))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.socket()).hasValue(setting));
    }
}
