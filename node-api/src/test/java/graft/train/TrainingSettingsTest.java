package graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
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
            assertThat(settings.optimizer().method()).isEqualTo(kind);
        }
    }

    /** An optimiser as a plugin brings it, which keeps the numbers that it was given. */
    private static final class Foreign implements OptimizerMethod {

        private Hyperparameters given;

        @Override
        public String id() {
            return "stranger/foreign";
        }

        @Override
        public String title() {
            return "Foreign";
        }

        @Override
        public double stateBytes() {
            return 0;
        }

        @Override
        public boolean findsRate() {
            return true;
        }

        @Override
        public Optimizer create(List<ParameterGroup> groups, Hyperparameters numbers, NDManager manager) {
            given = numbers;
            return null;
        }
    }

    @Test
    void anotherOptimiserGetsTheNumbersOfTheTrainer() {
        Foreign foreign = new Foreign();
        settings.optimizer = foreign;
        settings.weightDecay = 0.25;
        settings.beta1 = 0.5;
        settings.beta2 = 0.75;
        settings.dCoefficient = 2;
        settings.optimizer().create(List.of(), null);
        assertThat(foreign.given).isEqualTo(new OptimizerMethod.Hyperparameters(0.25, 0.5, 0.75, 2));
    }

    @Test
    void anotherOptimiserThatFindsItsRateWantsOneToo() {
        settings.optimizer = new Foreign();
        assertThatThrownBy(() -> warnings(1e-4))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("set the learning rate to 1 for Foreign");
        assertThat(warnings(1)).isEmpty();
    }
}
