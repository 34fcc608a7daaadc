package graft.app.editor;

import graft.file.FileFault;
import graft.node.Problem;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.swing.SwingUtilities;

/** Work with files off the event dispatch thread, its result handed over on it. */
public final class Background implements AutoCloseable {

    /** For what is looked at, in no order. It ends with the process. */
    public static final Background FILES = new Background("graft-files", 2);

    private final ExecutorService threads;

    /**
     * Threads for work.
     *
     * @param name of the threads
     * @param count 1 where each piece of work follows the one before
     */
    public Background(String name, int count) {
        threads = new ThreadPoolExecutor(
                count,
                count,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> {
                    Thread thread = new Thread(task, name);
                    thread.setDaemon(true);
                    return thread;
                },
                // What was on its way when a window was closed may ask for more, and nobody is there to be told.
                new ThreadPoolExecutor.DiscardPolicy());
    }

    /**
     * Does the work soon.
     *
     * @param done takes the result, on the event dispatch thread
     * @param failed takes what went wrong in words, on the event dispatch thread
     */
    public <T> void run(Callable<T> work, Consumer<? super T> done, Consumer<Problem> failed) {
        threads.execute(() -> {
            try {
                T result = work.call();
                SwingUtilities.invokeLater(() -> done.accept(result));
            } catch (Problem problem) {
                SwingUtilities.invokeLater(() -> failed.accept(problem));
            } catch (Exception | LinkageError | AssertionError | StackOverflowError fault) { // plugins' too
                Problem problem = new Problem(
                                "something in the background failed",
                                fault instanceof IOException failure
                                        ? FileFault.why(failure)
                                        : "this is a fault of Graft",
                                "try again, and report it when it fails again")
                        .causedBy(fault);
                SwingUtilities.invokeLater(() -> failed.accept(problem));
            }
        });
    }

    /** Takes on no more; what was asked for is done still. */
    public void leave() {
        threads.shutdown();
    }

    /** Ends when what was asked for is done, at most five seconds later: the last of it is how the window was left. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(5, TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
