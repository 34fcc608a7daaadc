package graft.app.worker;

import graft.app.engine.Plan;
import graft.app.engine.RunEvent;
import graft.app.engine.RunResult;
import graft.app.plugin.PluginStore;
import graft.app.plugin.SandboxedStore;
import graft.app.sandbox.Confines;
import graft.app.sandbox.Sandbox;
import graft.app.sandbox.ThisProgram;
import graft.app.user.ConfigFolder;
import graft.app.user.ModelFolders;
import graft.app.workflow.ProcessId;
import graft.file.CacheFolder;
import graft.file.Folder;
import graft.file.Location;
import graft.file.Sha256;
import graft.node.Problem;
import graft.node.Setting;
import graft.node.SettingSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a run in the sandbox may read and write.
 *
 * <p>To read: Graft, its Java and its libraries; the plugins of the workflow's nodes; the model folders; every file and folder that the
 * workflow names. To write: the run's own folder; folders that its nodes are told to write to; a cache and states of trainings that belong to
 * these plugins alone, since what lies there may be of their making. A folder that holds the user's home is not shown, whoever names it, and
 * one that holds what Graft is made of is not written to.
 */
final class RunFiles {

    private static final Logger LOG = LoggerFactory.getLogger(RunFiles.class);

    private static final int LONGEST_NAME = 100;

    /** What a process that has told of the run's end may take to end itself. */
    private static final long GRACE_SECONDS = 5;

    private final Plan plan;
    private final Set<String> confined;
    private final Set<String> plugins;
    private final SandboxedStore store;
    private final Path folder;
    private final ModelFolders models;
    private final Set<Path> writable = new LinkedHashSet<>();

    /**
     * Of one run.
     *
     * @param confined the sandboxed plugins that it needs
     * @param plugins all that it needs
     * @param folder its own, which is empty
     */
    RunFiles(
            Plan plan, Set<String> confined, Set<String> plugins, PluginStore store, Path folder, ModelFolders models) {
        this.plan = plan;
        this.confined = confined;
        this.plugins = plugins;
        this.store = store.forSandbox();
        this.folder = folder;
        this.models = models;
    }

    Path folder() {
        return folder;
    }

    /** Starts the worker. */
    Process start(Sandbox sandbox) throws IOException {
        Confines confines = new Confines().folder(Path.of(""));
        Set<Path> readable = new LinkedHashSet<>(models.all());
        plan.steps().forEach(step -> look(step, readable));
        readable.removeAll(writable);
        for (Path each : readable) {
            if (mayBeShown(each)) {
                confines.reads(each);
                ThisProgram.linked(each).stream().filter(RunFiles::mayBeShown).forEach(confines::reads);
            }
        }
        for (Path each : writable) {
            confines.writes(each);
        }
        // What the workflow names lies beneath what Graft is made of.
        ThisProgram.addTo(confines);
        store.show(plugins, confines);
        Path cache = cache();
        Path states = Files.createDirectories(cache.resolve("states"));
        Path built = CacheFolder.path().toAbsolutePath().resolve("builtin");
        confines.writes(cache).reads(built, cache.resolve("builtin"));
        confines.writes(states, folder.resolveSibling(".state")).writes(folder);
        confines.variable("GRAFT_CACHE", cache.toString());
        return sandbox.start(confines, command());
    }

    private List<String> command() {
        List<String> arguments = Stream.concat(
                        Stream.of(WORKER, "worker"),
                        models.folders().stream()
                                .flatMap(each ->
                                        Stream.of("--folder", each.collection().name() + "=" + each.path())))
                .toList();
        return ThisProgram.confined(
                Map.of(
                        Sandbox.CONFINED,
                        String.join(",", confined),
                        "graft.home",
                        store.home().toString(),
                        ProcessId.STARTER,
                        ProcessId.current().asStarter()),
                arguments.toArray(String[]::new));
    }

    /** The class of the command line, which this package does not know. */
    private static final String WORKER = "graft.app.command.Graft";

    /** One for each set of plugins: none may put something there for another. */
    private Path cache() throws IOException {
        String name = String.join("+", confined);
        return Files.createDirectories(ThisProgram.caches()
                .resolve(
                        name.length() <= LONGEST_NAME
                                ? name
                                : Sha256.of(List.copyOf(confined)).substring(0, 32)));
    }

    // --- what the workflow names
    // --------------------------------------------------------------------------------------

    private void look(Plan.Step step, Set<Path> readable) {
        step.reads().forEach(each -> readable.add(each.toAbsolutePath().normalize()));
        step.settings().forEach((setting, value) -> named(setting, value).ifPresent(place -> {
            if (isWritten(step, setting) && mayBeWritten(place) && made(place)) {
                writable.add(place);
            } else {
                readable.add(place);
            }
        }));
    }

