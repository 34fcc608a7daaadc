package graft.nodes.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.file.BuiltIn;
import graft.file.ImageFile;
import graft.file.PngFile;
import graft.node.Cancelled;
import graft.node.Problem;
import graft.node.testing.KnownSpecs;
import graft.node.testing.RecordedRun;
import graft.picture.Fit;
import graft.picture.Picture;
import graft.train.data.Dataset;
import graft.train.data.DatasetSpec;
import graft.vision.Captioner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that caption pictures, what is kept of their work, and how it goes on. */
class CaptionModelsTest {

    @TempDir
    Path folder;

    private final RecordedRun run = new RecordedRun(Path.of("unused"));

    private static Dataset penguins() {
        return new Dataset(ImageFile.list(BuiltIn.path("builtin:samples/subject-penguin")).stream()
                .map(file -> new Dataset.Item(file, "", 64, 64, Fit.CROP))
                .toList());
    }

    private static List<String> captions(Dataset data) {
        return data.items().stream().map(Dataset.Item::caption).toList();
    }

    @Test
    void blipSaysWhatThePicturesShow() throws Exception {
        CaptionModel node = new CaptionModel();
        node.kept = folder;
        node.images = penguins();

        node.run(run);

        assertThat(captions(node.captioned))
                .hasSize(5)
                .allMatch(caption -> caption.contains("emoji of a") && caption.endsWith("background"));
        assertThat(run.progress).last().isEqualTo(5L);
    }

    @Test
    void aPrefixBeginsEveryCaption() throws Exception {
        CaptionModel node = new CaptionModel();
        node.kept = folder;
        node.images = penguins();
        node.prefix = "a picture of";

        node.run(run);

        assertThat(captions(node.captioned)).allMatch(caption -> caption.startsWith("a picture of a "));
    }

    @Test
    void clipPicksTheColoursOfTheBackgrounds() throws Exception {
        CaptionTags node = new CaptionTags();
        node.kept = folder;
        node.images = penguins();
        node.words = "white, black, gray, red, orange, yellow, green, blue, purple, pink";
        node.template = "a noto emoji of a bird on a {tag} background";

        node.run(run);

        assertThat(captions(node.captioned)).containsExactly("white", "blue", "yellow", "green", "pink");
    }

    @Test
    void tagsBelowTheThresholdAreLeftOutAndToldOf() throws Exception {
        CaptionTags node = new CaptionTags();
        node.kept = folder;
        node.images = penguins();
        node.words = "bird\nbird on white";
        node.count = 2;
        node.threshold = 1;

        node.run(run);

        assertThat(captions(node.captioned)).containsOnly("");
        assertThat(run.warnings).singleElement().asString().contains("5 pictures have no caption");
    }

    /** Numbers the pictures that it is asked for. */
    private static final class Counting implements Captioner.Writer {

        private int count;
        private boolean closed;

