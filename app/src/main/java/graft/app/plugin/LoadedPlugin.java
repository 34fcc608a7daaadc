package graft.app.plugin;

import com.google.gson.JsonObject;
import graft.node.Choice;
import graft.node.ChoiceSettings;
import graft.node.Choices;
import graft.node.Converter;
import graft.node.Node;
import graft.node.NodeSchema;
import graft.node.PlainText;
import graft.node.SocketKind;
import graft.node.SocketSchema;
import graft.node.SocketType;
import graft.node.ValuePreview;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.pf4j.PluginState;
import org.pf4j.PluginWrapper;

/**
 * One archive in memory: its class loader and what it offers; or why it offers nothing.
 *
 * <p>It is loaded from a copy, so that its own file can be replaced or removed while it is in use.
 */
final class LoadedPlugin {

    /** Far more than classes take to be loaded, from a slow disk too. */
    private static final long SECONDS = 10;

    private static final int MOST_WORDS = 2000;

    private final PluginManifest manifest;
    private final Path archive;
    private final String key;
    private final Path copy;
    private final Map<String, NodeSchema> nodes = new LinkedHashMap<>();
    private final List<Choice> choices = new ArrayList<>();
    private final List<Converter<?, ?>> converters = new ArrayList<>();
    private final List<ValuePreview<?>> previews = new ArrayList<>();
    private final Set<String> taken = new LinkedHashSet<>();
    private final List<PluginFailure> failures = new ArrayList<>();
    private final List<Choice> names = new ArrayList<>();

    /** Of a stranger's alone. */
    private final Optional<TimeLimit> limit;

    private final Consumer<PluginFailure> told;
    private Enclosed enclosed = Enclosed.NOTHING;
    private PluginHost host;
    private ClassLoader loader;
    private boolean entered;
    private boolean leftBehind;

    private LoadedPlugin(
            PluginManifest manifest,
            Path archive,
            String key,
            Path copy,
            Optional<TimeLimit> limit,
            Consumer<PluginFailure> told) {
        this.manifest = manifest;
        this.archive = archive;
        this.key = key;
        this.copy = copy;
        this.limit = limit;
        this.told = told;
    }

    /**
     * Loads an archive.
     *
     * @param key of its bytes and of what it depends on
     * @param folder where the copy goes
     * @param dependencies class loaders of the plugins whose classes it may use
     * @param others whether another plugin offers something, in the words of {@link #taken}
     * @param limit for what a stranger's classes do; empty for one that comes with Graft, which is waited for
     * @param told what a stranger's did not answer later, and was passed over
     */
    static LoadedPlugin load(
            PluginManifest manifest,
            Path archive,
            String key,
            Path folder,
            String graft,
            List<ClassLoader> dependencies,
            Predicate<String> others,
            Optional<TimeLimit> limit,
            Consumer<PluginFailure> told) {
        LoadedPlugin plugin = new LoadedPlugin(manifest, archive, key, copy(archive, manifest, folder), limit, told);
        Runnable work = () -> plugin.start(new PluginHost(folder, graft, dependencies), others);
        try {
            if (limit.isPresent()) {
                limit.get().run(key, "load of " + manifest.id(), SECONDS, work);
            } else {
                work.run();
            }
        } catch (TimeLimit.Overdue overdue) {
            return plugin.leftBehind(reason(overdue));
        } catch (Throwable e) {
            // PF4J and the plugin's own classes throw many kinds; none is a reason to go without the other plugins.
            plugin.failures.add(new PluginFailure(manifest.id(), reason(e)));
        }
        if (plugin.loader == null) {
            plugin.unload();
        }
        return plugin;
    }

