package graft.app.plugin;

import graft.node.Node;
import graft.node.SocketKind;
import graft.node.SocketType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * What an archive offers besides nodes, found from its class files; none of its classes is loaded.
 *
 * <p>An id is known where the method that tells it returns a constant; else the class's own name stands for it.
 */
final class OfferedClasses {

    private static final String TYPE = "Lgraft/node/SocketType;";
    private static final String GIVES_CLASS = "()Ljava/lang/Class;";

    /** Classes and interfaces that one is made of, at most; an archive may hold a chain of all its classes. */
    private static final int MOST_ANCESTORS = 100;

    private final JarFile jar;
    private final Map<String, List<String>> parents = new HashMap<>();

    private OfferedClasses(JarFile jar) {
        this.jar = jar;
    }

    /**
     * Looks at an archive.
     *
     * @param listed names of the classes that it lists as its extensions
     * @return in the order of the kinds, each by name
     */
    static List<OfferedExtension> of(JarFile jar, Collection<String> listed) throws IOException {
        OfferedClasses classes = new OfferedClasses(jar);
        List<OfferedExtension> all = new ArrayList<>();
        for (String type : listed) {
            Optional<ClassFile> file = classes.read(type.replace('.', '/'));
            if (file.isPresent()) {
                classes.offered(type.replace('.', '/'), file.get()).ifPresent(all::add);
            }
        }
        all.addAll(classes.types());
        all.sort(Comparator.comparing(OfferedExtension::kind).thenComparing(OfferedExtension::name));
        return List.copyOf(all);
    }

    private Optional<OfferedExtension> offered(String name, ClassFile file) throws IOException {
        Set<Class<?>> points = points(name);
        if (points.stream().anyMatch(Node.class::isAssignableFrom)) {
            return Optional.empty();
        }
        for (OfferedExtension.Kind kind : OfferedExtension.Kind.values()) {
            boolean is = kind.point()
                    .filter(point -> points.stream().anyMatch(point::isAssignableFrom))
                    .isPresent();
            if (is) {
                return Optional.of(new OfferedExtension(kind, name(kind, file).orElse(simple(name))));
            }
        }
        return Optional.empty();
    }

    /** The classes of Graft's API that a class is of, through those of the archive that it is made of. */
    private Set<Class<?>> points(String name) throws IOException {
        Set<Class<?>> points = new HashSet<>();
        Set<String> seen = new HashSet<>();
        Deque<String> next = new ArrayDeque<>(List.of(name));
        while (!next.isEmpty() && seen.size() < MOST_ANCESTORS) {
            String each = next.remove();
            if (seen.add(each)) {
                Optional<Class<?>> api = ofApi(each);
                api.ifPresent(points::add);
                if (api.isEmpty()) {
                    next.addAll(parentsOf(each));
                }
            }
        }
        return points;
    }

    private List<String> parentsOf(String name) throws IOException {
        List<String> known = parents.get(name);
        if (known == null) {
            known = read(name).map(ClassFile::parents).orElse(List.of());
            parents.put(name, known);
        }
        return known;
    }

    private Optional<String> name(OfferedExtension.Kind kind, ClassFile file) throws IOException {
        Optional<String> into = file.constant("to", GIVES_CLASS);
        return switch (kind) {
            case CONVERTER -> {
                Optional<String> from = file.constant("from", GIVES_CLASS);
                yield from.isPresent() && into.isPresent()
                        ? Optional.of(title(from.get()) + " to " + title(into.get()))
                        : Optional.empty();
            }
            case PREVIEW -> {
                Optional<String> type = file.constant("type", GIVES_CLASS);
                yield type.isPresent() ? Optional.of("of " + title(type.get())) : Optional.empty();
            }
            default -> file.constant("id", "()Ljava/lang/String;");
        };
    }

    /** As people call the values of a class. */
    private String title(String name) throws IOException {
        if (name.equals("java/lang/Number")) {
            return SocketKind.of(Integer.class).title();
        }
        Optional<Class<?>> known = ofApi(name);
        if (known.isPresent()) {
            try {
                return SocketKind.of(known.get()).title();
            } catch (IllegalArgumentException noType) {
                return simple(name);
            }
        }
        Optional<ClassFile> file = read(name);
        return file.flatMap(own -> own.annotated(TYPE, "title")).orElse(simple(name));
    }

    /** The types for wires, which no list names. */
    private List<OfferedExtension> types() throws IOException {
        List<OfferedExtension> types = new ArrayList<>();
        for (JarEntry entry : jar.versionedStream().toList()) {
            if (!entry.getName().endsWith(".class")) {
                continue;
            }
            byte[] bytes;
            try (InputStream in = jar.getInputStream(entry)) {
                bytes = in.readAllBytes();
            }
            if (new String(bytes, StandardCharsets.ISO_8859_1).contains(TYPE)) {
                classFile(bytes)
                        .flatMap(file -> file.annotated(TYPE, "id"))
                        .ifPresent(id -> types.add(new OfferedExtension(OfferedExtension.Kind.TYPE, id)));
            }
        }
        return types;
    }

    private Optional<ClassFile> read(String name) throws IOException {
        JarEntry entry = jar.getJarEntry(name + ".class");
        if (entry == null) {
            return Optional.empty();
        }
        try (InputStream in = jar.getInputStream(entry)) {
            return classFile(in.readAllBytes());
        }
    }

    /** One that is broken offers nothing that can be named: if it is listed, the inspection refuses it. */
    private static Optional<ClassFile> classFile(byte[] bytes) {
        try {
            return Optional.of(new ClassFile(bytes));
        } catch (IllegalArgumentException broken) {
            return Optional.empty();
        }
    }

    /** A class of Graft or Java, which is not initialised. */
    private static Optional<Class<?>> ofApi(String name) {
        if (!name.startsWith("graft/") && !name.startsWith("java/lang/")) {
            return Optional.empty();
        }
        try {
            return Optional.of(Class.forName(name.replace('/', '.'), false, SocketType.class.getClassLoader()));
        } catch (ClassNotFoundException | LinkageError strange) {
            return Optional.empty();
        }
    }

    private static String simple(String name) {
        return name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('$')) + 1);
    }
}
