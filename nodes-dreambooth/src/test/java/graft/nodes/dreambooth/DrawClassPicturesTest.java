package graft.nodes.dreambooth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.file.BuiltIn;
import graft.model.Checkpoint;
import graft.node.Cancelled;
import graft.node.Problem;
import graft.node.testing.KnownSpecs;
import graft.node.testing.RecordedRun;
import graft.tensor.Compute;
import graft.tensor.NativeArrays;
import graft.train.data.Dataset;
import graft.train.data.DatasetSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the model that comes with Graft, in few steps. */
class DrawClassPicturesTest {

    @TempDir
    private Path folder;

    private static Checkpoint model;

    private RecordedRun run;

    @BeforeAll
    static void theModelIsLoaded() {
        model = Checkpoint.load(BuiltIn.path("builtin:emoji-sd"), Compute.choose("cpu"));
        Compute.prepareThread();
    }

    @AfterAll
    static void theModelIsFreed() {
        model.close();
    }

    private List<Path> draw(Consumer<DrawClassPictures> change) throws Exception {
        DrawClassPictures node = node();
        change.accept(node);
        run = new RecordedRun(folder.resolve("run"));
        node.run(run);
        return node.dataset.items().stream().map(Dataset.Item::file).toList();
    }

    private DrawClassPictures node() {
        DrawClassPictures node = new DrawClassPictures();
        node.model = model;
        node.prompt = "an emoji of a bird\n\n an emoji of a cat ";
        node.count = 3;
        node.width = 32;
        node.height = 32;
        node.steps = 2;
        node.folder = folder.toString();
        return node;
    }

    private static List<FileTime> times(List<Path> files) throws Exception {
        List<FileTime> times = new ArrayList<>();
        for (Path file : files) {
            times.add(Files.getLastModifiedTime(file));
        }
        return times;
    }

    @Test
    void theNextRunFindsWhatWasDrawn() throws Exception {
        List<Path> first = draw(node -> {});
        assertThat(run.log).singleElement().asString().startsWith("0 class pictures were there, 3 were drawn");
        List<FileTime> times = times(first);

        assertThat(draw(node -> {})).isEqualTo(first);

        assertThat(run.log).singleElement().asString().startsWith("3 class pictures were there, 0 were drawn");
        assertThat(times(first)).isEqualTo(times);
    }

    @Test
    void moreOfTheSameDrawsOnlyTheMissingOnes() throws Exception {
        draw(node -> {});
        draw(node -> node.count = 4);
        assertThat(run.log).singleElement().asString().startsWith("3 class pictures were there, 1 were drawn");
    }

    @Test
    void otherSettingsDrawOtherPictures() throws Exception {
        List<Path> first = draw(node -> {});
        for (Consumer<DrawClassPictures> change : List.<Consumer<DrawClassPictures>>of(
                node -> node.prompt = "an emoji of a dog",
                node -> node.steps = 3,
                node -> node.guidance = 2,
                node -> node.seed = 9,
                node -> node.width = 40)) {
            List<Path> other = draw(change);
            assertThat(other).doesNotContainAnyElementsOf(first);
            assertThat(Files.readAllBytes(other.get(0))).isNotEqualTo(Files.readAllBytes(first.get(0)));
        }
    }

    @Test
    void aPictureDependsOnItsOwnNumberAlone() throws Exception {
        List<Path> all = draw(node -> {});
        byte[] third = Files.readAllBytes(all.get(2));
        Files.delete(all.get(2));
        Files.write(all.get(1), new byte[] {1, 2, 3});

        draw(node -> {});

        assertThat(Files.readAllBytes(all.get(2))).isEqualTo(third);
        assertThat(run.log).singleElement().asString().startsWith("1 class pictures were there, 2 were drawn");
        assertThat(run.warnings).singleElement().asString().startsWith("A class picture was damaged");
    }

    @Test
    void stoppingKeepsWhatWasDrawn() throws Exception {
        DrawClassPictures node = node();
        RecordedRun stopped = new RecordedRun(folder.resolve("run"));
        stopped.stopAfter = 2;
        assertThatThrownBy(() -> node.run(stopped)).isInstanceOf(Cancelled.class);

        draw(again -> {});
        assertThat(run.log).singleElement().asString().startsWith("2 class pictures were there, 1 were drawn");
    }

    @Test
    void linesAreDrawnInTurnAndAreTheCaptions() {
        KnownSpecs specs = new KnownSpecs();

        node().configure(specs);

        DatasetSpec spec = (DatasetSpec) specs.outputs.get("dataset");
        assertThat(spec.dataset().orElseThrow().items())
                .extracting(Dataset.Item::caption)
                .containsExactly("an emoji of a bird", "an emoji of a cat", "an emoji of a bird");
    }

    @Test
    void aModelThatWasChangedDrawsForTheRunAlone() throws Exception {
        try (Checkpoint view = model.with(Map.of(), model.addedTokens(), List.of())) {
            assertThat(draw(node -> node.model = view)).allMatch(file -> file.startsWith(folder.resolve("run")));
        }
    }

    @Test
    void sidesThatTheModelCannotDrawAreTold() {
        DrawClassPictures node = node();
        node.height = 34;

        assertThatThrownBy(() -> node.configure(new KnownSpecs().with("model", model.spec())))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.socket()).hasValue("height"));
    }

    @Test
    void noArrayIsLeft() throws Exception {
        draw(node -> {});
        long before = NativeArrays.count();
        draw(node -> node.seed = 77);
        assertThat(NativeArrays.count()).isEqualTo(before);
    }
}
