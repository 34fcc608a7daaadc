package graft.score;

import static org.assertj.core.api.Assertions.assertThat;

import graft.train.Judge;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a judge says of the measures that it took, a look every ten steps. */
class JudgedCourseTest {

    private static final List<Double> NOISE = List.of(0.02, -0.02, 0.01, -0.01);

    /** Looks with a fidelity each, the first before the training, and pictures that are as near to training pictures as {@code copying}. */
    private static List<Judgement> looks(double copying, double... fidelities) {
        List<Judgement> looks = new ArrayList<>();
        for (int i = 0; i < fidelities.length; i++) {
            double mean = fidelities[i];
            double sign = i % 2 == 0 ? 1 : -1;
            Values fidelity =
                    new Values(NOISE.stream().map(each -> mean + sign * each).toList());
            looks.add(new Judgement(
                    10 * i,
                    Map.of(
                            Measure.FIDELITY,
                            fidelity,
                            Measure.MEMORISATION,
                            new Values(List.of(0.6, i == 0 ? 0.6 : copying))),
                    List.of()));
        }
        return looks;
    }

    private static Judge.Verdict verdict(double... fidelities) {
        return new JudgedCourse(looks(0.6, fidelities), 0.85).verdict().orElseThrow();
    }

    @Test
    void beforeTheFirstStepThereIsNoBest() {
        assertThat(new JudgedCourse(looks(0.6, 0.4), 0.85).verdict()).isEmpty();
    }

    @Test
    void theMostFaithfulIsBestAndTheUntaughtModelNever() {
        Judge.Verdict rising = verdict(0.4, 0.6, 0.7);
        assertThat(rising.best()).isEqualTo(20);
        assertThat(rising.enough()).isFalse();
        assertThat(rising.sentence()).isEqualTo("Step 20 is the best so far: fidelity 0.700, still gaining.");

        assertThat(verdict(0.9, 0.6, 0.5).best()).isEqualTo(10);
    }

    @Test
    void fiveLooksWithoutAGainBeyondNoiseAreEnough() {
        assertThat(verdict(0.4, 0.7, 0.701, 0.699, 0.7, 0.698).enough()).isFalse();

        Judge.Verdict flat = verdict(0.4, 0.7, 0.701, 0.699, 0.7, 0.698, 0.7);
        assertThat(flat.enough()).isTrue();
        assertThat(flat.best()).isEqualTo(20);
        assertThat(flat.sentence())
                .isEqualTo("Step 20 is the best: fidelity 0.701; after step 10 nothing was gained beyond noise.");
    }

    @Test
    void smallGainsAddUp() {
        assertThat(verdict(0.4, 0.7, 0.71, 0.72, 0.73, 0.74, 0.75, 0.76).enough())
                .isFalse();
    }

    @Test
    void aTrainingThatTeachesNothingIsSaidToDoSo() {
        Judge.Verdict nothing = verdict(0.5, 0.5, 0.49, 0.495, 0.49, 0.5);
        assertThat(nothing.enough()).isTrue();
        assertThat(nothing.sentence()).contains("no step drew the subject more faithfully than before the training");
    }

    @Test
    void copyingEndsItAndACopyIsBestOnlyWhereThereIsNothingElse() {
        List<Judgement> mixed = Stream.concat(
                        looks(0.6, 0.4, 0.6).stream(),
                        looks(0.9, 0.4, 0.5, 0.8).stream().skip(2))
                .toList();
        Judge.Verdict verdict = new JudgedCourse(mixed, 0.85).verdict().orElseThrow();
        assertThat(verdict.best()).isEqualTo(10);
        assertThat(verdict.enough()).isTrue();
        assertThat(verdict.sentence()).endsWith("; from step 20 on training pictures are copied.");

        assertThat(new JudgedCourse(looks(0.9, 0.4, 0.6, 0.7), 0.85)
                        .verdict()
                        .orElseThrow()
                        .best())
                .isEqualTo(20);
    }
}
