package graft.model;

import static org.assertj.core.api.Assertions.assertThat;

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
}
