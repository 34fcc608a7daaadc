package graft.nodes.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.node.Problem;
import graft.node.testing.RecordedRun;
import graft.picture.GridDrawing;
import graft.picture.Images;
import graft.picture.Picture;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageGridTest {

    private static final float PAGE = GridDrawing.PAGE.getRed() / 255f;

    @TempDir
    Path folder;

    @Test
    void eachWireIsARow() {
        Picture grid = grid(node -> node.images = List.of(images(3, 0f), images(2, 0.5f)));

        assertThat(grid.width()).isEqualTo(8 + 3 * (16 + 8));
        assertThat(grid.height()).isEqualTo(8 + 2 * (16 + 8));
        assertThat(at(grid, 8 + 2 * 24 + 5, 8 + 5)).isZero();
        assertThat(at(grid, 8 + 5, 8 + 24 + 5)).isEqualTo(128 / 255f);
        assertThat(at(grid, 8 + 2 * 24 + 5, 8 + 24 + 5)).isEqualTo(PAGE);
        assertThat(at(grid, 8 + 18, 8 + 5)).isEqualTo(PAGE);
    }

    @Test
    void aNumberOfColumnsWrapsAllPictures() {
        Picture grid = grid(node -> {
            node.images = List.of(images(3, 0f), images(2, 0.5f));
            node.columns = 2;
        });

        assertThat(grid.width()).isEqualTo(8 + 2 * 24);
        assertThat(grid.height()).isEqualTo(8 + 3 * 24);
        assertThat(at(grid, 8 + 5, 8 + 2 * 24 + 5)).isEqualTo(128 / 255f);
    }

    @Test
    void picturesAreEnlargedByAWholeNumber() {
        Picture grid = grid(node -> {
            node.images = List.of(images(1, 0f));
            node.enlarge = 4;
            node.gap = 0;
        });

        assertThat(grid.width()).isEqualTo(64);
        assertThat(grid.rgb()).containsOnly(0f);
    }

    @Test
    void labelsTakeRoomAndAreDrawnWithinTheirColumn() {
        Picture bare = grid(node -> {
            node.images = List.of(images(2, 1f), images(2, 1f));
            node.enlarge = 8;
        });
        Picture labelled = grid(node -> {
            node.images = List.of(images(2, 1f), images(2, 1f));
            node.enlarge = 8;
            node.columnLabels = "a prompt that is so long that it takes several lines\nshort";
            node.rowLabels = "before\nafter";
        });

        assertThat(bare.rgb()).doesNotContain(0x20 / 255f);
        assertThat(labelled.height()).isGreaterThan(bare.height() + 30);
        assertThat(labelled.width()).isGreaterThan(bare.width() + 20);
        assertThat(labelled.rgb()).contains(0x20 / 255f);
        int rightEdge = labelled.width() - 8;
        for (int y = 0; y < labelled.height(); y++) {
            for (int x = rightEdge; x < labelled.width(); x++) {
                assertThat(at(labelled, x, y)).isEqualTo(PAGE);
            }
        }
    }

    @Test
    void nothingWiredIsAProblemAtTheInput() {
        assertThatThrownBy(() -> new ImageGrid().run(new RecordedRun(folder)))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.socket()).hasValue("images"));
    }

    private Picture grid(java.util.function.Consumer<ImageGrid> settings) {
        ImageGrid node = new ImageGrid();
        settings.accept(node);
        node.run(new RecordedRun(folder));
        return node.grid.pictures().get(0);
    }

    private static float at(Picture picture, int x, int y) {
        return picture.rgb()[(y * picture.width() + x) * 3];
    }

    private static Images images(int count, float grey) {
        float[] rgb = new float[16 * 16 * 3];
        Arrays.fill(rgb, grey);
        return new Images(java.util.Collections.nCopies(count, new Picture(16, 16, rgb)));
    }
}
