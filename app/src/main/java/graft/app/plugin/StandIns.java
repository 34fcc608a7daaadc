package graft.app.plugin;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import graft.node.Choice;
import graft.node.Choices;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeSchema;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.PlainText;
import graft.node.Problem;
import graft.node.Setting;
import graft.node.SocketType;
import java.awt.Color;
import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * The nodes and choices of a sandboxed plugin, made of its {@link PluginDescription} alone: classes with the annotations and the
 * fields that it tells of and no code of the plugin's, so that everything that reads nodes reads these.
 *
 * <p>What they are asked before the run is answered as the description says; a node's {@code configure} says nothing, and whatever
 * needs the plugin's code is a {@link Problem}.
 */
final class StandIns {

    private static final Pattern FIELD = Pattern.compile("[A-Za-z_$][A-Za-z0-9_$]{0,199}");
    private static final Pattern CLASS =
            Pattern.compile("([A-Za-z_$][A-Za-z0-9_$]{0,99}\\.){0,20}[A-Za-z_$][A-Za-z0-9_$]{0,199}");
    private static final Map<String, Class<?>> PLAIN = Map.ofEntries(
            Map.entry("int", int.class),
            Map.entry("long", long.class),
            Map.entry("double", double.class),
            Map.entry("boolean", boolean.class),
            Map.entry("java.lang.Integer", Integer.class),
            Map.entry("java.lang.Long", Long.class),
            Map.entry("java.lang.Double", Double.class),
            Map.entry("java.lang.Number", Double.class),
            Map.entry("java.lang.Boolean", Boolean.class),
            Map.entry("java.lang.Object", Object.class),
            Map.entry("java.awt.Color", Color.class),
            Map.entry("java.lang.String", String.class),
            Map.entry("java.nio.file.Path", Path.class),
            Map.entry("java.util.List", List.class));

    private final Shells shells;
    private final List<NodeSchema> nodes = new ArrayList<>();
    private final List<Choice> choices = new ArrayList<>();

    /** The constants of enums of the plugin's own, which are choices here. */
    private final List<Choice> names = new ArrayList<>();

    private int made;

    /**
     * Makes them.
     *
     * @param dependencies class loaders of the plugins whose types it may use
     * @param failed takes, as a clause, what cannot be made
     */
    StandIns(JsonObject description, String plugin, List<ClassLoader> dependencies, Consumer<String> failed) {
        shells = new Shells(plugin, dependencies);
        each(description, "choices", choice -> choices.add(choice(choice)), failed);
        each(description, "nodes", node -> nodes.add(node(node)), failed);
    }

    private static void each(JsonObject description, String what, Consumer<JsonObject> make, Consumer<String> failed) {
        try {
            for (JsonElement each : description.getAsJsonArray(what)) {
                try {
                    make.accept(each.getAsJsonObject());
                } catch (RuntimeException | LinkageError malformed) {
                    failed.accept("one of its " + what + " is left out: " + LoadedPlugin.reason(malformed));
                }
            }
        } catch (RuntimeException malformed) {
            failed.accept("its description has no " + what);
        }
    }

    ClassLoader loader() {
        return shells;
    }

    List<NodeSchema> nodes() {
        return nodes;
    }

    List<Choice> choices() {
        return choices;
    }

    /** Values of settings that are choices in name alone; they belong to no one. */
    List<Choice> names() {
        return names;
    }

    static Problem refusal(String happened, String plugin) {
        return new Problem(
                        happened,
                        "it is of the plugin " + plugin + ", which runs in the sandbox only",
                        "run the workflow with `graft run` or in the editor, or trust the plugin with `graft plugins"
                                + " trust "
                                + plugin + "`")
                .causedBy(new StandIn.Elsewhere());
    }

    // --- nodes
    // --------------------------------------------------------------------------------------------------------

    private NodeSchema node(JsonObject told) {
        String name = nextName("Node");
        ShellClass shell = ShellClass.of(name, StandIn.class).annotated(NodeType.class, told.getAsJsonObject("type"));
        Map<String, Object> defaults = new LinkedHashMap<>();
        Set<String> taken = new LinkedHashSet<>();
        for (JsonElement each : told.getAsJsonArray("inputs")) {
            socket(shell, Input.class, each.getAsJsonObject(), taken);
        }
        for (JsonElement each : told.getAsJsonArray("outputs")) {
            socket(shell, Output.class, each.getAsJsonObject(), taken);
        }
        for (JsonElement each : told.getAsJsonArray("settings")) {
            setting(shell, each.getAsJsonObject(), defaults, taken);
        }
        return NodeSchema.of(shells.node(name, shell.bytes(), defaults));
    }

    private String nextName(String kind) {
        return "graft.standin." + shells.plugin().replaceAll("[^a-z0-9]", "_") + "." + kind + ++made;
    }

