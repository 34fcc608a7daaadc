package graft.app.editor;

import graft.node.Problem;
import java.math.BigDecimal;
import java.math.MathContext;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Numbers as people read and type them: {@code 0.05}, {@code 1e-4}, {@code 250}.
 *
 * <p>A decimal point may be a comma, and groups of three digits may be set apart by spaces, apostrophes, commas or points. A
 * text that one person reads as one number and another as a thousand times it, such as {@code 3,000}, is refused.
 */
public final class NumberText {

    /** Of more digits before the point, none can be meant. */
    private static final int MOST_DIGITS = 400;
    /** As many as the longest seed has. */
    private static final int PLAIN_DIGITS = 19;

    private static final Pattern SET_APART =
            Pattern.compile("\\d{1,3}([ \\u00a0\\u2009\\u202f'’_٬]\\d{3})+([.,]\\d*)?");
    private static final Pattern COMMAS = Pattern.compile("\\d{1,3}((,\\d{3}){2,}(\\.\\d*)?|,\\d{3}\\.\\d*)");
    private static final Pattern POINTS = Pattern.compile("\\d{1,3}((\\.\\d{3}){2,}(,\\d*)?|\\.\\d{3},\\d*)");
    private static final Pattern ONE_COMMA = Pattern.compile("[1-9]\\d{0,2},\\d{3}");
    private static final Pattern ONE_POINT = Pattern.compile("[1-9]\\d{0,2}\\.\\d{3}");
    private static final Pattern TIGHT = Pattern.compile("\\d,[+-]?\\d");
    private static final Pattern APART = Pattern.compile("\\S\\s+\\S");
    private static final Pattern DECIMAL_COMMA = Pattern.compile("(^|[,\\s])[+-]?(0,\\d|0\\d)");

    private NumberText() {}

    /** The shortest text that reads as the same number. */
    public static String of(Number number) {
        BigDecimal exact = new BigDecimal(number.toString()).stripTrailingZeros();
        if (exact.signum() == 0) {
            return "0";
        }
        int exponent = exact.precision() - exact.scale() - 1;
        boolean whole = exact.scale() <= 0;
        if (exponent >= -3 && exponent < (whole ? PLAIN_DIGITS : 15)) {
            return exact.toPlainString();
        }
        BigDecimal mantissa = exact.movePointLeft(exponent).stripTrailingZeros();
        return mantissa.toPlainString() + "e" + exponent;
    }

    /** Numbers with a comma between. */
    public static String of(List<? extends Number> numbers) {
        return String.join(", ", numbers.stream().map(NumberText::of).toList());
    }

    /**
     * The number of a text, exact; empty when it is none.
     *
     * @param whole whether only whole numbers are wanted, so that a comma in {@code 3,000} can but set thousands apart
     * @throws Problem when the text can be read as two different numbers
     */
    public static Optional<BigDecimal> parse(String text, boolean whole) {
        String stripped = text.strip().replace('−', '-').replace('٫', ',');
        int sign = stripped.startsWith("-") || stripped.startsWith("+") ? 1 : 0;
        int exponent = stripped.toLowerCase(Locale.ROOT).indexOf('e');
        int end = exponent < 0 ? stripped.length() : exponent;
        if (end < sign) {
            return Optional.empty();
        }
        String digits = plain(text, stripped.substring(sign, end), whole);
        try {
            BigDecimal number = new BigDecimal(stripped.substring(0, sign) + digits + stripped.substring(end));
            return Optional.of(number).filter(each -> each.precision() - (long) each.scale() <= MOST_DIGITS);
        } catch (NumberFormatException | ArithmeticException none) {
            return Optional.empty();
        }
    }

    /** Digits with a point at most. */
    private static String plain(String text, String digits, boolean whole) {
        if (SET_APART.matcher(digits).matches()) {
            return digits.replaceAll("[^\\d.,]", "").replace(',', '.');
        }
        if (COMMAS.matcher(digits).matches()) {
            return digits.replace(",", "");
        }
        if (POINTS.matcher(digits).matches()) {
            return digits.replace(".", "").replace(',', '.');
        }
        if (ONE_COMMA.matcher(digits).matches()) {
            if (whole) {
                return digits.replace(",", "");
            }
            throw twoNumbers(text, digits);
        }
        boolean pointsGroup = DecimalFormatSymbols.getInstance().getGroupingSeparator() == '.';
        if ((whole || pointsGroup) && ONE_POINT.matcher(digits).matches()) {
            throw twoNumbers(text, digits);
        }
        // A comma is a decimal point on half of the world's keyboards.
        return digits.chars().filter(each -> each == ',').count() == 1 ? digits.replace(',', '.') : digits;
    }

    private static Problem twoNumbers(String text, String digits) {
        String thousands = digits.replaceAll("[.,]", "");
        String fraction = digits.replace(',', '.').replaceFirst("0+$", "").replaceFirst("\\.$", "");
        // Where points set thousands apart, three digits behind one can be read either way again.
        String clear = ONE_POINT.matcher(fraction).matches() ? fraction + "0" : fraction;
        return new Problem(
                Strings.get("number.cannot", text.strip()),
                Strings.get("number.two", text.strip(), thousands, clear),
                Strings.get("number.two.remedy", thousands, clear));
    }

    /**
     * The numbers of a text, with commas, spaces or semicolons between; empty when one of them is none.
     *
     * @throws Problem when a comma may be a decimal point as well
     */
    public static Optional<List<BigDecimal>> parseAll(String text) {
        String stripped = text.strip();
        String between = ";";
        if (stripped.indexOf(';') < 0) {
            boolean both =
                    TIGHT.matcher(stripped).find() && APART.matcher(stripped).find();
            if (both || DECIMAL_COMMA.matcher(stripped).find()) {
                throw new Problem(
                        Strings.get("number.cannot", stripped),
                        Strings.get("number.list.two"),
                        Strings.get("number.list.remedy"));
            }
            between = "[,\\s]+";
        }
        List<BigDecimal> numbers = new ArrayList<>();
        for (String part :
                Arrays.stream(stripped.split(between)).map(String::strip).toList()) {
            if (!part.isEmpty()) {
                Optional<BigDecimal> number = parse(part, false);
                if (number.isEmpty()) {
                    return Optional.empty();
                }
                numbers.add(number.get());
            }
        }
        return Optional.of(numbers);
    }

    /**
     * The next number up or down on a scale by powers of ten: the first digit counts, 9e-5, 1e-4, 2e-4.
     *
     * @param number above 0
     */
    public static BigDecimal nextDigit(BigDecimal number, boolean up) {
        int exponent = number.precision() - number.scale() - 1;
        BigDecimal unit = BigDecimal.ONE.scaleByPowerOfTen(exponent);
        if (!up && number.compareTo(unit) == 0) {
            unit = unit.scaleByPowerOfTen(-1);
        }
        return number.add(up ? unit : unit.negate()).round(new MathContext(6));
    }
}
