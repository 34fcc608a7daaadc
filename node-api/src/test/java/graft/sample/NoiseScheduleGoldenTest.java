package graft.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.Golden;
import graft.file.SafeTensors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NoiseScheduleGoldenTest {

    @ParameterizedTest
    @ValueSource(strings = {"sd15", "sd21", "sdxl"})
    void noisesAsTheModelWasTrained(String model) {
        VariancePreserving schedule = GoldenSchedule.of(model);
        try (SafeTensors expected = SafeTensors.open(Golden.path(model + "/expected.safetensors"));
                NDManager manager = NDManager.newBaseManager()) {
            assertThat(schedule.alphasCumprod())
                    .containsExactly(expected.floats("noise.alphas_cumprod"), within(1e-7f));
            NDArray clean = Golden.array(manager, expected, "unet.sample");
            NDArray noise = Golden.array(manager, expected, "noise.noise");
            int[] timesteps = toInts(expected.floats("noise.t"));
            assertThat(Golden.error(
                            schedule.noised(clean, noise, timesteps), Golden.array(manager, expected, "noise.noisy")))
                    .isLessThan(1e-6);
            assertThat(Golden.error(
                            schedule.with(Prediction.V_PREDICTION).target(clean, noise, timesteps),
                            Golden.array(manager, expected, "noise.velocity")))
                    .isLessThan(1e-6);
        }
    }

    @ParameterizedTest
    @CsvSource({"epsilon,min_snr5.epsilon", "v_prediction,min_snr5.v"})
    void weighsTimestepsByMinSnr(String prediction, String vector) {
        try (SafeTensors expected = SafeTensors.open(Golden.path("training/expected.safetensors"))) {
            NoiseSchedule schedule = GoldenSchedule.of("sd15").with(Prediction.named(prediction));
            float[] weights = expected.floats(vector);
            for (int t = 0; t < weights.length; t++) {
                assertThat(schedule.minSnrWeight(t, 5)).isCloseTo(weights[t], within(1e-6f * weights[t]));
            }
        }
    }

    /** The last timestep is noise alone: there ᾱ is 0, which counts as 2⁻²⁴ where σ is asked for. */
    @Test
    void noisesUpToNothingButNoise() {
        VariancePreserving schedule = GoldenSchedule.ofZeroTerminalSnr("sdxl");
        try (SafeTensors expected = SafeTensors.open(Golden.path("sdxl-training/expected.safetensors"));
                NDManager manager = NDManager.newBaseManager()) {
            float[] alphas = expected.floats("vpred.alphas_cumprod");
            assertThat(alphas[999]).isZero();
            assertThat(schedule.alphasCumprod()).containsExactly(alphas, within(1e-6f));
            assertThat(schedule.sigmas()[999]).isCloseTo(4096f, within(1e-3f));
            float[] weights = expected.floats("vpred.min_snr5");
            for (int t = 0; t < weights.length; t++) {
                assertThat(schedule.minSnrWeight(t, 5)).isCloseTo(weights[t], within(1e-7f + 5e-5f * weights[t]));
            }
            NDArray clean = Golden.array(manager, expected, "latents").get(0);
            NDArray noise = Golden.array(manager, expected, "noise").get(0);
            int[] timesteps = toInts(expected.floats("vpred.t"));
            // next to noise alone there is 2⁻¹² of the picture
            assertThat(Golden.error(
                            schedule.noised(clean, noise, timesteps), Golden.array(manager, expected, "vpred.noisy")))
                    .isLessThan(2e-3);
            assertThat(Golden.error(
                            schedule.target(clean, noise, timesteps),
                            Golden.array(manager, expected, "vpred.velocity")))
                    .isLessThan(2e-3);
        }
    }

    @Test
    void knowsTheLandmarksOfStableDiffusion() {
        VariancePreserving schedule =
                NoiseSchedule.of("scaled_linear", 0.00085, 0.012, 1000, "epsilon", "leading", 1, false);
        float[] sigmas = schedule.sigmas();
        assertThat(sigmas[0]).isCloseTo(0.0291675f, within(1e-7f));
        assertThat(sigmas[999]).isCloseTo(14.6146f, within(1e-4f));
        assertThat(schedule.alphaCumprod(-1)).isEqualTo(schedule.alphaCumprod(0));
    }

    private static int[] toInts(float[] values) {
        return IntStream.range(0, values.length).map(i -> (int) values[i]).toArray();
    }
}
