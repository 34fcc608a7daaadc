package graft.node;

import java.lang.annotation.Annotation;
import java.lang.annotation.IncompleteAnnotationException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a node class declares: its sockets and settings in the order of its fields.
 *
 * <p>Immutable. Reading one costs a little reflection; hosts read each class once.
 */
public final class NodeSchema {

    private static final int MOST_NAME = 200;
    private static final int MOST_HELP = 4000;
    private static final int MOST_FAULTS = 10;

    private final NodeType type;
    private final String title;
    private final Constructor<? extends Node> constructor;
    private final List<SocketSchema> inputs = new ArrayList<>();
    private final List<SocketSchema> outputs = new ArrayList<>();
    private final List<SettingSchema> settings = new ArrayList<>();

    private NodeSchema(NodeType type, String title, Constructor<? extends Node> constructor) {
        this.type = type;
        this.title = title;
        this.constructor = constructor;
    }

    /**
     * Reads a node's class.
     *
     * @throws IllegalArgumentException saying all that its author has to change
     */
    public static NodeSchema of(Class<? extends Node> node) {
        NodeType type = node.getAnnotation(NodeType.class);
        if (type == null) {
            throw new IllegalArgumentException(node.getName() + " has no @NodeType");
        }
        List<String> faults = new ArrayList<>();
        refuseUnknownWords(node.getName(), type, faults);
        refuse(faults); // the rest cannot be asked for
        NodeSchema schema;
        try {
            Constructor<? extends Node> constructor = node.getDeclaredConstructor();
            constructor.setAccessible(true);
            schema = new NodeSchema(type, type.title(), constructor);
        } catch (NoSuchMethodException e) {
            throw new IllegalArgumentException(node.getName() + " has no constructor without arguments", e);
        }
        refuseUnlessId(node.getName() + ": the id", type.id(), faults);
        for (String former : type.formerly()) {
            refuseUnlessId(node.getName() + ": the former id", former, faults);
        }
        schema.refuseStrangeTexts(node, faults);
        schema.readFields(node, faults);
        Stream.concat(schema.inputs.stream(), schema.outputs.stream()).forEach(socket -> {
            refuseStrangeTexts(node.getName() + "." + socket.id(), socket.title(), socket.help(), faults);
            refuseUnlessPlain(node.getName() + ": a name", socket.id(), MOST_NAME, faults);
        });
        schema.settings.forEach(setting -> refuseStrangeTexts(node.getName() + "." + setting.id(), setting, faults));
        schema.refuseReusedNames(node, faults);
        schema.refuseLooseEnds(node, faults);
        refuse(faults);
        return schema;
    }

    private static void refuseUnlessId(String what, String id, List<String> faults) {
        if (id.length() > MOST_NAME || !id.matches("[a-z0-9-]+(/[a-z0-9-]+)+")) {
            faults.add(what + " \"" + PlainText.line(id, MOST_NAME)
                    + "\" is not of the form owner/area/verb in small letters, of " + MOST_NAME + " at most");
        }
    }

    /** A constant of a newer API is only missed when it is asked for, which else is in the middle of the editor. */
    private static void refuseUnknownWords(String where, Annotation annotation, List<String> faults) {
        for (Method member : annotation.annotationType().getDeclaredMethods()) {
            try {
                member.invoke(annotation);
            } catch (InvocationTargetException newer) {
                String name = where + ": its @" + annotation.annotationType().getSimpleName();
                faults.add(
                        newer.getCause() instanceof IncompleteAnnotationException
                                ? name + " does not say its " + member.getName()
                                : name + " says " + member.getName() + " in a word that this version does not know");
            } catch (IllegalAccessException notShared) {
                // An annotation of the plugin's own, which nobody here asks.
            }
        }
    }

    /** What is shown of it everywhere steers no terminal and fits where it is shown. */
    private void refuseStrangeTexts(Class<? extends Node> node, List<String> faults) {
        refuseUnlessPlain(node.getName() + ": the title", type.title(), MOST_NAME, faults);
        refuseUnlessPlain(node.getName() + ": the category", type.category(), MOST_NAME, faults);
        refuseUnlessPlain(node.getName() + ": the help", type.help(), MOST_HELP, faults);
        refuseUnlessPlain(node.getName() + ": what to use in its place", type.deprecated(), MOST_HELP, faults);
        for (String word : type.words()) {
            refuseUnlessPlain(node.getName() + ": a word", word, MOST_NAME, faults);
        }
    }

