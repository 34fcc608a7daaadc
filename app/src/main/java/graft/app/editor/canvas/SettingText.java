package graft.app.editor.canvas;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import graft.node.Problem;
import graft.node.Setting.Scale;
import graft.node.SettingSchema;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** Values of settings as people read and type them. */
final class SettingText {

    /** So many digits of a number are shown; typing shows all that it has. */
    private static final int SHOWN_DIGITS = 6;

    private SettingText() {}

    /** What a node shows for a saved value: short, with the unit. */
    static String shown(SettingSchema setting, JsonElement value) {
        String text = typed(value);
        if (setting.kind().equals("number") && value instanceof JsonPrimitive) {
            text = rounded(text);
        }
        if (isPath(setting)) {
            return fileName(text);
        }
        if (!setting.choices().isEmpty()) {
            return choice(text);
        }
        String unit = setting.declared().unit();
        return unit.isEmpty() || text.isEmpty() ? text : text + " " + unit;
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

    /** A saved value as one types it; empty for none. */
    static String typed(JsonElement value) {
        if (value == null || value.isJsonNull()) {
            return "";
        }
        if (value.isJsonArray()) {
            return value.getAsJsonArray().asList().stream()
                    .map(SettingText::typed)
                    .collect(Collectors.joining(", "));
        }
        return value.isJsonPrimitive() ? value.getAsString() : value.toString();
    }

    /**
     * The value to save for what was typed.
     *
     * @throws Problem saying what the setting takes, when it does not take that
     */
    static JsonElement parse(SettingSchema setting, String typed) {
        JsonElement json = json(setting, typed.strip(), typed);
        return setting.toJson(setting.fromJson(json));
    }

    private static JsonElement json(SettingSchema setting, String stripped, String typed) {
        switch (setting.kind()) {
            case "whole number", "number" -> {
                return number(setting, withoutUnit(setting, stripped));
            }
            case "numbers" -> {
                JsonArray numbers = new JsonArray();
                Arrays.stream(stripped.split("[,;\\s]+"))
                        .filter(part -> !part.isEmpty())
                        .forEach(part -> numbers.add(number(setting, part)));
                return numbers;
            }
            case "yes or no" -> {
                return new JsonPrimitive(stripped.equalsIgnoreCase("true") || stripped.equalsIgnoreCase("yes"));
            }
            case "path" -> {
                return stripped.isEmpty() ? JsonNull.INSTANCE : new JsonPrimitive(stripped);
            }
            default -> {
                return new JsonPrimitive(setting.choices().isEmpty() ? typed : stripped);
            }
        }
    }

    private static String withoutUnit(SettingSchema setting, String text) {
        String unit = setting.declared().unit();
        return unit.isEmpty() || !text.endsWith(unit)
                ? text
                : text.substring(0, text.length() - unit.length()).strip();
    }

    private static JsonPrimitive number(SettingSchema setting, String text) {
        try {
            // A comma is a decimal point on half of the world's keyboards.
            BigDecimal number = new BigDecimal(setting.kind().equals("numbers") ? text : text.replace(',', '.'));
            return new JsonPrimitive(number.scale() <= 0 ? new BigDecimal(number.toBigInteger()) : number);
        } catch (NumberFormatException notOne) {
            return new JsonPrimitive(text);
        }
    }

    /** Why a typed text cannot be the setting's value, in the words of a form; empty when it can. */
    static Optional<String> complaint(SettingSchema setting, String typed) {
        try {
            parse(setting, typed);
            return Optional.empty();
        } catch (Problem problem) {
            String why = problem.why();
            return Optional.of(Character.toUpperCase(why.charAt(0)) + why.substring(1));
        }
    }

    /** What one pixel of dragging, or one press of an arrow key, adds to a number. */
    static double step(SettingSchema setting) {
        double declared = setting.declared().step();
        if (declared > 0) {
            return declared;
        }
        if (setting.kind().equals("whole number")) {
            return 1;
        }
        double range = setting.declared().max() - setting.declared().min();
        return Double.isFinite(range) && range <= 10 ? 0.01 : 0.1;
    }

    /** A number moved by some steps, kept in its range; on a logarithmic scale each step is a twentieth of a decade. */
    static JsonElement moved(SettingSchema setting, JsonElement value, long steps) {
        BigDecimal old = value.getAsBigDecimal();
        BigDecimal next;
        if (setting.declared().scale() == Scale.LOG
                && old.signum() > 0
                && setting.kind().equals("number")) {
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
            default -> setting.kind().equals("path");
        };
    }

    static boolean isNumber(SettingSchema setting) {
        return setting.kind().equals("whole number") || setting.kind().equals("number");
    }
}
