package graft.node;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The values of every open set: those that come with Graft, then those of the loaded plugins.
 *
 * <p>One for the whole program, filled by the host as it loads and unloads plugins. Safe for several threads.
 */
public final class Choices {

    private static final StackWalker CALLERS = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    private static final List<Choice> OF_PLUGINS = new ArrayList<>();

    private Choices() {}

    /** Whether a type is an open set. */
    public static boolean isSet(Class<?> type) {
        return type.isAnnotationPresent(Choice.Set.class);
    }

    /** All values of an open set. */
    public static synchronized <C extends Choice> List<C> of(Class<C> set) {
        Map<String, C> values = new LinkedHashMap<>();
        builtIn(set).map(set::cast).forEach(value -> values.put(value.id(), value));
        // Where two hosts in one program loaded the same plugin, the latest counts.
        OF_PLUGINS.stream().filter(set::isInstance).map(set::cast).forEach(value -> values.put(value.id(), value));
        return List.copyOf(values.values());
    }

    private static Stream<Enum<?>> builtIn(Class<?> set) {
        Choice.Set said = set.getAnnotation(Choice.Set.class);
        return Stream.concat(
                        Arrays.stream(said.builtIn()),
                        Arrays.stream(said.builtInAbove()).map(name -> above(set, name)))
                .flatMap(values -> Arrays.stream(values.getEnumConstants()));
    }

    @SuppressWarnings("unchecked") // an enum, or it has no constants
    private static Class<? extends Enum<?>> above(Class<?> set, String name) {
        try {
            return (Class<? extends Enum<?>>) Class.forName(name, true, set.getClassLoader());
        } catch (ClassNotFoundException renamed) {
            throw new IllegalStateException(set + " names as its values " + name + ", which is not there", renamed);
        }
    }

    /** The value of that id. */
    public static <C extends Choice> Optional<C> named(Class<C> set, String id) {
        return of(set).stream().filter(value -> value.id().equals(id)).findFirst();
    }

    /**
     * Adds a plugin's value; for hosts.
     *
     * @throws SecurityException when a plugin calls it: its values are offered by the host, which looks at them first
     */
    public static synchronized void add(Choice value) {
        refuseUnlessHost(CALLERS.getCallerClass());
        OF_PLUGINS.add(value);
    }

    /**
     * Takes a plugin's value out; for hosts.
     *
     * @throws SecurityException when a plugin calls it
     */
    public static synchronized void remove(Choice value) {
        refuseUnlessHost(CALLERS.getCallerClass());
        OF_PLUGINS.removeIf(each -> each == value);
    }

    private static void refuseUnlessHost(Class<?> caller) {
        if (caller.getClassLoader() != Choices.class.getClassLoader()) {
            throw new SecurityException(
                    caller.getName() + " may not change what there is to choose from; Graft does when it"
                            + " loads a class with @Extension");
        }
    }
}