    private static void refuseUnlessPlain(String what, String text, int most, List<String> faults) {
        if (!PlainText.isPlain(text, most)) {
            faults.add(what + " is no plain line of at most " + most + " characters");
        }
    }

    private void readFields(Class<? extends Node> node, List<String> faults) {
        Node fresh = create();
        for (Field field : fields(node)) {
            try {
                readField(field, fresh);
            } catch (IllegalArgumentException fault) {
                faults.add(fault.getMessage());
            }
        }
    }

    /** Of the class and of those that it extends, theirs first. */
    static List<Field> fields(Class<?> node) {
        List<Field> fields = new ArrayList<>();
        for (Class<?> type = node; type != null; type = type.getSuperclass()) {
            fields.addAll(0, List.of(type.getDeclaredFields()));
        }
        return fields;
    }

    private void readField(Field field, Node fresh) {
        boolean input = field.isAnnotationPresent(Input.class);
        boolean output = field.isAnnotationPresent(Output.class);
        boolean setting = field.isAnnotationPresent(Setting.class);
        if (field.isAnnotationPresent(SettingGroup.class)) {
            field.setAccessible(true);
            settings.addAll(SettingSchema.ofGroup(field, fresh));
            return;
        }
        if (!input && !output && !setting) {
            return;
        }
        String where = field.getDeclaringClass().getName() + "." + field.getName();
        List<String> unknown = new ArrayList<>();
        for (Annotation annotation : field.getAnnotations()) {
            refuseUnknownWords(where, annotation, unknown);
        }
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(unknown.get(0));
        }
        if (input ? output || setting : output && setting) {
            throw new IllegalArgumentException(where + " is one of input, output and setting, not two");
        }
        if (Modifier.isStatic(field.getModifiers()) || Modifier.isFinal(field.getModifiers())) {
            throw new IllegalArgumentException(where + " is a socket or setting and so must not be static or final");
        }
        field.setAccessible(true);
        if (input) {
            inputs.add(SocketSchema.input(field));
        } else if (output) {
            outputs.add(SocketSchema.output(field));
        } else {
            settings.add(SettingSchema.of(field, fresh));
        }
    }

    /** Java takes characters into names that steer a terminal. */
    private static void refuseStrangeTexts(String where, SettingSchema setting, List<String> faults) {
        refuseUnlessPlain(where + ": the name", setting.id(), MOST_NAME, faults);
        for (String constant : setting.constantNames()) {
            refuseUnlessPlain(where + ": a constant", constant, MOST_NAME, faults);
        }
        setting.columns()
                .forEach(column ->
                        refuseStrangeTexts(where + "." + PlainText.line(column.id(), MOST_NAME), column, faults));
        refuseStrangeTexts(
                where,
                setting.title() + setting.declared().unit() + setting.declared().group(),
                setting.declared().help(),
                faults);
    }

    /** @throws IllegalArgumentException when the texts of a setting cannot be shown */
    static void refuseStrangeTexts(String where, SettingSchema setting) {
        List<String> faults = new ArrayList<>();
        refuseStrangeTexts(where, setting, faults);
        refuse(faults);
    }

    /** @throws IllegalArgumentException naming the faults, ten of them at most; none for no faults */
    static void refuse(List<String> faults) {
        if (!faults.isEmpty()) {
            int more = faults.size() - MOST_FAULTS;
            throw new IllegalArgumentException(
                    faults.stream().limit(MOST_FAULTS).collect(Collectors.joining("; "))
                            + (more > 0 ? "; and " + more + " more" : ""));
        }
    }

    private static void refuseStrangeTexts(String where, String title, String help, List<String> faults) {
        refuseUnlessPlain(where + ": the title", title, MOST_NAME, faults);
        refuseUnlessPlain(where + ": the help", help, MOST_HELP, faults);
    }

    private void refuseReusedNames(Class<? extends Node> node, List<String> faults) {
        List<String> names = new ArrayList<>();
        inputs.forEach(socket -> names.add(socket.id()));
        outputs.forEach(socket -> names.add(socket.id()));
        settings.forEach(setting -> names.add(setting.id()));
        inputs.forEach(socket -> names.add(socket.formerly()));
        outputs.forEach(socket -> names.add(socket.formerly()));
        settings.forEach(setting -> names.add(setting.declared().formerly()));
        Set<String> taken = new HashSet<>();
        for (String name : names) {
            if (!name.isEmpty() && !taken.add(name)) {
                faults.add(
                        node.getName() + ": two sockets or settings have the name, or former name, \"" + name + "\"");
            }
        }
    }

    /** What one socket or setting says of another has to be so. */
    private void refuseLooseEnds(Class<? extends Node> node, List<String> faults) {
        for (SocketSchema output : outputs) {
            boolean any = input(output.as())
                    .map(input -> input.kind().equals(SocketKind.ANY))
                    .orElse(false);
            if (!output.as().isEmpty() && !any) {
                faults.add(node.getName() + "." + output.id() + ": \"" + PlainText.line(output.as(), MOST_NAME)
                        + "\" is no input of it that is an Object");
            }
        }
        if (inputs.stream().anyMatch(SocketSchema::lazy) && !overrides("needs")) {
            faults.add(node.getName() + ": it has lazy inputs, and does not say in needs() which of them it needs");
        }
        settings.forEach(setting -> ShownBy.faults(setting, this).forEach(faults::add));
    }

    private boolean overrides(String method) {
        try {
            return constructor.getDeclaringClass().getMethod(method).getDeclaringClass() != Node.class;
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether {@link Node#fingerprint} is the node's own. */
    public boolean hasFingerprint() {
        return overrides("fingerprint");
    }

    /** A fresh instance with its defaults. */
    public Node create() {
        try {
            return constructor.newInstance();
        } catch (InvocationTargetException e) {
            Throwable thrown = e.getCause();
            if (thrown instanceof Problem said) {
                throw said;
            }
            if (thrown instanceof Error fault) {
                throw fault;
            }
            String says =
                    thrown.getMessage() == null ? "" : " (" + PlainText.line(thrown.getMessage(), MOST_HELP) + ")";
            throw new IllegalArgumentException(
                    name() + ": its constructor or an initialiser of a field throws "
                            + thrown.getClass().getSimpleName() + says,
                    thrown);
        } catch (InstantiationException e) {
            throw new IllegalArgumentException(name() + " is abstract, so that no node can be made of it", e);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e); // the constructor was made accessible
        }
    }

    private String name() {
        return constructor.getDeclaringClass().getName();
    }

    public String id() {
        return type.id();
    }

    public int version() {
        return type.version();
    }

    public String title() {
        return title;
    }

    /** The same node under another title: what a host calls it where another has its own. */
    public NodeSchema titled(String other) {
        NodeSchema same = new NodeSchema(type, other, constructor);
        same.inputs.addAll(inputs);
        same.outputs.addAll(outputs);
        same.settings.addAll(settings);
        return same;
    }

    /** The same node with what its settings hold by default of open choices replaced: a host asks a plugin's own by a way of its own. */
    public NodeSchema withChoices(UnaryOperator<Choice> shown) {
        NodeSchema same = titled(title);
        same.settings.replaceAll(
                setting -> setting.defaultValue() instanceof Choice choice ? setting.by(shown.apply(choice)) : setting);
        return same;
    }

    public String category() {
        return type.category();
    }

    public String help() {
        return type.help();
    }

    /** Further words that a search should find it by. */
    public List<String> words() {
        return List.of(type.words());
    }

    /** Ids that older workflows know it by. */
    public List<String> formerly() {
        return List.of(type.formerly());
    }

    /** What to use in its place, as a sentence; empty while it is to be used. */
    public String deprecated() {
        return type.deprecated();
    }

    /** Whether it leaves files behind and so is a root of the plan. */
    public boolean output() {
        return type.output();
    }

    public List<SocketSchema> inputs() {
        return List.copyOf(inputs);
    }

    public List<SocketSchema> outputs() {
        return List.copyOf(outputs);
    }

    public List<SettingSchema> settings() {
        return List.copyOf(settings);
    }

    /** The input of that id, or formerly of that id. */
    public Optional<SocketSchema> input(String id) {
        return find(inputs, id);
    }

    /** The output of that id, or formerly of that id. */
    public Optional<SocketSchema> output(String id) {
        return find(outputs, id);
    }

    /** The setting of that id, or formerly of that id. */
    public Optional<SettingSchema> setting(String id) {
        return settings.stream()
                .filter(setting -> setting.id().equals(id)
                        || (!id.isEmpty() && setting.declared().formerly().equals(id)))
                .findFirst();
    }

    private static Optional<SocketSchema> find(List<SocketSchema> sockets, String id) {
        return sockets.stream()
                .filter(socket -> socket.id().equals(id)
                        || (!id.isEmpty() && socket.formerly().equals(id)))
                .findFirst();
    }
}
