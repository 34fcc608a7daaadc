package graft.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalDouble;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ProgressLineTest {

    private static final ProgressLine HALF_WAY =
            new ProgressLine("Train LoRA", "step", 120, 240, 2.5, OptionalDouble.of(48), Map.of("loss", 0.0312));

    @Test
    void aWideTerminalShowsBarShareCountTimeLeftFiguresAndRate() {
        assertThat(HALF_WAY.fit(100))
                .isEqualTo(
                        "Train LoRA  [###############---------------]   50 %  step 120 of 240  left 0:48  loss 0.0312  2.5/s");
    }

    @Test
    void aNarrowTerminalLosesWhatMattersLeast() {
        assertThat(HALF_WAY.fit(60)).isEqualTo("Train LoRA  [#####-----]   50 %  step 120 of 240  left 0:48");
        assertThat(HALF_WAY.fit(34)).isEqualTo("Train LoRA  [######------]   50 %");
    }

    @Property
    void theLineNeverReachesTheLastColumn(
            @ForAll @IntRange(min = 1, max = 300) int columns, @ForAll @IntRange(max = 1000) int done) {
        assertThat(new ProgressLine("Sample", "step", done, 1000, 0.3, OptionalDouble.of(9), Map.of("loss", 1e-9))
                        .fit(columns))
                .hasSizeLessThan(columns);
    }

    @Test
    void workOfUnknownLengthCountsUp() {
        assertThat(new ProgressLine("Read pictures", "", 12, 0, 0, OptionalDouble.empty(), Map.of()).fit(80))
                .isEqualTo("Read pictures  12");
    }

    @Test
    void slowStepsAreGivenInSecondsEach() {
        assertThat(new ProgressLine("Train LoRA", "step", 1, 2, 0.25, OptionalDouble.of(4), Map.of()).plain())
                .isEqualTo("Train LoRA   50 %  step 1 of 2  left 0:04  4.0 s each");
    }

    @Test
    void timesReadAsAClock() {
        assertThat(ProgressLine.clock(Duration.ofSeconds(7))).isEqualTo("0:07");
        assertThat(ProgressLine.clock(Duration.ofSeconds(3723))).isEqualTo("1:02:03");
    }
}
