package graft.app.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import graft.node.Forecast;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Estimates of several nodes that are drawn as one: cells of a sweep, the inside of a subgraph. */
class EstimateTest {

    private static Estimate training(double seconds, double judged) {
        return Estimate.of(
                new Forecast(1, seconds, 0, ""),
                OptionalDouble.empty(),
                OptionalLong.empty(),
                List.of(),
                List.of(new Estimate.Share("Judge", judged)));
    }

    @Test
    void theSharesOfTwoTrainingsAreThatOfAllTheirTime() {
        Estimate both = training(100, 0.1).then(training(300, 0.5));

        assertThat(both.seconds()).hasValue(400);
        assertThat(both.parts()).singleElement().satisfies(share -> {
            assertThat(share.node()).isEqualTo("Judge");
            assertThat(share.part()).isCloseTo(0.4, within(1e-9));
        });
    }

    @Test
    void aJudgeOfTwoTrainingsIsAPartOfBoth() {
        Estimate both = Estimate.within(OptionalDouble.of(100), new Estimate.Share("Train LoRA", 0.1))
                .then(Estimate.within(OptionalDouble.of(300), new Estimate.Share("Train DreamBooth", 0.5)));

        assertThat(both.seconds()).hasValue(160);
        assertThat(both.within().orElseThrow().node()).isEqualTo("Train LoRA, Train DreamBooth");
        assertThat(both.within().orElseThrow().part()).isCloseTo(0.4, within(1e-9));
    }

    @Test
    void aPartIsKnownBeforeTheTimeIs() {
        Estimate both = Estimate.within(OptionalDouble.empty(), new Estimate.Share("Train LoRA", 0.1))
                .then(Estimate.within(OptionalDouble.empty(), new Estimate.Share("Train LoRA", 0.5)));

        assertThat(both.seconds()).isEmpty();
        assertThat(both.within().orElseThrow().part()).isCloseTo(0.3, within(1e-9));
    }

    @Test
    void aJudgeBesideItsTrainingIsNotCountedTwice() {
        Estimate judge = Estimate.within(OptionalDouble.of(100), new Estimate.Share("Train LoRA", 0.1));

        assertThat(judge.then(training(100, 0.1)).seconds()).hasValue(100);
        assertThat(training(100, 0.1).then(judge).seconds()).hasValue(100);
    }
}
