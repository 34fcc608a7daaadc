package graft.app.editor.viewer;

import graft.node.Problem;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import javax.swing.SwingUtilities;

/** Work with files off the event dispatch thread, its result handed over on it. */
public final class Background {

    private static final ExecutorService THREADS = Executors.newFixedThreadPool(2, task -> {
        Thread thread = new Thread(task, "graft-files");
        thread.setDaemon(true);
        return thread;
    });

    private Background() {}

    /**
     * Does the work soon.
     *
     * @param done takes the result, on the event dispatch thread
     * @param failed takes what went wrong in words, on the event dispatch thread
     */
    public static <T> void run(Callable<T> work, Consumer<? super T> done, Consumer<Problem> failed) {
        THREADS.execute(() -> {
            try {
                T result = work.call();
                SwingUtilities.invokeLater(() -> done.accept(result));
            } catch (Problem problem) {
                SwingUtilities.invokeLater(() -> failed.accept(problem));
            } catch (Exception fault) {
                Problem problem = new Problem(
                                "something in the background failed",
                                String.valueOf(fault.getMessage()),
                                "try again, and report it when it fails again")
                        .causedBy(fault);
                SwingUtilities.invokeLater(() -> failed.accept(problem));
            }
        });
    }
}
