package graft.app.engine;

import graft.app.plugin.NodeLibrary;
import graft.app.plugin.TimeLimit;
import graft.app.plugin.ToldFailure;
import graft.app.user.ModelFolders;
import graft.app.workflow.Workflow;
import graft.file.FileFault;
import graft.node.Forecast;
import graft.node.Problem;
import graft.tensor.Compute;
import graft.tensor.Memory;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks and runs workflows with the nodes of a library, keeping results in a cache.
 *
 * <p>One run at a time.
 */
public final class Engine {

    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

    /** Seconds that a stranger may take to forecast. */
    private static final long SOON = 10;

    /** The same with measuring. */
    private static final long MEASURED = 180;

    private final NodeLibrary library;
    private final Cache cache;
    private final Supplier<ModelFolders> models;
    private final NodeTimes times;
    private final AtomicBoolean busy = new AtomicBoolean();

    /** Set when a plugin went whose values the cache may hold. */
    private final AtomicBoolean stale = new AtomicBoolean();

    /** For workflows that name files by their paths. */
    public Engine(NodeLibrary library, Cache cache) {
        this(library, cache, () -> ModelFolders.NONE);
    }

    /** @param models where files are looked for that workflows name as ComfyUI does; asked for with each check and run */
    public Engine(NodeLibrary library, Cache cache, Supplier<ModelFolders> models) {
        this(library, cache, models, NodeTimes.ofThisMachine());
    }

    /** Learns how long nodes take from {@code times}, and adds to them. */
    Engine(NodeLibrary library, Cache cache, Supplier<ModelFolders> models, NodeTimes times) {
        this.library = library;
        this.cache = cache;
        this.models = models;
        this.times = times;
        library.addListener(changed -> {
            if (!changed.removed().isEmpty()) {
                stale.set(true);
                forgetStale();
            }
        });
    }

    /** Lets go of kept values that may be of classes of a plugin that went, unless a run is under way: then at its end. */
    private void forgetStale() {
        if (stale.get() && busy.compareAndSet(false, true)) {
            stale.set(false);
            cache.close();
            busy.set(false);
        }
    }

    /** Finds everything that is wrong with a workflow, and plans all its output nodes. */
    public Plan check(Workflow workflow) {
        return check(workflow, List.of());
    }

    /** Finds what keeps the given nodes from running, and plans them and what they need; all outputs for none. */
    public Plan check(Workflow workflow, Collection<String> outputs) {
        return new Checker(library, names(), workflow).check(outputs);
    }

    /** What is known of a workflow before it runs; costs what a check costs. */
    public Known known(Workflow workflow) {
        return new Checker(library, names(), workflow).known();
    }

    private ModelFileNames names() {
        return new ModelFileNames(models.get());
    }

    /**
     * What a run would do with each node as things are now, by id, nodes of subgraphs as {@code outer.inner}. Runs
     * nothing; takes as long as a check and a look at the files that nodes read. May be asked while a run is under way.
     *
     * @param device null or "auto", "cpu", "cuda" or "cuda:1"
     */
    public Map<String, PlannedState> states(Workflow workflow, String device) {
        return new Checker(library, names(), workflow)
                .states(cache, Compute.choose(device).name());
    }

    /**
     * What the steps of a plan will take, by node; those that cannot tell are left out.
     *
     * @param device null or "auto", "cpu", "cuda" or "cuda:1"
     * @param measure whether to measure what this machine was not measured for yet: seconds up to a minute of full work
     */
    public Map<String, Forecast> forecast(Plan plan, String device, boolean measure) {
        Map<String, Forecast> forecasts = new LinkedHashMap<>();
        for (Plan.Step step : plan.steps()) {
            for (Forecast.Source source : step.forecasts()) {
                String name = Compute.choose(device).name();
                forecast(step, source, name, measure).ifPresent(forecast -> forecasts.put(step.node(), forecast));
            }
        }
        return forecasts;
    }