    private void socket(ShellClass shell, Class<? extends Annotation> role, JsonObject told, Set<String> taken) {
        Class<?> type = type(told);
        boolean list = told.get("list").getAsBoolean();
        shell.field(
                field(told, taken),
                (list ? List.class : type).descriptorString(),
                list ? "Ljava/util/List<" + type.descriptorString() + ">;" : "",
                role,
                told.getAsJsonObject("says"));
    }

    private static String field(JsonObject told, Set<String> taken) {
        String id = told.get("id").getAsString();
        if (!FIELD.matcher(id).matches() || !taken.add(id)) {
            throw new IllegalArgumentException("it has a field " + ForeignText.quoted(id));
        }
        return id;
    }

    /** The class of a socket's values: Graft's, of a plugin that it needs, or one made for it. */
    private Class<?> type(JsonObject told) {
        String name = told.get("class").getAsString();
        if (!told.has("own")) {
            return graftsOwn(name);
        }
        if (!CLASS.matcher(name).matches() || name.startsWith("java.") || name.startsWith("graft.")) {
            throw new IllegalArgumentException("it has a type for wires named " + ForeignText.quoted(name));
        }
        return shells.type(name, () -> ShellClass.interfaceOf(name, List.of())
                .annotated(SocketType.class, told.getAsJsonObject("own"))
                .bytes());
    }

    private static Class<?> graftsOwn(String name) {
        Class<?> plain = PLAIN.get(name);
        if (plain != null) {
            return plain;
        }
        if (!CLASS.matcher(name).matches() || !name.startsWith("graft.") || name.startsWith("graft.app.")) {
            throw new IllegalArgumentException("it has a type " + ForeignText.quoted(name));
        }
        try {
            return Class.forName(name, false, Node.class.getClassLoader());
        } catch (ClassNotFoundException newer) {
            throw new IllegalArgumentException("Graft has no type " + ForeignText.quoted(name), newer);
        }
    }

    private void setting(ShellClass shell, JsonObject told, Map<String, Object> defaults, Set<String> taken) {
        String id = field(told, taken);
        JsonElement value = told.get("default");
        Class<?> type;
        Object initial;
        if (told.has("names")) {
            Map<String, Choice> values = new LinkedHashMap<>();
            type = names(told.getAsJsonArray("names"), values);
            initial = values.get(value.getAsString());
        } else {
            type = graftsOwn(told.get("class").getAsString());
            initial = type == List.class
                    ? value.getAsJsonArray().asList().stream()
                            .map(each -> initial(element(told), each))
                            .toList()
                    : initial(type, value);
        }
        if (initial != null) {
            defaults.put(id, initial);
        }
        shell.field(
                id,
                type.descriptorString(),
                type == List.class ? "Ljava/util/List<" + element(told).descriptorString() + ">;" : "",
                Setting.class,
                told.getAsJsonObject("says"));
    }

    private static Class<?> element(JsonObject told) {
        return graftsOwn(told.get("of").getAsString());
    }

    private Class<?> names(JsonArray told, Map<String, Choice> values) {
        String name = nextName("Names");
        Class<?> set = shells.type(name, () -> ShellClass.interfaceOf(name, List.of(Choice.class))
                .annotated(Choice.Set.class, new JsonObject())
                .bytes());
        for (JsonElement each : told) {
            Choice choice = proxy(set, each.getAsString(), each.getAsString(), Map.of());
            values.put(choice.id(), choice);
            names.add(choice);
        }
        return set;
    }

    private Object initial(Class<?> type, JsonElement value) {
        if (value.isJsonNull()) {
            return null;
        }
        if (type == int.class) {
            return value.getAsInt();
        }
        if (type == long.class) {
            return value.getAsLong();
        }
        if (type == double.class || type == Double.class) {
            return value.getAsDouble();
        }
        if (type == boolean.class) {
            return value.getAsBoolean();
        }
        if (type == Path.class) {
            return Path.of(value.getAsString());
        }
        if (type == Color.class) {
            long rgb = Long.parseLong(value.getAsString().substring(1), 16);
            boolean opaque = value.getAsString().length() == 7;
            return opaque
                    ? new Color((int) rgb)
                    : new Color(
                            (int) (rgb >> 24) & 255, (int) (rgb >> 16) & 255, (int) (rgb >> 8) & 255, (int) rgb & 255);
        }
        String text = value.getAsString();
        if (type.isEnum()) {
            return constant(type, text, name -> name.toLowerCase(Locale.ROOT));
        }
        if (Choices.isSet(type)) {
            return choices.stream()
                    .filter(own -> type.isInstance(own) && own.id().equals(text))
                    .findFirst()
                    .or(() -> Choices.named(type.asSubclass(Choice.class), text).map(Choice.class::cast))
                    .orElseThrow(() -> new IllegalArgumentException("there is no " + ForeignText.quoted(text)));
        }
        return text;
    }

