package graft.node;

import com.google.gson.JsonObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A row of a table, which is a record, and what a workflow saves of it: an object by the names of its columns. */
final class TableRow {

    private TableRow() {}

    static boolean isRow(Class<?> type) {
        return type.isRecord();
    }

    /** The components of a record, as settings. */
    static List<SettingSchema> columns(Class<?> type) {
        List<SettingSchema> columns = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            columns.add(SettingSchema.column(field(type, component.getName())));
        }
        if (columns.isEmpty()) {
            throw new IllegalArgumentException(type.getName() + ": a table has a column at least");
        }
        return columns;
    }

    private static Field field(Class<?> type, String name) {
        try {
            return type.getDeclaredField(name);
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException("a record has a field for each component", e);
        }
    }

    static JsonObject toJson(List<SettingSchema> columns, Object row) {
        JsonObject json = new JsonObject();
        for (SettingSchema column : columns) {
            try {
                json.add(column.id(), column.toJson(column.field().get(row)));
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }
        return json;
    }

    /**
     * The row that was saved; a column that is left out has what {@link SettingSchema#column} says.
     *
     * @throws Problem when a column cannot be so, is none of the table, or the record itself refuses it
     */
    static Object fromJson(Class<?> type, List<SettingSchema> columns, JsonObject json) {
        List<String> names = columns.stream().map(SettingSchema::id).toList();
        for (String name : json.keySet()) {
            if (!names.contains(name)) {
                throw new Problem("there is no column " + name, "it has " + String.join(", ", names), "take it out");
            }
        }
        Object[] values = columns.stream()
                .map(column -> json.has(column.id()) ? column.fromJson(json.get(column.id())) : column.defaultValue())
                .toArray();
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getType)
                    .toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException refused) {
            if (refused.getCause() instanceof Problem problem) {
                throw problem;
            }
            throw new Problem(
                            columns.stream()
                                    .map(column -> column.id() + " " + json.get(column.id()))
                                    .collect(Collectors.joining(", ")),
                            "the node does not take that",
                            "change it")
                    .causedBy(refused.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
