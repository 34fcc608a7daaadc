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
import org.pf4j.PluginRuntimeException;
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
        PluginHost host = new PluginHost(folder, hostVersion);
        for (Path archive : library.archives(folder)) {
            library.load(host, archive);
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
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
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
        } catch (PluginRuntimeException | LinkageError e) {
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
        } catch (ReflectiveOperationException | LinkageError | IllegalArgumentException e) {
            failures.add(new Failure(plugin.getPluginId(), "its node " + type + " is left out: " + reason(e)));
        }
    }

    private void add(NodeSchema schema) {
        if (nodes.putIfAbsent(schema.id(), schema) != null) {
            throw new IllegalArgumentException("another plugin offers a node with the id " + schema.id());
        }
    }

    private static String whyNotStarted(PluginHost host, PluginWrapper plugin) {
        if (plugin.getFailedException() != null) {
            return reason(plugin.getFailedException());
        }
        String requires = plugin.getDescriptor().getRequires();
        return host.getVersionManager().checkVersionConstraint(host.getSystemVersion(), requires)
                ? "it is disabled"
                : "it needs Graft " + requires + ", and this is " + host.getSystemVersion();
    }

    private static String reason(Throwable failure) {
        if (failure instanceof NoClassDefFoundError || failure instanceof ClassNotFoundException) {
            return "it needs the class " + String.valueOf(failure.getMessage()).replace('/', '.')
                    + ", which is not there";
        }
        Throwable deepest = failure;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        String message = deepest.getMessage();
        return message == null || message.isBlank() ? deepest.getClass().getSimpleName() : message;
    }
}
