package graft.sample;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.model.SchedulerConfig;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Beside what torchsde 0.2.6 and torch gave for ComfyUI's {@code BrownianTreeNoiseSampler}. */
class BrownianNoiseTest {

    private static final Shape SHAPE = new Shape(1, 4, 2, 3);
    private static final float[] LEVELS = {14.614643f, 7.902934f, 4.0277386f, 0.1f, 0.029167177f, 0};

    private static float[] drawn(long seed, double from, double to, int count) {
        StepPlan plan = StepPlan.over(Sampler.DPMPP_SDE, NoiseSchedule.of(SchedulerConfig.STABLE_DIFFUSION), LEVELS);
        try (NDManager manager = NDManager.newBaseManager()) {
            float[] all = BrownianNoise.of(plan, seed)
                    .between(manager, SHAPE, from, to)
                    .toFloatArray();
            return Arrays.copyOf(all, count);
        }
    }

    @Test
    void isTorchsdesPathToItsBits() {
        assertThat(drawn(5, LEVELS[1], LEVELS[2], 6))
                .containsExactly(1.5786213f, -1.0557731f, 0.96795f, -0.27943343f, 0.9761532f, 0.005078857f);
        assertThat(drawn(123456789012345L, LEVELS[1], LEVELS[2], 4))
                .containsExactly(0.7598553f, 1.0030979f, -0.30004457f, 0.45788854f);
        assertThat(drawn(5, LEVELS[0], LEVELS[1], 4))
                .containsExactly(-1.3378009f, 1.9011898f, 0.28351197f, 0.32442093f);
        assertThat(drawn(5, LEVELS[3], LEVELS[4], 4)).containsExactly(0.3128346f, 0.59847444f, 1.28981f, 0.028704626f);
    }
}