    // --- choices
    // ------------------------------------------------------------------------------------------------------

    private Choice choice(JsonObject told) {
        String set = told.get("set").getAsString();
        Class<? extends Choice> type = PluginDescription.CHOSEN.stream()
                .filter(each -> each.getName().equals(set))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no " + ForeignText.quoted(set)));
        Map<String, Object> answers = new LinkedHashMap<>();
        told.getAsJsonObject("answers").asMap().forEach((name, value) -> {
            for (Method method : type.getMethods()) {
                if (method.getName().equals(name)
                        && method.getParameterCount() == 0
                        && PluginDescription.isPlain(method.getReturnType())) {
                    Class<?> answer = method.getReturnType();
                    answers.put(
                            name,
                            answer == double.class
                                    ? (Object) Double.parseDouble(value.getAsString())
                                    : answer.isEnum()
                                            ? constant(answer, value.getAsString(), UnaryOperator.identity())
                                            : initial(answer, value));
                }
            }
        });
        return proxy(type, told.get("id").getAsString(), told.get("title").getAsString(), answers);
    }

    /** @param spelt how a constant's name is told */
    private static Object constant(Class<?> type, String told, UnaryOperator<String> spelt) {
        for (Object constant : type.getEnumConstants()) {
            if (spelt.apply(((Enum<?>) constant).name()).equals(told)) {
                return constant;
            }
        }
        throw new IllegalArgumentException("there is no " + ForeignText.quoted(told));
    }

    private Choice proxy(Class<?> set, String id, String title, Map<String, Object> answers) {
        if (!PlainText.isPlain(id, 200) || !PlainText.isPlain(title, 200)) {
            throw new IllegalArgumentException(
                    "the id or title of a choice is no plain line of at most 200 characters");
        }
        InvocationHandler handler = (self, method, arguments) -> switch (method.getName()) {
            case "id" -> id;
            case "title", "toString" -> title;
            case "hashCode" -> System.identityHashCode(self);
            case "equals" -> self == arguments[0];
            default -> {
                if (method.getParameterCount() == 0 && answers.containsKey(method.getName())) {
                    yield answers.get(method.getName());
                }
                if (method.isDefault() && method.getReturnType() != Object.class) {
                    yield InvocationHandler.invokeDefault(self, method, arguments);
                }
                throw refusal("cannot use " + id + " here", shells.plugin());
            }
        };
        return (Choice) Proxy.newProxyInstance(shells, new Class<?>[] {set}, handler);
    }

    // --- classes
    // ------------------------------------------------------------------------------------------------------

    /** Holds the classes that are made. */
    static final class Shells extends ClassLoader {

        private final String plugin;
        private final List<ClassLoader> dependencies;
        private final Map<String, Class<?>> types = new LinkedHashMap<>();
        private final Map<Class<?>, Map<String, Object>> defaults = new LinkedHashMap<>();

        private interface Bytes {
            byte[] make();
        }

        Shells(String plugin, List<ClassLoader> dependencies) {
            super("sandboxed " + plugin, StandIns.class.getClassLoader());
            this.plugin = plugin;
            this.dependencies = dependencies;
        }

        String plugin() {
            return plugin;
        }

        private Class<? extends Node> node(String name, byte[] bytes, Map<String, Object> fields) {
            Class<?> made = defineClass(name, bytes, 0, bytes.length);
            defaults.put(made, fields);
            return made.asSubclass(Node.class);
        }

        private Class<?> type(String name, Bytes bytes) {
            Class<?> known = types.get(name);
            for (ClassLoader dependency : dependencies) {
                known = known == null ? ofDependency(dependency, name) : known;
            }
            if (known == null) {
                byte[] made = bytes.make();
                known = defineClass(name, made, 0, made.length);
            }
            types.put(name, known);
            return known;
        }

        /** By {@code loadClass}, which runs nothing of the class. */
        private static Class<?> ofDependency(ClassLoader loader, String name) {
            try {
                return loader.loadClass(name);
            } catch (ClassNotFoundException | LinkageError notThere) {
                return null;
            }
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            Class<?> type = types.get(name);
            if (type == null) {
                throw new ClassNotFoundException(name);
            }
            return type;
        }

        /** Gives a fresh stand-in the defaults that the node has. */
        void fill(StandIn node) {
            defaults.getOrDefault(node.getClass(), Map.of()).forEach((name, value) -> {
                try {
                    Field field = node.getClass().getField(name);
                    field.set(node, value);
                } catch (ReflectiveOperationException | IllegalArgumentException unfit) {
                    throw new IllegalArgumentException("its field " + name + " takes no such value", unfit);
                }
            });
        }
    }
}
