package graft.app.engine;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import graft.node.Node;
import graft.node.SettingSchema;
import graft.node.SocketSchema;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;

/** Fills in and reads out the fields of a node's instance. */
final class NodeFields {

    private NodeFields() {}

    static void settings(Node node, Map<SettingSchema, Object> values) {
        values.forEach((setting, value) -> setting.set(node, value));
    }

    /** What a setting is that a value, or a list of them, comes to over a wire. */
    static Object driven(SettingSchema setting, Object value) {
        return setting.fromJson(json(value));
    }

    private static JsonElement json(Object value) {
        if (value instanceof List<?> list) {
            JsonArray array = new JsonArray();
            list.forEach(each -> array.add(json(each)));
            return array;
        }
        return value instanceof Number number
                ? new JsonPrimitive(number)
                : value instanceof Boolean truth ? new JsonPrimitive(truth) : new JsonPrimitive((String) value);
    }

    static void input(Node node, SocketSchema input, Object value) {
        set(
                input.field(),
                node,
                input.list() ? ((List<?>) value).stream().map(input::received).toList() : input.received(value));
    }

    static Object output(Node node, SocketSchema output) {
        try {
            return output.field().get(node);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void set(Field field, Node node, Object value) {
        try {
            field.set(node, value);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
