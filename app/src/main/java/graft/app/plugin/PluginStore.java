package graft.app.plugin;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import graft.app.plugin.InstallPlan.Question;
import graft.app.plugin.InstallPlan.Step;
import graft.app.plugin.PluginManifest.Dependency;
import graft.app.sandbox.Sandbox;
import graft.app.user.ConfigFolder;
import graft.file.AtomicFile;
import graft.file.FileFault;
import graft.file.Folder;
import graft.node.PlainText;
import graft.node.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The plugins that the user installed: a folder of archives and one file that says which of them count.
 *
 * <p>Every change takes effect as that file is replaced, so that it happens whole or not at all; a second process waits.
 * Nothing here loads a plugin, save that an install tries whether the new ones load before it commits. A running
 * program takes a change up by {@link NodeLibrary#refresh}.
 */
public final class PluginStore {

    /** Of the environment: the folder of the installed plugins. */
    static final String VARIABLE = "GRAFT_PLUGINS";

    /** Of Java's properties: whether this is an image that {@code graft package} made. */
    private static final String IMAGE = "graft.image";

    private static final Object IN_THIS_PROCESS = new Object();

    /** Ends the name of the file that says what the archive of that name offers in the sandbox. */
    private static final String DESCRIBED = ".offers.json";

    private final Path bundled;
    private final Path folder;
    private final Path lists;
    private final String graft;
    private final Path temporary;

    /**
     * A plugin that is wanted from a repository.
     *
     * @param version empty for the newest that works with this Graft
     */
    public record Wanted(String id, Optional<String> version) {

        /** Reads {@code id} or {@code id@version}. */
        public static Wanted parse(String text) {
            int at = text.indexOf('@');
            return at < 0
                    ? new Wanted(text, Optional.empty())
                    : new Wanted(text.substring(0, at), Optional.of(text.substring(at + 1)));
        }
    }

    /**
     * @param plugins the folder of the plugins that come with Graft; the store is a folder within, or the one that {@link
     *     #VARIABLE} names
     * @param graft version of this Graft
     */
    public PluginStore(Path plugins, String graft) {
        this(plugins, graft, Path.of(System.getProperty("java.io.tmpdir")));
    }

    /** @param temporary the folder for archives until they are installed or refused */
    PluginStore(Path plugins, String graft, Path temporary) {
        this(plugins, graft, temporary, System.getenv());
    }

    PluginStore(Path plugins, String graft, Path temporary, Map<String, String> environment) {
        this.temporary = temporary;
        this.bundled = plugins;
        String elsewhere = environment.getOrDefault(VARIABLE, "");
        this.folder = elsewhere.isBlank()
                ? own(plugins, Boolean.getBoolean(IMAGE), ConfigFolder.path())
                : Path.of(elsewhere).toAbsolutePath().normalize();
        this.lists = folder.resolve("repositories");
        this.graft = graft;
    }

    /** An image is one for all users of the machine, and the next version takes its place. */
    static Path own(Path plugins, boolean image, Path config) {
        return image ? config.resolve("plugins").toAbsolutePath() : plugins.resolve("installed");
    }

    /** A plugin that was removed and offered something, the last one where there are several. */
    Optional<StoreState.Removed> removed(Predicate<StoreState.Removed> offered) {
        return state().removed().stream().filter(offered).reduce((first, last) -> last);
    }

    /** What is installed, enabled or not, in the order of installation. */
    public List<InstalledPlugin> installed() {
        return List.copyOf(state().plugins().values());
    }

    public Optional<InstalledPlugin> installed(String id) {
        return Optional.ofNullable(state().plugins().get(id));
    }

    /** The archive of an installed plugin. */
    public Path archive(InstalledPlugin plugin) {
        return folder.resolve(plugin.file());
    }

    /** Addresses of the repositories, in the order in which they are asked. */
    public List<String> repositories() {
        return state().repositories();
    }

    /** Adds a repository, when it can be read and is not there yet. */
    public void addRepository(String address) {
        String normal = normal(address);
        PluginCatalogue.fetch(normal, lists);
        change(state -> {
            if (!state.repositories().contains(normal)) {
                state.repositories().add(normal);
            }
        });
    }

    public void removeRepository(String address) {
        change(state -> {
            if (!state.repositories().remove(normal(address))) {
                throw new Problem(
                        "there is no repository " + address,
                        state.repositories().isEmpty()
                                ? "none was added"
                                : "there are " + String.join(", ", state.repositories()),
                        "give one of these");
            }
        });
    }

    /** A folder by its whole path, so that it is found from every other. */
    private static String normal(String address) {
        return PluginRepository.isAddress(address) || address.startsWith("file:")
                ? address
                : Path.of(address).toAbsolutePath().normalize().toString();
    }

    /** Asks all repositories what they offer; may take seconds. */
    public PluginCatalogue ask() {
        return PluginCatalogue.ask(repositories(), lists);
    }

    /** What the repositories offered when they were last asked; takes no time. */
    public PluginCatalogue known() {
        return PluginCatalogue.known(repositories(), lists);
    }

    // --- plans
    // ----------------------------------------------------------------------------------------------------------

    /**
     * Looks at an archive that the user has, and at what it needs from the repositories.
     *
     * @param sha512 that its provider gives; without one, the archive must be signed
     * @throws Problem saying why it is refused
     */
    public InstallPlan planFile(Path archive, Optional<String> sha512, PluginCatalogue catalogue) {
        return planned(
                planning -> {
                    PluginInspection found = PluginInspection.of(archive);
                    sha512.ifPresent(found::checkSha512);
                    if (sha512.isEmpty() && found.signer().isEmpty()) {
                        throw new Problem(
                                "the plugin " + archive.getFileName() + " is refused",
                                "it is not signed, and no SHA-512 says that it is what its provider made",
                                "give the SHA-512 that its provider publishes, here or in a file "
                                        + archive.getFileName() + ".sha512 beside it");
                    }
                    planning.add(found, archive.toAbsolutePath().toString(), "it is asked for");
                },
                catalogue);
    }

    /** The checksum in a file {@code NAME.jar.sha512} beside an archive, as {@code sha512sum} writes it; empty without one. */
    public static Optional<String> promised(Path archive) {
        Path beside = archive.resolveSibling(archive.getFileName() + ".sha512");
        try {
            // The file's name comes behind it.
            return Files.exists(beside)
                    ? Optional.of(Files.readString(beside).strip().split("\\s+", 2)[0])
                    : Optional.empty();
        } catch (IOException e) {
            throw new Problem("cannot read " + beside, FileFault.why(e), "give the checksum itself").causedBy(e);
        }
    }

    /** The newest release that works with this Graft. */
    public Optional<PluginRepository.Release> newest(PluginRepository.Offer offer) {
        return offer.newest(graft);
    }

    /** Fetches plugins from the repositories, with what they need, and looks at them all. */
    public InstallPlan plan(Collection<Wanted> wanted, PluginCatalogue catalogue) {
        return planned(planning -> wanted.forEach(each -> planning.fetch(each, "it is asked for")), catalogue);
    }

    /**
     * Fetches the newest versions of installed plugins, of those that have one, from where each came from. What another place
     * offers is only taken of a plugin that is named, and asked about.
     *
     * @param ids all for none
     */
    public InstallPlan planUpdates(Collection<String> ids, PluginCatalogue catalogue) {
        StoreState state = state();
        ids.forEach(id -> require(state, id));
        return planned(
                planning -> state.plugins().values().stream()
                        .filter(plugin -> ids.isEmpty() || ids.contains(plugin.id()))
                        .forEach(plugin -> {
                            Optional<PluginRepository.Offer> own = catalogue.plugin(plugin.id(), plugin.source());
                            Optional<PluginRepository.Offer> any =
                                    ids.isEmpty() ? own : own.or(() -> catalogue.plugin(plugin.id()));
                            any.ifPresent(offer -> later(plugin, offer)
                                    .ifPresent(release -> planning.fetch(offer, release, "it is newer")));
                        }),
                catalogue);
    }

    /** A later version of an installed plugin that works with this Graft, at the place that it came from. */
    public Optional<PluginRepository.Release> update(InstalledPlugin plugin, PluginCatalogue catalogue) {
        return catalogue.plugin(plugin.id(), plugin.source()).flatMap(offer -> later(plugin, offer));
    }

    private Optional<PluginRepository.Release> later(InstalledPlugin plugin, PluginRepository.Offer offer) {
        return offer.newest(graft).filter(release -> PluginManifest.later(release.version(), plugin.version()));
    }

    private InstallPlan planned(Consumer<Planning> work, PluginCatalogue catalogue) {
        Path incoming = temporaryFolder();
        Planning planning = new Planning(incoming, state(), catalogue);
        try {
            work.accept(planning);
            return planning.done();
        } catch (RuntimeException | Error refused) {
            new InstallPlan(List.of(), List.of(), incoming).close();
            throw refused;
        }
    }

    private Path temporaryFolder() {
        try {
            return Files.createTempDirectory(temporary, "graft-incoming");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param bundled ids of the plugins that come with Graft */
    private static void refuseGraftsOwn(PluginManifest manifest, Set<String> bundled) {
        if (bundled.contains(manifest.id())) {
            throw new Problem(
                    "the plugin " + manifest.name() + " is refused",
                    "a plugin with the id " + manifest.id() + " comes with Graft",
                    "ask its provider for another id");
        }
        boolean graftsOwn = manifest.id().equals("graft")
                || manifest.id().startsWith("graft-")
                || manifest.id().startsWith("graft.");
        if (graftsOwn) {
            throw new Problem(
                    "the plugin " + manifest.name() + " is refused",
                    "ids that begin with graft are Graft's own",
                    "ask its provider for another id");
        }
    }

    /** A plan in the making: the archives so far, and what would be installed with them. */
    private final class Planning {

        private final Path incoming;
        private final StoreState before;
        private final PluginCatalogue catalogue;
        private final Map<String, Step> steps = new LinkedHashMap<>();
        private final Map<String, PluginManifest> here = new LinkedHashMap<>();
        private final Set<String> underWay = new TreeSet<>();

        Planning(Path incoming, StoreState before, PluginCatalogue catalogue) {
            this.incoming = incoming;
            this.before = before;
            this.catalogue = catalogue;
            NodeLibrary.manifests(bundled).forEach(manifest -> here.put(manifest.id(), manifest));
        }

        void fetch(Wanted wanted, String why) {
            // The place that it came from is asked before the others.
            PluginRepository.Offer offer = Optional.ofNullable(before.plugins().get(wanted.id()))
                    .flatMap(old -> catalogue.plugin(wanted.id(), old.source()))
                    .or(() -> catalogue.plugin(wanted.id()))
                    .orElseThrow(() -> new Problem(
                            "cannot install " + wanted.id(),
                            catalogue.repositories().isEmpty()
                                    ? "no repository could be asked"
                                            + (catalogue.problems().isEmpty()
                                                    ? ", since none was added"
                                                    : " (" + String.join(" ", catalogue.problems()) + ")")
                                    : "no repository offers it",
                            "add a repository with `graft plugins repository --add ADDRESS`, or install it"
                                    + " from a file"));
            PluginRepository.Release release = wanted.version()
                    .map(version -> offer.releases().stream()
                            .filter(each -> each.version().equals(version))
                            .findFirst()
                            .orElseThrow(() -> new Problem(
                                    "cannot install " + wanted.id() + " " + version,
                                    offer.repository() + " offers " + versions(offer),
                                    "choose one of these")))
                    .or(() -> offer.newest(graft))
                    .orElseThrow(() -> offer.releases().isEmpty()
                            ? new Problem(
                                    "cannot install " + wanted.id(),
                                    offer.repository() + " offers no version of it that can be taken",
                                    "tell the repository's keeper")
                            : new Problem(
                                    "cannot install " + wanted.id(),
                                    "no version of it works with Graft " + graft,
                                    "update Graft"));
            fetch(offer, release, why);
        }

        void fetch(PluginRepository.Offer offer, PluginRepository.Release release, String why) {
            add(PluginRepository.fetch(offer, release, incoming), offer.repository(), why);
        }

        private static String versions(PluginRepository.Offer offer) {
            return offer.releases().isEmpty()
                    ? "no version of it"
                    : String.join(
                            ", ",
                            offer.releases().stream()
                                    .map(PluginRepository.Release::version)
                                    .toList());
        }

        /** Adds an archive behind those that it needs. */
        void add(PluginInspection found, String source, String why) {
            PluginManifest manifest = found.manifest();
            found.checkComplete();
            found.checkWorksWith(graft);
            refuseGraftsOwn(manifest, here.keySet());
            InstalledPlugin old = before.plugins().get(manifest.id());
            if (old != null) {
                checkSigner(old, found);
                checkDependents(old, manifest);
            }
            checkNodes(found);
            if (!underWay.add(manifest.id())) {
                throw new Problem(
                        "the plugin " + manifest.name() + " is refused",
                        "it needs itself, by way of " + String.join(", ", underWay),
                        "tell its provider");
            }
            manifest.dependencies().forEach(dependency -> need(manifest, dependency));
            underWay.remove(manifest.id());
            steps.put(
                    manifest.id(),
                    new Step(found, Optional.ofNullable(old).map(InstalledPlugin::version), source, why));
        }

        private void need(PluginManifest by, Dependency dependency) {
            if (underWay.contains(dependency.id())) {
                throw new Problem(
                        "the plugin " + by.name() + " is refused",
                        "it and " + dependency.id() + " need each other",
                        "tell its provider");
            }
            Optional<String> planned = Optional.ofNullable(steps.get(dependency.id()))
                    .map(step -> step.archive().manifest().version())
                    .or(() -> Optional.ofNullable(here.get(dependency.id())).map(PluginManifest::version));
            Optional<InstalledPlugin> installed =
                    Optional.ofNullable(before.plugins().get(dependency.id()));
            Optional<String> present =
                    planned.or(() -> installed.filter(InstalledPlugin::enabled).map(InstalledPlugin::version));
            if (present.filter(dependency::takes).isPresent() || (dependency.optional() && present.isEmpty())) {
                return;
            }
            if (planned.isPresent()) {
                throw unmet(by, dependency, dependency.id() + " " + planned.get() + " is there", "tell its provider");
            }
            if (installed
                    .filter(plugin -> !plugin.enabled() && dependency.takes(plugin.version()))
                    .isPresent()) {
                throw unmet(
                        by,
                        dependency,
                        dependency.id() + " is disabled",
                        "enable it with `graft plugins enable " + dependency.id() + "`");
            }
            Optional<PluginRepository.Release> release = catalogue
                    .plugin(dependency.id())
                    .flatMap(offer -> offer.releases().stream()
                            .filter(each -> each.worksWith(graft) && dependency.takes(each.version()))
                            .findFirst());
            if (release.isEmpty()) {
                throw unmet(
                        by,
                        dependency,
                        installed
                                        .map(plugin -> plugin.name() + " is installed, and no")
                                        .orElse("no")
                                + " repository offers a version that fits",
                        "install " + dependency.id() + " from a file first, or add a repository that has it");
            }
            fetch(
                    new Wanted(dependency.id(), Optional.of(release.get().version())),
                    by.name() + " needs " + dependency);
        }

        private Problem unmet(PluginManifest by, Dependency dependency, String why, String remedy) {
            return new Problem(
                    "the plugin " + by.name() + " is refused", "it needs " + dependency + ", and " + why, remedy);
        }

        /** An update is from whom the plugin was from. */
        private void checkSigner(InstalledPlugin old, PluginInspection found) {
            if (old.signer().isEmpty()) {
                return;
            }
            String by = old.signer().get().toString();
            if (found.signer().isEmpty()) {
                throw new Problem(
                        "the plugin " + found.manifest().name() + " is refused",
                        "it is not signed, and " + old.name() + ", which is installed, was signed by " + by,
                        "get it from that signer; or remove the plugin first, if you trust this one all the same");
            }
            if (!found.signer().get().fingerprint().equals(old.signer().get().fingerprint())) {
                throw new Problem(
                        "the plugin " + found.manifest().name() + " is refused",
                        "it is signed by " + found.signer().get() + ", and " + old.name() + ", which is installed, by "
                                + by,
                        "ask its provider; or remove the plugin first, if you trust the new signer");
            }
        }

        /** What needs the plugin must be able to use the new version. */
        private void checkDependents(InstalledPlugin old, PluginManifest now) {
            for (InstalledPlugin other : before.plugins().values()) {
                for (Dependency dependency : other.dependencies()) {
                    if (dependency.id().equals(old.id())
                            && !dependency.takes(now.version())
                            && !steps.containsKey(other.id())) {
                        throw new Problem(
                                "the plugin " + now.name() + " is refused",
                                other.name() + ", which is installed, needs " + dependency,
                                "update " + other.id() + " first, or remove it");
                    }
                }
            }
        }

        private void checkNodes(PluginInspection found) {
            Map<String, String> taken = new LinkedHashMap<>();
            NodeLibrary.inspections(bundled).forEach(each -> each.nodes()
                    .forEach(node -> taken.put(node, each.manifest().id())));
            before.plugins().values().forEach(each -> each.nodes().forEach(node -> taken.put(node, each.id())));
            steps.values().forEach(each -> each.archive()
                    .nodes()
                    .forEach(node -> taken.put(node, each.archive().manifest().id())));
            for (String node : found.nodes()) {
                String owner = taken.getOrDefault(node, found.manifest().id());
                if (!owner.equals(found.manifest().id())) {
                    throw new Problem(
                            "the plugin " + found.manifest().name() + " is refused",
                            "its node " + node + " is there already, from the plugin " + owner,
                            "remove " + owner + " first, or ask a provider for another id");
                }
            }
        }

        InstallPlan done() {
            List<Question> questions = new ArrayList<>();
            steps.values().forEach(step -> ask(step, questions));
            return new InstallPlan(List.copyOf(steps.values()), List.copyOf(questions), incoming);
        }

        private void ask(Step step, List<Question> questions) {
            PluginInspection found = step.archive();
            PluginManifest manifest = found.manifest();
            InstalledPlugin old = before.plugins().get(manifest.id());
            if (old != null) {
                askOfChange(step, old, questions);
            }
            if (found.signer().isPresent()) {
                Signer signer = found.signer().get();
                if (!before.trusted().containsKey(signer.fingerprint())) {
                    questions.add(new Question(
                            Question.Kind.SIGNER,
                            manifest.id(),
                            manifest.name() + " is signed by " + signer + ", of whom nothing was installed before"));
                }
            } else if (old == null) {
                questions.add(new Question(
                        Question.Kind.UNSIGNED,
                        manifest.id(),
                        manifest.name()
                                + " is not signed: its checksum proves that it came whole, and not who made it"));
            }
            for (String doubt : found.doubts()) {
                questions.add(new Question(Question.Kind.DOUBT, manifest.id(), manifest.name() + ": " + doubt));
            }
            for (Permission permission : manifest.permissions().orElseThrow()) {
                if (old == null || !old.permissions().contains(permission)) {
                    questions.add(new Question(
                            Question.Kind.PERMISSION, manifest.id(), manifest.name() + " " + permission.words()));
                }
            }
        }
    }

    /** What of a plugin is another than of the version that is installed, and the user may not expect. */
    private static void askOfChange(Step step, InstalledPlugin old, List<Question> questions) {
        PluginManifest now = step.archive().manifest();
        boolean chosenFile = isFile(step.source()) && isFile(old.source());
        if (!step.source().equals(old.source()) && !chosenFile) {
            questions.add(new Question(
                    Question.Kind.SOURCE,
                    now.id(),
                    now.name() + " comes from " + PlainText.line(step.source(), 200) + ", and " + old.name()
                            + ", which is installed, from " + PlainText.line(old.source(), 200)));
        }
        if (!old.provider().isEmpty() && !now.provider().equals(old.provider())) {
            questions.add(new Question(
                    Question.Kind.PROVIDER,
                    now.id(),
                    now.name() + " is by " + now.provider() + ", and " + old.name() + ", which is installed, by "
                            + old.provider()));
        }
        if (PluginManifest.later(old.version(), now.version())) {
            questions.add(new Question(
                    Question.Kind.OLDER,
                    now.id(),
                    now.name() + " is older than " + old.name() + ", which is installed (" + step.why() + ")"));
        }
    }

    private static boolean isFile(String source) {
        return source.endsWith(".jar") && !PluginRepository.isAddress(source);
    }

    // --- changes
    // --------------------------------------------------------------------------------------------------------

    /**
     * Installs what was planned, and takes the plan's questions for answered with yes.
     *
     * @throws Problem when one of the plugins does not load or the disk is full; then all is as before
     */
    public void install(InstallPlan plan) {
        install(plan, false);
    }

    /**
     * As {@link #install(InstallPlan)}; what was in the sandbox stays there, and so does what needs such a plugin.
     *
     * @param sandboxed whether what is new comes into the sandbox, so that nothing of it ever runs outside
     */
    public void install(InstallPlan plan, boolean sandboxed) {
        change(state -> {
            for (Step step : plan.steps()) {
                PluginInspection found = step.archive();
                PluginManifest manifest = found.manifest();
                String file = manifest.id() + "-" + manifest.version() + "-"
                        + found.sha512().substring(0, 8) + ".jar";
                AtomicFile.write(folder.resolve(file), out -> Files.copy(found.archive(), out));
                Optional<InstalledPlugin> old =
                        Optional.ofNullable(state.plugins().get(manifest.id()));
                InstalledPlugin now = new InstalledPlugin(
                        manifest.id(),
                        manifest.version(),
                        file,
                        found.sha512(),
                        manifest.provider(),
                        found.signer(),
                        manifest.permissions().orElseThrow(),
                        manifest.dependencies(),
                        found.nodes(),
                        step.source(),
                        true,
                        old.map(InstalledPlugin::sandboxed).orElse(sandboxed)
                                || needsSandboxed(state, manifest.dependencies()),
                        old.map(plugin -> plugin.withPrevious(Optional.empty()))
                                .filter(plugin -> !plugin.sha512().equals(found.sha512())));
                state.plugins().put(manifest.id(), now);
                state.forget(manifest.id());
                found.signer().ifPresent(signer -> state.trusted().put(signer.fingerprint(), signer.name()));
            }
            plan.steps().stream()
                    .map(step -> state.plugins().get(step.archive().manifest().id()))
                    .filter(InstalledPlugin::sandboxed)
                    .forEach(plugin -> describe(state, plugin));
            tryOut(state, plan.steps());
        });
    }

    /** Loads everything as it would be, and refuses when a plugin that is new fails. */
    private void tryOut(StoreState state, List<Step> steps) {
        try (NodeLibrary trial = NodeLibrary.load(bundled, archives(state), graft)) {
            steps.forEach(step -> new ArchiveTrial(trial, step.archive().manifest()).refuseForUser());
        }
    }

    /**
     * Loads an archive as it would be once it is installed, beside what is installed and under development; installs nothing.
     *
     * @param own names of the classes that its author wrote
     * @throws Problem saying to its author all that has to be mended, ten faults at most
     */
    public void tryOut(PluginInspection archive, Set<String> own) {
        PluginManifest manifest = archive.manifest();
        try {
            archive.checkComplete();
            archive.checkWorksWith(graft);
            refuseGraftsOwn(
                    manifest,
                    NodeLibrary.manifests(bundled).stream()
                            .map(PluginManifest::id)
                            .collect(Collectors.toSet()));
        } catch (Problem refused) {
            throw new Problem(refused.happened(), refused.why(), "mend it in pom.xml and build again");
        }
        List<NodeLibrary.Archive> archives = new ArrayList<>();
        // Before another of its id.
        archives.add(new NodeLibrary.Archive(archive.archive(), Optional.empty(), Optional.empty()));
        archives.addAll(NodeLibrary.archives(this));
        try (NodeLibrary trial = NodeLibrary.load(bundled, archives, graft)) {
            new ArchiveTrial(trial, manifest).refuseForAuthor(own);
        }
    }

    /** Goes back to the version that was installed before the last update. */
    public InstalledPlugin rollBack(String id) {
        change(state -> {
            InstalledPlugin now = require(state, id);
            InstalledPlugin previous = now.previous()
                    .orElseThrow(() -> new Problem(
                            "cannot roll " + id + " back",
                            "no earlier version of it was installed",
                            "install one with `graft plugins install " + id + "@VERSION`"));
            for (InstalledPlugin other : state.plugins().values()) {
                for (Dependency dependency : other.dependencies()) {
                    if (dependency.id().equals(id) && !dependency.takes(previous.version())) {
                        throw new Problem(
                                "cannot roll " + id + " back to " + previous.version(),
                                other.name() + " needs " + dependency,
                                "roll " + other.id() + " back first, or remove it");
                    }
                }
            }
            InstalledPlugin back = previous.withEnabled(now.enabled()).withSandboxed(now.sandboxed());
            state.plugins().put(id, back);
            if (back.sandboxed()) {
                describe(state, back);
            }
        });
        return installed(id).orElseThrow();
    }

    /** Loads a plugin again, or no more; its archive stays. */
    public void setEnabled(String id, boolean enabled) {
        change(state -> {
            InstalledPlugin plugin = require(state, id);
            if (!enabled) {
                refuseIfNeeded(state, id, "disable");
            }
            state.plugins().put(id, plugin.withEnabled(enabled));
        });
    }

    // --- the sandbox
    // ----------------------------------------------------------------------------------------------------------

    /**
     * Lets a plugin run in the system's sandbox only, or trusts it again.
     *
     * <p>While it is there none of its code runs in any other process: its nodes and choices are stand-ins made of what it says
     * of itself in the sandbox, once, and a run that needs one of them happens in the sandbox as a whole.
     *
     * @return what of the plugin is not offered while it is in the sandbox
     * @throws Problem when there is no sandbox, or when a plugin outside needs the classes of one within
     */
    public List<String> setSandboxed(String id, boolean on) {
        return setSandboxed(id, on, Sandbox.ofThisMachine());
    }

    List<String> setSandboxed(String id, boolean on, Sandbox sandbox) {
        List<String> leftOut = new ArrayList<>();
        change(state -> {
            InstalledPlugin plugin = require(state, id).withSandboxed(on);
            for (InstalledPlugin other : state.plugins().values()) {
                if (on && !other.sandboxed() && needs(other, id)) {
                    throw new Problem(
                            "cannot put " + id + " into the sandbox",
                            other.name() + " needs its classes and is trusted",
                            "put " + other.id() + " there first");
                }
                if (!on && other.sandboxed() && needs(plugin, other.id())) {
                    throw new Problem(
                            "cannot trust " + id,
                            "it needs the classes of " + other.name() + ", which is in the sandbox",
                            "trust " + other.id() + " first");
                }
            }
            state.plugins().put(id, plugin);
            if (on) {
                leftOut.addAll(leftOut(describe(state, plugin, sandbox)));
            }
        });
        return leftOut;
    }

    /** What of a plugin is not offered while it is in the sandbox; nothing of one outside. */
    public List<String> leftOut(String id) {
        return installed(id)
                .filter(InstalledPlugin::sandboxed)
                .flatMap(plugin -> description(folder.resolve(plugin.file())))
                .map(PluginStore::leftOut)
                .orElse(List.of());
    }

    private static List<String> leftOut(JsonObject description) {
        return description.getAsJsonArray("leftOut").asList().stream()
                .map(each -> PlainText.line(each.getAsString(), 200))
                .toList();
    }

    private static boolean needs(InstalledPlugin plugin, String id) {
        return plugin.dependencies().stream()
                .anyMatch(
                        dependency -> !dependency.optional() && dependency.id().equals(id));
    }

    private static boolean needsSandboxed(StoreState state, List<Dependency> dependencies) {
        return dependencies.stream()
                .filter(dependency -> !dependency.optional())
                .map(dependency -> state.plugins().get(dependency.id()))
                .anyMatch(needed -> needed != null && needed.sandboxed());
    }

    private void describe(StoreState state, InstalledPlugin plugin) {
        var unused = describe(state, plugin, Sandbox.ofThisMachine());
    }

    private JsonObject describe(StoreState state, InstalledPlugin plugin, Sandbox sandbox) {
        SandboxedStore shown = new SandboxedStore(bundled, folder, state);
        try {
            JsonObject description = PluginDescription.ask(sandbox, shown, bundled, plugin, graft);
            AtomicFile.write(
                    descriptionFile(folder.resolve(plugin.file())),
                    out -> out.write(description.toString().getBytes(StandardCharsets.UTF_8)));
            return description;
        } finally {
            shown.close();
        }
    }

    private static Path descriptionFile(Path archive) {
        return archive.resolveSibling(archive.getFileName() + DESCRIBED);
    }

    /** What an archive of a sandboxed plugin offers; empty when that is not there or not to be read. */
    static Optional<JsonObject> description(Path archive) {
        try {
            return Optional.of(JsonParser.parseString(Files.readString(descriptionFile(archive)))
                    .getAsJsonObject());
        } catch (IOException | RuntimeException lost) {
            return Optional.empty();
        }
    }

    /** What a sandboxed process is to find in place of this store; to be closed when the process has ended. */
    public SandboxedStore forSandbox() {
        return new SandboxedStore(bundled, folder, state());
    }

    /** Removes a plugin and its archives. */
    public void remove(String id) {
        change(state -> {
            InstalledPlugin plugin = require(state, id);
            refuseIfNeeded(state, id, "remove");
            state.remove(id, PluginInspection.choices(archive(plugin)));
        });
    }

    private static void refuseIfNeeded(StoreState state, String id, String verb) {
        for (InstalledPlugin other : state.plugins().values()) {
            boolean needs = other.enabled()
                    && other.dependencies().stream()
                            .anyMatch(dependency ->
                                    !dependency.optional() && dependency.id().equals(id));
            if (needs) {
                throw new Problem(
                        "cannot " + verb + " " + id, other.name() + " needs it", verb + " " + other.id() + " first");
            }
        }
    }

    private InstalledPlugin require(StoreState state, String id) {
        InstalledPlugin plugin = state.plugins().get(id);
        if (plugin != null) {
            return plugin;
        }
        boolean bundledOne = NodeLibrary.manifests(bundled).stream()
                .anyMatch(manifest -> manifest.id().equals(id));
        throw bundledOne
                ? new Problem(
                        "cannot change " + id, "it comes with Graft", "leave it, or take its archive out of " + bundled)
                : new Problem(
                        "there is no plugin " + id,
                        state.plugins().isEmpty()
                                ? "none is installed"
                                : "installed are "
                                        + String.join(", ", state.plugins().keySet()),
                        "see all of them with `graft plugins list`");
    }

    // --- under development
    // ------------------------------------------------------------------------------------------------------

    /** Archives that their authors work on: running programs load them, and again whenever they change. */
    public List<Path> inDevelopment() {
        Path list = folder.resolve("development.txt");
        try {
            return Files.exists(list)
                    ? Files.readAllLines(list).stream().map(Path::of).toList()
                    : List.of();
        } catch (IOException | InvalidPathException e) {
            throw new Problem("cannot read " + list, FileFault.why(e), "remove it").causedBy(e);
        }
    }

    /** Adds an archive to those under development, or takes it out. */
    public void develop(Path archive, boolean on) {
        Path absolute = archive.toAbsolutePath().normalize();
        change(state -> {
            List<Path> all = new ArrayList<>(inDevelopment());
            all.remove(absolute);
            if (on) {
                all.add(absolute);
            }
            byte[] lines = all.stream()
                    .map(each -> each + "\n")
                    .collect(Collectors.joining())
                    .getBytes(StandardCharsets.UTF_8);
            AtomicFile.write(folder.resolve("development.txt"), out -> out.write(lines));
        });
    }

    // --- the file
    // -------------------------------------------------------------------------------------------------------

    /** The archives to load, each with the checksum that it must have. */
    List<NodeLibrary.Archive> archives() {
        return archives(state());
    }

    private List<NodeLibrary.Archive> archives(StoreState state) {
        return state.plugins().values().stream()
                .filter(InstalledPlugin::enabled)
                .map(plugin -> new NodeLibrary.Archive(
                        folder.resolve(plugin.file()),
                        Optional.of(plugin.id()),
                        Optional.of(plugin.sha512()),
                        plugin.sandboxed()))
                .toList();
    }

    /** Archives in the store that nobody installed. */
    List<Path> strays() {
        Collection<String> known = state().files();
        return jars().stream()
                .filter(name -> !known.contains(name))
                .map(folder::resolve)
                .toList();
    }

    private List<String> jars() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try {
            return Folder.entries(folder).stream()
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".jar"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw AtomicFile.problem(folder, e);
        }
    }

    /** The files that say what is installed and what is under development. */
    List<Path> lists() {
        return List.of(file(), folder.resolve("development.txt"));
    }

    private Path file() {
        return folder.resolve("installed.json");
    }

    private StoreState state() {
        return StoreState.read(file());
    }

    private void change(Consumer<StoreState> change) {
        synchronized (IN_THIS_PROCESS) {
            try {
                Files.createDirectories(folder);
            } catch (IOException e) {
                throw AtomicFile.problem(folder, e);
            }
            try (FileChannel channel = FileChannel.open(
                            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                StoreState state = state();
                List<Path> strays = strays();
                try {
                    change.accept(state);
                    state.write(file());
                } finally {
                    sweep(strays);
                }
            } catch (IOException e) {
                throw AtomicFile.problem(folder, e);
            }
        }
    }

    /** Removes the archives of a failed install, or of a plugin that was removed; not those that somebody put there. */
    private void sweep(Collection<Path> strays) throws IOException {
        for (Path file : strays()) {
            if (!strays.contains(file)) {
                Files.delete(file);
                Files.deleteIfExists(descriptionFile(file));
            }
        }
    }
}
