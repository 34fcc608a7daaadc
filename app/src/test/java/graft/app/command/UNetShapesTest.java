package graft.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UNetShapesTest {

    private static final Map<String, long[]> SD15 = UNetShapes.of(List.of(320, 640, 1280, 1280), 2, 768, 4);

    @Test
    void stableDiffusion15HasItsPublishedNumberOfParameters() {
        long parameters = SD15.values().stream()
                .mapToLong(shape -> Arrays.stream(shape).reduce(1, (a, b) -> a * b))
                .sum();
        assertThat(parameters).isEqualTo(859_520_964L);
        assertThat(SD15).hasSize(686);
    }

    @Test
    void theWayUpTakesTheSkipsOfTheWayDown() {
        assertThat(SD15.get("up_blocks.0.resnets.2.conv1.weight")).containsExactly(1280, 2560, 3, 3);
        assertThat(SD15.get("up_blocks.2.resnets.0.conv1.weight")).containsExactly(640, 1920, 3, 3);
        assertThat(SD15.get("up_blocks.3.resnets.2.conv1.weight")).containsExactly(320, 640, 3, 3);
    }
}
