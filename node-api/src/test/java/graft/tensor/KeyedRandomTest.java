package graft.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class KeyedRandomTest {

    /** The known answers that Random123 publishes for philox4x32-10 (its file kat_vectors). */
    @Test
    void philoxGivesTheKnownAnswers() {
        assertThat(KeyedRandom.philox(0, 0, 0, 0, 0, 0))
                .containsExactly(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
        assertThat(KeyedRandom.philox(-1, -1, -1, -1, -1, -1))
                .containsExactly(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd);
        assertThat(KeyedRandom.philox(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0))
                .containsExactly(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1);
    }

    @Test
    void dependsOnSeedNodeStepAndPurposeAlone() {
        long first = KeyedRandom.of(7, "train", 3, "noise").nextLong();
        assertThat(KeyedRandom.of(7, "train", 3, "noise").nextLong()).isEqualTo(first);
        assertThat(KeyedRandom.of(8, "train", 3, "noise").nextLong()).isNotEqualTo(first);
        assertThat(KeyedRandom.of(7, "other", 3, "noise").nextLong()).isNotEqualTo(first);
        assertThat(KeyedRandom.of(7, "train", 4, "noise").nextLong()).isNotEqualTo(first);
        assertThat(KeyedRandom.of(7, "train", 3, "order").nextLong()).isNotEqualTo(first);
        assertThat(KeyedRandom.of(7, "tra", 3, "innoise").nextLong()).isNotEqualTo(first);
    }

    @Test
    void keepsItsBitsFromReleaseToRelease() {
        assertThat(KeyedRandom.of(42, "train", 1, "noise").nextLong()).isEqualTo(-1249530063000743943L);
    }

    @Property(tries = 200)
    void belowStaysBelow(@ForAll long seed, @ForAll @IntRange(min = 1, max = Integer.MAX_VALUE) int bound) {
        KeyedRandom random = KeyedRandom.of(seed, "n", 0, "p");
        for (int i = 0; i < 20; i++) {
            assertThat(random.below(bound)).isBetween(0, bound - 1);
        }
    }

    @Test
    void belowIsEven() {
        KeyedRandom random = KeyedRandom.of(1, "n", 0, "p");
        int[] counts = new int[3];
        for (int i = 0; i < 30_000; i++) {
            counts[random.below(3)]++;
        }
        for (int count : counts) {
            assertThat(count).isBetween(9_700, 10_300);
        }
        assertThatThrownBy(() -> random.below(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void normalHasMeanZeroAndVarianceOne() {
        float[] numbers = KeyedRandom.of(5, "n", 0, "p").normal(100_001);
        double sum = 0;
        double squares = 0;
        for (float number : numbers) {
            sum += number;
            squares += number * number;
        }
        assertThat(sum / numbers.length).isCloseTo(0, within(0.01));
        assertThat(squares / numbers.length).isCloseTo(1, within(0.02));
    }

    @Property(tries = 50)
    void permutationHoldsEveryNumberOnce(@ForAll long seed, @ForAll @IntRange(max = 200) int n) {
        int[] order = KeyedRandom.of(seed, "n", 0, "p").permutation(n);
        assertThat(order).hasSize(n).doesNotHaveDuplicates();
        for (int number : order) {
            assertThat(number).isBetween(0, n - 1);
        }
    }
}