        @Override
        public List<String> captions(List<Picture> pictures, Captioner.Check check) {
            List<String> captions = new ArrayList<>();
            pictures.forEach(picture -> captions.add("picture " + ++count));
            return captions;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private Captioning captioning(RecordedRun of, Caption.Mode mode) {
        return new Captioning(of, mode, new CaptionCache(folder, List.of("test"), of), 2);
    }

    @Test
    void whatWasCaptionedBeforeAStopGoesOnAndIsNotCaptionedAgain() throws Exception {
        Counting writer = new Counting();
        run.stopAfter = 2;

        Dataset stopped = captioning(run, Caption.Mode.REPLACE).of(penguins(), () -> writer);

        assertThat(captions(stopped)).containsExactly("picture 1", "picture 2");
        assertThat(run.log).last().asString().startsWith("Stopped: 2 of 5 pictures have a caption");
        assertThat(writer.closed).isTrue();

        RecordedRun again = new RecordedRun(Path.of("unused"));
        Dataset whole = captioning(again, Caption.Mode.REPLACE).of(penguins(), () -> writer);
        assertThat(captions(whole)).containsExactly("picture 1", "picture 2", "picture 3", "picture 4", "picture 5");
        assertThat(again.log).contains("2 of 5 pictures were captioned in an earlier run.");

        RecordedRun third = new RecordedRun(Path.of("unused"));
        captioning(third, Caption.Mode.REPLACE).of(penguins(), () -> {
            throw new AssertionError("the model is not needed");
        });
    }

    @Test
    void aStopBeforeTheFirstCaptionLeavesNothingToGoOn() {
        run.stopAfter = 0;
        run.progress(0, 1);

        assertThatThrownBy(() -> captioning(run, Caption.Mode.REPLACE).of(penguins(), Counting::new))
                .isInstanceOf(Cancelled.class);
    }

    @Test
    void aChangedPictureIsCaptionedAgain() throws Exception {
        Path file = folder.resolve("dot.png");
        Dataset data = new Dataset(List.of(new Dataset.Item(file, "", 64, 64, Fit.CROP)));
        Counting writer = new Counting();
        for (float shade : new float[] {0, 1}) {
            PngFile.write(file, new Picture(1, 1, new float[] {shade, shade, shade}).toBufferedImage(), Map.of());
            captioning(run, Caption.Mode.REPLACE).of(data, () -> writer);
        }
        assertThat(writer.count).isEqualTo(2);
    }

    @Test
    void captionsThatAreThereAreKeptOrAddedTo() throws Exception {
        List<Dataset.Item> items = new ArrayList<>(penguins().items());
        items.set(0, items.get(0).withCaption("a bird"));
        Dataset data = new Dataset(items);

        Dataset filled = captioning(run, Caption.Mode.FILL).of(data, Counting::new);
        Dataset added = captioning(run, Caption.Mode.ADD).of(data, Counting::new);

        assertThat(captions(filled)).startsWith("a bird", "picture 1");
        assertThat(captions(added).get(0)).startsWith("a bird, picture ");
    }

    @Test
    void damagedCaptionsOfEarlierRunsAreWrittenAnew() throws Exception {
        captioning(run, Caption.Mode.REPLACE).of(penguins(), Counting::new);
        Files.writeString(onlyFileIn(folder), "{\"half\": ");

        Dataset whole = captioning(run, Caption.Mode.REPLACE).of(penguins(), Counting::new);

        assertThat(captions(whole)).contains("picture 1");
        assertThat(run.warnings).isNotEmpty().allMatch(warning -> warning.contains("damaged"));
    }

    private static Path onlyFileIn(Path folder) throws Exception {
        try (var files = Files.list(folder)) {
            return files.findFirst().orElseThrow();
        }
    }

    @Test
    void aModelThatIsNoneIsRefusedBeforeTheRun() {
        CaptionModel node = new CaptionModel();
        node.model = folder.toString();
        assertThatThrownBy(() -> node.configure(new KnownSpecs()))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("config.json");

        node.model = "builtin:emoji-blip";
        node.maxTokens = 64;
        assertThatThrownBy(() -> node.configure(new KnownSpecs())).hasMessageContaining("the model writes at most 63");

        CaptionTags tags = new CaptionTags();
        tags.model = "builtin:emoji-blip";
        assertThatThrownBy(() -> tags.configure(new KnownSpecs()))
                .hasMessageContaining("such as clip-vit-base-patch32");
    }

    @Test
    void theNextNodeKnowsHowManyPicturesComeAndNotYetTheirCaptions() {
        KnownSpecs specs = new KnownSpecs().with("images", DatasetSpec.of(penguins()));
        new CaptionModel().configure(specs);

        assertThat(specs.outputs.get("captioned")).isInstanceOfSatisfying(DatasetSpec.class, spec -> {
            assertThat(spec.count()).isEqualTo(5);
            assertThat(spec.dataset()).isEmpty();
        });
    }
}
