package graft.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PatchScheduleTest {

    @Test
    void itActsFromItsBeginningUntilBeforeItsEnd() {
        PatchSchedule middle = new PatchSchedule(0.25, 0.75, 0);

        assertThat(middle.strength(0.2)).isZero();
        assertThat(middle.strength(0.25)).isEqualTo(1);
        assertThat(middle.strength(0.74)).isEqualTo(1);
        assertThat(middle.strength(0.75)).isZero();
    }

    @Test
    void aRampGrowsAndFadesInsideButNotAtTheEndsOfTheWalk() {
        PatchSchedule middle = new PatchSchedule(0.25, 0.75, 0.125);

        assertThat(middle.strength(0.3125)).isEqualTo(0.5);
        assertThat(middle.strength(0.5)).isEqualTo(1);
        assertThat(middle.strength(0.71875)).isEqualTo(0.25);
        assertThat(new PatchSchedule(0, 0.5, 0.25).strength(0.01)).isEqualTo(1);
        assertThat(new PatchSchedule(0.5, 1, 0.25).strength(0.99)).isEqualTo(1);
        assertThat(new PatchSchedule(0, 1, 0.25).strength(0.99)).isEqualTo(1);
    }

    @Test
    void fromTheFirstToTheLastStepIsAlwaysAndAnEmptySpanNever() {
        assertThat(PatchSchedule.ALWAYS.always()).isTrue();
        assertThat(new PatchSchedule(0, 0.9, 0).always()).isFalse();
        assertThat(new PatchSchedule(0.5, 0.5, 0).never()).isTrue();
        assertThat(new PatchSchedule(0, 0, 0).never()).isTrue();
        assertThat(PatchSchedule.ALWAYS.never()).isFalse();
    }
}
