package graft.sample;

import static org.assertj.core.api.Assertions.assertThat;

import graft.Golden;
import graft.file.SafeTensors;
import graft.model.SchedulerConfig;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The noise levels of ComfyUI's schedulers on Stable Diffusion 1's noise: every one of the vectors, by the names there. */
class ComfyScheduleGoldenTest {

    private static final double ERROR = 1e-6; // of the standard deviation

    /** Ids that differ from ComfyUI's names, as diffusers' form had them before. */
    private static final Map<String, Spacing> OTHERS = Map.of("karras", Spacing.COMFY_KARRAS);

    static Stream<String> names() {
        try (SafeTensors expected = SafeTensors.open(Golden.comfy("schedules.safetensors"))) {
            return expected.names().stream().sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void isComfysSchedule(String key) {
        String name = key.substring(0, key.lastIndexOf('.'));
        int steps = Integer.parseInt(key.substring(key.lastIndexOf('.') + 1));
        Spacing spacing = OTHERS.getOrDefault(name, null);
        spacing = spacing == null ? Spacing.valueOf(name.toUpperCase(Locale.ROOT)) : spacing;
        NoiseSchedule schedule = NoiseSchedule.of(SchedulerConfig.STABLE_DIFFUSION);
        StepPlan plan = StepPlan.of(Sampler.EULER, spacing, schedule, steps, 1);
        float[] sigmas = new float[plan.end() + 1];
        for (int i = 0; i < sigmas.length; i++) {
            sigmas[i] = plan.sigma(i);
        }
        float[] there;
        try (SafeTensors expected = SafeTensors.open(Golden.comfy("schedules.safetensors"))) {
            there = expected.floats(key);
        }
        if (Float.isNaN(there[0])) {
            // one step of KL optimal divides by 0 there; here it is the noisiest level
            assertThat(spacing).isEqualTo(Spacing.KL_OPTIMAL);
            assertThat(sigmas).containsExactly(schedule.table().most(), 0);
            return;
        }
        assertThat(sigmas).hasSameSizeAs(there);
        assertThat(Golden.error(sigmas, there)).as(Arrays.toString(sigmas)).isLessThanOrEqualTo(ERROR);
    }
}