    /**
     * What the nodes that can tell will take, by node, each cell of a sweep and each node of a subgraph by itself; whether or not
     * the workflow runs as it is. Measures nothing; takes as long as a look at the models' headers.
     *
     * @param device null or "auto", "cpu", "cuda" or "cuda:1"
     * @param runs where the folder of a run would be made
     */
    public Map<String, Estimate> estimates(Plan plan, String device, Path runs) {
        List<Plan.Step> telling = plan.known().stream()
                .filter(step -> !step.forecasts().isEmpty())
                .toList();
        if (telling.isEmpty()) {
            return Map.of();
        }
        Saving saving = new Saving(plan, runs);
        Map<String, Estimate> estimates = new LinkedHashMap<>();
        try {
            // A processor's memory is known without libtorch, which takes a second to load.
            Optional<Compute> compute =
                    Compute.isProcessor(device) ? Optional.empty() : Optional.of(Compute.choose(device));
            String name = compute.map(Compute::name).orElse("cpu");
            Map<String, String> alike = NodeTimes.alike(plan.known(), name);
            NodeTimes now = times.reread();
            for (Plan.Step step : telling) {
                OptionalDouble known = now.expected(alike.get(step.node()), NodeTimes.stepsOf(step));
                OptionalLong free = compute.map(Compute::freeMemory).orElseGet(Memory::available);
                Shares shares = new Shares(plan, step);
                Estimate estimate = estimate(step, name, known, free, saving.of(step), shares);
                estimates.put(step.node(), estimate);
                shares.of(estimate).forEach((node, part) -> estimates.merge(node, part, Estimate::then));
            }
        } catch (Problem noDevice) {
            telling.forEach(step -> estimates.put(
                    step.node(), Estimate.unknown(noDevice.getMessage(), OptionalDouble.empty(), saving.of(step))));
        }
        return estimates;
    }

    private Estimate estimate(
            Plan.Step step,
            String device,
            OptionalDouble known,
            OptionalLong free,
            List<String> folders,
            Shares shares) {
        try {
            return forecast(step, step.forecasts().get(0), device, false)
                    .map(forecast -> Estimate.of(forecast, known, free, folders, shares.told(forecast)))
                    .orElseGet(() -> Estimate.unknown("its plugin did not tell", known, folders));
        } catch (RuntimeException | Error untold) {
            LOG.info("{} cannot be forecast", step.node(), untold);
            return Estimate.unknown(FileFault.why(untold), known, folders);
        }
    }

    /** A stranger's that fails, or does not come back, is one that cannot tell. */
    private Optional<Forecast> forecast(Plan.Step step, Forecast.Source source, String device, boolean measure) {
        if (GivenValues.strangerIn(step, library).isEmpty()) {
            return Optional.of(source.on(device, measure));
        }
        try {
            long seconds = measure ? MEASURED : SOON;
            return Optional.ofNullable(
                    library.timeLimit().ask(source.getClass(), "forecast of " + step.node(), seconds, () -> {
                        Compute.prepareThread();
                        return source.on(device, measure);
                    }));
        } catch (TimeLimit.Overdue | RuntimeException | Error untold) {
            LOG.warn("{} cannot be forecast", step.node(), ToldFailure.of(untold));
            return Optional.empty();
        }
    }

    /**
     * Starts a run in a thread of its own.
     *
     * @throws Problem when the device cannot be had or the run folder cannot be made; then nothing ran
     */
    public RunHandle start(Plan plan, RunOptions options) {
        if (!plan.runnable()) {
            throw new IllegalArgumentException("the workflow has errors");
        }
        if (!busy.compareAndSet(false, true)) {
            throw new IllegalStateException("a run is under way");
        }
        try {
            return begin(plan, options);
        } catch (RuntimeException | Error nothingBegan) {
            busy.set(false);
            throw nothingBegan;
        }
    }

    private RunHandle begin(Plan plan, RunOptions options) {
        Compute compute = Compute.choose(options.device());
        RunFolder folder = RunFolder.create(options.folder(), options.made(), plan);
        AtomicReference<Runner.Stop> stop = new AtomicReference<>(Runner.Stop.NOT);
        CompletableFuture<RunResult> result = new CompletableFuture<>();
        Runner runner = new Runner(plan, compute, cache, library, names(), times, folder, stop, options);
        launch(runner::run, result);
        return new RunHandle(stop, result, () -> {
            if (runner.leaveBehind()) {
                launch(runner::goOn, result);
            }
        });
    }

    /** Runs steps on a thread of its own; which is not the last one when it gives no result. */
    private void launch(Supplier<Optional<RunResult>> steps, CompletableFuture<RunResult> result) {
        // In a group of its own, so that threads that a node leaves behind can be told.
        Thread thread = new Thread(
                new ThreadGroup("graft-run"),
                () -> {
                    try (NodeLibrary.Lease lease = library.lease()) {
                        steps.get().ifPresent(ended -> {
                            free();
                            result.complete(ended);
                        });
                    } catch (RuntimeException | Error broken) {
                        free();
                        result.completeExceptionally(broken);
                    }
                },
                "graft-run");
        // DJL looks for its engine through the thread's class loader.
        thread.setContextClassLoader(Engine.class.getClassLoader());
        thread.start();
    }

    /** The engine is free for the next run. */
    private void free() {
        busy.set(false);
        forgetStale();
    }

    /** Runs and waits. */
    public RunResult run(Plan plan, RunOptions options) throws InterruptedException {
        return start(plan, options).join();
    }
}
