package graft.app.editor;

import java.awt.AWTEvent;
import java.awt.EventQueue;
import java.awt.Toolkit;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;

/**
 * Measures the tasks of the event dispatch thread while it is open: what each computes and waits for locks and monitors.
 *
 * <p>The time for which the system gave the processor to others does not count, so that the measure holds on a busy machine.
 * Tasks that show a modal dialog, and so contain others, are left out.
 */
public final class EdtWatch extends EventQueue implements AutoCloseable {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private int depth;
    private boolean nested;
    private long longest;
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
        long before = busyNanos();
        nested = depth > 0;
        depth++;
        try {
            super.dispatchEvent(event);
        } finally {
            depth--;
            if (!nested) {
                note(busyNanos() - before, event);
            }
            nested = depth > 0;
        }
    }

    private static long busyNanos() {
        ThreadInfo info = THREADS.getThreadInfo(Thread.currentThread().getId());
        return THREADS.getCurrentThreadCpuTime()
                + TimeUnit.MILLISECONDS.toNanos(Math.max(0, info.getBlockedTime()) + Math.max(0, info.getWaitedTime()));
    }

    private synchronized void note(long nanos, AWTEvent event) {
        tasks++;
        if (nanos > longest) {
            longest = nanos;
            what = event.toString();
        }
    }

    /** Forgets what was measured so far. */
    public synchronized void reset() {
        longest = 0;
        tasks = 0;
    }

    /** The longest task in milliseconds. */
    public synchronized double longestMillis() {
        return longest / 1e6;
    }

    /** How many tasks there were. */
    public synchronized int tasks() {
        return tasks;
    }

    /** What was longest, for a message. */
    public synchronized String longest() {
        return String.format("%.1f ms: %s", longestMillis(), what);
    }

    @Override
    public void close() {
        pop();
    }
}
