package graft.model.sd;

import static org.assertj.core.api.Assertions.assertThat;

import graft.model.Learns;
import graft.model.RecordedBlock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The blocks that a forecast counts are those that the network has. */
class UNetActivationsTest {

    @Test
    void theBlocksHoldAboutAllWeightsOfStableDiffusion() {
        long numbers = UNetActivations.of(UNetConfig.STABLE_DIFFUSION_15, Learns.ALL, 1, 32, 32, 77).stream()
                .mapToLong(RecordedBlock::numbers)
                .sum();
        // Without norms, biases and the time embedding.
        assertThat(numbers).isBetween(855_000_000L, 859_520_964L);
    }

    private static final UNetConfig STABLE_DIFFUSION_XL = new UNetConfig(
            4,
            4,
            List.of(320, 640, 1280),
            List.of(2, 2, 2),
            List.of(false, true, true),
            List.of(true, true, false),
            List.of(5, 10, 20),
            List.of(1, 2, 10),
            List.of(2048, 2048, 2048),
            32,
            1e-5,
            1280,
            true,
            0,
            Optional.of(new UNetConfig.Sizes(256, 2816)));

    @Test
    void theBlocksHoldAboutAllWeightsOfStableDiffusionXl() {
        long numbers = UNetActivations.of(STABLE_DIFFUSION_XL, Learns.ALL, 1, 128, 128, 77).stream()
                .mapToLong(RecordedBlock::numbers)
                .sum();
        assertThat(numbers).isBetween(2_555_000_000L, 2_567_463_684L);
    }
}
