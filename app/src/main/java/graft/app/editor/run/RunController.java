package graft.app.editor.run;

import graft.app.editor.Background;
import graft.app.editor.SeedControl;
import graft.app.editor.Strings;
import graft.app.editor.canvas.NodeState;
import graft.app.engine.RunEvent;
import graft.app.engine.RunEvent.Outcome;
import graft.app.engine.RunQueue;
import graft.app.engine.RunResult;
import graft.app.plugin.NodeLibrary;
import graft.app.worker.RunBackend;
import graft.app.worker.RunRequest;
import graft.app.workflow.OpenWorkflow;
import graft.app.workflow.RunPlace;
import graft.app.workflow.Subgraphs;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowDifference;
import graft.node.Problem;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import javax.swing.SwingUtilities;
import javax.swing.Timer;

/**
 * Runs workflows one after the other: what waits, what runs, what is asked of it, and the states of the nodes of every
 * workflow that is open.
 *
 * <p>Used on the event dispatch thread, which never waits for a run.
 */
public final class RunController {

    /** Why a node has no kept result when it was asked to make one and did not: its failure is still what to show. */
    private static final String UNFINISHED = "it did not finish the last time";

    private static final int STATES_PAUSE = 300;

    /** Nanoseconds that most nodes take to stop. */
    private static final long PATIENCE = 10_000_000_000L;

    private final NodeLibrary library;
    private final RunHost host;
    private final RandomGenerator random = new SecureRandom();
    private final List<RunListener> listeners = new ArrayList<>();
    private final Map<String, RunTarget> targets = new HashMap<>();
    /** What ran last of each document. */
    private final Map<OpenWorkflow, Workflow> ran = new WeakHashMap<>();

    private RunQueue queue = RunQueue.unkept();
    private RunBackend backend;
    private RunBackend next;
    private RunJob job;
    private NodeStateSink sink;
    private boolean stopping;
    private long stopAsked;
    private boolean closed;

    /**
     * A controller with nothing to do. What waits in the queue's file since an earlier session waits there until the user
     * lets it go on.
     */
    public RunController(NodeLibrary library, RunBackend backend, RunHost host, Path queueFile) {
        this.library = library;
        this.backend = backend;
        this.next = backend;
        this.host = host;
        queue.addListener(this::changed);
        Background.FILES.run(
                () -> RunQueue.open(queueFile, problem -> SwingUtilities.invokeLater(() -> host.tell(problem))),
                this::keep,
                host::tell);
    }

    /** From now on the queue is that of a file; what was queued while it was read follows what waits there. */
    private void keep(RunQueue opened) {
        opened.pause(queue.paused() || !opened.entries().isEmpty());
        for (RunQueue.Entry entry : queue.entries()) {
            RunTarget target = targets.remove(entry.id());
            if (!entry.running()) {
                RunQueue.Entry kept =
                        opened.add(entry.title(), entry.workflow(), entry.outputs(), entry.device(), false);
                targets.put(kept.id(), target);
            }
        }
        queue = opened;
        if (closed) {
            queue.close();
            return;
        }
        queue.addListener(this::changed);
        changed();
        pump();
    }

    void addListener(RunListener listener) {
        listeners.add(listener);
    }

    /** Adds to what is told after each run, however it ended. */
    public void whenEnded(Runnable then) {
        listeners.add(new RunListener() {
            @Override
            public void ended(RunJob over, Outcome outcome, Optional<Problem> problem) {
                then.run();
            }
        });
    }

    RunQueue queue() {
        return queue;
    }

    /** The run under way. */
    Optional<RunJob> job() {
        return Optional.ofNullable(job);
    }

    /** Whether a run is under way. */
    public boolean isRunning() {
        return job != null;
    }

    /** Whether the run under way has been asked to end. */
    boolean isStopping() {
        return stopping;
    }

    /** Lets runs happen elsewhere, from the next one on; the backend before is closed. */
    public void use(RunBackend other) {
        if (next != backend) {
            var unused = close(next);
        }
        next = other;
        if (job == null) {
            switchBackend();
        }
    }

    private void switchBackend() {
        if (next != backend) {
            var unused = close(backend);
            backend = next;
        }
    }

    private static CompletableFuture<Void> close(RunBackend done) {
        return CompletableFuture.runAsync(done::close, task -> {
            Thread thread = new Thread(task, "graft-backend-close");
            thread.setDaemon(true);
            thread.start();
        });
    }

    // --- what to run
    // --------------------------------------------------------------------------------------------------

