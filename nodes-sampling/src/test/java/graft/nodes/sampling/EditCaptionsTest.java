package graft.nodes.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.file.PngFile;
import graft.node.Problem;
import graft.node.testing.KnownSpecs;
import graft.node.testing.RecordedRun;
import graft.picture.Fit;
import graft.picture.Picture;
import graft.train.data.Dataset;
import graft.train.data.DatasetSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EditCaptionsTest {

    @TempDir
    Path folder;

    private final RecordedRun run = new RecordedRun(Path.of("unused"));
    private EditCaptions node;

    @BeforeEach
    void threePictures() {
        node = new EditCaptions();
        node.images = new Dataset(List.of(
                item("a.png", "a red bird on a white background"),
                item("b.png", "a blue bird, standing, on a tree"),
                item("c.png", "")));
    }

    private Dataset.Item item(String file, String caption) {
        return new Dataset.Item(folder.resolve(file), caption, 64, 64, Fit.CROP);
    }

    private List<String> captions() throws Exception {
        node.run(run);
        return node.captioned.items().stream().map(Dataset.Item::caption).toList();
    }

    @Test
    void withNoSettingNothingChanges() throws Exception {
        assertThat(captions())
                .containsExactly("a red bird on a white background", "a blue bird, standing, on a tree", "");
    }

    @Test
    void plainTextIsReplacedAsItStands() throws Exception {
        node.find = "bird";
        node.replaceWith = "$1 (dog)";

        assertThat(captions().get(0)).isEqualTo("a red $1 (dog) on a white background");
    }

    @Test
    void aRegularExpressionIsReplacedWithItsGroups() throws Exception {
        node.regular = true;
        node.find = "a (red|blue) bird";
        node.replaceWith = "a $1 dog";

        assertThat(captions()).startsWith("a red dog on a white background", "a blue dog, standing, on a tree");
    }

    @Test
    void aFaultyExpressionIsExplainedBeforeTheRun() {
        node.regular = true;
        node.find = "a (red";
        assertThatThrownBy(() -> node.configure(new KnownSpecs()))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("it is no regular expression (it breaks off near character");

        node.find = "a (red)";
        node.replaceWith = "$2";
        assertThatThrownBy(() -> node.configure(new KnownSpecs()))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("it names a group that is not in what is looked for");
    }

    @Test
    void blacklistedWordsGoWhereTheyStandByThemselves() throws Exception {
        node.blacklist = "Standing, bir\nbackground";

        assertThat(captions()).startsWith("a red bird on a white", "a blue bird, on a tree");
    }

    @Test
    void theTriggerIsPutInFrontOfCaptionsThatLackIt() throws Exception {
        node.trigger = "tree";

        assertThat(captions())
                .containsExactly("tree a red bird on a white background", "a blue bird, standing, on a tree", "tree");
    }

    @Test
    void aCaptionByHandStandsAsItIsWritten() throws Exception {
        node.trigger = "sks";
        node.byHand = "c: a cat\nb.png: a bird: blue\n";

        assertThat(captions()).containsExactly("sks a red bird on a white background", "a bird: blue", "a cat");
    }

    @Test
    void aCaptionOfNoPictureIsRefused() {
        node.byHand = "d.png: a cat";
        assertThatThrownBy(this::captions)
                .isInstanceOf(Problem.class)
                .hasMessageContaining("Cannot set the caption of d.png: no picture has that name");
        node.byHand = "a cat";
        assertThatThrownBy(this::captions).hasMessageContaining("the line has no file name and colon in front");
    }

    @Test
    void picturesThatAreLeftOutAreNotTrainedOnAndTheOthersKeepTheirCaptions() throws Exception {
        node.leftOut = List.of("a.png", "c");
        node.byHand = "c.png: a cat";

        assertThat(captions()).containsExactly("a blue bird, standing, on a tree");
        assertThat(run.log).contains("2 pictures are left out.");
    }

    @Test
    void aListThatLeavesNothingIsRefused() {
        node.leftOut = List.of("a.png", "b.png", "c.png");

        assertThatThrownBy(this::captions)
                .isInstanceOf(Problem.class)
                .hasMessageContaining("No picture is left to train on: all of them are left out");
    }

    @Test
    void ofTwoPicturesOfOneNameTheFolderTellsWhichIsMeant() throws Exception {
        node.images = new Dataset(List.of(item("2_dog/a.png", "a dog"), item("1_cat/a.png", "a cat")));
        node.byHand = "1_cat/a.png: a cat that sleeps";
        node.leftOut = List.of("2_dog/a.png");

        assertThat(captions()).containsExactly("a cat that sleeps");
    }

    @Test
    void aNameOnTheListThatNoPictureHasIsToldBeforeTheRunAndStopsNothing() {
        node.leftOut = List.of("gone.png");
        KnownSpecs specs = new KnownSpecs().with("images", DatasetSpec.of(node.images));

        node.configure(specs);

        assertThat(specs.warnings).containsExactly("To be left out and not there: gone.png.");
    }

    @Test
    void whatIsLeftOutMakesNoOtherPictureATwin() throws Exception {
        write("a.png", 0.2f);
        write("b.png", 0.8f);
        write("c.png", 0.2f);
        node.leftOut = List.of("a.png");
        node.dropDuplicates = true;

        assertThat(captions()).containsExactly("a blue bird, standing, on a tree", "");
    }

    @Test
    void aPictureThatIsThereTwiceIsDroppedAndItsRepeatsAreNot() throws Exception {
        write("a.png", 0.2f);
        write("b.png", 0.8f);
        write("c.png", 0.2f);
        node.images =
                new Dataset(List.of(item("a.png", "a"), item("a.png", "a"), item("b.png", "b"), item("c.png", "c")));
        node.dropDuplicates = true;

        assertThat(captions()).containsExactly("a", "a", "b");
        assertThat(run.log).contains("c.png is left out: it shows what a.png shows.");
    }

    private void write(String file, float shade) {
        Picture picture = new Picture(2, 1, new float[] {shade, shade, shade, 0, 0, 0});
        PngFile.write(folder.resolve(file), picture.toBufferedImage(), Map.of("by", file));
    }
}
