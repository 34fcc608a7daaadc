package graft.app.editor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.node.Problem;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumberTextTest {

    @Test
    void numbersAreShownAsShortAsTheyCanBe() {
        assertThat(NumberText.of(250L)).isEqualTo("250");
        assertThat(NumberText.of(0.05)).isEqualTo("0.05");
        assertThat(NumberText.of(1.0)).isEqualTo("1");
        assertThat(NumberText.of(0.0)).isEqualTo("0");
        assertThat(NumberText.of(1e-4)).isEqualTo("1e-4");
        assertThat(NumberText.of(1.5e-5)).isEqualTo("1.5e-5");
    }

    /** No digit of a seed is lost. */
    @Test
    void wholeNumbersAreShownWithAllTheirDigits() {
        assertThat(NumberText.of(Long.MAX_VALUE)).isEqualTo("9223372036854775807");
        assertThat(NumberText.of(new BigDecimal("9007199254740993"))).isEqualTo("9007199254740993");
        assertThat(NumberText.of(new BigDecimal("1e30"))).isEqualTo("1e30");
        assertThat(NumberText.of(1e-300)).isEqualTo("1e-300");
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-4, 0.05, 7, 12345.678, 3e-9, -2.5, 1e15, 123456789.25, 4.9e-324, 1.7976931348623157e308})
    void whatIsShownReadsAsTheSameNumber(double number) {
        assertThat(NumberText.parse(NumberText.of(number), false).orElseThrow().doubleValue())
                .isEqualTo(number);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0,5|0.5",
                ",5|0.5",
                ".5|0.5",
                "0,05|0.05",
                "1,5e-4|0.00015",
                "5.|5",
                "+3|3",
                "−3|-3",
                "-0,001|-0.001",
                "0.125|0.125",
                "12,3456|12.3456",
                "1,234.5|1234.5",
                "1.234,5|1234.5",
                "1,234,567|1234567",
                "1.234.567|1234567",
                "1,234,567.5|1234567.5",
                "3 000|3000",
                "3\u202f000|3000",
                "3\u00a0000,5|3000.5",
                "1'000'000|1000000",
                "1’000|1000",
                "10_000|10000",
                "1E3|1000",
                " 7 |7",
                "0,000|0",
                "٣|3"
            })
    void aNumberIsReadAsItIsMeant(String typed, BigDecimal meant) {
        assertThat(NumberText.parse(typed, false).orElseThrow()).isEqualByComparingTo(meant);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "3,000|3000",
                "12,345|12345",
                "1,000,000|1000000",
                "-2,500|-2500",
                "25.0|25",
                "999|999",
                "1 000|1000"
            })
    void wholeNumbersMaySetThousandsApart(String typed, BigDecimal meant) {
        assertThat(NumberText.parse(typed, true).orElseThrow()).isEqualByComparingTo(meant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"3,000", "1,234", "-12,500", "999,999", "1,500e3"})
    void whatCanBeAThousandTimesAsMuchIsRefused(String typed) {
        assertThatThrownBy(() -> NumberText.parse(typed, false))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("can be read as");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.000", "12.345"})
    void ofAWholeNumberAPointIsRefusedToo(String typed) {
        assertThatThrownBy(() -> NumberText.parse(typed, true))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("can be read as");
    }

    /** Where points set thousands apart, as in German, a point is not taken for a decimal one without being asked. */
    @Test
    void thePointOfTheLocaleThatSetsThousandsApartIsNotCut() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            assertThatThrownBy(() -> NumberText.parse("3.000", false)).isInstanceOf(Problem.class);
            assertThatThrownBy(() -> NumberText.parse("1.125", false)).hasMessageContaining("1125 or as 1.1250");
            assertThat(NumberText.parse("1.1250", false)).contains(new BigDecimal("1.1250"));
            assertThat(NumberText.parse("0.125", false)).contains(new BigDecimal("0.125"));
        } finally {
            Locale.setDefault(before);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "many",
                "",
                " ",
                "-",
                "e",
                "1e",
                "1e-",
                "--1",
                "1,2,3",
                "1,00,000",
                "1 00",
                "0x10",
                "NaN",
                "Infinity",
                "5d",
                "1e999999999",
                "1..2",
                "1," + ",2",
                "3 000 0",
                "½"
            })
    void whatIsNoNumberIsNone(String typed) {
        assertThat(NumberText.parse(typed, false)).isEmpty();
        assertThat(NumberText.parse(typed, true)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1, 2, 3|1, 2, 3", "1,2,3|1, 2, 3", "1 2 3|1, 2, 3", "1; 2;3|1, 2, 3", "0,5; 0,75|0.5, 0.75",
                "25,100,200|25, 100, 200", "0.5, 1e-4|0.5, 1e-4", "7|7", "1, 2,|1, 2", "3 000; 5|3000, 5"
            })
    void aListIsReadAsItIsMeant(String typed, String meant) {
        assertThat(NumberText.of(NumberText.parseAll(typed).orElseThrow())).isEqualTo(meant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1,000", "0,5", "0,5 0,7", "0,5, 0,7", "1,000, 2,000", "1 000", "3,000; 4"})
    void aCommaOfAListThatMayBeADecimalPointIsRefused(String typed) {
        assertThatThrownBy(() -> NumberText.parseAll(typed)).isInstanceOf(Problem.class);
    }

    @Test
    void aListWithSomethingElseIsNone() {
        assertThat(NumberText.parseAll("1, many")).isEmpty();
        assertThat(NumberText.parseAll("")).contains(List.of());
    }

    @Test
    void aLogarithmicScaleIsSteppedThroughByTheFirstDigit() {
        assertThat(NumberText.nextDigit(new BigDecimal("1e-4"), true)).isEqualByComparingTo("2e-4");
        assertThat(NumberText.nextDigit(new BigDecimal("9e-5"), true)).isEqualByComparingTo("1e-4");
        assertThat(NumberText.nextDigit(new BigDecimal("1e-4"), false)).isEqualByComparingTo("9e-5");
    }
}
