package graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import graft.train.RateSchedule.Curve;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RateScheduleTest {

    @Test
    void risesInAStraightLineToItsPeak() {
        RateSchedule rate = new RateSchedule(Curve.CONSTANT, 4, 10, 1, 1);
        assertThat(rate.at(1e-3, 1)).isCloseTo(0.25e-3, within(1e-12));
        assertThat(rate.at(1e-3, 4)).isCloseTo(1e-3, within(1e-12));
        assertThat(rate.at(1e-3, 10)).isCloseTo(1e-3, within(1e-12));
    }

    @Test
    void fallsAsItsCurveSays() {
        assertThat(new RateSchedule(Curve.LINEAR, 0, 10, 1, 1).at(1, 6)).isCloseTo(0.5, within(1e-12));
        assertThat(new RateSchedule(Curve.COSINE, 0, 10, 1, 1).at(1, 6)).isCloseTo(0.5, within(1e-12));
        assertThat(new RateSchedule(Curve.POLYNOMIAL, 0, 10, 1, 2).at(1, 6)).isCloseTo(0.25, within(1e-12));
    }

    @Test
    void startsAnewWithEachCycle() {
        RateSchedule rate = new RateSchedule(Curve.COSINE_RESTARTS, 0, 100, 2, 1);
        assertThat(rate.at(1, 1)).isEqualTo(1);
        assertThat(rate.at(1, 50)).isLessThan(0.01);
        assertThat(rate.at(1, 51)).isEqualTo(1);
    }

    @Property
    void staysBetweenNoughtAndItsPeak(
            @ForAll Curve curve,
            @ForAll @IntRange(max = 50) int warmup,
            @ForAll @IntRange(min = 51, max = 500) int steps,
            @ForAll @IntRange(min = 1, max = 600) int step) {
        assertThat(new RateSchedule(curve, warmup, steps, 3, 2).at(1e-3, step)).isBetween(0.0, 1e-3);
    }
}
