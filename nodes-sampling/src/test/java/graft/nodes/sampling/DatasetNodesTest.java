package graft.nodes.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.file.BuiltIn;
import graft.file.ImageFile;
import graft.node.Problem;
import graft.node.testing.KnownSpecs;
import graft.node.testing.RecordedRun;
import graft.picture.Fit;
import graft.train.data.Augment;
import graft.train.data.Dataset;
import graft.train.data.DatasetSpec;
import graft.train.data.TrainingSize;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The nodes between Image Folder and a trainer. */
class DatasetNodesTest {

    @TempDir
    Path folder;

    private final RecordedRun run = new RecordedRun(Path.of("unused"));

    private static Dataset pictures(int side, String caption) {
        return new Dataset(ImageFile.list(BuiltIn.path("builtin:samples/subject-penguin")).stream()
                .map(file -> new Dataset.Item(file, caption, side, side, Fit.CROP))
                .toList());
    }

    private static Dataset twice(Dataset data) {
        return new Dataset(data.items().stream()
                .flatMap(item -> Collections.nCopies(2, item).stream())
                .toList());
    }

    @Test
    void datasetsOfSeveralSizesAreJoinedAndRepeatedByWire() {
        JoinDatasets node = new JoinDatasets();
        node.images = List.of(pictures(32, "a"), pictures(64, "b"));
        node.repeats = List.of(1.0, 3.0);

        node.run(run);

        assertThat(node.joined.items()).hasSize(20);
        assertThat(node.joined.items().stream().filter(item -> item.caption().equals("b")))
                .hasSize(15);
        KnownSpecs specs = new KnownSpecs().with("images", DatasetSpec.of(pictures(32, "a")));
        node.repeats = List.of(2.0);
        node.configure(specs);
        assertThat(((DatasetSpec) specs.outputs.get("joined")).count()).isEqualTo(10);
    }

    @Test
    void asManyRepeatsAsDatasetsAreAskedFor() {
        JoinDatasets node = new JoinDatasets();
        node.images = List.of(pictures(32, "a"), pictures(64, "b"));
        node.repeats = List.of(1.0, 2.0, 3.0);

        assertThatThrownBy(() -> node.run(run))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("3 repeats are given for 2 datasets");
    }

    @Test
    void theSplitSharesOutPicturesWithAllTheirRepeats() {
        SplitDataset node = new SplitDataset();
        node.images = twice(pictures(64, "a"));
        node.share = 0.4;

        node.run(run);

        assertThat(node.training.items()).hasSize(6);
        assertThat(node.validation.items()).hasSize(2).doesNotHaveDuplicates();
        assertThat(node.training.items()).doesNotContainAnyElementsOf(node.validation.items());
    }

    @Test
    void aSeedHoldsBackTheSamePicturesAndAnotherOthers() {
        List<List<Dataset.Item>> held = List.of(3L, 3L, 4L, 5L, 6L).stream()
                .map(seed -> {
                    SplitDataset node = new SplitDataset();
                    node.images = pictures(64, "a");
                    node.count = 2;
                    node.seed = seed;
                    node.run(run);
                    return node.validation.items();
                })
                .toList();

        assertThat(held.get(1)).isEqualTo(held.get(0));
        assertThat(held.stream().distinct()).hasSizeGreaterThan(1);
    }

    @Test
    void theLastPictureIsNotHeldBack() {
        SplitDataset node = new SplitDataset();
        node.images = pictures(64, "a");
        node.count = 5;

        assertThatThrownBy(() -> node.configure(new KnownSpecs().with("images", DatasetSpec.of(node.images))))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("5 of 5 would be held back");
    }

    @Test
    void whatIsHeldBackIsNotVaried() {
        AugmentPictures augment = new AugmentPictures();
        augment.images = pictures(64, "a");
        augment.run(run);
        SplitDataset node = new SplitDataset();
        node.images = augment.augmented;

        node.run(run);

        assertThat(node.training.items()).allMatch(item -> item.augment().flip());
        assertThat(node.validation.items()).allMatch(item -> item.augment().equals(Augment.NONE));
    }

    @Test
    void theNumberOfFormsIsTold() {
        AugmentPictures node = new AugmentPictures();
        node.images = pictures(64, "a");
        node.brightness = 0.1;
        node.variants = 3;

        node.run(run);
        node.variants = 0;
        node.run(run);

        assertThat(run.log)
                .containsExactly("5 pictures, each in 6 forms.", "5 pictures, encoded anew whenever they are shown.");
    }

    @Test
    void croppingWhatNeedsNoCutIsWarnedOf() {
        AugmentPictures node = new AugmentPictures();
        node.images = pictures(64, "a");
        node.crop = true;

        node.run(run);

        assertThat(run.warnings).containsExactly("No picture has to be cut, so random cropping changes nothing.");
    }

    @Test
    void anAugmentationOfNothingIsRefused() {
        AugmentPictures node = new AugmentPictures();
        node.flip = false;

        assertThatThrownBy(() -> node.configure(new KnownSpecs()))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("Nothing would be varied");
    }

    @Test
    void whatIsKnownBeforeTheRunGoesThroughAllOfThem() {
        KnownSpecs specs = new KnownSpecs().with("images", DatasetSpec.of(pictures(64, "a dog")));
        Caption caption = new Caption();
        caption.trigger = "sks";
        caption.configure(specs);
        DatasetSpec captioned = (DatasetSpec) specs.outputs.get("captioned");
        assertThat(captioned.dataset().orElseThrow().items())
                .allMatch(item -> item.caption().equals("sks a dog"));

        KnownSpecs next = new KnownSpecs().with("images", captioned);
        new AugmentPictures().configure(next);
        DatasetSpec augmented = (DatasetSpec) next.outputs.get("augmented");
        assertThat(augmented.sizes()).containsExactly(new TrainingSize(64, 64));
        assertThat(augmented.count()).isEqualTo(5);
    }

    @Test
    void aKeptCaptionWithoutTheTriggerIsWarnedOf() {
        Caption node = new Caption();
        node.images = new Dataset(Arrays.asList(
                new Dataset.Item(Path.of("a.png"), "a dog", 64, 64, Fit.CROP),
                new Dataset.Item(Path.of("b.png"), "", 64, 64, Fit.CROP)));
        node.mode = Caption.Mode.FILL;
        node.trigger = "sks";

        node.run(run);

        assertThat(run.warnings).containsExactly("The trigger sks is not in the captions of: a.png.");
    }
}
