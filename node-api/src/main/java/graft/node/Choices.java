package graft.node;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The values of every open set: those that come with Graft, then those of the loaded plugins.
 *
 * <p>One for the whole program, filled by the host as it loads and unloads plugins. Safe for several threads.
 */
public final class Choices {

    private static final List<Choice> OF_PLUGINS = new ArrayList<>();

    private Choices() {}

    /** Whether a type is an open set. */
    public static boolean isSet(Class<?> type) {
        return type.isAnnotationPresent(Choice.Set.class);
    }

    /** All values of an open set. */
    public static synchronized <C extends Choice> List<C> of(Class<C> set) {
        Map<String, C> values = new LinkedHashMap<>();
        Arrays.stream(set.getAnnotation(Choice.Set.class).builtIn().getEnumConstants())
                .map(set::cast)
                .forEach(value -> values.put(value.id(), value));
        // Where two hosts in one program loaded the same plugin, the latest counts.
        OF_PLUGINS.stream().filter(set::isInstance).map(set::cast).forEach(value -> values.put(value.id(), value));
        return List.copyOf(values.values());
    }

    /** The value of that id. */
    public static <C extends Choice> Optional<C> named(Class<C> set, String id) {
        return of(set).stream().filter(value -> value.id().equals(id)).findFirst();
    }

    /** Adds a plugin's value; for hosts. */
    public static synchronized void add(Choice value) {
        OF_PLUGINS.add(value);
    }

    /** Takes a plugin's value out; for hosts. */
    public static synchronized void remove(Choice value) {
        OF_PLUGINS.removeIf(each -> each == value);
    }
}
