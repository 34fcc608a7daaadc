package graft.app.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.node.Problem;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Who goes on to the next round of a sweep, and with how much. */
class HalvingTest {

    @Test
    void budgetsGrowByTheFactorUpToTheWhole() {
        assertThat(Halving.of("train.steps=50..450").budgets()).containsExactly(50L, 150L, 450L);
        assertThat(Halving.of("train.steps=10..100:4").budgets()).containsExactly(10L, 40L, 100L);
        assertThat(Halving.of("train.steps=10..100:4").setting()).isEqualTo("train.steps");
        assertThatThrownBy(() -> Halving.of("train.steps=450..50")).isInstanceOf(Problem.class);
        assertThatThrownBy(() -> Halving.of("train.steps=50")).isInstanceOf(Problem.class);
        assertThatThrownBy(() -> Halving.of("train.steps=1..9:1")).isInstanceOf(Problem.class);
    }

    @Property
    void someSurviveEveryRoundAndFewerThanBegan(@ForAll @IntRange(min = 2, max = 10_000) int jobs) {
        assertThat(Halving.of("a.b=1..9").surviving(jobs)).isBetween(1, jobs - 1);
    }
}
