package graft.app.editor;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import graft.node.ChoiceSettings;
import graft.node.Problem;
import graft.node.SettingKind;
import graft.node.SettingSchema;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What people type for a setting, wherever they do so, and the value that is saved for it. */
public final class TypedSetting {

    private TypedSetting() {}

    /** A saved value as one types it, a choice with settings of its own by its id; empty for none. */
    public static String text(JsonElement value) {
        if (value == null || value.isJsonNull()) {
            return "";
        }
        if (value.isJsonArray()) {
            List<JsonElement> all = value.getAsJsonArray().asList();
            boolean numbers = all.stream().allMatch(each -> each instanceof JsonPrimitive plain && plain.isNumber());
            return all.stream()
                    .map(each -> each instanceof JsonObject row ? row(row) : text(each))
                    .collect(Collectors.joining(numbers ? ", " : "\n"));
        }
        if (value instanceof JsonPrimitive plain) {
            return plain.isNumber() ? NumberText.of(plain.getAsBigDecimal()) : plain.getAsString();
        }
        String choice = ChoiceSettings.id(value);
        return choice.isEmpty() ? value.toString() : choice;
    }

    /** A row of a table as one reads it. */
    public static String row(JsonObject row) {
        return row.asMap().values().stream().map(TypedSetting::text).collect(Collectors.joining(" · "));
    }

    /**
     * The value to save for what was typed.
     *
     * @throws Problem saying what the setting takes, when it does not take that
     */
    public static JsonElement parse(SettingSchema setting, String typed) {
        return setting.toJson(setting.fromJson(json(setting, typed.strip(), typed)));
    }

    /** Why a typed text cannot be the setting's value, in the words of a form; empty when it can. */
    public static Optional<String> complaint(SettingSchema setting, String typed) {
        try {
            parse(setting, typed);
            return Optional.empty();
        } catch (Problem problem) {
            String why = problem.why();
            return Optional.of(Character.toUpperCase(why.charAt(0)) + why.substring(1));
        }
    }

    private static JsonElement json(SettingSchema setting, String stripped, String typed) {
        return switch (setting.kind()) {
            case WHOLE_NUMBER, NUMBER ->
                NumberText.parse(withoutUnit(setting, stripped), setting.kind() == SettingKind.WHOLE_NUMBER)
                        .map(TypedSetting::json)
                        .orElseGet(() -> new JsonPrimitive(stripped));
            case NUMBERS ->
                NumberText.parseAll(stripped).map(TypedSetting::json).orElseGet(() -> new JsonPrimitive(stripped));
            case SWITCH -> new JsonPrimitive(stripped.equalsIgnoreCase("true") || stripped.equalsIgnoreCase("yes"));
            case TEXTS, PATHS -> lines(stripped.isEmpty() ? "" : typed, setting.kind());
            case PATH -> stripped.isEmpty() ? JsonNull.INSTANCE : new JsonPrimitive(stripped);
            default -> new JsonPrimitive(setting.choices().isEmpty() ? typed : stripped);
        };
    }

    /** One value a line; of paths, lines with nothing in them are none. */
    private static JsonElement lines(String typed, SettingKind kind) {
        JsonArray array = new JsonArray();
        boolean paths = kind == SettingKind.PATHS;
        typed.lines().filter(line -> !paths || !line.isBlank()).forEach(line -> array.add(paths ? line.strip() : line));
        return array;
    }

    private static JsonElement json(BigDecimal number) {
        return new JsonPrimitive(number);
    }

    private static JsonElement json(List<BigDecimal> numbers) {
        JsonArray array = new JsonArray();
        numbers.forEach(array::add);
        return array;
    }

    private static String withoutUnit(SettingSchema setting, String text) {
        String plural = setting.declared().unit();
        String unit = text.endsWith(plural) ? plural : Units.beside("1", plural);
        return unit.isEmpty() || !text.endsWith(unit)
                ? text
                : text.substring(0, text.length() - unit.length()).strip();
    }
}
