package graft.nodes.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import graft.node.testing.RecordedRun;
import graft.picture.Images;
import graft.picture.Picture;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is shown of a batch of pictures, on the nodes that make it, save it and show it alone. */
class PreviewImageTest {

    private static final Images BATCH = new Images(List.of(
            new Picture(1, 1, new float[] {1, 0, 0}),
            new Picture(1, 1, new float[] {0, 1, 0}),
            new Picture(1, 1, new float[] {0, 0, 1})));

    @TempDir
    Path folder;

    private static List<Integer> colours(List<BufferedImage> images) {
        return images.stream().map(image -> image.getRGB(0, 0) & 0xFFFFFF).toList();
    }

    @Test
    void thePreviewShowsEachPictureAndWritesNothing() {
        PreviewImage node = new PreviewImage();
        node.images = BATCH;
        RecordedRun run = new RecordedRun(folder);

        node.run(run);

        assertThat(colours(run.previews)).containsExactly(0xFF0000, 0x00FF00, 0x0000FF);
        assertThat(run.written).isEmpty();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void whatSavesThemShowsThemToo() {
        SaveImage node = new SaveImage();
        node.images = BATCH;
        RecordedRun run = new RecordedRun(folder);

        node.run(run);

        assertThat(colours(run.previews)).containsExactly(0xFF0000, 0x00FF00, 0x0000FF);
    }

    @Test
    void whatGivesThemShowsThemAll() {
        assertThat(colours(new ImagesPreview().drawAll(BATCH))).containsExactly(0xFF0000, 0x00FF00, 0x0000FF);
    }
}
