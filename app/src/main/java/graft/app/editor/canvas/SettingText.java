package graft.app.editor.canvas;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import graft.app.editor.TypedSetting;
import graft.app.editor.Units;
import graft.node.Problem;
import graft.node.Setting.Scale;
import graft.node.SettingKind;
import graft.node.SettingSchema;
import java.awt.Color;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Optional;

/** Values of settings as a node shows them, and as a hand that drags changes them. */
final class SettingText {

    /** So many digits of a number are shown; typing shows all that it has. */
    private static final int SHOWN_DIGITS = 6;

    private SettingText() {}

    /** What a node shows for a saved value: short, with the unit. */
    static String shown(SettingSchema setting, JsonElement value) {
        String text = TypedSetting.text(value);
        if (setting.kind() == SettingKind.NUMBER && value instanceof JsonPrimitive) {
            text = rounded(text);
        }
        if (isPath(setting)) {
            return fileName(text);
        }
        if (!setting.choices().isEmpty()) {
            return choice(text);
        }
        String unit = setting.declared().unit();
        return unit.isEmpty() || text.isEmpty() ? text : text + " " + Units.beside(text, unit);
    }

    /** The colour that a saved text names. */
    static Optional<Color> colour(String text) {
        return text.matches("#[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?")
                ? Optional.of(new Color(Integer.parseInt(text.substring(1, 7), 16)))
                : Optional.empty();
    }

    private static String rounded(String number) {
        try {
            BigDecimal exact = new BigDecimal(number);
            int scale = exact.scale() - exact.precision() + SHOWN_DIGITS;
            BigDecimal shown =
                    exact.setScale(Math.max(0, scale), RoundingMode.HALF_UP).stripTrailingZeros();
            return shown.scale() > SHOWN_DIGITS ? shown.toString() : shown.toPlainString();
        } catch (NumberFormatException notOne) {
            return number;
        }
    }

    private static String fileName(String path) {
        int slash = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
        return slash < 0 || slash == path.length() - 1 ? path : path.substring(slash + 1);
    }

    /** What one pixel of dragging, or one press of an arrow key, adds to a number. */
    static double step(SettingSchema setting) {
        double declared = setting.declared().step();
        if (declared > 0) {
            return declared;
        }
        if (setting.kind() == SettingKind.WHOLE_NUMBER) {
            return 1;
        }
        double range = setting.declared().max() - setting.declared().min();
        return Double.isFinite(range) && range <= 10 ? 0.01 : 0.1;
    }

    /** A number moved by some steps, kept in its range; on a logarithmic scale each step is a twentieth of a decade. */
    static JsonElement moved(SettingSchema setting, JsonElement value, long steps) {
        if (!(value instanceof JsonPrimitive plain) || !plain.isNumber()) {
            return value;
        }
        BigDecimal old = plain.getAsBigDecimal();
        BigDecimal next;
        if (setting.declared().scale() == Scale.LOG && old.signum() > 0 && setting.kind() == SettingKind.NUMBER) {
            double moved = old.doubleValue() * Math.pow(10, steps / 20.0);
            next = new BigDecimal(moved).round(new MathContext(3));
        } else {
            next = old.add(BigDecimal.valueOf(step(setting)).multiply(BigDecimal.valueOf(steps)));
        }
        double least = setting.declared().min();
        double most = setting.declared().max();
        if (next.doubleValue() < least) {
            next = new BigDecimal(least);
        }
        if (next.doubleValue() > most) {
            next = new BigDecimal(most);
        }
        try {
            return setting.toJson(setting.ranged(next.stripTrailingZeros()));
        } catch (Problem outside) {
            return value;
        }
    }

    /** A saved choice as people read it: {@code by_size} is "by size"; names with digits, as {@code dpmpp_2m}, are names. */
    static String choice(String saved) {
        return saved.chars().anyMatch(Character::isDigit) ? saved : saved.replace('_', ' ');
    }

    /** Whether it names a file or folder that is there. */
    static boolean isPath(SettingSchema setting) {
        return switch (setting.declared().control()) {
            case IMAGE_FILE, FOLDER, MODEL, ADAPTER, FILE -> true;
            default -> setting.kind() == SettingKind.PATH;
        };
    }

    static boolean isNumber(SettingSchema setting) {
        return setting.kind().isNumber();
    }
}
