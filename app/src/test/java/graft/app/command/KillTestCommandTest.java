package graft.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class KillTestCommandTest {

    private static final byte[] ONE = {1};
    private static final byte[] OTHER = {2};

    @Test
    void filesThatDifferOrAreMissingOrTooManyAreNamed() {
        assertThat(KillTestCommand.differences(
                        Map.of("lora/a", ONE, "lora/b", ONE, "lora/c", ONE),
                        Map.of("lora/a", ONE, "lora/b", OTHER, "lora/d", ONE)))
                .containsExactly("lora/b", "lora/c", "lora/d");
    }

    @Test
    void samplesMayBeMissingButNotDiffer() {
        assertThat(KillTestCommand.differences(
                        Map.of("train/samples/step_00000_0.png", ONE, "train/samples/step_00005_0.png", ONE),
                        Map.of("train/samples/step_00005_0.png", OTHER)))
                .containsExactly("train/samples/step_00005_0.png");
    }
}
