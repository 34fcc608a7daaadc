package graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import graft.Golden;
import graft.file.SafeTensors;
import graft.model.GoldenScheduler;
import graft.sample.NoiseSchedule;
import graft.train.NoiseDensity.Kind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which noise levels of a flow are trained, and how much they count, as diffusers' training scripts have it. */
class FlowTrainingGoldenTest {

    @ParameterizedTest
    @CsvSource({
        "zimage, none, UNIFORM, 0, 1",
        "zimage, logit_normal, LOGIT_NORMAL, 0, 1",
        "zimage, logit_normal_m.5_s1.2, LOGIT_NORMAL, 0.5, 1.2",
        "zimage, mode, MODE, 0, 1",
        "flux2, none, UNIFORM, 0, 1",
        "flux2, logit_normal, LOGIT_NORMAL, 0, 1",
        "flux2, logit_normal_m.5_s1.2, LOGIT_NORMAL, 0.5, 1.2",
        "flux2, mode, MODE, 0, 1"
    })
    void drawsTheLevels(String model, String name, Kind kind, double mean, double deviation) {
        NoiseDensity density = new NoiseDensity(kind, mean, deviation, 1.29);
        NoiseSchedule schedule = NoiseSchedule.of(GoldenScheduler.of(model));
        try (SafeTensors expected = SafeTensors.open(Golden.path(model + "-training/expected.safetensors"))) {
            float[] uniform = expected.floats("weighting.uniform");
            float[] normal = expected.floats("weighting.normal");
            float[] places = expected.floats("weighting.u." + name);
            float[] sigmas = expected.floats("weighting.sigma." + name);
            for (int i = 0; i < places.length; i++) {
                assertThat(density.place(uniform[i], normal[i])).isCloseTo(places[i], within(1e-6));
                assertThat(schedule.sigmas()[density.timestep(uniform[i], normal[i], schedule)])
                        .isCloseTo(sigmas[i], within(2e-7f));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zimage", "flux2"})
    void weighsThem(String model) {
        try (SafeTensors expected = SafeTensors.open(Golden.path(model + "-training/expected.safetensors"))) {
            float[] sigmas = expected.floats("weighting.sigma.none");
            for (FlowWeight weight : FlowWeight.values()) {
                float[] wanted =
                        expected.floats("weighting.weight." + weight.name().toLowerCase(java.util.Locale.ROOT));
                for (int i = 0; i < sigmas.length; i++) {
                    assertThat((float) weight.at(sigmas[i])).isCloseTo(wanted[i], within(1e-5f * wanted[i]));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zimage", "flux2"})
    void theTrainingsOwnLevelsAreDrawnFromItsNormalNumbers(String model) {
        NoiseDensity density = new NoiseDensity(Kind.LOGIT_NORMAL, 0, 1, 1.29);
        NoiseSchedule schedule = NoiseSchedule.of(GoldenScheduler.of(model));
        try (SafeTensors expected = SafeTensors.open(Golden.path(model + "-training/expected.safetensors"))) {
            float[] normals = expected.floats("normals");
            float[] sigmas = expected.floats("sigmas");
            for (int i = 0; i < normals.length; i++) {
                assertThat(schedule.sigmas()[density.timestep(0, normals[i], schedule)])
                        .isCloseTo(sigmas[i], within(2e-7f));
            }
        }
    }
}
