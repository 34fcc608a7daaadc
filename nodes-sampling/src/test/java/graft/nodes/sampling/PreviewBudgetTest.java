package graft.nodes.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Previews take a twentieth of the sampling at most, by a clock that the test moves. */
class PreviewBudgetTest {

    private long now;
    private final PreviewBudget budget = new PreviewBudget(() -> now);

    private void preview(long nanoseconds) {
        budget.spend(() -> now += nanoseconds);
    }

    @Test
    void nothingIsSpentBeforeThereWasASampling() {
        assertThat(budget.allows(0)).isTrue();
        assertThat(budget.allows(1)).isFalse();
        now = 99;
        assertThat(budget.allows(5)).isFalse();
        now = 100;
        assertThat(budget.allows(5)).isTrue();
    }

    @Test
    void whatWasSpentIsPartOfTheTwentiethAndNoneOfTheSampling() {
        now = 1000;
        preview(50);
        assertThat(budget.allows(1)).isFalse();
        now += 199;
        assertThat(budget.allows(10)).isFalse();
        now += 1;
        assertThat(budget.allows(10)).isTrue();
    }

    @Test
    void aPreviewThatTookLongerThanReckonedIsPaidBack() {
        now = 1000;
        preview(500);
        now += 8999;
        assertThat(budget.allows(0)).isFalse();
        now += 1;
        assertThat(budget.allows(0)).isTrue();
        assertThat(budget.spent()).isEqualTo(500);
    }

    @Test
    void previewsAtEveryChanceStayWithinATwentieth() {
        int shown = 0;
        for (int step = 0; step < 1000; step++) {
            now += 48;
            if (budget.allows(80)) {
                preview(80);
                shown++;
            }
        }
        assertThat(shown).isGreaterThan(25);
        assertThat(budget.spent()).isLessThanOrEqualTo(48 * 1000 / 20);
    }
}