    /**
     * Queues a workflow as it is now, its seeds set as their control says.
     *
     * @param outputs the nodes to run, with what they need; empty for all that write
     * @param first whether it goes before all that waits
     * @param times how often, each time with the next seeds
     */
    public void run(RunTarget target, List<String> outputs, boolean first, int times) {
        List<Workflow> runs = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            Workflow before = target.document().workflow();
            Workflow seeded = SeedControl.beforeRun(before, library, random);
            if (!seeded.equals(before)) {
                target.document().edit(Strings.get("run.seeds"), "run.seeds", workflow -> seeded);
            }
            runs.add(seeded);
        }
        if (first) {
            // Each goes before the one that was added before it.
            Collections.reverse(runs);
        }
        String title = title(target.document());
        for (Workflow run : runs) {
            targets.put(queue.add(title, run, outputs, host.device(), first).id(), target);
        }
        pump();
    }

    private static String title(OpenWorkflow document) {
        return document.file()
                .map(Path::getFileName)
                .map(name -> name.toString().replaceFirst("\\.json$", ""))
                .orElseGet(() -> document.workflow().title().isEmpty()
                        ? Strings.get("tab.untitled")
                        : document.workflow().title());
    }

    /** Asks the run under way to end within a step and to save what is done. */
    public void stopAndKeep() {
        ask(RunBackend::stopAndKeep);
    }

    /** Asks the run under way to end within a step; nothing further is saved. */
    public void cancel() {
        ask(RunBackend::cancel);
    }

    /** Goes on without the node at work, for one that does not stop. */
    void leaveBehind() {
        ask(RunBackend::leaveBehind);
    }

    /** Whether the run under way was asked to end so long ago that its node may never do so. */
    boolean isStuck() {
        return stopping && System.nanoTime() - stopAsked > PATIENCE;
    }

    private void ask(Consumer<RunBackend> what) {
        if (job != null) {
            stopAsked = System.nanoTime();
            stopping = true;
            what.accept(backend);
            changed();
        }
    }

    /** Whether further runs begin when the one under way is over. */
    void setPaused(boolean paused) {
        queue.pause(paused);
        pump();
    }

    private void changed() {
        listeners.forEach(RunListener::changed);
    }

    // --- the run under way
    // --------------------------------------------------------------------------------------------

    private void pump() {
        if (job != null || closed) {
            return;
        }
        switchBackend();
        queue.take().ifPresent(this::begin);
    }

    private void begin(RunQueue.Entry run) {
        Optional<RunTarget> target = Optional.ofNullable(targets.remove(run.id()));
        DrawnNodes drawn =
                new DrawnNodes(Subgraphs.flatten(run.workflow()).nodes().keySet());
        RunProgress progress = new RunProgress(System::nanoTime);
        RunJob began = new RunJob(run, target.map(RunTarget::document), progress, drawn);
        job = began;
        sink = target.map(RunTarget::states).orElse(null);
        stopping = false;
        target.ifPresent(of -> ran.put(of.document(), run.workflow()));
        listeners.forEach(listener -> listener.began(began));
        EventFeed feed = new EventFeed(events -> events(began, events));
        RunRequest request = new RunRequest(
                run.workflow(), run.outputs(), RunPlace.of(run.workflow()).under(host.runs()), run.device());
        var unused = backend.start(request, feed)
                .whenComplete((result, failure) -> SwingUtilities.invokeLater(() -> {
                    feed.deliver();
                    ended(began, result, failure);
                }));
        changed();
    }

    private void events(RunJob of, List<RunEvent> events) {
        Set<String> changed = new LinkedHashSet<>();
        for (RunEvent event : events) {
            changed.addAll(of.progress().take(event));
            if (event instanceof RunEvent.NodePreview preview && sink != null) {
                sink.preview(of.drawn().of(preview.node()), preview.images());
            }
        }
        show(of, changed);
        listeners.forEach(listener -> listener.events(of, events));
    }

    private void show(RunJob of, Set<String> nodes) {
        if (sink != null) {
            of.drawn().states(nodes, of.progress()).forEach(sink::show);
        }
    }

    private void ended(RunJob over, RunResult result, Throwable failure) {
        Optional<Problem> problem = Optional.ofNullable(failure).map(RunController::inWords);
        problem.ifPresent(words -> show(over, over.progress().broken(words.getMessage())));
        job = null;
        sink = null;
        stopping = false;
        if (!closed) {
            // Else it waits in the queue for the next session, where a training goes on.
            queue.finished(over.run().id());
        }
        Outcome outcome = result == null ? Outcome.FAILED : result.outcome();
        listeners.forEach(listener -> listener.ended(over, outcome, problem));
        changed();
        pump();
    }

    private static Problem inWords(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof Problem problem
                ? problem
                : new Problem(
                                "the run broke off",
                                "this is a fault of Graft (" + cause + ")",
                                "run it again, and report it with what is folded beneath")
                        .causedBy(cause);
    }

    // --- states of nodes between runs
    // ---------------------------------------------------------------------------------

    /**
     * From now on shows which nodes of an open workflow have kept results and which are stale and why, after each edit and
     * each run.
     *
     * @return ends it
     */
    public Runnable attach(RunTarget target) {
        Timer pause = new Timer(STATES_PAUSE, tick -> refresh(target));
        pause.setRepeats(false);
        Consumer<Workflow> edited = workflow -> pause.restart();
        RunListener ended = new RunListener() {
            @Override
            public void ended(RunJob over, Outcome outcome, Optional<Problem> problem) {
                pause.restart();
            }
        };
        target.document().addListener(edited);
        listeners.add(ended);
        return () -> {
            pause.stop();
            target.document().removeListener(edited);
            listeners.remove(ended);
            targets.values().removeIf(target::equals);
            if (job != null && target.states().equals(sink)) {
                sink = null;
            }
        };
    }

    private void refresh(RunTarget target) {
        Workflow asked = target.document().workflow();
        var unused = backend.states(asked, host.device())
                .whenComplete((states, failure) -> SwingUtilities.invokeLater(() -> {
                    if (failure == null && asked.equals(target.document().workflow())) {
                        show(target, asked, states);
                    }
                }));
    }

    private void show(RunTarget target, Workflow workflow, Map<String, graft.app.engine.PlannedState> states) {
        boolean running = job != null && target.states().equals(sink);
        Set<String> changed = downstream(
                Subgraphs.flatten(workflow),
                states.entrySet().stream()
                        .filter(each -> each.getValue().kind() == graft.app.engine.PlannedState.Kind.STALE
                                || each.getValue().kind() == graft.app.engine.PlannedState.Kind.FRESH)
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toSet()));
        Set<String> touched = Optional.ofNullable(ran.get(target.document()))
                .map(before -> WorkflowDifference.touched(before, workflow))
                .orElse(Set.of());
        states.forEach((node, state) -> {
            NodeState shown = target.states().state(node);
            boolean busy =
                    running && (shown.kind() == NodeState.Kind.RUNNING || shown.kind() == NodeState.Kind.WAITING);
            if (!busy) {
                NodeState now = between(shown, state, changed.contains(node), touched.contains(node));
                if (!now.equals(shown)) {
                    target.states().show(node, now);
                }
            }
        });
    }

    /** What to show of a node while it does not run, given what was shown. */
    private static NodeState between(
            NodeState before, graft.app.engine.PlannedState state, boolean behindChange, boolean touched) {
        // What failed may not fail again once the node, or what it needs, is another.
        NodeState shown = before.kind() == NodeState.Kind.FAILED && touched ? NodeState.FRESH : before;
        return switch (state.kind()) {
            case CACHED -> new NodeState(NodeState.Kind.CACHED, state.reason(), -1, shown.seconds(), "");
            case STALE ->
                shown.kind() == NodeState.Kind.FAILED && state.reason().equals(UNFINISHED)
                        ? shown
                        : new NodeState(NodeState.Kind.STALE, state.reason(), -1, shown.seconds(), "");
            case WRITES ->
                behindChange && shown.kind() == NodeState.Kind.DONE
                        ? new NodeState(NodeState.Kind.STALE, Strings.get("run.stale.behind"), -1, shown.seconds(), "")
                        : shown;
            case WRONG, MUTED, BYPASSED -> shown.kind() == NodeState.Kind.FAILED ? shown : NodeState.FRESH;
            case FRESH ->
                shown.kind() == NodeState.Kind.FAILED ? shown : NodeState.of(NodeState.Kind.FRESH, state.reason());
        };
    }

    private static Set<String> downstream(Workflow flat, Set<String> from) {
        Map<String, List<String>> after = new LinkedHashMap<>();
        for (Wire wire : flat.wires()) {
            after.computeIfAbsent(wire.fromNode(), node -> new ArrayList<>()).add(wire.toNode());
        }
        Set<String> reached = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(from);
        while (!open.isEmpty()) {
            for (String node : after.getOrDefault(open.pop(), List.of())) {
                if (reached.add(node)) {
                    open.push(node);
                }
            }
        }
        return reached;
    }

    /**
     * Ends the run under way, keeping what is done, without waiting for it; what waits is kept for the next session.
     *
     * @return done when all that this process has to save is saved, at most a minute later
     */
    public CompletableFuture<Void> end() {
        closed = true;
        queue.close();
        CompletableFuture<Void> last = close(backend);
        return next == backend ? last : CompletableFuture.allOf(last, close(next));
    }
}
