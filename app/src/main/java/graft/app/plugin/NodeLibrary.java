package graft.app.plugin;

import graft.app.plugin.LoadedPlugin.Unloaded;
import graft.file.FileFault;
import graft.node.Converter;
import graft.node.Node;
import graft.node.NodeSchema;
import graft.node.Problem;
import graft.node.SocketKind;
import graft.node.ValuePreview;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes that the plugins offer, and the plugins that failed with the reason; a plugin or a node that fails is left out and
 * the rest work.
 *
 * <p>Alive: {@link #refresh} takes up what was installed, updated, disabled or removed meanwhile, and tells the listeners.
 * Every plugin has a class loader of its own, which is closed when it goes; one that a run still uses goes when the run is
 * over. Safe for several threads: what is asked is answered from the state at that moment.
 */
public final class NodeLibrary implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NodeLibrary.class);

    /**
     * What a refresh changed.
     *
     * @param added ids of plugins that are there now, in a new version for one
     * @param removed ids of plugins that are gone, or gone in the version that was there
     */
    public record Changed(Set<String> added, Set<String> removed) {}

    /**
     * An archive to load.
     *
     * @param id of the installed plugin that it is; empty for one that comes with Graft or is under development
     * @param sha512 that it must have; empty for one under development
     * @param sandboxed whether stand-ins take its place here
     */
    record Archive(Path file, Optional<String> id, Optional<String> sha512, boolean sandboxed) {

        Archive(Path file, Optional<String> id, Optional<String> sha512) {
            this(file, id, sha512, false);
        }
    }

    /** An archive that was read. */
    private record Candidate(Path file, PluginManifest manifest, String sha512, boolean sandboxed) {}

    /** What draws values of a type, and whose it is. */
    public record OfferedPreview(ValuePreview<?> preview, Plugin plugin) {}

    /** Keeps the plugins of now loaded until it is closed; held by a run. */
    public interface Lease extends AutoCloseable {
        @Override
        void close();
    }

    /** All that can be asked, as it is at one moment. */
    private record View(
            Map<String, NodeSchema> nodes,
            Map<String, NodeSchema> formerly,
            Map<String, Plugin> owners,
            List<Plugin> plugins,
            List<PluginFailure> failures,
            List<Converter<?, ?>> converters,
            List<OfferedPreview> previews,
            Map<String, Enclosed> enclosed,
            Set<String> sandboxed) {

        static final View EMPTY = of(Map.of());

        static View of(Map<String, NodeSchema> nodes) {
            return new View(
                    nodes,
                    NodeLibrary.formerly(nodes),
                    Map.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    Map.of(),
                    Set.of());
        }
    }

    private final Path folder;
    private final String graft;
    private final List<Consumer<Changed>> listeners = new CopyOnWriteArrayList<>();
    private final TimeLimit timeLimit = new TimeLimit();
    private final Map<String, LoadedPlugin> loaded = new LinkedHashMap<>();
    private final List<LoadedPlugin> retired = new ArrayList<>();

    /** What was passed over since the plugins were loaded; a plugin's goes with it. */
    private final List<PluginFailure> passedOver = new CopyOnWriteArrayList<>();

    private final List<Unloaded> unloaded = new ArrayList<>();
    private Path copies;
    private int leases;
    private volatile View view = View.EMPTY;

    /** The archives of enabled plugins of the store, by id; another may stand before one, under development. */
    private volatile Map<String, Path> ofStore = Map.of();

    private NodeLibrary(Path folder, String graft) {
        this.folder = folder;
        this.graft = graft;
    }

    /**
     * Loads the archives in a folder that the build of Graft made, and those that the user installed in the store within it;
     * an absent folder is an empty one.
     */
    public static NodeLibrary load(Path folder, String hostVersion) {
        NodeLibrary library = new NodeLibrary(folder, hostVersion);
        library.refresh();
        return library;
    }

    /** As {@link #load(Path, String)} with other archives than the store's. */
    static NodeLibrary load(Path folder, List<Archive> installed, String hostVersion) {
        NodeLibrary library = new NodeLibrary(folder, hostVersion);
        library.take(installed, new ArrayList<>());
        return library;
    }

    /** A library of given classes, without plugins. */
    public static NodeLibrary of(Collection<Class<? extends Node>> classes) {
        NodeLibrary library = new NodeLibrary(null, "0.0.0");
        Map<String, NodeSchema> nodes = new LinkedHashMap<>();
        for (Class<? extends Node> type : classes) {
            NodeSchema schema = NodeSchema.of(type);
            if (nodes.putIfAbsent(schema.id(), schema) != null) {
                throw new IllegalArgumentException("two nodes have the id " + schema.id());
            }
        }
        library.view = View.of(Collections.unmodifiableMap(nodes));
        return library;
    }

    /** The node of that id, or formerly of that id. */
    public Optional<NodeSchema> node(String id) {
        View now = view;
        return Optional.ofNullable(now.nodes().get(id))
                .or(() -> Optional.ofNullable(now.formerly().get(id)));
    }

    /** Nodes by the ids that they had before; an id that a node has today is that one's. */
    private static Map<String, NodeSchema> formerly(Map<String, NodeSchema> nodes) {
        Map<String, NodeSchema> formerly = new LinkedHashMap<>();
        nodes.values().forEach(node -> node.formerly().stream()
                .filter(former -> !nodes.containsKey(former))
                .forEach(former -> formerly.putIfAbsent(former, node)));
        return formerly;
    }

    public Collection<NodeSchema> nodes() {
        return view.nodes().values();
    }

    public Set<String> ids() {
        return view.nodes().keySet();
    }

    public List<Plugin> plugins() {
        return view.plugins();
    }

    public List<PluginFailure> failures() {
        return Stream.concat(view.failures().stream(), passedOver.stream()).toList();
    }

    /** What did not answer since the plugins were loaded and was gone on without: each once, of {@link #failures} too. */
    public List<PluginFailure> passedOver() {
        return List.copyOf(passedOver);
    }

    /** The plugin that offers a node or a choice of an id, today's or a former one; empty for one that is not there, or of no plugin. */
    public Optional<Plugin> pluginOf(String id) {
        String today = node(id).map(NodeSchema::id).orElse(id);
        return Optional.ofNullable(view.owners().get(today));
    }

    /**
     * The plugin that a node's fault is of: the one whose code it came out of, which is another than the node's own where the
     * node uses what that one adds, a sampler for example; else the node's own.
     */
    public synchronized Optional<Plugin> atFault(String node, Throwable fault) {
        Deque<Throwable> innermostFirst = new ArrayDeque<>();
        for (Throwable each = ToldFailure.of(fault); each != null; each = each.getCause()) {
            innermostFirst.push(each);
            if (each instanceof PluginFault known) {
                return plugins().stream()
                        .filter(plugin -> plugin.id().equals(known.plugin()))
                        .findFirst();
            }
        }
        Map<String, Set<String>> classes = new LinkedHashMap<>();
        loaded.forEach((id, plugin) -> classes.put(id, plugin.classes()));
        return innermostFirst.stream()
                .flatMap(each -> Arrays.stream(each.getStackTrace()))
                .flatMap(frame -> owner(frame, classes).stream())
                .findFirst()
                .or(() -> pluginOf(node));
    }

    /** A library that two plugins bring tells nothing. */
    private Optional<Plugin> owner(StackTraceElement frame, Map<String, Set<String>> classes) {
        List<Plugin> owners = view.plugins().stream()
                .filter(plugin -> classes.getOrDefault(plugin.id(), Set.of()).contains(frame.getClassName()))
                .toList();
        return owners.size() == 1 ? Optional.of(owners.get(0)) : Optional.empty();
    }

    /** As {@link #pluginOf}, when it did not come with Graft. */
    public Optional<Plugin> strangerOf(String node) {
        return pluginOf(node).filter(plugin -> !plugin.bundled());
    }

    /** Ids of the plugins whose code runs in the sandbox only; what they offer here stands in for theirs. */
    public Set<String> sandboxed() {
        return view.sandboxed();
    }

    synchronized Optional<LoadedPlugin> loaded(String plugin) {
        return Optional.ofNullable(loaded.get(plugin));
    }

    /** What people read for an id of a node or a choice: with its plugin where that is a stranger's and the id does not begin with it. */
    public String named(String id) {
        return strangerOf(id)
                .filter(plugin -> !id.startsWith(plugin.id() + "/"))
                .map(plugin -> id + " (" + plugin.id() + ")")
                .orElse(id);
    }

    /** Whether a plugin is one of those that the user installed, and is in use. */
    public boolean canDisable(String plugin) {
        Path archive = ofStore.get(plugin);
        return archive != null
                && plugins().stream()
                        .filter(loadedOne -> loadedOne.id().equals(plugin))
                        .allMatch(loadedOne -> loadedOne.archive().equals(archive));
    }

    /** For what strangers' plugins do where somebody waits. */
    public TimeLimit timeLimit() {
        return timeLimit;
    }

    /** What the user installed; empty for a library of given classes. */
    public Optional<PluginStore> store() {
        return Optional.ofNullable(folder).map(at -> new PluginStore(at, graft));
    }

    /** Where a node of a type that is not here may be had; asks nobody on the network. */
    public MissingNode missing(String type) {
        return MissingNode.of(type, store(), failures());
    }

    /** Where a choice that is not here may be had, by its id; asks nobody on the network. */
    public MissingNode missingChoice(String id) {
        return MissingNode.ofChoice(id, store(), failures());
    }

    /** What makes values of one kind of values of another, when a plugin offers it. */
    public Optional<Converter<?, ?>> converter(SocketKind from, SocketKind into) {
        return view.converters().stream()
                .filter(each ->
                        each.from().isAssignableFrom(from.type()) && into.type().isAssignableFrom(each.to()))
                .findFirst();
    }

    /** What draws a value, when a plugin offers it. */
    public Optional<OfferedPreview> preview(Object value) {
        return view.previews().stream()
                .filter(each -> each.preview().type().isInstance(value))
                .findFirst();
    }

    /** What the archives of plugins hold beside classes, by the plugins' ids. */
    public Map<String, Enclosed> enclosed() {
        return view.enclosed();
    }

    /** What the archive that offers a node holds beside classes. */
    public Enclosed enclosedWith(String node) {
        return pluginOf(node)
                .map(plugin -> view.enclosed().getOrDefault(plugin.id(), Enclosed.NOTHING))
                .orElse(Enclosed.NOTHING);
    }

    /** Whether a wire may join two sockets: what it carries fits, or can be converted. */
    public boolean joins(SocketKind from, SocketKind into) {
        return from.fits(into) || converter(from, into).isPresent();
    }

    /** Called after every refresh that changed something, were it only what failed, by the thread that refreshed. */
    public void addListener(Consumer<Changed> listener) {
        listeners.add(listener);
    }

    public void removeListener(Consumer<Changed> listener) {
        listeners.remove(listener);
    }

    /** Keeps what is loaded now until the lease is closed, though it be removed meanwhile. */
    public synchronized Lease lease() {
        leases++;
        boolean[] closed = {false};
        return () -> {
            synchronized (this) {
                if (!closed[0]) {
                    closed[0] = true;
                    leases--;
                    unloadRetired();
                }
            }
        };
    }

    /**
     * Loads what is new in the folder, the store or under development, and lets go of what is gone; what did not change stays
     * as it is. A library of given classes stays as it is.
     */
    public Changed refresh() {
        if (folder == null) {
            return new Changed(Set.of(), Set.of());
        }
        List<PluginFailure> failures = new ArrayList<>();
        List<Archive> installed;
        try {
            PluginStore store = new PluginStore(folder, graft);
            installed = archives(store);
            store.strays().forEach(file -> failures.add(Bundled.byHand(file)));
        } catch (RuntimeException unreadable) {
            failures.add(new PluginFailure(
                    "the installed plugins",
                    unreadable instanceof Problem problem ? problem.getMessage() : FileFault.why(unreadable)));
            installed = List.of();
        }
        return take(installed, failures);
    }

    /** Those under development stand before the installed ones of the same id. */
    static List<Archive> archives(PluginStore store) {
        List<Archive> archives = new ArrayList<>();
        store.inDevelopment().stream()
                .filter(Files::exists)
                .forEach(file -> archives.add(new Archive(file, Optional.empty(), Optional.empty())));
        archives.addAll(store.archives());
        return archives;
    }

    /** The files by whose names, sizes and times a change can be told; see {@link PluginWatch}. */
    List<Path> watched() {
        if (folder == null) {
            return List.of();
        }
        List<Path> files = new ArrayList<>(new Bundled(folder).watched());
        PluginStore store = new PluginStore(folder, graft);
        files.addAll(store.lists());
        try {
            files.addAll(store.inDevelopment());
            files.addAll(store.strays());
        } catch (RuntimeException unreadable) {
            LOG.info("plugins under development are not watched", unreadable);
        }
        return files;
    }

    private Changed take(List<Archive> installed, List<PluginFailure> failures) {
        Changed changed;
        List<PluginFailure> before;
        synchronized (this) {
            before = failures();
            List<Archive> archives = new ArrayList<>(new Bundled(folder).archives(failures));
            archives.addAll(installed);
            Map<String, Candidate> candidates = candidates(archives, failures);
            List<Candidate> order = Ordering.of(candidates, graft, failures);
            changed = replace(order, failures);
            ofStore = installed.stream()
                    .filter(archive -> archive.id().isPresent())
                    .collect(
                            Collectors.toUnmodifiableMap(archive -> archive.id().orElseThrow(), Archive::file));
        }
        if (!changed.added().isEmpty() || !changed.removed().isEmpty() || !before.equals(failures())) {
            for (Consumer<Changed> listener : listeners) {
                listener.accept(changed);
            }
        }
        return changed;
    }

    // --- reading
    // --------------------------------------------------------------------------------------------------------

    /** What lies in the folder of plugins that come with Graft, by its manifest; broken ones are left out. */
    static List<PluginManifest> manifests(Path folder) {
        List<PluginManifest> manifests = new ArrayList<>();
        for (Path file : new Bundled(folder).jars()) {
            try {
                manifests.add(manifest(file));
            } catch (IOException | RuntimeException broken) {
                LOG.info("{} is passed over", file, broken);
            }
        }
        return manifests;
    }

    /** As {@link #manifests}, with all that can be known of the archives. */
    static List<PluginInspection> inspections(Path folder) {
        List<PluginInspection> inspections = new ArrayList<>();
        for (Path file : new Bundled(folder).jars()) {
            try {
                inspections.add(PluginInspection.of(file));
            } catch (RuntimeException broken) {
                LOG.info("{} is passed over", file, broken);
            }
        }
        return inspections;
    }

    private static PluginManifest manifest(Path file) throws IOException {
        try (JarFile jar = new JarFile(file.toFile(), false)) {
            Manifest manifest = jar.getManifest();
            if (manifest == null) {
                throw new IllegalArgumentException("it has no manifest");
            }
            return PluginManifest.of(manifest);
        }
    }

    private static Map<String, Candidate> candidates(List<Archive> archives, List<PluginFailure> failures) {
        Map<String, Candidate> candidates = new LinkedHashMap<>();
        for (Archive archive : archives) {
            String name = archive.file().getFileName().toString();
            try {
                String sha512 = Sha512.of(archive.file());
                if (archive.sha512().isPresent() && !archive.sha512().get().equals(sha512)) {
                    failures.add(new PluginFailure(
                            archive.id().orElse(name),
                            archive.id().isPresent()
                                    ? "its archive was changed since it was installed; remove it and install it again"
                                    : "it is not the archive that the build of Graft made; build Graft again"));
                    continue;
                }
                PluginManifest manifest = manifest(archive.file());
                Candidate candidate = new Candidate(archive.file(), manifest, sha512, archive.sandboxed());
                boolean replaced = candidates.putIfAbsent(manifest.id(), candidate) != null;
                if (replaced && archive.id().isEmpty()) {
                    failures.add(
                            new PluginFailure(name, "a plugin with the id " + manifest.id() + " is loaded already"));
                }
            } catch (IOException | RuntimeException e) {
                failures.add(new PluginFailure(archive.id().orElse(name), LoadedPlugin.reason(e)));
            }
        }
        return candidates;
    }

    /** Puts plugins behind those that they need, and leaves out those that cannot work, with the reason. */
    private static final class Ordering {

        private final Map<String, Candidate> candidates;
        private final String graft;
        private final List<PluginFailure> failures;
        private final Map<String, Boolean> works = new LinkedHashMap<>();
        private final List<Candidate> order = new ArrayList<>();

        private Ordering(Map<String, Candidate> candidates, String graft, List<PluginFailure> failures) {
            this.candidates = candidates;
            this.graft = graft;
            this.failures = failures;
        }

        static List<Candidate> of(Map<String, Candidate> candidates, String graft, List<PluginFailure> failures) {
            Ordering ordering = new Ordering(candidates, graft, failures);
            candidates.keySet().forEach(id -> ordering.visit(id, new LinkedHashSet<>()));
            return ordering.order;
        }

        private boolean visit(String id, Set<String> path) {
            Boolean known = works.get(id);
            if (known != null) {
                return known;
            }
            Candidate candidate = candidates.get(id);
            Optional<String> wrong = path.add(id)
                    ? wrong(candidate.manifest(), path)
                    : Optional.of("it needs itself, by way of " + String.join(", ", path));
            path.remove(id);
            if (works.putIfAbsent(id, wrong.isEmpty()) == null) {
                wrong.ifPresentOrElse(why -> failures.add(new PluginFailure(id, why)), () -> order.add(candidate));
            }
            return wrong.isEmpty();
        }

        private Optional<String> wrong(PluginManifest manifest, Set<String> path) {
            if (!manifest.worksWith(graft)) {
                return Optional.of("it needs Graft " + manifest.requires() + ", and this is " + graft);
            }
            for (PluginManifest.Dependency dependency : manifest.dependencies()) {
                Candidate needed = candidates.get(dependency.id());
                if (needed == null) {
                    if (!dependency.optional()) {
                        return Optional.of("it needs the plugin " + dependency + ", which is not there");
                    }
                } else if (needed.sandboxed() && !candidates.get(manifest.id()).sandboxed()) {
                    if (!dependency.optional()) {
                        return Optional.of("it needs the plugin " + dependency + ", which runs in the sandbox; put this"
                                + " one there too with `graft plugins sandbox " + manifest.id() + "`");
                    }
                } else if (!dependency.takes(needed.manifest().version())) {
                    return Optional.of("it needs the plugin " + dependency + ", and version "
                            + needed.manifest().version() + " is there");
                } else if (!visit(dependency.id(), path) && !dependency.optional()) {
                    return Optional.of("it needs the plugin " + dependency + ", which does not load");
                }
            }
            return Optional.empty();
        }
    }

    // --- loading
    // --------------------------------------------------------------------------------------------------------

    private Changed replace(List<Candidate> order, List<PluginFailure> failures) {
        Map<String, String> keys = new LinkedHashMap<>();
        for (Candidate candidate : order) {
            StringBuilder key = new StringBuilder(candidate.sandboxed() ? "sandboxed " : "").append(candidate.sha512());
            for (PluginManifest.Dependency dependency : candidate.manifest().dependencies()) {
                // With new classes behind it, a plugin is another one too.
                key.append(' ').append(keys.getOrDefault(dependency.id(), "-"));
            }
            keys.put(candidate.manifest().id(), key.toString());
        }
        Set<String> removed = new LinkedHashSet<>();
        List<LoadedPlugin> before = new ArrayList<>(loaded.values());
        Collections.reverse(before);
        for (LoadedPlugin plugin : before) {
            if (!plugin.key().equals(keys.get(plugin.id()))) {
                loaded.remove(plugin.id());
                retired.add(plugin);
                removed.add(plugin.id());
                passedOver.removeIf(failure -> failure.plugin().equals(plugin.id()));
            }
        }
        Set<String> added = new LinkedHashSet<>();
        Map<String, LoadedPlugin> now = new LinkedHashMap<>();
        Map<String, String> taken = new LinkedHashMap<>();
        loaded.values().forEach(plugin -> plugin.taken().forEach(what -> taken.put(what, plugin.id())));
        for (Candidate candidate : order) {
            String id = candidate.manifest().id();
            LoadedPlugin plugin = loaded.get(id);
            if (plugin == null) {
                plugin = load(candidate, keys.get(id), now, taken);
                added.add(id);
                plugin.taken().forEach(what -> taken.put(what, id));
            }
            now.put(id, plugin);
        }
        loaded.clear();
        loaded.putAll(now);
        publish(order, failures);
        unloadRetired();
        return new Changed(added, removed);
    }

    private LoadedPlugin load(
            Candidate candidate, String key, Map<String, LoadedPlugin> before, Map<String, String> taken) {
        List<ClassLoader> dependencies = candidate.manifest().dependencies().stream()
                .map(dependency -> before.get(dependency.id()))
                .filter(plugin -> plugin != null && plugin.started())
                // A stand-in has no classes to work with.
                .filter(plugin -> candidate.sandboxed() || !plugin.isStandIn())
                .map(LoadedPlugin::loader)
                .toList();
        if (candidate.sandboxed()) {
            return LoadedPlugin.standIn(
                    candidate.manifest(),
                    candidate.file(),
                    key,
                    copies(),
                    PluginStore.description(candidate.file()),
                    dependencies,
                    taken::containsKey,
                    timeLimit,
                    this::passOver);
        }
        return LoadedPlugin.load(
                candidate.manifest(),
                candidate.file(),
                key,
                copies(),
                graft,
                dependencies,
                taken::containsKey,
                isBundled(candidate) ? Optional.empty() : Optional.of(timeLimit),
                this::passOver);
    }

    private void passOver(PluginFailure failure) {
        LOG.warn("plugin {}: {}", failure.plugin(), failure.reason());
        passedOver.add(failure);
    }

    private boolean isBundled(Candidate candidate) {
        return folder != null && folder.equals(candidate.file().getParent());
    }

    private void publish(List<Candidate> order, List<PluginFailure> failures) {
        Map<String, NodeSchema> nodes = new LinkedHashMap<>();
        Map<String, Plugin> owners = new LinkedHashMap<>();
        List<Plugin> plugins = new ArrayList<>();
        List<Converter<?, ?>> converters = new ArrayList<>();
        List<OfferedPreview> previews = new ArrayList<>();
        Set<String> grafts = order.stream()
                .filter(this::isBundled)
                .flatMap(candidate -> loaded.get(candidate.manifest().id()).nodes().values().stream())
                .map(schema -> looks(schema.title()))
                .collect(Collectors.toSet());
        Map<String, Enclosed> enclosed = new LinkedHashMap<>();
        for (Candidate candidate : order) {
            LoadedPlugin plugin = loaded.get(candidate.manifest().id());
            failures.addAll(plugin.failures());
            if (plugin.started()) {
                Plugin described = plugin.described(candidate.sha512(), isBundled(candidate));
                plugins.add(described);
                plugin.nodes().forEach((id, schema) -> {
                    boolean another = !described.bundled() && grafts.contains(looks(schema.title()));
                    // Else it would be taken for Graft's own.
                    nodes.put(id, another ? schema.titled(schema.title() + " (" + described.id() + ")") : schema);
                    owners.put(id, described);
                });
                plugin.choices().forEach(choice -> owners.put(choice.id(), described));
                enclosed.put(plugin.id(), plugin.enclosed());
                converters.addAll(plugin.converters());
                plugin.previews().forEach(preview -> previews.add(new OfferedPreview(preview, described)));
            }
        }
        view = new View(
                Collections.unmodifiableMap(nodes),
                formerly(nodes),
                owners,
                List.copyOf(plugins),
                List.copyOf(failures),
                List.copyOf(converters),
                List.copyOf(previews),
                Collections.unmodifiableMap(enclosed),
                order.stream()
                        .filter(Candidate::sandboxed)
                        .map(candidate -> candidate.manifest().id())
                        .collect(Collectors.toUnmodifiableSet()));
    }

    /** A title as eyes tell it from others: accents, width, blanks and case aside. */
    private static String looks(String title) {
        return Normalizer.normalize(title, Normalizer.Form.NFKD)
                .replaceAll("[^\\p{L}\\p{N}]", "")
                .toLowerCase(Locale.ROOT);
    }

    /** Called with the lock held. */
    private void unloadRetired() {
        if (leases == 0) {
            retired.forEach(plugin -> unloaded.add(plugin.unload()));
            retired.clear();
            unloaded.removeIf(each -> each.loader().get() == null);
        }
    }

    /**
     * What keeps the classes of plugins in memory that were unloaded, as sentences; none when all went. Collects garbage
     * first, so it takes a moment.
     */
    public synchronized List<String> pinned() {
        for (int i = 0;
                i < 3 && unloaded.stream().anyMatch(each -> each.loader().get() != null);
                i++) {
            System.gc();
        }
        unloaded.removeIf(each -> each.loader().get() == null);
        List<String> sentences = new ArrayList<>();
        retired.forEach(
                plugin -> sentences.add(plugin.manifest().name() + " is in use by a run, and goes when it ends."));
        for (Unloaded plugin : unloaded) {
            List<String> threads = plugin.threads();
            sentences.add(plugin.name() + " was unloaded, and its memory is still held "
                    + (threads.isEmpty()
                            ? "by something in the program; it goes when Graft is started again."
                            : "by what it left running: " + String.join(", ", threads) + "."));
        }
        return sentences;
    }

    private Path copies() {
        try {
            if (copies == null) {
                copies = TemporaryFolders.make();
            }
            return copies;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets go of every plugin; a library that was closed offers nothing. */
    @Override
    public synchronized void close() {
        List<LoadedPlugin> all = new ArrayList<>(loaded.values());
        Collections.reverse(all);
        retired.addAll(all);
        loaded.clear();
        view = View.EMPTY;
        leases = 0;
        unloadRetired();
        if (copies != null) {
            TemporaryFolders.remove(copies);
            copies = null;
        }
    }
}