    /** The file or folder that a setting names. */
    private Optional<Path> named(SettingSchema setting, Object value) {
        boolean names = value instanceof Path
                || switch (setting.declared().control()) {
                    case IMAGE_FILE, FOLDER, MODEL, ADAPTER, FILE -> value instanceof String;
                    case PLAIN, PARAGRAPH, PROMPT, SEED, SAVE_NAME -> false;
                };
        if (!names || value.toString().isBlank()) {
            return Optional.empty();
        }
        try {
            String said = models.resolved(setting.declared().collection(), value.toString());
            return said.startsWith("builtin:")
                    ? Optional.empty()
                    : Optional.of(
                            Location.of(said, "file", "a file").toAbsolutePath().normalize());
        } catch (Problem | InvalidPathException noPath) {
            return Optional.empty();
        }
    }

    /** A folder that is no model and that the node did not say it reads; a sandboxed plugin's node says nothing. */
    private boolean isWritten(Plan.Step step, SettingSchema setting) {
        return setting.declared().control() == Setting.Control.FOLDER
                && setting.declared().collection() == Setting.Collection.NONE
                && step.schema().output();
    }

    private static boolean made(Path place) {
        try {
            Files.createDirectories(place);
            return true;
        } catch (IOException toldByTheNode) {
            return false;
        }
    }

    /** Not what holds the home folder, and with it everything. */
    private static boolean mayBeShown(Path place) {
        try {
            Path home = Path.of(System.getProperty("user.home"));
            return !real(home).startsWith(real(place));
        } catch (IOException unreadable) {
            return false;
        }
    }

    /** Not what Graft is made of, nor what tells it what to do, nor a folder that holds some of it. */
    private boolean mayBeWritten(Path place) {
        try {
            Set<Path> own = new LinkedHashSet<>(ThisProgram.files());
            own.add(CacheFolder.path());
            own.add(ConfigFolder.path());
            own.add(store.home().resolve("plugins"));
            own.add(store.folder());
            Path real = real(place);
            for (Path each : own) {
                if (real(each).startsWith(real) || real.startsWith(real(each))) {
                    return false;
                }
            }
            return mayBeShown(place);
        } catch (IOException unreadable) {
            return false;
        }
    }

    private static Path real(Path place) throws IOException {
        return Files.exists(place) ? place.toRealPath() : place.toAbsolutePath().normalize();
    }

    // --- what it says
    // --------------------------------------------------------------------------------------------------

    /** An event as it may be passed on: a plugin that speaks for the worker names no other folder than the run's. */
    Optional<RunEvent> believed(RunEvent event) {
        if (event instanceof RunEvent.RunStarted started) {
            return started.folder().equals(folder) ? Optional.of(event) : Optional.empty();
        }
        if (event instanceof RunEvent.RunFinished finished) {
            return finished.folder().equals(folder) ? Optional.of(event) : Optional.empty();
        }
        if (event instanceof RunEvent.Wrote wrote) {
            Path file = wrote.file().toAbsolutePath().normalize();
            return Stream.concat(Stream.of(folder), writable.stream()).anyMatch(file::startsWith)
                    ? Optional.of(event)
                    : Optional.empty();
        }
        return Optional.of(event);
    }

    RunResult believed(RunResult result) {
        return new RunResult(result.outcome(), folder, result.seconds());
    }

    /**
     * Puts away what was made for the run, once its process has ended, which it is made to; the links in its folder lead anywhere,
     * and nobody is to follow them.
     */
    CompletableFuture<Void> close(Optional<ProcessHandle> process) {
        process.ifPresent(alive -> CompletableFuture.delayedExecutor(GRACE_SECONDS, TimeUnit.SECONDS)
                .execute(alive::destroyForcibly));
        return process.map(ProcessHandle::onExit)
                .orElseGet(() -> CompletableFuture.completedFuture(null))
                .thenRun(() -> {
                    store.close();
                    removeLinks();
                    removeIfEmpty();
                });
    }

    private void removeLinks() {
        try {
            for (Path each : Folder.tree(folder)) {
                if (Files.isSymbolicLink(each)) {
                    Files.delete(each);
                }
            }
        } catch (IOException left) {
            LOG.warn("links may be left in {}", folder, left);
        }
    }

    private void removeIfEmpty() {
        try {
            Files.delete(folder);
        } catch (IOException itHoldsSomething) {
            return;
        }
    }
}
