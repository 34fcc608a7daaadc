package graft.app.plugin;

import graft.node.Node;
import graft.node.NodeSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.pf4j.PluginState;
import org.pf4j.PluginWrapper;

/**
 * The nodes that the installed plugins offer, and the plugins that failed with the reason.
 *
 * <p>Immutable; a plugin or a node that fails is left out and the rest work.
 */
public final class NodeLibrary {

    /**
     * A loaded plugin.
     *
     * @param nodes ids of the nodes that it offers
     */
    public record Plugin(
            String id,
            String version,
            String provider,
            String license,
            String description,
            Path archive,
            List<String> nodes) {}

    /**
     * What could not be loaded.
     *
     * @param plugin the plugin's id, or its archive's name when that is all that is known
     * @param reason a clause in plain words
     */
    public record Failure(String plugin, String reason) {}

    private final Map<String, NodeSchema> nodes = new LinkedHashMap<>();
    private final List<Plugin> plugins = new ArrayList<>();
    private final List<Failure> failures = new ArrayList<>();

    private NodeLibrary() {}

    /** Loads every archive of a folder; an absent folder is an empty one. */
    public static NodeLibrary load(Path folder, String hostVersion) {
        NodeLibrary library = new NodeLibrary();
        for (Path archive : library.archives(folder)) {
            // A host for each: in a common one, a plugin whose dependency is missing would keep the rest from loading.
            library.load(new PluginHost(folder, hostVersion), archive);
        }
        return library;
    }

    /** A library of given classes, without plugins. */
    public static NodeLibrary of(Collection<Class<? extends Node>> classes) {
        NodeLibrary library = new NodeLibrary();
        classes.forEach(type -> library.add(NodeSchema.of(type)));
        return library;
    }

    public Optional<NodeSchema> node(String id) {
        return Optional.ofNullable(nodes.get(id));
    }

    public Collection<NodeSchema> nodes() {
        return Collections.unmodifiableCollection(nodes.values());
    }

    public Set<String> ids() {
        return Collections.unmodifiableSet(nodes.keySet());
    }

    public List<Plugin> plugins() {
        return Collections.unmodifiableList(plugins);
    }

    public List<Failure> failures() {
        return Collections.unmodifiableList(failures);
    }

    private List<Path> archives(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> all = files.sorted().toList();
            all.stream()
                    .filter(file -> file.toString().endsWith(".zip"))
                    .forEach(file -> failures.add(new Failure(
                            file.getFileName().toString(), "a plugin is a single .jar, and this is a .zip")));
            return all.stream().filter(file -> file.toString().endsWith(".jar")).toList();
        } catch (IOException e) {
            failures.add(new Failure(folder.toString(), "the folder cannot be read: " + e.getMessage()));
            return List.of();
        }
    }

    private void load(PluginHost host, Path archive) {
        String name = archive.getFileName().toString();
        try {
            String id = host.loadPlugin(archive);
            PluginWrapper plugin = host.getPlugin(id);
            if (plugins.stream().anyMatch(other -> other.id().equals(id))) {
                failures.add(new Failure(name, "a plugin with the id " + id + " is loaded already"));
                return;
            }
            if (host.startPlugin(id) != PluginState.STARTED) {
                failures.add(new Failure(id, whyNotStarted(host, plugin)));
                return;
            }
            List<String> offered = new ArrayList<>();
            for (String type : host.getExtensionClassNames(id)) {
                offer(plugin, type, offered);
            }
            plugins.add(new Plugin(
                    id,
                    plugin.getDescriptor().getVersion(),
                    plugin.getDescriptor().getProvider(),
                    plugin.getDescriptor().getLicense(),
                    plugin.getDescriptor().getPluginDescription(),
                    archive,
                    List.copyOf(offered)));
        } catch (RuntimeException | LinkageError e) {
            // PF4J and its version parser throw many kinds; none of them is a reason to go without the other plugins.
            failures.add(new Failure(name, reason(e)));
        }
    }

    private void offer(PluginWrapper plugin, String type, List<String> offered) {
        try {
            Class<?> loaded = Class.forName(type, true, plugin.getPluginClassLoader());
            if (Node.class.isAssignableFrom(loaded)) {
                NodeSchema schema = NodeSchema.of(loaded.asSubclass(Node.class));
                add(schema);
                offered.add(schema.id());
            }
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            failures.add(new Failure(plugin.getPluginId(), "its node " + type + " is left out: " + reason(e)));
        }
    }

    private void add(NodeSchema schema) {
        if (nodes.putIfAbsent(schema.id(), schema) != null) {
            throw new IllegalArgumentException("another plugin offers a node with the id " + schema.id());
        }
    }

    private static String whyNotStarted(PluginHost host, PluginWrapper plugin) {
        String requires = plugin.getDescriptor().getRequires();
        if (!host.getVersionManager().checkVersionConstraint(host.getSystemVersion(), requires)) {
            return "it needs Graft " + requires + ", and this is " + host.getSystemVersion();
        }
        return plugin.getFailedException() == null ? "it is disabled" : reason(plugin.getFailedException());
    }

    private static String reason(Throwable failure) {
        Throwable deepest = failure;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        if (deepest instanceof NoClassDefFoundError || deepest instanceof ClassNotFoundException) {
            return "it needs the class " + String.valueOf(deepest.getMessage()).replace('/', '.')
                    + ", which is not there";
        }
        String message = deepest.getMessage();
        return message == null || message.isBlank() ? deepest.getClass().getSimpleName() : message;
    }
}
