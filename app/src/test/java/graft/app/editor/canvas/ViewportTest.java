package graft.app.editor.canvas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class ViewportTest {

    @Property(tries = 200)
    void whatIsUnderTheMouseStaysThereWhenOneZooms(
            @ForAll @DoubleRange(min = 0, max = 1900) double x,
            @ForAll @DoubleRange(min = 0, max = 1000) double y,
            @ForAll @DoubleRange(min = 0.1, max = 9) double factor) {
        Viewport before = new Viewport(0.7, 123, -45);
        Point2D under = before.toCanvas(new Point2D.Double(x, y));
        Point2D after = before.zoomed(factor, x, y).toComponent(under.getX(), under.getY());
        assertThat(after.getX()).isCloseTo(x, within(1e-6));
        assertThat(after.getY()).isCloseTo(y, within(1e-6));
    }

    @Test
    void aZoomEndsAtItsLimits() {
        assertThat(Viewport.start().zoomed(1000, 0, 0).zoom()).isEqualTo(Viewport.MOST);
        assertThat(Viewport.start().zoomed(1e-6, 0, 0).zoom()).isEqualTo(Viewport.LEAST);
    }

    @Test
    void whatIsFittedLiesInTheMiddleWithinTheMargin() {
        Rectangle2D box = new Rectangle2D.Double(-1000, 200, 4000, 1000);
        Rectangle2D seen = Viewport.fitting(box, 1600, 900, 50).toComponent(box);
        assertThat(seen.getCenterX()).isCloseTo(800, within(1e-6));
        assertThat(seen.getCenterY()).isCloseTo(450, within(1e-6));
        assertThat(seen.getMinX()).isCloseTo(50, within(1e-6));
    }

    @Test
    void aSmallGraphIsNotBlownUp() {
        assertThat(Viewport.fitting(new Rectangle2D.Double(0, 0, 100, 100), 1600, 900, 50)
                        .scale())
                .isEqualTo(1);
    }
}
