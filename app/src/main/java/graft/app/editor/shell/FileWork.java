package graft.app.editor.shell;

import graft.app.editor.Background;
import graft.node.Problem;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import javax.swing.Timer;

/** The window's work with files, off Swing's thread, each piece after the one before; what goes wrong is told. */
final class FileWork implements AutoCloseable {

    /** How long nobody is asked whether to wait longer. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Background background = new Background("graft-shell", 1);
    private final MessageBoxes boxes;
    /** Stands for the one wait until all is done; null where there is none. */
    private Object last;

    FileWork(MessageBoxes boxes) {
        this.boxes = boxes;
    }

    /** Does work after all that was asked for before, and hands on what it gives unless that is a problem. */
    <T> void soon(Callable<T> work, Consumer<T> then) {
        background.run(work, then, boxes::tell);
    }

    /** The same; {@code failed} takes what goes wrong in place of its being told. */
    <T> void soon(Callable<T> work, Consumer<T> then, Consumer<Problem> failed) {
        background.run(work, then, failed);
    }

    /** Does work that gives nothing; {@code then} is left out when it fails. */
    void soon(Runnable work, Runnable then) {
        soon(Executors.callable(work), done -> then.run());
    }

    /**
     * Does {@code then} when all that was asked for is done; nothing where it is waited for already. On the event dispatch thread.
     *
     * @param goesAhead asks the user, where that takes longer than five seconds, whether to do it all the same; what waits
     *     then may never be done. Where the user does not, {@code then} is left out
     */
    void atLast(Runnable then, BooleanSupplier goesAhead) {
        if (last != null) {
            return;
        }
        Object mine = new Object();
        last = mine;
        Timer late = new Timer((int) PATIENCE.toMillis(), event -> {
            // All may be done while the question stands.
            boolean ahead = goesAhead.getAsBoolean();
            end(mine, ahead ? then : () -> {});
        });
        late.setRepeats(false);
        late.start();
        soon(() -> {}, () -> {
            late.stop();
            end(mine, then);
        });
    }

    /** Ends a wait, unless it has ended: one that was given up does nothing when its work is done after all. */
    private void end(Object wait, Runnable how) {
        if (last == wait) {
            last = null;
            how.run();
        }
    }

    /** Ends as {@link Background#close} does: what is not done five seconds later is dropped. */
    @Override
    public void close() {
        background.close();
    }
}
