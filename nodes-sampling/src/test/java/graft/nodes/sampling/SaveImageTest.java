package graft.nodes.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.file.ImageFile;
import graft.file.PngFile;
import graft.node.Problem;
import graft.node.testing.KnownSpecs;
import graft.node.testing.RecordedRun;
import graft.picture.Images;
import graft.picture.Picture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SaveImageTest {

    private static final Picture RED = new Picture(1, 1, new float[] {1, 0, 0});
    private static final Picture BLUE = new Picture(1, 1, new float[] {0, 0, 1});

    @TempDir
    Path folder;

    private SaveImage node;

    @BeforeEach
    void twoPictures() {
        node = new SaveImage();
        node.images = new Images(List.of(RED, BLUE));
    }

    @Test
    void eachPictureIsAFileWithANumber() {
        RecordedRun run = new RecordedRun(folder);

        node.run(run);

        assertThat(run.written).containsExactly(folder.resolve("image_00001.png"), folder.resolve("image_00002.png"));
        assertThat(Picture.of(ImageFile.read(run.written.get(0)))).isEqualTo(RED);
        assertThat(Picture.of(ImageFile.read(run.written.get(1)))).isEqualTo(BLUE);
    }

    @Test
    void nothingIsOverwritten() throws Exception {
        node.run(new RecordedRun(folder));
        byte[] before = Files.readAllBytes(folder.resolve("image_00001.png"));
        node.images = new Images(List.of(BLUE));

        RecordedRun second = new RecordedRun(folder);
        node.run(second);

        assertThat(second.written).containsExactly(folder.resolve("image_00003.png"));
        assertThat(Files.readAllBytes(folder.resolve("image_00001.png"))).isEqualTo(before);
    }

    @Test
    void theFileHoldsTheWorkflow() {
        RecordedRun run = new RecordedRun(folder);

        node.run(run);

        assertThat(PngFile.readText(run.written.get(0)))
                .containsEntry("workflow", run.workflow())
                .containsKey("prompt")
                .doesNotContainKey("parameters");
    }

    @Test
    void theFileHoldsNothingWhenSoAsked() {
        node.remember = false;
        RecordedRun run = new RecordedRun(folder);

        node.run(run);

        assertThat(PngFile.readText(run.written.get(0))).isEmpty();
    }

    @Test
    void anotherFolderIsMade() {
        node.folder = folder.resolve("a/b").toString();

        node.run(new RecordedRun(folder));

        assertThat(folder.resolve("a/b/image_00001.png")).exists();
    }

    @Test
    void aNameThatIsAPathIsRefusedBeforeTheRun() {
        node.name = "../image";

        assertThatThrownBy(() -> node.configure(new KnownSpecs()))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.socket()).hasValue("name"));
    }
}