    /**
     * Offers stand-ins for what a sandboxed plugin offers, by its description; nothing of the archive is loaded.
     *
     * @param description what the plugin says of itself; empty when that was lost
     */
    static LoadedPlugin standIn(
            PluginManifest manifest,
            Path archive,
            String key,
            Path folder,
            Optional<JsonObject> description,
            List<ClassLoader> dependencies,
            Predicate<String> others,
            TimeLimit limit,
            Consumer<PluginFailure> told) {
        LoadedPlugin plugin =
                new LoadedPlugin(manifest, archive, key, copy(archive, manifest, folder), Optional.of(limit), told);
        if (description.isEmpty()) {
            plugin.failures.add(new PluginFailure(
                    manifest.id(),
                    "what it offers in the sandbox is not known; say `graft plugins sandbox " + manifest.id()
                            + "` again"));
            plugin.unload();
            return plugin;
        }
        StandIns made = new StandIns(
                description.get(),
                manifest.id(),
                dependencies,
                left -> plugin.failures.add(new PluginFailure(manifest.id(), left)));
        plugin.loader = made.loader();
        plugin.names.addAll(made.names());
        made.choices().forEach(choice -> plugin.offer("choices", () -> plugin.take(choice, others)));
        made.nodes().forEach(node -> plugin.offer("nodes", () -> plugin.take(node, others)));
        plugin.enter();
        return plugin;
    }

