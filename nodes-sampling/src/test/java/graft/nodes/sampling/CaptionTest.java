package graft.nodes.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.node.Problem;
import graft.node.testing.KnownSpecs;
import graft.node.testing.RecordedRun;
import graft.picture.Fit;
import graft.train.data.Dataset;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CaptionTest {

    private final RecordedRun run = new RecordedRun(Path.of("unused"));
    private Caption node;

    @BeforeEach
    void twoPicturesOneWithACaption() {
        node = new Caption();
        node.images = new Dataset(List.of(item("red-apple_1.png", "an apple"), item("penguin-2.jpg", "")));
    }

    @Test
    void theTemplateIsFilledFromEachPicturesCaption() {
        node.template = "a {trigger} emoji of {caption}";
        node.trigger = "sks";

        assertThat(captions()).containsExactly("a sks emoji of an apple", "a sks emoji of");
    }

    @Test
    void theTemplateIsFilledFromTheFilesName() {
        node.source = Caption.Source.FILE_NAME;
        node.template = "a {caption}";

        assertThat(captions()).containsExactly("a red apple", "a penguin");
    }

    @Test
    void theTemplateIsFilledFromLinesInOrder() {
        node.source = Caption.Source.LINES;
        node.lines = "white\n\n blue \n";
        node.template = "{name} on a {caption} background";

        assertThat(captions()).containsExactly("red apple on a white background", "penguin on a blue background");
    }

    @Test
    void aRepeatedPictureTakesOneLine() {
        Dataset.Item first = node.images.items().get(0);
        Dataset.Item second = node.images.items().get(1);
        node.images = new Dataset(List.of(first, first, second, second));
        node.source = Caption.Source.LINES;
        node.lines = "white\nblue";

        assertThat(captions()).containsExactly("white", "white", "blue", "blue");
        assertThat(run.log).containsExactly("red-apple_1.png: white", "penguin-2.jpg: blue");
    }

    @Test
    void linesMustBeAsManyAsPictures() {
        node.source = Caption.Source.LINES;
        node.lines = "white";

        assertThatThrownBy(() -> node.run(run))
                .isInstanceOf(Problem.class)
                .hasMessage(
                        "Cannot share the lines out among the pictures: lines: 1, pictures: 2; write one line for each"
                                + " picture, in the order of the folder.");
    }

    @Test
    void aTriggerThatTheTemplateLeavesOutStandsInFront() {
        node.trigger = "sks";

        assertThat(captions()).containsExactly("sks an apple", "sks");
    }

    @Test
    void fillLeavesCaptionsAlone() {
        node.source = Caption.Source.FILE_NAME;
        node.mode = Caption.Mode.FILL;

        assertThat(captions()).containsExactly("an apple", "penguin");
    }

    @Test
    void addComesAfterTheCaptionThatIsThere() {
        node.source = Caption.Source.FILE_NAME;
        node.mode = Caption.Mode.ADD;

        assertThat(captions()).containsExactly("an apple, red apple", "penguin");
    }

    @Test
    void prefixAndSuffixGoAroundAndWordsAreReplaced() {
        node.prefix = "photo of";
        node.suffix = ", high quality";
        node.find = "an apple";
        node.replaceWith = "a fruit";

        assertThat(captions()).containsExactly("photo of a fruit, high quality", "photo of, high quality");
    }

    @Test
    void aPictureWithoutCaptionIsTold() {
        captions();

        assertThat(run.warnings).singleElement().asString().startsWith("Some pictures have no caption");
    }

    @Test
    void theLogShowsTheCaptionsButNotThousands() {
        node.source = Caption.Source.FILE_NAME;
        node.images = new Dataset(IntStream.range(0, 1000)
                .mapToObj(i -> item("bird-" + i + ".png", ""))
                .toList());

        node.run(run);

        assertThat(run.log).hasSize(25).contains("bird-0.png: bird").endsWith("… and 976 more.");
    }

    @Test
    void aFaultyTemplateIsToldBeforeTheRun() {
        node.template = "{colour}";

        assertThatThrownBy(() -> node.configure(new KnownSpecs()))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.socket()).hasValue("template"));
    }

    private List<String> captions() {
        node.run(run);
        return node.captioned.items().stream().map(Dataset.Item::caption).toList();
    }

    private static Dataset.Item item(String file, String caption) {
        return new Dataset.Item(Path.of(file), caption, 64, 64, Fit.CROP);
    }
}
