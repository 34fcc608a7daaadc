package graft.app.editor.canvas;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.geom.Rectangle2D;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** How a batch of pictures lies on a node. */
class PictureSheetTest {

    private static final double ROOM = 226;
    private static final double MOST = 230;

    private static List<Rectangle2D> cells(PictureSheet sheet) {
        return sheet.cells(new Rectangle2D.Double(12, 100, ROOM, sheet.height(ROOM, MOST)));
    }

    @Test
    void onePictureHasAllTheRoom() {
        assertThat(cells(new PictureSheet(1, 64, 64))).containsExactly(new Rectangle2D.Double(12, 100, 226, 226));
    }

    @Test
    void fourSquareOnesLieInTwoRows() {
        List<Rectangle2D> cells = cells(new PictureSheet(4, 512, 512));

        assertThat(cells).hasSize(4);
        assertThat(cells.get(1).getY()).isEqualTo(cells.get(0).getY());
        assertThat(cells.get(2).getX()).isEqualTo(cells.get(0).getX());
        assertThat(cells.get(3).getWidth()).isCloseTo(111.5, Offset.offset(0.01));
    }

    @Test
    void highOnesLieBesideEachOther() {
        List<Rectangle2D> cells = cells(new PictureSheet(3, 100, 300));

        assertThat(cells).extracting(Rectangle2D::getY).containsOnly(100.0);
    }

    @Property(tries = 200)
    void allLieWithinTheirBoxAndNoneOnAnother(
            @ForAll @IntRange(min = 1, max = 64) int count,
            @ForAll @IntRange(min = 1, max = 2048) int width,
            @ForAll @IntRange(min = 1, max = 2048) int height) {
        PictureSheet sheet = new PictureSheet(count, width, height);
        List<Rectangle2D> cells = cells(sheet);

        assertThat(cells).hasSize(count);
        assertThat(sheet.height(ROOM, MOST)).isLessThanOrEqualTo(MOST + 0.01);
        Rectangle2D box = new Rectangle2D.Double(11.9, 99.9, ROOM + 0.2, sheet.height(ROOM, MOST) + 0.2);
        for (int i = 0; i < count; i++) {
            assertThat(box.contains(cells.get(i))).isTrue();
            for (Rectangle2D other : cells.subList(0, i)) {
                assertThat(cells.get(i).intersects(other)).isFalse();
            }
        }
    }
}