    private static Path copy(Path archive, PluginManifest manifest, Path folder) {
        try {
            Path copy = Files.createTempFile(folder, manifest.id() + "-", ".jar");
            Files.write(copy, Files.readAllBytes(archive));
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void start(PluginHost with, Predicate<String> others) {
        host = with;
        host.loadPlugin(copy);
        PluginWrapper plugin = host.getPlugin(manifest.id());
        if (host.startPlugin(manifest.id()) != PluginState.STARTED) {
            Throwable failed = plugin.getFailedException();
            failures.add(new PluginFailure(manifest.id(), failed == null ? "it does not start" : reason(failed)));
            return;
        }
        loader = plugin.getPluginClassLoader();
        for (String type : host.getExtensionClassNames(manifest.id())) {
            offer(type, others);
        }
        enclosed =
                Enclosed.read(copy, copy.getParent(), fault -> failures.add(new PluginFailure(manifest.id(), fault)));
        enter();
    }

    private synchronized void enter() {
        if (!leftBehind) {
            for (Choice choice : choices) { // a method handed on would be called by another than the host
                Choices.add(choice);
            }
            for (Choice name : names) {
                Choices.add(name);
            }
            entered = true;
        }
    }

    /** One that offers nothing in place of this, which something in another thread goes on with. */
    private synchronized LoadedPlugin leftBehind(String reason) {
        if (entered) {
            return this;
        }
        leftBehind = true;
        LoadedPlugin nothing = new LoadedPlugin(manifest, archive, key, copy, limit, told);
        nothing.failures.add(new PluginFailure(manifest.id(), reason));
        return nothing;
    }

    private void offer(String type, Predicate<String> others) {
        try {
            Class<?> loaded = Class.forName(type, true, loader);
            if (Node.class.isAssignableFrom(loaded)) {
                take(NodeSchema.of(loaded.asSubclass(Node.class)).withChoices(this::gatedDefault), others);
                return;
            }
            Object made = gated(made(loaded));
            if (made instanceof Choice choice) {
                take(choice, others);
            } else if (made instanceof Converter<?, ?> converter) {
                refuseUnlessWired(converter);
                converters.add(converter);
            } else if (made instanceof ValuePreview<?> preview) {
                take("a preview of " + preview.type().getName(), others);
                previews.add(preview);
            } else {
                throw new IllegalArgumentException("Graft has no such extension point");
            }
        } catch (Throwable e) {
            failures.add(new PluginFailure(manifest.id(), "its class " + type + " is left out: " + reason(e)));
        }
    }

    private void offer(String standIns, Runnable take) {
        try {
            take.run();
        } catch (RuntimeException refused) {
            failures.add(
                    new PluginFailure(manifest.id(), "one of its " + standIns + " is left out: " + reason(refused)));
        }
    }

    private void take(NodeSchema schema, Predicate<String> others) {
        refuseGraftsOwn(schema.id());
        schema.formerly().forEach(this::refuseGraftsOwn);
        Stream.concat(schema.inputs().stream(), schema.outputs().stream())
                .map(SocketSchema::kind)
                .filter(kind -> kind.type().getClassLoader() == loader)
                .forEach(kind -> refuseGraftsOwn(kind.id()));
        take("a node with the id " + schema.id(), others);
        nodes.put(schema.id(), schema);
    }

    private void take(Choice choice, Predicate<String> others) {
        List<String> faults = new ArrayList<>();
        if (!choice.id().matches("[a-z0-9-]+(/[a-z0-9_-]+)+")) {
            faults.add("its id \"" + choice.id() + "\" is not of the form owner/name in small letters, as in "
                    + manifest.id() + "/mine");
        }
        try {
            ChoiceSettings.of(choice);
        } catch (IllegalArgumentException unfit) {
            faults.add(unfit.getMessage());
        }
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", faults));
        }
        refuseGraftsOwn(choice.id());
        take("a choice with the id " + choice.id(), others);
        choices.add(choice);
    }

    /** What no socket can be of joins nothing; what such a class extends, or is extended by, may be a socket's. */
    private static void refuseUnlessWired(Converter<?, ?> converter) {
        Class<?> from = converter.from();
        if (from != Number.class && !from.isInterface() && !Modifier.isAbstract(from.getModifiers())) {
            var unused = SocketKind.of(from);
        }
        Class<?> to = converter.to();
        if (!Number.class.isAssignableFrom(to)
                && above(to).noneMatch(type -> type.isAnnotationPresent(SocketType.class))) {
            var unused = SocketKind.of(to);
        }
    }

    /** A class, what it extends and what it implements. */
    private static Stream<Class<?>> above(Class<?> type) {
        Stream<Class<?>> parents =
                Stream.concat(Stream.ofNullable(type.getSuperclass()), Arrays.stream(type.getInterfaces()));
        return Stream.concat(Stream.of(type), parents.flatMap(LoadedPlugin::above));
    }

    private Object gated(Object extension) throws Throwable {
        return PluginGate.before(extension, manifest.id(), limit.orElseGet(TimeLimit::new), told);
    }

    /** What a setting holds by default, which may be of a class of the plugin's. */
    private Choice gatedDefault(Choice choice) {
        if (limit.isEmpty() || choice.getClass().getClassLoader() == Node.class.getClassLoader()) {
            return choice;
        }
        try {
            return (Choice) gated(choice);
        } catch (RuntimeException | Error fault) {
            throw fault;
        } catch (Throwable fault) {
            throw new IllegalArgumentException(reason(fault), fault);
        }
    }

    /** In words of Java's own rules where there is none to be had: its author reads them. */
    private static Object made(Class<?> type) throws Throwable {
        if (Modifier.isAbstract(type.getModifiers())) {
            throw new IllegalArgumentException("it is abstract, so that nothing can be made of it");
        }
        try {
            Constructor<?> constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (NoSuchMethodException e) {
            throw new IllegalArgumentException(
                    "it has no constructor without arguments"
                            + (type.isMemberClass() && !Modifier.isStatic(type.getModifiers())
                                    ? ", for it lies in another class; make it static"
                                    : ""),
                    e);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** Who meets the name takes it for Graft's. */
    private void refuseGraftsOwn(String name) {
        if (limit.isPresent() && name.startsWith("graft/")) {
            throw new IllegalArgumentException(
                    "its id " + ForeignText.quoted(name) + " begins with graft/, which is Graft's own");
        }
    }

    /** There is one of each: a second is refused, of this plugin or another. */
    private void take(String what, Predicate<String> others) {
        if (others.test(what)) {
            throw new IllegalArgumentException("another plugin offers " + what);
        }
        if (!taken.add(what)) {
            throw new IllegalArgumentException("it offers " + what + " already");
        }
    }

    String id() {
        return manifest.id();
    }

    PluginManifest manifest() {
        return manifest;
    }

    String key() {
        return key;
    }

    /** Null when it did not start. */
    ClassLoader loader() {
        return loader;
    }

    /** Whether nothing of the plugin's code is in it. */
    boolean isStandIn() {
        return loader instanceof StandIns.Shells;
    }

    boolean started() {
        return loader != null;
    }

    Map<String, NodeSchema> nodes() {
        return nodes;
    }

    List<Choice> choices() {
        return choices;
    }

    List<Converter<?, ?>> converters() {
        return converters;
    }

    List<ValuePreview<?>> previews() {
        return previews;
    }

    /** What its archive holds beside classes. */
    Enclosed enclosed() {
        return enclosed;
    }

    /** What no other plugin may offer too, in words. */
    Set<String> taken() {
        return taken;
    }

    List<PluginFailure> failures() {
        return failures;
    }

    Plugin described(String sha512, boolean bundled) {
        return new Plugin(
                manifest.id(),
                manifest.version(),
                manifest.provider(),
                manifest.license(),
                manifest.description(),
                archive,
                List.copyOf(nodes.keySet()),
                sha512,
                bundled);
    }

    /** Takes its choices out, closes its class loader and removes the copy. */
    Unloaded unload() {
        Set<String> classes = started() ? classes() : Set.of();
        for (Choice choice : choices) {
            Choices.remove(choice);
        }
        for (Choice name : names) {
            Choices.remove(name);
        }
        WeakReference<ClassLoader> left = new WeakReference<>(loader);
        if (host != null) {
            PluginHost mine = host;
            Runnable stop = () -> mine.unloadPlugin(manifest.id());
            try {
                if (limit.isPresent()) {
                    limit.get().run(this, "stop of " + manifest.id(), SECONDS, stop);
                } else {
                    stop.run();
                }
            } catch (Throwable fault) {
                // Its own stop failed; the loader is let go of all the same.
                failures.add(new PluginFailure(manifest.id(), "it did not stop: " + reason(fault)));
            }
        }
        nodes.clear();
        choices.clear();
        converters.clear();
        previews.clear();
        enclosed.remove();
        enclosed = Enclosed.NOTHING;
        host = null;
        loader = null;
        try {
            Files.deleteIfExists(copy);
        } catch (IOException heldOnWindows) {
            copy.toFile().deleteOnExit();
        }
        return new Unloaded(manifest.name(), left, classes);
    }

    /** Names of the classes in the archive, those of single versions of Java too. */
    Set<String> classes() {
        try (ZipFile jar = new ZipFile(copy.toFile())) {
            return jar.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.endsWith(".class"))
                    .map(name -> name.replaceFirst("^META-INF/versions/\\d+/", ""))
                    .map(name ->
                            name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                    .collect(Collectors.toSet());
        } catch (IOException unreadable) {
            return Set.of();
        }
    }

    /**
     * A plugin that was let go of.
     *
     * @param loader cleared by the collector once nothing holds it
     */
    record Unloaded(String name, WeakReference<ClassLoader> loader, Collection<String> classes) {

        /** Names of the threads that run its code or hold its class loader. */
        List<String> threads() {
            ClassLoader held = loader.get();
            return Thread.getAllStackTraces().entrySet().stream()
                    .filter(each -> each.getKey().getContextClassLoader() == held
                            || each.getKey().getClass().getClassLoader() == held
                            || List.of(each.getValue()).stream()
                                    .anyMatch(frame -> classes.contains(frame.getClassName())))
                    .map(each -> each.getKey().getName())
                    .sorted()
                    .toList();
        }
    }

    /** What Java says of a class that is not as it was asked for, {@code <init>} and all: who asked says it in words. */
    private static boolean isReflection(Throwable failure) {
        return failure instanceof ReflectiveOperationException && !(failure instanceof ClassNotFoundException);
    }

    static String reason(Throwable failure) {
        Throwable deepest = ToldFailure.of(failure);
        while (deepest.getCause() != null && !isReflection(deepest.getCause())) {
            deepest = deepest.getCause();
        }
        String begun = "Could not initialize class ";
        String said = deepest.getMessage();
        if (deepest instanceof NoClassDefFoundError && said != null && said.startsWith(begun)) {
            return "its class " + said.substring(begun.length()) + " failed when it was first used";
        }
        if (deepest instanceof NoClassDefFoundError || deepest instanceof ClassNotFoundException) {
            return "it needs the class " + String.valueOf(deepest.getMessage()).replace('/', '.')
                    + ", which is not there";
        }
        String message = deepest.getMessage();
        return message == null || message.isBlank() ? ToldFailure.kind(deepest) : PlainText.line(message, MOST_WORDS);
    }
}
