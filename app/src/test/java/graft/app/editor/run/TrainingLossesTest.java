package graft.app.editor.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import graft.app.engine.RunEvent;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainingLossesTest {

    private final TrainingLosses curve = new TrainingLosses();

    private void step(long step, Map<String, Double> figures) {
        curve.add(new RunEvent.NodeProgress("train", "Train", step, 100, figures));
    }

    @Test
    void theMeanIsTheTrainersOwnWhereItTellsOne() {
        step(1, Map.of("loss", 0.5, "smoothed loss", 0.4));
        assertThat(curve.points().get(0)).isEqualTo(new TrainingLosses.Point(1, 0.5, 0.4));
    }

    @Test
    void aMeanOfEqualLossesIsThatLossFromTheFirstOn() {
        for (int i = 1; i <= 5; i++) {
            step(i, Map.of("loss", 0.25));
        }
        assertThat(curve.points())
                .allSatisfy(point -> assertThat(point.smooth()).isCloseTo(0.25, within(1e-9)));
    }

    @Test
    void aLossThatIsNoNumberSpoilsNoMean() {
        step(1, Map.of("loss", 0.25));
        step(2, Map.of("loss", Double.NaN));
        assertThat(curve.points().get(1).smooth()).isCloseTo(0.25, within(1e-9));
    }

    @Test
    void aLookAtHeldOutPicturesCountsOnce() {
        step(1, Map.of("loss", 0.5, "validation loss", 0.7));
        step(2, Map.of("loss", 0.5, "validation loss", 0.7));
        step(3, Map.of("loss", 0.5, "validation loss", 0.6));
        assertThat(curve.looks()).containsExactly(new TrainingLosses.Look(1, 0.7), new TrainingLosses.Look(3, 0.6));
    }

    @Test
    void aLongTrainingIsThinnedAndKeepsItsExtent() {
        for (int i = 1; i <= 100_000; i++) {
            step(i, Map.of("loss", 1.0 / i));
        }
        assertThat(curve.points()).hasSizeBetween(4000, 8000);
        assertThat(curve.points().get(curve.points().size() - 1).step()).isGreaterThan(99_900);
    }

    @Test
    void ticksAreRound() {
        assertThat(Ticks.linear(0.013, 0.127, 5)).map(Ticks::words).containsExactly("0.05", "0.1");
        assertThat(Ticks.linear(0, 250, 5)).map(Ticks::words).containsExactly("0", "50", "100", "150", "200", "250");
        assertThat(Ticks.logarithmic(0.004, 0.3))
                .map(Ticks::words)
                .containsExactly("0.005", "0.01", "0.02", "0.05", "0.1", "0.2");
    }
}
