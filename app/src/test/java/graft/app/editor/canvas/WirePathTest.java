package graft.app.editor.canvas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.geom.FlatteningPathIterator;
import java.awt.geom.PathIterator;
import java.awt.geom.Point2D;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class WirePathTest {

    @Property(tries = 200)
    void whatIsDrawnIsWhatIsHit(
            @ForAll @DoubleRange(min = -800, max = 800) double x,
            @ForAll @DoubleRange(min = -500, max = 500) double y,
            @ForAll @DoubleRange(min = -400, max = 400) double via) {
        WirePath path =
                WirePath.of(new Point2D.Double(0, 0), List.of(new Point2D.Double(via, -via)), new Point2D.Double(x, y));
        PathIterator drawn = new FlatteningPathIterator(path.curve().getPathIterator(null), 0.2);
        double[] point = new double[6];
        while (!drawn.isDone()) {
            drawn.currentSegment(point);
            assertThat(path.distance(point[0], point[1])).isLessThan(2.5);
            drawn.next();
        }
    }

    @Test
    void aWireLeavesAndEntersLevel() {
        WirePath path = WirePath.of(new Point2D.Double(0, 0), List.of(), new Point2D.Double(300, 200));
        assertThat(path.y(1)).isCloseTo(0, within(3.0));
        assertThat(path.y(path.points() - 2)).isCloseTo(200, within(3.0));
    }

    @Test
    void aPlaceOnAWireTellsBetweenWhichReroutePointsItIs() {
        WirePath path = WirePath.of(
                new Point2D.Double(0, 0),
                List.of(new Point2D.Double(200, 0), new Point2D.Double(400, 0)),
                new Point2D.Double(600, 0));
        assertThat(path.segment(100, 0)).isEqualTo(0);
        assertThat(path.segment(300, 0)).isEqualTo(1);
        assertThat(path.segment(500, 0)).isEqualTo(2);
    }

    @Test
    void aPlaceBesideAWireIsAsFarAsItIs() {
        WirePath path = WirePath.of(new Point2D.Double(0, 0), List.of(), new Point2D.Double(400, 0));
        assertThat(path.distance(200, 30)).isCloseTo(30, within(0.01));
    }
}
