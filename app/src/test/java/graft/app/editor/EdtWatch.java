package graft.app.editor;

import java.awt.AWTEvent;
import java.awt.EventQueue;
import java.awt.Toolkit;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Measures the tasks of the event dispatch thread while it is open: what each computes and waits for locks and monitors.
 *
 * <p>The time for which the system gave the processor to others does not count, so that the measure holds on a busy machine:
 * neither while this thread could run, nor, as far as the system tells, while those that it may wait for could. Tasks that
 * show a modal dialog, and so contain others, are left out.
 */
public final class EdtWatch extends EventQueue implements AutoCloseable {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** What a task took in nanoseconds: of computing, of waiting, and of this program's threads without a processor. */
    private record Spent(long computed, long waited, long delayed) {

        static Spent now() {
            ThreadInfo info = THREADS.getThreadInfo(Thread.currentThread().getId());
            long waited = Math.max(0, info.getBlockedTime()) + Math.max(0, info.getWaitedTime());
            return new Spent(THREADS.getCurrentThreadCpuTime(), TimeUnit.MILLISECONDS.toNanos(waited), delayedNanos());
        }

        /** Of a wait only what no thread of this program spent ready to run, without a processor. */
        Spent since(Spent before) {
            long waits = waited - before.waited;
            return new Spent(
                    computed - before.computed,
                    Math.max(0, waits - Math.max(0, delayed - before.delayed)),
                    Math.max(0, delayed - before.delayed));
        }

        /** Linux counts it for each thread, the second number of its file. */
        private static long delayedNanos() {
            Path threads = Path.of("/proc/self/task");
            if (!Files.isDirectory(threads)) {
                return 0;
            }
            long sum = 0;
            try (DirectoryStream<Path> each = Files.newDirectoryStream(threads)) {
                for (Path thread : each) {
                    sum += delayedNanos(thread.resolve("schedstat"));
                }
            } catch (IOException unreadable) {
                return sum;
            }
            return sum;
        }

        private static long delayedNanos(Path statistics) {
            try {
                return Long.parseLong(Files.readString(statistics).split(" ", -1)[1]);
            } catch (IOException ended) {
                return 0;
            }
        }

        long nanos() {
            return computed + waited;
        }
    }

    private static final Spent NOTHING = new Spent(0, 0, 0);

    private int depth;
    private boolean nested;
    private Spent longest = NOTHING;
    private String what = "";
    private int tasks;

    private EdtWatch() {}

    /** Begins to measure. */
    public static EdtWatch begin() {
        THREADS.setThreadContentionMonitoringEnabled(true);
        EdtWatch watch = new EdtWatch();
        Toolkit.getDefaultToolkit().getSystemEventQueue().push(watch);
        return watch;
    }

    @Override
    protected void dispatchEvent(AWTEvent event) {
        Spent before = Spent.now();
        nested = depth > 0;
        depth++;
        try {
            super.dispatchEvent(event);
        } finally {
            depth--;
            if (!nested) {
                note(Spent.now().since(before), event);
            }
            nested = depth > 0;
        }
    }

    private synchronized void note(Spent spent, AWTEvent event) {
        tasks++;
        if (spent.nanos() > longest.nanos()) {
            longest = spent;
            what = event.toString();
        }
    }

    /** Forgets what was measured so far. */
    public synchronized void reset() {
        longest = NOTHING;
        tasks = 0;
    }

    /** The longest task in milliseconds. */
    public synchronized double longestMillis() {
        return longest.nanos() / 1e6;
    }

    /** How many tasks there were. */
    public synchronized int tasks() {
        return tasks;
    }

    /** What was longest, for a message. */
    public synchronized String longest() {
        return String.format(
                "%.1f ms computed and %.1f ms waited, beside %.1f ms without a processor: %s",
                longest.computed / 1e6, longest.waited / 1e6, longest.delayed / 1e6, what);
    }

    @Override
    public void close() {
        pop();
    }
}
