package graft.node.testing;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import graft.node.SettingKind;
import graft.node.SettingSchema;
import java.awt.Color;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/** Values of a setting that a saved workflow is most likely to lose: extremes, other scripts, line breaks, nothing at all. */
public final class OddValues {

    /** Empty, blank, quoted, of several lines and ends of lines, of other scripts and planes, composed in two ways, like JSON. */
    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "  before and after  ",
            "two\nlines",
            "two\r\nlines\tand a tab",
            "\"quoted\" and \\ and / and \u0000 and \u2028 and \u007f",
            "ünïcödé é e\u0301 日本語 עברית \uD83E\uDD8A",
            "<b>&amp;</b> <sks> (word:1.2) {a|b} %d ${x}",
            "null",
            "[1, 2]",
            "{\"a\": 1}",
            "0123",
            "1e400",
            "a".repeat(5000));

    private OddValues() {}

    /** All that are in the setting's range, its default first. */
    public static List<Object> of(SettingSchema setting) {
        Set<Object> values = new LinkedHashSet<>();
        if (setting.defaultValue() != null) {
            values.add(setting.defaultValue());
        }
        Class<?> type = setting.field().getType();
        if (type == String.class) {
            values.addAll(TEXTS);
        } else if (type == Path.class) {
            values.addAll(List.of(Path.of("a folder/ünï 日本 'x'.png"), Path.of("/"), Path.of(".."), Path.of("~/a b")));
        } else if (type == boolean.class) {
            values.addAll(List.of(true, false));
        } else if (setting.kind() == SettingKind.NUMBERS) {
            values.addAll(lists(setting));
        } else if (setting.kind() == SettingKind.TEXTS) {
            values.addAll(List.of(List.of(), List.of(""), TEXTS));
        } else if (setting.kind() == SettingKind.PATHS) {
            values.addAll(List.of(List.of(), List.of(Path.of("a b/ünï.png"), Path.of("/"))));
        } else if (setting.kind() == SettingKind.TABLE) {
            values.addAll(tables(setting));
        } else if (type == Color.class) {
            values.addAll(List.of(Color.BLACK, new Color(0x12ABEF), new Color(0, 0, 0, 0), new Color(1, 2, 3, 254)));
        } else if (type == double.class) {
            doubles(setting).forEach(values::add);
        } else if (type == long.class || type == int.class) {
            wholes(setting, type)
                    .forEach(value -> values.add(type == int.class ? (Object) (int) value : (Object) value));
        } else {
            setting.choices().forEach(name -> values.add(setting.fromJson(new JsonPrimitive(name))));
        }
        return List.copyOf(values);
    }

    private static List<Object> lists(SettingSchema setting) {
        List<Double> all = doubles(setting).boxed().toList();
        List<Object> lists = new ArrayList<>(List.of(List.<Double>of()));
        all.forEach(value -> lists.add(List.of(value)));
        lists.add(all);
        return lists;
    }

    /** No rows, and as many as its columns have odd values, in each row the next of each column. */
    private static List<Object> tables(SettingSchema setting) {
        JsonArray rows = new JsonArray();
        List<List<JsonElement>> columns = setting.columns().stream()
                .map(column -> of(column).stream().map(column::toJson).toList())
                .toList();
        int most = columns.stream().mapToInt(List::size).max().orElse(0);
        for (int row = 0; row < most; row++) {
            JsonObject object = new JsonObject();
            for (int column = 0; column < columns.size(); column++) {
                List<JsonElement> odd = columns.get(column);
                if (!odd.isEmpty()) {
                    object.add(setting.columns().get(column).id(), odd.get(row % odd.size()));
                }
            }
            rows.add(object);
        }
        return List.of(List.of(), setting.fromJson(rows));
    }

    private static DoubleStream doubles(SettingSchema setting) {
        double min = setting.declared().min();
        double max = setting.declared().max();
        return DoubleStream.of(
                        min,
                        max,
                        Math.nextUp(min),
                        Math.nextDown(max),
                        0,
                        -0.0,
                        1,
                        -1,
                        0.1,
                        1.0 / 3,
                        1e-4,
                        123456789.125,
                        1e21,
                        Double.MIN_VALUE,
                        -Double.MIN_VALUE,
                        Double.MAX_VALUE,
                        -Double.MAX_VALUE)
                .filter(value -> Double.isFinite(value) && value >= min && value <= max);
    }

    private static LongStream wholes(SettingSchema setting, Class<?> type) {
        long least = type == int.class ? Integer.MIN_VALUE : Long.MIN_VALUE;
        long most = type == int.class ? Integer.MAX_VALUE : Long.MAX_VALUE;
        double min = setting.declared().min();
        double max = setting.declared().max();
        long[] odd = {
            (long) Math.ceil(min),
            (long) Math.floor(max),
            0,
            1,
            -1,
            99,
            1L << 31,
            (1L << 53) + 1,
            least,
            least + 1,
            most,
            most - 1
        };
        return Arrays.stream(odd).filter(value -> value >= min && value <= max && value >= least && value <= most);
    }
}
