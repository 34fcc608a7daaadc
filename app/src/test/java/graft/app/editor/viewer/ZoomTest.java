package graft.app.editor.viewer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.geom.Point2D;
import org.junit.jupiter.api.Test;

class ZoomTest {

    @Test
    void zoomingKeepsWhatIsUnderThePointer() {
        Zoom zoom = Zoom.fit(800, 600, 512, 512);
        Point2D before = zoom.toPicture(300, 200);
        for (double factor : new double[] {1.2, 0.3, 5, 1000, 1e-6}) {
            zoom = zoom.around(300, 200, factor);
            Point2D after = zoom.toPicture(300, 200);
            assertThat(after.distance(before)).isLessThan(1e-6);
        }
    }

    @Test
    void aFittedPictureLiesWhollyInTheMiddle() {
        Zoom zoom = Zoom.fit(800, 600, 1000, 10);
        assertThat(zoom.x()).isGreaterThanOrEqualTo(0);
        assertThat(zoom.x() * 2 + zoom.scale() * 1000).isCloseTo(800, within(1e-6));
        assertThat(zoom.y() * 2 + zoom.scale() * 10).isCloseTo(600, within(1e-6));
    }

    @Test
    void zoomHasEnds() {
        Zoom zoom = Zoom.fit(800, 600, 64, 64);
        assertThat(zoom.around(0, 0, 1e9).scale()).isEqualTo(Zoom.LARGEST);
        assertThat(zoom.around(0, 0, 1e-9).scale()).isEqualTo(Zoom.SMALLEST);
    }
}
