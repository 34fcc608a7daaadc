package graft.app.editor.shell;

import graft.node.Problem;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.swing.SwingUtilities;

/** Work with files, one after the other in a thread of its own, whose results come on Swing's. */
final class Background implements AutoCloseable {

    private final Consumer<Problem> trouble;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
        Thread named = new Thread(work, "graft-shell");
        named.setDaemon(true);
        return named;
    });

    /**
     * A thread.
     *
     * @param trouble told, on Swing's thread, of work that ended in a problem
     */
    Background(Consumer<Problem> trouble) {
        this.trouble = trouble;
    }

    /** Does work and hands on what it gives, unless it ends in a problem. */
    <T> void run(Supplier<T> work, Consumer<T> then) {
        thread.execute(() -> {
            try {
                T result = work.get();
                SwingUtilities.invokeLater(() -> then.accept(result));
            } catch (Problem problem) {
                SwingUtilities.invokeLater(() -> trouble.accept(problem));
            }
        });
    }

    /** Does work that gives nothing. */
    void run(Runnable work, Runnable then) {
        run(
                () -> {
                    work.run();
                    return true;
                },
                done -> then.run());
    }

    /** Takes on no more; what was asked for is done still. */
    void leave() {
        thread.shutdown();
    }

    /** Ends when what was asked for is done, at most five seconds later: the last of it is how the window was left. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
