package graft.app.engine;

import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Workflow;
import graft.node.Problem;
import graft.node.Setting;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A setting and the values that it is to have: {@code train.rank=4,16,1..3} or {@code train.learningRate=1e-5..1e-3:4}.
 *
 * <p>Between commas are values, as {@link Assignment} reads them, and ranges. {@code A..B} is every whole number from A to B;
 * {@code A..B:N} is N numbers from A to B, both among them, with even steps or, where the setting is one of a logarithmic scale, with even
 * ratios; {@code A..B:N:log} and {@code A..B:N:even} say which. Numbers between whole ends are rounded to whole ones, each there once.
 * A comma inside of brackets or quotes is the value's own.
 *
 * @param setting {@code node.setting}
 * @param values as texts; empty for a range of which nobody said how many
 * @param range what to draw from at random in place of the values; null where there is no single range without a number
 */
public record Axis(String setting, List<String> values, Range range) {

    private static final String NUMBER = "(-?[0-9]+(?:\\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)";
    private static final Pattern RANGE =
            Pattern.compile(NUMBER + "\\.\\." + NUMBER + "(?::([0-9]{1,9}))?(?::(log|even))?");
    private static final Pattern WHOLE = Pattern.compile("-?[0-9]+");

    /** Digits of a number in between. */
    private static final MathContext DIGITS = new MathContext(6, RoundingMode.HALF_EVEN);

    /** More values of one setting than these are a mistake. */
    static final int MOST = 10_000;

    public Axis {
        values = List.copyOf(values);
    }

    /** Numbers between two ends, both among them. */
    record Range(BigDecimal from, BigDecimal to, boolean whole, boolean logarithmic) {

        /** One at a share from 0 to 1 of the way. */
        String at(double share) {
            if (share <= 0 || share >= 1) {
                return text(share <= 0 ? from : to);
            }
            double low = from.doubleValue();
            double high = to.doubleValue();
            double number = logarithmic ? low * Math.pow(high / low, share) : low + share * (high - low);
            BigDecimal between = new BigDecimal(number);
            return text(whole ? between.setScale(0, RoundingMode.HALF_EVEN) : between.round(DIGITS));
        }

        /** So many, from one end to the other. */
        List<String> values(int count) {
            Set<String> values = new LinkedHashSet<>();
            for (int i = 0; i < count; i++) {
                values.add(at(count == 1 ? 0 : (double) i / (count - 1)));
            }
            return List.copyOf(values);
        }

        /** Every whole number is as likely, or every number, or every ratio. */
        String drawn(Random random) {
            double share = random.nextDouble();
            if (!whole || logarithmic) {
                return at(share);
            }
            BigDecimal count = to.subtract(from).add(BigDecimal.ONE);
            return text(from.add(count.multiply(BigDecimal.valueOf(share)).setScale(0, RoundingMode.FLOOR)));
        }

