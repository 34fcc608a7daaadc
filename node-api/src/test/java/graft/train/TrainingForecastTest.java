package graft.train;

import static org.assertj.core.api.Assertions.assertThat;

import graft.Golden;
import graft.model.Checkpoint;
import graft.model.ModelShape;
import graft.model.Patches;
import graft.model.UNetActivations;
import graft.model.UNetActivations.Learns;
import graft.model.UNetConfig;
import graft.node.Forecast;
import graft.tensor.Compute;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingForecastTest {

    private static final LoraSettings LORA = new LoraSettings(4, 4, LoraSettings.Targets.ATTENTION);

    private static TrainingForecast.Method lora(ModelShape shape) {
        return new TrainingForecast.Method(
                Learns.LOW_RANK, LORA.numbers(shape.unetModules()), false, 0, "lora", (model, memory) -> {
                    LoraWeights weights = LoraWeights.fresh(model.unet(), LORA, 0, "forecast", memory);
                    return new Learner(
                            weights.leaves(),
                            model.with(weights.patches(), Patches.NONE, model.addedTokens(), List.of()),
                            false);
                });
    }

    private static TrainingForecast forecast(int batch, int steps, boolean checkpointing) {
        return new TrainingForecast(
                Golden.path("sd15"),
                TrainingForecastTest::lora,
                new TrainingForecast.Work(5, 64, 64, batch, steps, 1, AdamW.STATE_BYTES, checkpointing));
    }

    @Test
    void countsTheWeightsOfTheUnetThatIsLoaded() {
        Compute compute = Compute.choose("cpu");
        Compute.prepareThread();
        ModelShape shape = ModelShape.read(Golden.path("sd15"));
        try (Checkpoint model = Checkpoint.load(Golden.path("sd15"), compute)) {
            long loaded = model.unet().weights().arrays().stream()
                    .mapToLong(array -> array.size())
                    .sum();
            assertThat(shape.unet().numbers()).isEqualTo(loaded);
        }
    }

    @Test
    void countsTheNumbersThatALoraLearns() {
        Compute compute = Compute.choose("cpu");
        Compute.prepareThread();
        try (Checkpoint model = Checkpoint.load(Golden.path("sd15"), compute);
                var memory = compute.newManager()) {
            LoraWeights weights = LoraWeights.fresh(model.unet(), LORA, 0, "node", memory);
            assertThat(LORA.numbers(ModelShape.read(Golden.path("sd15")).unetModules()))
                    .isEqualTo(weights.size());
        }
    }

    @Test
    void theBlocksHoldAboutAllWeightsOfStableDiffusion() {
        long numbers = UNetActivations.of(UNetConfig.STABLE_DIFFUSION_15, Learns.ALL, 1, 32, 32, 77).stream()
                .mapToLong(UNetActivations.Block::numbers)
                .sum();
        // Without norms, biases and the time embedding.
        assertThat(numbers).isBetween(855_000_000L, 859_520_964L);
    }

    @Test
    void checkpointingAndSmallerBatchesTakeLessMemory() {
        long plain = forecast(4, 10, false).on("cpu", false).peakBytes();
        assertThat(forecast(1, 10, false).on("cpu", false).peakBytes()).isLessThan(plain);
        assertThat(forecast(4, 10, true).on("cpu", false).peakBytes()).isLessThan(plain);
    }

    @Test
    void saysWhatWouldHelp() {
        Forecast forecast = forecast(4, 10, false).on("cpu", false);
        assertThat(forecast.savings()).contains("gradient checkpointing", "smaller batch", "smaller pictures");
        assertThat(forecast(1, 10, true).on("cpu", false).savings()).isEqualTo("choose smaller pictures");
    }
}
