package graft.app.worker;

import graft.app.engine.Cache;
import graft.app.engine.Engine;
import graft.app.engine.Plan;
import graft.app.engine.PlannedState;
import graft.app.engine.PluginLock;
import graft.app.engine.RunEvent;
import graft.app.engine.RunFolders;
import graft.app.engine.RunResult;
import graft.app.plugin.NodeLibrary;
import graft.app.sandbox.Sandbox;
import graft.app.user.ModelFolders;
import graft.app.workflow.Workflow;
import graft.node.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Runs workflows in the sandbox where they need a plugin that may run nowhere else, and hands every other to a backend.
 *
 * <p>Each run in the sandbox has a process of its own, so that nothing is kept from one to the next. Without a sandbox such a workflow is
 * refused.
 */
public final class SandboxingBackend implements RunBackend {

    private final RunBackend ordinary;
    private final NodeLibrary library;
    private final Supplier<ModelFolders> models;
    private final Sandbox sandbox;
    private final Consumer<String> log;
    private final Engine checking;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread made = new Thread(task, "graft-sandboxing");
        made.setDaemon(true);
        made.setContextClassLoader(SandboxingBackend.class.getClassLoader());
        return made;
    });

    private boolean busy;

    /** Runs what is under way, as soon as that is decided; what was asked of it before is asked then. */
    private Optional<RunBackend> running = Optional.empty();

    private final List<Consumer<RunBackend>> asked = new ArrayList<>();

    /**
     * A backend before another.
     *
     * @param library in which stand-ins take the place of sandboxed plugins
     * @param models where workflows' models are looked for by name, asked for with each run
     * @param log takes what a sandboxed process prints, line by line
     */
    public SandboxingBackend(
            RunBackend ordinary,
            NodeLibrary library,
            Supplier<ModelFolders> models,
            Sandbox sandbox,
            Consumer<String> log) {
        this.ordinary = ordinary;
        this.library = library;
        this.models = models;
        this.sandbox = sandbox;
        this.log = log;
        checking = new Engine(library, Cache.none(), models);
    }

    @Override
    public CompletableFuture<RunResult> start(RunRequest request, Consumer<RunEvent> listener) {
        synchronized (this) {
            if (busy) {
                throw new IllegalStateException("a run is under way");
            }
            busy = true;
        }
        return CompletableFuture.supplyAsync(() -> decided(request), thread)
                .thenCompose(backend -> begun(backend, request, listener))
                .whenComplete((result, failure) -> ended());
    }

    /** What is to run it. */
    private RunBackend decided(RunRequest request) {
        library.refresh();
        if (library.sandboxed().isEmpty()) {
            return ordinary;
        }
        Plan plan = checking.check(request.workflow(), request.outputs());
        LocalBackend.refuseUnlessRunnable(plan);
        Set<String> confined = sandboxed(plan, library);
        return confined.isEmpty() ? ordinary : new SandboxedRun(plan, confined);
    }

    /** Ids of the plugins for whose sake a plan has to run in the sandbox; none for any other. */
    public static Set<String> sandboxed(Plan plan, NodeLibrary library) {
        return plugins(plan, library).stream()
                .filter(library.sandboxed()::contains)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> plugins(Plan plan, NodeLibrary library) {
        return PluginLock.of(plan.graph(), library).plugins().stream()
                .map(PluginLock.Pinned::id)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private CompletableFuture<RunResult> begun(RunBackend backend, RunRequest request, Consumer<RunEvent> listener) {
        CompletableFuture<RunResult> result = backend.start(request, listener);
        List<Consumer<RunBackend>> before;
        synchronized (this) {
            running = Optional.of(backend);
            before = List.copyOf(asked);
            asked.clear();
        }
        before.forEach(each -> each.accept(backend));
        return result;
    }

    private synchronized void ended() {
        busy = false;
        running = Optional.empty();
        asked.clear();
    }

    @Override
    public CompletableFuture<Map<String, PlannedState>> states(Workflow workflow, String device) {
        return ordinary.states(workflow, device);
    }

    @Override
    public void stopAndKeep() {
        ask(RunBackend::stopAndKeep);
    }

    @Override
    public void cancel() {
        ask(RunBackend::cancel);
    }

    @Override
    public void leaveBehind() {
        ask(RunBackend::leaveBehind);
    }

    private void ask(Consumer<RunBackend> what) {
        Optional<RunBackend> at;
        synchronized (this) {
            at = running;
            if (at.isEmpty() && busy) {
                asked.add(what);
            }
        }
        at.ifPresent(what);
    }

    @Override
    public void close() {
        Optional<RunBackend> at;
        synchronized (this) {
            at = running;
        }
        at.ifPresent(RunBackend::close);
        thread.shutdown();
        ordinary.close();
    }

    /** One run in a process of its own. */
    private final class SandboxedRun implements RunBackend {

        private final Plan plan;
        private final Set<String> confined;
        private final WorkerClient client;
        private RunFiles files;

        SandboxedRun(Plan plan, Set<String> confined) {
            this.plan = plan;
            this.confined = confined;
            client = new WorkerClient(() -> files.start(sandbox), log);
        }

        @Override
        public CompletableFuture<RunResult> start(RunRequest request, Consumer<RunEvent> listener) {
            sandbox.lacks().ifPresent(why -> {
                throw new Problem(
                        REFUSED,
                        "it needs " + String.join(" and ", confined)
                                + ", which you let run in the sandbox only, and there is none: " + why,
                        "mend that, or trust the plugin with `graft plugins trust "
                                + confined.iterator().next() + "`");
            });
            files = new RunFiles(
                    plan,
                    confined,
                    plugins(plan, library),
                    library.store().orElseThrow(),
                    RunFolders.make(request.folder(), request.workflow()),
                    models.get());
            RunRequest inside = new RunRequest(
                    request.workflow(),
                    request.outputs(),
                    request.folder(),
                    request.device(),
                    request.previewed(),
                    Optional.of(files.folder()));
            CompletableFuture<RunResult> said = client.start(
                            inside, event -> files.believed(event).ifPresent(listener))
                    .thenApply(files::believed);
            CompletableFuture<Void> closed = new CompletableFuture<>();
            var unused = said.whenComplete((result, failure) -> {
                Optional<ProcessHandle> process = client.process();
                client.close();
                var unusedToo = files.close(process).whenComplete((done, fault) -> closed.complete(null));
            });
            return closed.thenCompose(done -> said);
        }

        @Override
        public CompletableFuture<Map<String, PlannedState>> states(Workflow workflow, String device) {
            return CompletableFuture.completedFuture(Map.of());
        }

        @Override
        public void stopAndKeep() {
            client.stopAndKeep();
        }

        @Override
        public void cancel() {
            client.cancel();
        }

        @Override
        public void leaveBehind() {
            client.leaveBehind();
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
