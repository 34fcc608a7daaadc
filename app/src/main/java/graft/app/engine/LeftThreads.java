package graft.app.engine;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.stream.Collectors;

/** Threads that a node started and left running. */
final class LeftThreads {

    /** Milliseconds that a thread may take to end after its node. */
    private static final long PATIENCE = 200;

    private LeftThreads() {}

    /** The threads of the caller's group, which those that it starts are in too. */
    static Set<Thread> now() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        Thread[] threads = new Thread[group.activeCount() + 64];
        int count = group.enumerate(threads, false);
        return Arrays.stream(threads, 0, count).collect(Collectors.toSet());
    }

    /** Names of those that began since and do not end; they are renamed so that they tell the node. */
    static List<String> since(Set<Thread> before, String node) {
        long deadline = System.currentTimeMillis() + PATIENCE;
        return now().stream()
                // Java's own pool is everybody's and ends by itself.
                .filter(thread -> !before.contains(thread) && !(thread instanceof ForkJoinWorkerThread))
                .filter(thread -> staysAlive(thread, deadline))
                .map(thread -> {
                    String name = thread.getName();
                    thread.setName(node + ": " + name);
                    return name;
                })
                .sorted()
                .toList();
    }

    private static boolean staysAlive(Thread thread, long deadline) {
        try {
            long left = deadline - System.currentTimeMillis();
            if (left > 0) {
                thread.join(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return thread.isAlive();
    }
}
