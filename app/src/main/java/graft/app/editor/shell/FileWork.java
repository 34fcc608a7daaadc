package graft.app.editor.shell;

import graft.app.editor.Background;
import graft.node.Problem;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** The window's work with files, off Swing's thread, each piece after the one before; what goes wrong is told. */
final class FileWork implements AutoCloseable {

    private final Background background = new Background("graft-shell", 1);
    private final MessageBoxes boxes;

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

    /** Ends when what was asked for is done. */
    @Override
    public void close() {
        background.close();
    }
}
