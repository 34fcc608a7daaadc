package graft.app.plugin;

import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Runs code of plugins for so many seconds and no longer, each time on a thread of its own.
 *
 * <p>Java cannot end a thread: one that does not come back is interrupted, named and left behind, and goes on until it ends by
 * itself or the program does. As long as it lives, its subject is not asked again, so that there is one such thread at most.
 * Safe for several threads.
 */
public final class TimeLimit {

    /** Code of a plugin did not come back in time; the message is a clause. */
    public static final class Overdue extends Exception {

        private static final long serialVersionUID = 1;

        private Overdue(Thread thread, long seconds) {
            super("it did not come back within " + seconds + " s, and its thread \"" + thread.getName()
                    + "\" goes on until Graft ends");
            // Where it is tells whose code it is.
            setStackTrace(thread.getStackTrace());
        }
    }

    /** What is asked. */
    @FunctionalInterface
    public interface Question<T, E extends Throwable> {
        T answer() throws E;
    }

    private final Map<Object, Thread> leftBehind = new HashMap<>();

    /**
     * Runs work and waits for it.
     *
     * @param subject what the work is asked of, as a node's class; compared by {@code equals}
     * @param name of the thread
     * @param seconds that it may take on a machine that does little else
     * @throws Overdue when it takes longer, or when the subject's last work has not come back yet
     */
    public void run(Object subject, String name, long seconds, Runnable work) throws Overdue {
        Optional<Thread> before = leftBehind(subject);
        if (before.isPresent()) {
            throw new Overdue(before.get(), seconds);
        }
        FutureTask<Void> task = new FutureTask<>(work, null);
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        try {
            await(task, thread, seconds);
        } catch (TimeoutException goesOn) {
            throw new Overdue(leave(subject, thread), seconds);
        } catch (InterruptedException nobodyWaits) {
            leave(subject, thread);
            Thread.currentThread().interrupt();
            throw new CancellationException();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) failed.getCause();
        }
    }

    /**
     * Asks and waits for the answer, which may be null, as {@link #run} waits for work.
     *
     * @throws Overdue when it takes longer, or when the subject's last work has not come back yet
     * @throws E what the question throws
     */
    public <T, E extends Throwable> T ask(Object subject, String name, long seconds, Question<T, E> question)
            throws Overdue, E {
        AtomicReference<T> answer = new AtomicReference<>();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        run(subject, name, seconds, () -> {
            try {
                answer.set(question.answer());
            } catch (Throwable fault) {
                thrown.set(fault);
            }
        });
        if (thrown.get() != null) {
            @SuppressWarnings("unchecked") // what a question does not declare is unchecked, and is thrown as it is
            E fault = (E) thrown.get();
            throw fault;
        }
        return answer.get();
    }

    /** Beside other programs work gets a part of a processor: as long as it computes, it may take half of the seconds of that. */
    private static void await(FutureTask<Void> task, Thread thread, long seconds)
            throws TimeoutException, InterruptedException, ExecutionException {
        long least = TimeUnit.SECONDS.toNanos(seconds) / 100;
        long enough = TimeUnit.SECONDS.toNanos(seconds) / 2;
        long before = 0;
        while (true) {
            try {
                task.get(seconds, TimeUnit.SECONDS);
                return;
            } catch (TimeoutException late) {
                long computed = ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.getId());
                if (thread.getState() != Thread.State.RUNNABLE || computed - before < least || computed > enough) {
                    throw late;
                }
                before = computed;
            }
        }
    }

    private synchronized Optional<Thread> leftBehind(Object subject) {
        leftBehind.values().removeIf(thread -> !thread.isAlive());
        return Optional.ofNullable(leftBehind.get(subject));
    }

    private synchronized Thread leave(Object subject, Thread thread) {
        thread.setName(thread.getName() + ", left behind");
        // Enough for one that waits; one that loops never looks.
        thread.interrupt();
        leftBehind.put(subject, thread);
        return thread;
    }
}
