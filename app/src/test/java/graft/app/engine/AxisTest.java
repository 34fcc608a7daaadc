package graft.app.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import graft.node.Problem;
import java.math.BigDecimal;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What to vary, as it is written. */
class AxisTest {

    private static Axis even(String text) {
        return Axis.of(text, setting -> false);
    }

    private static Axis byRatio(String text) {
        return Axis.of(text, setting -> true);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "train.rank=4,16                   | 4 16",
                "train.rank = 4 , 16               | 4 16",
                "sample.seed=1..8                  | 1 2 3 4 5 6 7 8",
                "sample.seed=-2..1                 | -2 -1 0 1",
                "train.rank=4,8..10,64             | 4 8 9 10 64",
                "train.rank=4..64:5:log            | 4 8 16 32 64",
                "train.rank=1..4:9                 | 1 2 3 4",
                "sample.guidance=1.0..2.0:3        | 1 1.5 2",
                "train.learningRate=1e-5..1e-3:3:log  | 0.00001 0.0001 0.001",
                "train.learningRate=1e-3..3e-3:3:even | 0.001 0.002 0.003",
                "stack.unetStrength=[1,0.5],[0,1]  | [1,0.5] [0,1]",
                "sample.sampler=euler,ddim         | euler ddim",
                "outer.sample.seed=7               | 7"
            })
    void valuesStandBetweenCommasAndRangesAreWrittenOut(String text, String values) {
        assertThat(even(text).values()).containsExactly(values.split(" "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"p.prompt=\"a red apple, 2 pears\",\"x\"", "p.loss={\"id\":\"a/b\",\"c\":1},{\"id\":\"a/b\"}"})
    void aCommaInQuotesOrBracketsIsTheValuesOwn(String text) {
        assertThat(even(text).values()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "steps=3                 | node.setting",
                "train.rank              | node.setting",
                "train.=3                | node.setting",
                "train.rank=4,,8         | a value is missing",
                "train.rank=             | a value is missing",
                "train.rank=8..4         | lesser end",
                "train.rank=4..4         | lesser end",
                "train.rate=0..1:3:log   | above 0",
                "train.rate=0.1..1:1     | 2 to",
                "train.seed=1..999999999 | more than",
                "train.rate=1e-5..1e999:3 | too large",
                "train.rate=0.1..0.2,3   | how many"
            })
    void whatCannotBeMeantIsRefusedInASentence(String text, String why) {
        assertThatThrownBy(() -> even(text))
                .isInstanceOf(Problem.class)
                .hasMessageContaining(why)
                .hasMessageContaining(text);
    }

    @Property
    void wordsAreTakenAsTheyAre(
            @ForAll @NotEmpty @Size(max = 20) List<@AlphaChars @StringLength(min = 1, max = 9) String> words) {
        assertThat(even("a.b=" + String.join(",", words)).values()).isEqualTo(words);
    }

    @Property
    void aRangeHasBothItsEndsAndRisesInBetween(
            @ForAll @IntRange(min = -9, max = 6) int power,
            @ForAll @DoubleRange(min = 1.01, max = 1e4) double times,
            @ForAll @IntRange(min = 2, max = 60) int count,
            @ForAll boolean ratio) {
        double low = 3 * Math.pow(10, power);
        BigDecimal from = new BigDecimal(low);
        BigDecimal to = new BigDecimal(low * times);
        String text = "a.b=" + low + ".." + low * times + ":" + count;
        List<Double> values = (ratio ? byRatio(text) : even(text))
                .values().stream().map(Double::valueOf).collect(Collectors.toList());

        assertThat(values.get(0)).isCloseTo(from.doubleValue(), within(low * 1e-12));
        assertThat(values.get(values.size() - 1)).isCloseTo(to.doubleValue(), within(low * times * 1e-12));
        assertThat(values).isSorted();
        if (count == 3) {
            assertThat(values.get(1))
                    .isCloseTo(ratio ? low * Math.sqrt(times) : low * (1 + times) / 2, within(low * times * 1e-5));
        }
    }

    @Property
    void betweenWholeEndsAreWholeNumbersEachOnce(
            @ForAll @IntRange(min = 1, max = 1000) int from,
            @ForAll @IntRange(min = 1, max = 1000) int length,
            @ForAll @IntRange(min = 2, max = 200) int count,
            @ForAll boolean ratio) {
        List<String> values = (ratio
                        ? byRatio("a.b=" + from + ".." + (from + length) + ":" + count)
                        : even("a.b=" + from + ".." + (from + length) + ":" + count))
                .values();

        assertThat(values).doesNotHaveDuplicates().allMatch(value -> value.matches("[0-9]+"));
        assertThat(values).startsWith(String.valueOf(from)).endsWith(String.valueOf(from + length));
        assertThat(values).hasSizeLessThanOrEqualTo(Math.min(count, length + 1));
    }

    @Property
    void whatIsDrawnLiesInTheRange(
            @ForAll @IntRange(max = 1000) int from,
            @ForAll @IntRange(min = 1, max = 1000) int length,
            @ForAll long seed) {
        Axis whole = even("a.b=" + from + ".." + (from + length));
        Axis real = even("a.b=" + from + ".0.." + (from + length) + ".5");
        Axis ratio = even("a.b=" + (from + 0.5) + ".." + (from + length) + ".5:log");
        Random random = new Random(seed);

        assertThat(Integer.parseInt(whole.range().drawn(random))).isBetween(from, from + length);
        assertThat(Double.parseDouble(real.range().drawn(random))).isBetween((double) from, from + length + 0.5);
        assertThat(Double.parseDouble(ratio.range().drawn(random))).isBetween(from + 0.5, from + length + 0.5);
        assertThat(real.values()).isEmpty();
    }

    @Property
    void noTextBreaksTheReader(@ForAll String text) {
        try {
            assertThat(even("a.b=" + text).setting()).startsWith("a.b");
        } catch (Problem inWords) {
            assertThat(inWords).hasMessageStartingWith("Cannot vary a.b=");
        }
    }
}
