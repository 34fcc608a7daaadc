package graft.app.editor;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A thread for what a window asks, one thing after the other. */
public final class WindowThread {

    private WindowThread() {}

    /**
     * A daemon thread of that name. Once it is shut down it drops what it is asked: what was on its way when the window was
     * closed may ask for more, and nobody is there to be told.
     */
    public static ExecutorService named(String name) {
        return new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                work -> {
                    Thread thread = new Thread(work, name);
                    thread.setDaemon(true);
                    // DJL looks for its engine and its libraries through the thread's class loader.
                    thread.setContextClassLoader(WindowThread.class.getClassLoader());
                    return thread;
                },
                new ThreadPoolExecutor.DiscardPolicy());
    }
}
