package graft.app.worker;

import graft.app.engine.PlannedState;
import graft.app.engine.RunEvent;
import graft.app.engine.RunResult;
import graft.app.workflow.Workflow;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * What runs workflows, one at a time, and keeps results from one run to the next.
 *
 * <p>No method waits for the run: all may be called from the event dispatch thread.
 */
public interface RunBackend extends AutoCloseable {

    /** What happened, in words, when a check kept a workflow from running. */
    String REFUSED = "cannot run the workflow";

    /**
     * Starts a run.
     *
     * @param listener told of every event, one at a time, by threads of the backend
     * @return the end of the run; fails with a {@link graft.node.Problem} when nothing could run, or when the process that
     *     ran it died
     * @throws IllegalStateException while another run is under way
     */
    CompletableFuture<RunResult> start(RunRequest request, Consumer<RunEvent> listener);

    /**
     * What a run would do with each node as things are now, by id; empty while nothing has run here yet. May be asked while
     * a run is under way.
     */
    CompletableFuture<Map<String, PlannedState>> states(Workflow workflow, String device);

    /** Asks the run to end within a step and to keep what is done: nodes that save it still run. */
    void stopAndKeep();

    /** Asks the run to end within a step; nothing further is saved. */
    void cancel();

    /** Goes on without the node at work, for one that does not stop; what does not need it runs as far as was asked. */
    void leaveBehind();

    /** Ends the run at once, keeping what is done, and lets go of everything. */
    @Override
    void close();
}
