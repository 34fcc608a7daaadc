package graft.nodes.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.file.BuiltIn;
import graft.node.Problem;
import graft.node.testing.KnownSpecs;
import graft.node.testing.RecordedRun;
import graft.picture.Fit;
import graft.train.data.Dataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SaveCaptionsTest {

    @TempDir
    Path pictures;

    @TempDir
    Path runFolder;

    private RecordedRun run;
    private SaveCaptions node;

    @BeforeEach
    void threePicturesOneWithATextFileOfItsOwn() throws IOException {
        run = new RecordedRun(runFolder);
        node = new SaveCaptions();
        node.images =
                new Dataset(List.of(item("a.png", "a \"red\" bird"), item("b.png", "a bird, blue"), item("c.png", "")));
        Files.writeString(pictures.resolve("b.txt"), "mine");
    }

    private Dataset.Item item(String file, String caption) {
        return new Dataset.Item(pictures.resolve(file), caption, 64, 64, Fit.CROP);
    }

    @Test
    void withoutBeingAskedItWritesTablesIntoTheRunAlone() throws Exception {
        node.run(run);

        assertThat(runFolder.resolve("captions.csv"))
                .hasContent("file,caption\r\n\"" + pictures.resolve("a.png") + "\",\"a \"\"red\"\" bird\"\r\n\""
                        + pictures.resolve("b.png") + "\",\"a bird, blue\"\r\n\"" + pictures.resolve("c.png")
                        + "\",\"\"\r\n");
        assertThat(runFolder.resolve("captions.json")).content().contains("\"caption\": \"a bird, blue\"");
        assertThat(pictures).isDirectoryNotContaining("glob:**.png");
        assertThat(pictures.resolve("a.txt")).doesNotExist();
        assertThat(pictures.resolve("b.txt")).hasContent("mine");
    }

    @Test
    void aTextFileThatIsThereStaysAndIsToldOf() throws Exception {
        node.textFiles = true;

        node.run(run);

        assertThat(pictures.resolve("a.txt")).hasContent("a \"red\" bird");
        assertThat(pictures.resolve("b.txt")).hasContent("mine");
        assertThat(pictures.resolve("c.txt")).doesNotExist();
        assertThat(run.warnings)
                .anyMatch(warning -> warning.contains("left as they are: b.txt. Choose replace"))
                .anyMatch(warning -> warning.contains("without a caption: c.png"));
    }

    @Test
    void whenAskedItReplacesTheFileAndKeepsTheOldOne() throws Exception {
        node.textFiles = true;
        node.existing = SaveCaptions.Existing.REPLACE;

        node.run(run);
        node.images = new Dataset(List.of(item("b.png", "another")));
        node.run(run);

        assertThat(pictures.resolve("b.txt")).hasContent("another");
        assertThat(pictures.resolve("b.txt.bak")).hasContent("mine");
        assertThat(pictures.resolve("b.txt-2.bak")).hasContent("a bird, blue");
        assertThat(run.warnings).noneMatch(warning -> warning.contains("b.txt"));
    }

    @Test
    void aFileThatSaysTheSameIsLeftAlone() throws Exception {
        Files.writeString(pictures.resolve("b.txt"), "a bird, blue");
        node.textFiles = true;
        node.existing = SaveCaptions.Existing.REPLACE;

        node.run(run);

        assertThat(pictures.resolve("b.txt.bak")).doesNotExist();
        assertThat(run.log).contains("Text files: 1 written, 1 said the same already, 0 others left as they were.");
    }

    @Test
    void whatComesWithGraftIsNotWrittenTo() {
        node.textFiles = true;
        node.folder = BuiltIn.path("builtin:samples/style-pixel").toString();
        assertThatThrownBy(() -> node.configure(new KnownSpecs()))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("it is in Graft's cache folder");
    }
}
