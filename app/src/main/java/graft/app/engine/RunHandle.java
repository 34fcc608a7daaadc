package graft.app.engine;

import graft.app.engine.Runner.Stop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;

/** A run that goes on in its own thread. */
public final class RunHandle {

    private final AtomicReference<Stop> stop;
    private final CompletableFuture<RunResult> result;
    private final Runnable leaveBehind;

    RunHandle(AtomicReference<Stop> stop, CompletableFuture<RunResult> result, Runnable leaveBehind) {
        this.stop = stop;
        this.result = result;
        this.leaveBehind = leaveBehind;
    }

    /**
     * Asks the run to stop: the node at work ends within a step and keeps what it can, nodes that save what is there
     * still run, all others are left out.
     */
    public void cancel() {
        stop.compareAndSet(Stop.NOT, Stop.KEEP);
    }

    /** Asks the run to end within a step; no further node runs, not even to save what is there. */
    public void drop() {
        stop.set(Stop.DROP);
    }

    /**
     * Goes on without the node at work, for one that does not stop: it has failed, and what does not need it runs as far as
     * was asked. Its thread goes on, and holds its memory, until it ends by itself or the program does.
     */
    public void leaveBehind() {
        leaveBehind.run();
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