        private static String text(BigDecimal number) {
            String plain = number.stripTrailingZeros().toPlainString();
            return plain.length() <= 10
                    ? plain
                    : number.stripTrailingZeros().toString().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Reads what is to be varied.
     *
     * @param workflow whose settings say which scale they have
     * @throws Problem when it is not of that form; whether there is such a setting is not looked at
     */
    public static Axis of(String text, Workflow workflow, NodeLibrary library) {
        return of(text, setting -> isLogarithmic(setting, workflow, library));
    }

    private static boolean isLogarithmic(String setting, Workflow workflow, NodeLibrary library) {
        int dot = setting.lastIndexOf('.');
        return workflow.node(setting.substring(0, dot))
                .flatMap(node -> library.node(node.type()))
                .flatMap(schema -> schema.setting(setting.substring(dot + 1)))
                .filter(known -> known.declared().scale() == Setting.Scale.LOG)
                .isPresent();
    }

    /** @param logarithmic whether a setting, {@code node.setting}, has a logarithmic scale */
    static Axis of(String text, Predicate<String> logarithmic) {
        int equals = text.indexOf('=');
        int dot = text.lastIndexOf('.', Math.max(0, equals));
        if (dot < 1 || equals < dot + 2) {
            throw problem(text, "it is not of the form node.setting=values");
        }
        String setting = text.substring(0, dot).strip() + "."
                + text.substring(dot + 1, equals).strip();
        List<String> parts = parts(text.substring(equals + 1));
        Matcher only = RANGE.matcher(parts.get(0).strip());
        if (parts.size() == 1 && only.matches() && only.group(3) == null) {
            Range range = range(text, setting, only, logarithmic);
            return new Axis(setting, range.whole() && !range.logarithmic() ? every(text, range) : List.of(), range);
        }
        List<String> values = new ArrayList<>();
        for (String part : parts) {
            values.addAll(values(text, setting, part.strip(), logarithmic));
        }
        if (values.size() > MOST) {
            throw problem(text, "these are more than " + MOST + " values");
        }
        return new Axis(setting, values, null);
    }

    private static List<String> values(String text, String setting, String part, Predicate<String> logarithmic) {
        Matcher matcher = RANGE.matcher(part);
        if (!matcher.matches()) {
            if (part.isEmpty()) {
                throw problem(text, "a value is missing");
            }
            return List.of(part);
        }
        Range range = range(text, setting, matcher, logarithmic);
        if (matcher.group(3) != null) {
            int count = Integer.parseInt(matcher.group(3));
            if (count < 2 || count > MOST) {
                throw problem(text, "a range has 2 to " + MOST + " values, not " + count);
            }
            return range.values(count);
        }
        if (!range.whole() || matcher.group(4) != null) {
            throw problem(text, "nobody says how many numbers " + part + " is");
        }
        return every(text, range);
    }

    private static List<String> every(String text, Range range) {
        BigDecimal count = range.to().subtract(range.from()).add(BigDecimal.ONE);
        if (count.compareTo(BigDecimal.valueOf(MOST)) > 0) {
            throw problem(text, "these are more than " + MOST + " values");
        }
        List<String> values = new ArrayList<>();
        for (int i = 0; i < count.intValueExact(); i++) {
            values.add(Range.text(range.from().add(BigDecimal.valueOf(i))));
        }
        return values;
    }

    private static Range range(String text, String setting, Matcher matcher, Predicate<String> logarithmic) {
        BigDecimal from = number(text, matcher.group(1));
        BigDecimal to = number(text, matcher.group(2));
        boolean whole = WHOLE.matcher(matcher.group(1)).matches()
                && WHOLE.matcher(matcher.group(2)).matches();
        boolean counted = matcher.group(3) != null || !whole;
        boolean log = matcher.group(4) == null
                ? counted && from.signum() > 0 && logarithmic.test(setting)
                : matcher.group(4).equals("log");
        if (from.compareTo(to) >= 0) {
            throw problem(
                    text,
                    "a range begins with the lesser end, and " + matcher.group(1) + " is not below "
                            + matcher.group(2));
        }
        if (log && from.signum() <= 0) {
            throw problem(text, "even ratios need a range above 0");
        }
        return new Range(from, to, whole, log);
    }

    private static BigDecimal number(String text, String written) {
        BigDecimal number = new BigDecimal(written);
        if (!Double.isFinite(number.doubleValue()) || Math.abs(number.scale()) > 400) {
            throw problem(text, written + " is too large a number, or too small a one");
        }
        return number;
    }

    /** Cut at commas that are in no brackets and no quotes. */
    private static List<String> parts(String text) {
        List<String> parts = new ArrayList<>();
        int begin = 0;
        int depth = 0;
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            if (letter == '"' && (i == 0 || text.charAt(i - 1) != '\\')) {
                quoted = !quoted;
            } else if (!quoted && (letter == '[' || letter == '{')) {
                depth++;
            } else if (!quoted && (letter == ']' || letter == '}')) {
                depth--;
            } else if (!quoted && depth <= 0 && letter == ',') {
                parts.add(text.substring(begin, i));
                begin = i + 1;
            }
        }
        parts.add(text.substring(begin));
        return parts;
    }

    private static Problem problem(String text, String why) {
        return new Problem(
                "cannot vary " + text, why, "write for example train.rank=4,8,16 or train.learningRate=1e-5..1e-3:4");
    }
}
