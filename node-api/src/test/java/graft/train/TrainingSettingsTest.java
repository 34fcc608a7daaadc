package graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.node.Problem;
import graft.node.testing.KnownSpecs;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingSettingsTest {

    private final TrainingSettings settings = TrainingSettings.withMinSnr(5);

    private List<String> warnings(double learningRate) {
        KnownSpecs specs = new KnownSpecs();
        settings.check(specs, learningRate, "1e-4", 100);
        return specs.warnings;
    }

    @Test
    void prodigyWantsALearningRateOfOne() {
        settings.optimizer = Optimizer.Kind.PRODIGY;
        assertThatThrownBy(() -> warnings(1e-4))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("set the learning rate to 1 for Prodigy");
        assertThat(warnings(1)).isEmpty();
    }

    @Test
    void othersAreWarnedOfProdigysRate() {
        assertThat(warnings(1)).singleElement().asString().contains("1e-4 is usual");
        assertThat(warnings(1e-3)).isEmpty();
    }

    @Test
    void lionIsWarnedOfAdamWsRate() {
        settings.optimizer = Optimizer.Kind.LION;
        assertThat(warnings(1e-4)).singleElement().asString().contains("1.0E-5");
        assertThat(warnings(2e-5)).isEmpty();
    }

    @Test
    void makesTheOptimiserThatIsChosen() {
        for (Optimizer.Kind kind : Optimizer.Kind.values()) {
            settings.optimizer = kind;
            assertThat(settings.optimizer().kind()).isEqualTo(kind);
        }
    }
}
