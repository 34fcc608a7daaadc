package graft.node;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a node class declares: its sockets and settings in the order of its fields.
 *
 * <p>Immutable. Reading one costs a little reflection; hosts read each class once.
 */
public final class NodeSchema {

    private final NodeType type;
    private final Constructor<? extends Node> constructor;
    private final List<SocketSchema> inputs = new ArrayList<>();
    private final List<SocketSchema> outputs = new ArrayList<>();
    private final List<SettingSchema> settings = new ArrayList<>();

    private NodeSchema(NodeType type, Constructor<? extends Node> constructor) {
        this.type = type;
        this.constructor = constructor;
    }

    /**
     * Reads a node's class.
     *
     * @throws IllegalArgumentException saying what its author has to change
     */
    public static NodeSchema of(Class<? extends Node> node) {
        NodeType type = node.getAnnotation(NodeType.class);
        if (type == null) {
            throw new IllegalArgumentException(node.getName() + " has no @NodeType");
        }
        if (!type.id().matches("[a-z0-9-]+(/[a-z0-9-]+)+")) {
            throw new IllegalArgumentException(node.getName() + ": the id \"" + type.id()
                    + "\" is not of the form owner/area/verb in small letters");
        }
        NodeSchema schema;
        try {
            Constructor<? extends Node> constructor = node.getDeclaredConstructor();
            constructor.setAccessible(true);
            schema = new NodeSchema(type, constructor);
        } catch (NoSuchMethodException e) {
            throw new IllegalArgumentException(node.getName() + " has no constructor without arguments", e);
        }
        schema.readFields(node);
        return schema;
    }

    private void readFields(Class<? extends Node> node) {
        Node fresh = create();
        Set<String> names = new HashSet<>();
        for (Field field : node.getDeclaredFields()) {
            boolean input = field.isAnnotationPresent(Input.class);
            boolean output = field.isAnnotationPresent(Output.class);
            boolean setting = field.isAnnotationPresent(Setting.class);
            if (!input && !output && !setting) {
                continue;
            }
            if (Modifier.isStatic(field.getModifiers()) || Modifier.isFinal(field.getModifiers())) {
                throw new IllegalArgumentException(node.getName() + "." + field.getName()
                        + " is a socket or setting and so must not be static or final");
            }
            names.add(field.getName());
            field.setAccessible(true);
            if (input) {
                inputs.add(SocketSchema.input(field));
            } else if (output) {
                outputs.add(SocketSchema.output(field));
            } else {
                settings.add(SettingSchema.of(field, fresh));
            }
        }
        refuseReusedNames(node, names);
    }

    private void refuseReusedNames(Class<? extends Node> node, Set<String> names) {
        List<String> former = new ArrayList<>();
        inputs.forEach(socket -> former.add(socket.formerly()));
        outputs.forEach(socket -> former.add(socket.formerly()));
        settings.forEach(setting -> former.add(setting.declared().formerly()));
        for (String name : former) {
            if (!name.isEmpty() && !names.add(name)) {
                throw new IllegalArgumentException(node.getName() + ": the former name \"" + name + "\" is in use");
            }
        }
    }

    /** A fresh instance with its defaults. */
    public Node create() {
        try {
            return constructor.newInstance();
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(name() + " cannot be made: " + e.getCause(), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(name() + " cannot be made: " + e, e);
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
        return type.title();
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
