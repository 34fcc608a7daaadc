package graft.app.editor.inspector;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Optional;

/** Numbers as people read and type them: {@code 0.05}, {@code 1e-4}, {@code 250}. */
final class NumberText {

    private NumberText() {}

    /** The shortest text that reads as the same number. */
    static String of(Number number) {
        if (number instanceof Long || number instanceof Integer) {
            return number.toString();
        }
        BigDecimal exact = new BigDecimal(number.toString()).stripTrailingZeros();
        if (exact.signum() == 0) {
            return "0";
        }
        int exponent = exact.precision() - exact.scale() - 1;
        if (exponent >= -3 && exponent < 15) {
            return exact.toPlainString();
        }
        BigDecimal mantissa = exact.movePointLeft(exponent).stripTrailingZeros();
        return mantissa.toPlainString() + "e" + exponent;
    }

    /** The number of a text, exact; empty when it is none. */
    static Optional<BigDecimal> parse(String text) {
        try {
            return Optional.of(new BigDecimal(text.strip().replace(',', '.')));
        } catch (NumberFormatException none) {
            return Optional.empty();
        }
    }

    /**
     * The next number up or down on a scale by powers of ten: the first digit counts, 9e-5, 1e-4, 2e-4.
     *
     * @param number above 0
     */
    static BigDecimal nextDigit(BigDecimal number, boolean up) {
        int exponent = number.precision() - number.scale() - 1;
        BigDecimal unit = BigDecimal.ONE.scaleByPowerOfTen(exponent);
        if (!up && number.compareTo(unit) == 0) {
            unit = unit.scaleByPowerOfTen(-1);
        }
        return number.add(up ? unit : unit.negate()).round(new MathContext(6));
    }
}
