package graft.app.editor.inspector;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

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

    @Test
    void whatIsShownReadsAsTheSameNumber() {
        for (double number : new double[] {1e-4, 0.05, 7, 12345.678, 3e-9, -2.5}) {
            assertThat(NumberText.parse(NumberText.of(number)).orElseThrow().doubleValue())
                    .isEqualTo(number);
        }
        assertThat(NumberText.parse("0,5")).contains(new BigDecimal("0.5"));
        assertThat(NumberText.parse("many")).isEmpty();
    }

    @Test
    void aLogarithmicScaleIsSteppedThroughByTheFirstDigit() {
        assertThat(NumberText.nextDigit(new BigDecimal("1e-4"), true)).isEqualByComparingTo("2e-4");
        assertThat(NumberText.nextDigit(new BigDecimal("9e-5"), true)).isEqualByComparingTo("1e-4");
        assertThat(NumberText.nextDigit(new BigDecimal("1e-4"), false)).isEqualByComparingTo("9e-5");
    }
}
