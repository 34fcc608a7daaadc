package graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import graft.model.CheckpointSpec;
import graft.model.SchedulerConfig;
import graft.node.Problem;
import graft.node.testing.KnownSpecs;
import graft.train.data.DatasetSpec;
import graft.train.optimizer.Optimizer;
import graft.train.optimizer.OptimizerMethod;
import graft.train.optimizer.ParameterGroup;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingSettingsTest {

    private final TrainingSettings settings = TrainingSettings.forLora();

    private List<String> warnings(double learningRate) {
        KnownSpecs specs = new KnownSpecs();
        settings.check(specs, LearningRates.of(learningRate, "1e-4"));
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

    /** What wants all gradients at once is named, setting by setting. */
    @Test
    void gradientsAreReleasedWhereNothingWantsThemAll() {
        settings.release(true);
        List<String> asked = new java.util.ArrayList<>();
        Map<String, Runnable> remedies = Map.of(
                "clipNorm", () -> settings.clipNorm = 0,
                "accumulation", () -> settings.accumulation = 1,
                "optimizer", () -> settings.optimizer = Optimizer.Kind.ADAMW8BIT,
                "precision", () -> settings.precision = graft.tensor.Precision.BF16);
        settings.accumulation = 2;
        settings.optimizer = Optimizer.Kind.PRODIGY;
        settings.precision = graft.tensor.Precision.FP16;
        while (true) {
            try {
                settings.check(new KnownSpecs(), LearningRates.of(1e-4, "1e-4"));
                break;
            } catch (Problem problem) {
                assertThat(problem).hasMessageContaining("or turn the release of gradients off");
                String setting = problem.socket().orElseThrow();
                assertThat(asked).doesNotContain(setting);
                asked.add(setting);
                remedies.get(setting).run();
            }
        }
        assertThat(asked).containsExactly("clipNorm", "accumulation", "optimizer", "precision");
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

    private List<String> warnings(double learningRate, double textLearningRate) {
        KnownSpecs specs = new KnownSpecs();
        settings.check(specs, new LearningRates(learningRate, "1e-4", true, textLearningRate, "5e-5"));
        return specs.warnings;
    }

    @Test
    void aTextEncodersRateIsJudgedAsARateOfItsOwn() {
        settings.optimizer = Optimizer.Kind.PRODIGY;
        assertThatThrownBy(() -> warnings(1, 5e-5))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.socket()).hasValue("textLearningRate"))
                .hasMessageContaining("set the text learning rate to 1 for Prodigy");
        assertThat(warnings(1, 1)).isEmpty();
        settings.optimizer = Optimizer.Kind.ADAFACTOR;
        assertThat(warnings(1e-4, 1)).singleElement().asString().contains("text learning rate of 1.0 spoils");
        assertThat(warnings(1e-4, 5e-5)).isEmpty();
    }

    @Test
    void theTextEncoderMayLearnAlone() {
        assertThat(warnings(0, 5e-5)).singleElement().asString().contains("the text encoder alone learns, at 5.0E-5");
        assertThatThrownBy(() -> warnings(0, 0))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.socket()).hasValue("learningRate"));
        assertThatThrownBy(() -> warnings(1e-4, 0))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.socket()).hasValue("textLearningRate"));
    }

    private static CheckpointSpec model(int contextWidth, String predicts) {
        return new CheckpointSpec(
                contextWidth == 2048 ? "sdxl" : contextWidth == 1024 ? "sd2" : "sd1",
                Map.of("text", contextWidth),
                contextWidth,
                4,
                4,
                8,
                77,
                predicts,
                SchedulerConfig.STABLE_DIFFUSION,
                Path.of("model"));
    }

    @ParameterizedTest
    @CsvSource({
        "768, epsilon, 512, 512, false",
        "768, epsilon, 1024, 1024, true",
        "1024, v_prediction, 512, 512, true",
        "1024, v_prediction, 768, 768, false",
        "2048, epsilon, 512, 512, true",
        "2048, epsilon, 832, 1216, false",
        // a kind of its own
        "32, epsilon, 64, 64, false"
    })
    void picturesFarFromTheModelsSizeAreWarnedOf(
            int contextWidth, String predicts, int width, int height, boolean warned) {
        KnownSpecs specs = new KnownSpecs()
                .with("model", model(contextWidth, predicts))
                .with("images", new DatasetSpec(3, width, height));
        settings.check(specs, LearningRates.of(1e-4, "1e-4"));
        if (warned) {
            assertThat(specs.warnings).singleElement().asString().contains("the model was made for");
        } else {
            assertThat(specs.warnings).isEmpty();
        }
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
