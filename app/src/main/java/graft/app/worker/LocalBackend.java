package graft.app.worker;

import graft.app.engine.Cache;
import graft.app.engine.Engine;
import graft.app.engine.Finding;
import graft.app.engine.Plan;
import graft.app.engine.PlannedState;
import graft.app.engine.RunEvent;
import graft.app.engine.RunHandle;
import graft.app.engine.RunOptions;
import graft.app.engine.RunResult;
import graft.app.plugin.NodeLibrary;
import graft.app.user.ModelFolders;
import graft.app.workflow.Workflow;
import graft.node.Problem;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Runs workflows in this process. */
public final class LocalBackend implements RunBackend {

    private final Cache cache = Cache.keepAll();
    private final NodeLibrary library;
    private final Engine engine;
    private final AtomicBoolean busy = new AtomicBoolean();
    private final ExecutorService thread = thread("graft-backend");
    private final ExecutorService looker = thread("graft-backend-states");
    private volatile boolean ran;

    /** The run under way, and what was asked of it, which may be before it begins. */
    private RunHandle run;

    private Consumer<RunHandle> asked = handle -> {};

    /** @param models where workflows' models are looked for by name, asked for with each check and run */
    public LocalBackend(NodeLibrary library, Supplier<ModelFolders> models) {
        this.library = library;
        engine = new Engine(library, cache, models);
    }

    private static ExecutorService thread(String name) {
        return Executors.newSingleThreadExecutor(task -> {
            Thread made = new Thread(task, name);
            made.setDaemon(true);
            // DJL looks for its engine through the thread's class loader.
            made.setContextClassLoader(LocalBackend.class.getClassLoader());
            return made;
        });
    }

    @Override
    public CompletableFuture<Map<String, PlannedState>> states(Workflow workflow, String device) {
        // Before the first run nothing is kept, and the device, which takes a second to load, need not be asked.
        return ran && !looker.isShutdown()
                ? CompletableFuture.supplyAsync(() -> engine.states(workflow, device), looker)
                : CompletableFuture.completedFuture(Map.of());
    }

    @Override
    public CompletableFuture<RunResult> start(RunRequest request, Consumer<RunEvent> listener) {
        if (!busy.compareAndSet(false, true)) {
            throw new IllegalStateException("a run is under way");
        }
        return CompletableFuture.supplyAsync(() -> run(request, listener), thread);
    }

    private RunResult run(RunRequest request, Consumer<RunEvent> listener) {
        try {
            // Plugins may have come or gone by a command of another process.
            library.refresh();
            Plan plan = engine.check(request.workflow(), request.outputs());
            refuseUnlessRunnable(plan);
            RunHandle handle = engine.start(
                    plan,
                    new RunOptions(request.folder(), request.device(), listener, request.previewed(), request.made()));
            ran = true;
            synchronized (this) {
                run = handle;
                asked.accept(handle);
            }
            return handle.join();
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
            throw new CompletionException(closed);
        } finally {
            synchronized (this) {
                run = null;
                asked = handle -> {};
            }
            busy.set(false);
        }
    }

    /** @throws Problem with the first of what keeps a plan from running */
    static void refuseUnlessRunnable(Plan plan) {
        plan.findings().stream().filter(Finding::keepsFromRunning).findFirst().ifPresent(LocalBackend::refuse);
    }

    private static void refuse(Finding error) {
        throw new Problem(
                REFUSED,
                error.node().isEmpty() ? error.happened() : error.node() + ": " + error.happened(),
                error.remedy().isEmpty() ? "mend it" : error.remedy());
    }

    @Override
    public void stopAndKeep() {
        ask(RunHandle::cancel);
    }

    @Override
    public void cancel() {
        ask(RunHandle::drop);
    }

    @Override
    public synchronized void leaveBehind() {
        if (run != null) {
            run.leaveBehind();
        }
    }

    private synchronized void ask(Consumer<RunHandle> what) {
        if (run != null) {
            what.accept(run);
        } else if (busy.get()) {
            asked = asked.andThen(what);
        }
    }

    /** Waits for the run to end, a step and what saves it, at most a minute. */
    @Override
    public void close() {
        stopAndKeep();
        thread.shutdown();
        looker.shutdown();
        try {
            if (thread.awaitTermination(1, TimeUnit.MINUTES)) {
                cache.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
