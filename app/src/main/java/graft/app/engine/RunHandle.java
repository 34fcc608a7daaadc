package graft.app.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/** A run that goes on in its own thread. */
public final class RunHandle {

    private final AtomicBoolean cancelled;
    private final CompletableFuture<RunResult> result;

    RunHandle(AtomicBoolean cancelled, CompletableFuture<RunResult> result) {
        this.cancelled = cancelled;
        this.result = result;
    }

    /**
     * Asks the run to stop: the node at work ends within a step and keeps what it can, nodes that save what is there
     * still run, all others are left out.
     */
    public void cancel() {
        cancelled.set(true);
    }

    /** Waits for the end of the run. */
    public RunResult join() throws InterruptedException {
        try {
            return result.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the run broke off", e.getCause());
        }
    }
}
