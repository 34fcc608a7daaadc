package graft.node;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * That a setting is shown by the value of another: see {@link Setting#shownBy}.
 *
 * @param setting the other one's id
 * @param values as they are saved, without quotes
 * @param unless whether it is shown by every other value instead
 */
public record ShownBy(String setting, List<String> values, boolean unless) {

    private static final int MOST = 200;

    static ShownBy of(String where, String text) {
        int equals = text.indexOf('=');
        boolean unless = equals > 0 && text.charAt(equals - 1) == '!';
        String setting = equals < 1 ? "" : text.substring(0, unless ? equals - 1 : equals);
        if (setting.isBlank() || !PlainText.isPlain(text, MOST)) {
            throw new IllegalArgumentException(where + ": it is shown by \"" + PlainText.line(text, MOST)
                    + "\", which is not of the form setting=value, setting=value|value or setting!=value");
        }
        return new ShownBy(setting.strip(), List.of(text.substring(equals + 1).split("\\|", -1)), unless);
    }

    /** What its author has to change of a setting of a node. */
    static List<String> faults(SettingSchema setting, NodeSchema node) {
        List<String> faults = new ArrayList<>();
        String where = setting.field().getDeclaringClass().getName() + "."
                + setting.field().getName();
        try {
            for (ShownBy each : setting.shownBy()) {
                Optional<SettingSchema> other = node.settings().stream()
                        .filter(known -> known.id().equals(each.setting()))
                        .findFirst();
                if (other.isEmpty()) {
                    faults.add(where + ": it is shown by " + each.setting() + ", which is no setting of the node");
                } else {
                    each.unknownValue(other.get())
                            .ifPresent(value -> faults.add(where + ": it is shown when " + each.setting() + " is \""
                                    + value + "\", which that cannot be"));
                }
            }
            if (faults.isEmpty() && comesBack(setting, setting, node, new HashSet<>())) {
                faults.add(where + ": by which settings it is shown runs in a circle");
            }
        } catch (IllegalArgumentException notOfTheForm) {
            faults.add(notOfTheForm.getMessage());
        }
        return faults;
    }

    private static boolean comesBack(SettingSchema from, SettingSchema to, NodeSchema node, Set<String> seen) {
        return from.shownBy().stream()
                .anyMatch(each -> each.setting().equals(to.id())
                        || (seen.add(each.setting())
                                && node.setting(each.setting())
                                        .map(next -> comesBack(next, to, node, seen))
                                        .orElse(false)));
    }

    private Optional<String> unknownValue(SettingSchema other) {
        return values.stream().filter(value -> !canBe(other, value)).findFirst();
    }

    private static boolean canBe(SettingSchema other, String value) {
        return switch (other.kind()) {
            case SWITCH -> value.equals("true") || value.equals("false");
            case WHOLE_NUMBER, NUMBER -> number(value).isPresent();
            // Those of an open set come and go with the plugins that offer them.
            case CHOICE -> !other.field().getType().isEnum() || other.choices().contains(value);
            case TEXT -> true;
            default -> false;
        };
    }

    private static Optional<BigDecimal> number(String text) {
        try {
            return Optional.of(new BigDecimal(text));
        } catch (NumberFormatException none) {
            return Optional.empty();
        }
    }

    /**
     * Whether a setting is shown.
     *
     * @param settings those of its node, by id; one that is not there keeps nothing from being shown
     * @param values what they are at, as it is saved; empty for what comes over a wire
     */
    public static boolean shows(
            SettingSchema setting,
            Function<String, Optional<SettingSchema>> settings,
            Function<SettingSchema, Optional<JsonElement>> values) {
        for (ShownBy each : setting.shownBy()) {
            Optional<SettingSchema> other = settings.apply(each.setting());
            if (other.isPresent()) {
                boolean holds = values.apply(other.get()).map(each::holds).orElse(true);
                if (!holds || !shows(other.get(), settings, values)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean holds(JsonElement value) {
        return values.stream().anyMatch(each -> same(value, each)) != unless;
    }

    private static boolean same(JsonElement saved, String value) {
        if (!(saved instanceof JsonPrimitive plain)) {
            return value.isEmpty();
        }
        return plain.isNumber()
                ? number(value)
                        .map(number -> number.compareTo(plain.getAsBigDecimal()) == 0)
                        .orElse(false)
                : plain.getAsString().equalsIgnoreCase(value);
    }

    /** In words: "mode is fast or draft". */
    public String words() {
        return setting + (unless ? " is not " : " is ") + String.join(" or ", values);
    }
}
