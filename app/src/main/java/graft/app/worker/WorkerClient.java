package graft.app.worker;

import com.google.gson.JsonObject;
import graft.app.engine.EventJson;
import graft.app.engine.PlannedState;
import graft.app.engine.RunEvent;
import graft.app.engine.RunResult;
import graft.app.workflow.Workflow;
import graft.file.FileFault;
import graft.node.Problem;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs workflows in a worker process, which it starts with the first run and again after it died.
 *
 * <p>The death of the worker fails the run under way with a {@link Problem}, and nothing else.
 */
public final class WorkerClient implements RunBackend {

    private static final int REMEMBERED_LINES = 40;
    private static final int KILLED = 128 + 9;

    /** A run under way in a process. */
    private record Job(RunRequest request, Consumer<RunEvent> listener, CompletableFuture<RunResult> result) {}

    /** Characters of an answer, of which a preview has the most. */
    private static final int LONGEST_ANSWER = 64 << 20;

    /** Starts the process. */
    @FunctionalInterface
    interface Start {
        Process start() throws IOException;
    }

    private final Start start;
    private final Consumer<String> log;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread made = new Thread(task, "graft-worker-client");
        made.setDaemon(true);
        return made;
    });

    private final Map<Long, CompletableFuture<Map<String, PlannedState>>> asked = new HashMap<>();
    private Process process;
    private Job job;
    private long turn;

    /** Whether the process holds a node that does not stop, and so ends with the run. */
    private boolean leaves;

    /**
     * A worker that a command starts.
     *
     * @param log takes what the worker prints beside its answers, line by line, by threads of this client
     */
    public WorkerClient(List<String> command, Consumer<String> log) {
        this(() -> new ProcessBuilder(List.copyOf(command)).start(), log);
    }

    WorkerClient(Start start, Consumer<String> log) {
        this.start = start;
        this.log = log;
    }

    /** The worker's process while there is one. */
    public synchronized Optional<ProcessHandle> process() {
        return Optional.ofNullable(process).filter(Process::isAlive).map(Process::toHandle);
    }

    @Override
    public CompletableFuture<RunResult> start(RunRequest request, Consumer<RunEvent> listener) {
        Job next = new Job(request, listener, new CompletableFuture<>());
        synchronized (this) {
            if (job != null) {
                throw new IllegalStateException("a run is under way");
            }
            job = next;
        }
        thread.execute(() -> begin(next));
        return next.result();
    }

    private void begin(Job next) {
        try {
            send(started(), Message.run(next.request()));
        } catch (IOException e) {
            // A worker that has just died is told of by the thread that listens to it.
            if (process().isEmpty() && forget(next)) {
                next.result()
                        .completeExceptionally(new Problem(
                                        "cannot start the process that runs workflows",
                                        FileFault.why(e),
                                        "try again, or let runs happen in the editor's own process (Settings)")
                                .causedBy(e));
            }
        }
    }

    @Override
    public CompletableFuture<Map<String, PlannedState>> states(Workflow workflow, String device) {
        CompletableFuture<Map<String, PlannedState>> states = new CompletableFuture<>();
        if (thread.isShutdown() || process().isEmpty()) {
            states.complete(Map.of());
            return states;
        }
        long mine;
        synchronized (this) {
            mine = ++turn;
            asked.put(mine, states);
        }
        thread.execute(() -> {
            try {
                send(process, Message.states(mine, workflow, device));
            } catch (IOException dead) {
                nothingKept();
            }
        });
        return states;
    }

    /** Whoever asked for states hears that there are none: what was kept went with the process. */
    private void nothingKept() {
        List<CompletableFuture<Map<String, PlannedState>>> all;
        synchronized (this) {
            all = List.copyOf(asked.values());
            asked.clear();
        }
        all.forEach(each -> each.complete(Map.of()));
    }

    private Process started() throws IOException {
        synchronized (this) {
            if (process != null && process.isAlive()) {
                return process;
            }
            Process made = start.start();
            process = made;
            Deque<String> last = new ArrayDeque<>();
            Thread errors = listen("graft-worker-errors", made.getErrorStream(), line -> {
                remember(last, line);
                log.accept(line);
            });
            listen("graft-worker-answers", made.getInputStream(), this::answer, () -> died(made, errors, last));
            return made;
        }
    }

    private static void remember(Deque<String> last, String line) {
        synchronized (last) {
            if (last.size() == REMEMBERED_LINES) {
                last.removeFirst();
            }
            last.addLast(line);
        }
    }

    private static Thread listen(String name, InputStream from, Consumer<String> to) {
        return listen(name, from, to, () -> {});
    }

    private static Thread listen(String name, InputStream from, Consumer<String> to, Runnable atEnd) {
        Thread listener = new Thread(
                () -> {
                    try (BufferedReader lines =
                            new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
                        String line;
                        while ((line = line(lines)) != null) {
                            to.accept(line);
                        }
                    } catch (IOException gone) {
                        // As at the end of the stream.
                    }
                    atEnd.run();
                },
                name);
        listener.setDaemon(true);
        listener.start();
        return listener;
    }

    /** Null at the end; a line that is too long to be an answer comes in pieces, which are none. */
    private static String line(BufferedReader lines) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = lines.read(); next >= 0; next = lines.read()) {
            if (next == '\n') {
                int end = line.length() - 1;
                return end >= 0 && line.charAt(end) == '\r' ? line.substring(0, end) : line.toString();
            }
            line.append((char) next);
            if (line.length() >= LONGEST_ANSWER) {
                return line.toString();
            }
        }
        return line.isEmpty() ? null : line.toString();
    }

    private static void send(Process to, JsonObject message) throws IOException {
        to.getOutputStream().write(Message.line(message).getBytes(StandardCharsets.UTF_8));
        to.getOutputStream().flush();
    }

    private void answer(String line) {
        String noise = Message.noise(line);
        if (!noise.isBlank()) {
            log.accept(noise);
        }
        try {
            Message.of(line).ifPresent(this::answer);
        } catch (RuntimeException noAnswer) {
            // The process holds code of strangers, who may write what they like.
            log.accept("an answer of the worker is not understood (" + noAnswer + ")");
        }
    }

    private void answer(JsonObject message) {
        if (message.has("states")) {
            CompletableFuture<Map<String, PlannedState>> states;
            synchronized (this) {
                states = asked.remove(message.get("turn").getAsLong());
            }
            if (states != null) {
                states.complete(Message.states(message));
            }
            return;
        }
        Job current = current();
        if (current == null) {
            return;
        }
        if (message.has("event")) {
            current.listener().accept(EventJson.parse(message));
        } else if (forget(current)) {
            endIfItHoldsWhatDoesNotStop();
            if (message.has("ended")) {
                current.result().complete(Message.ended(message));
            } else {
                current.result()
                        .completeExceptionally(Message.refused(message)
                                .causedBy(new EventJson.Remote(
                                        message.get("refused").getAsString(),
                                        message.get("trace").getAsString())));
            }
        }
    }

    /** The thread of a node that was left behind ends with its process; the next run has another. */
    private void endIfItHoldsWhatDoesNotStop() {
        Process done;
        synchronized (this) {
            if (!leaves) {
                return;
            }
            leaves = false;
            done = process;
            process = null;
        }
        nothingKept();
        quit(done);
    }

    private static void quit(Process done) {
        try (var closed = done.getOutputStream()) {
            closed.write(Message.line(Message.request("quit")).getBytes(StandardCharsets.UTF_8));
        } catch (IOException dead) {
            // Then there is nothing to end.
        }
    }

    private synchronized Job current() {
        return job;
    }

    /** Whether the job was the one under way, which it is no more. */
    private synchronized boolean forget(Job ended) {
        if (!ended.equals(job)) {
            return false;
        }
        job = null;
        return true;
    }

    private void died(Process gone, Thread errors, Deque<String> last) {
        int code;
        try {
            code = gone.waitFor();
            errors.join(1000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        synchronized (this) {
            if (!gone.equals(process)) {
                return; // it was let go of
            }
        }
        nothingKept();
        Job lost = current();
        if (lost != null && forget(lost)) {
            String said;
            synchronized (last) {
                said = String.join("\n", last);
            }
            lost.result()
                    .completeExceptionally(new Problem(
                                    "the process that ran the workflow ended in the middle of it",
                                    why(code),
                                    "run it again: another process starts, and a training goes on from the last state "
                                            + "that it saved")
                            .causedBy(new EventJson.Remote("exit code " + code, said)));
        }
    }

    private static String why(int code) {
        return switch (code) {
            case KILLED -> "it was killed, by the system when memory ran out or by somebody";
            case 128 + 6, 128 + 11 -> "native code in it failed (exit code " + code + ")";
            default -> "its exit code is " + code;
        };
    }

    @Override
    public void stopAndKeep() {
        tell("stop");
    }

    @Override
    public void cancel() {
        tell("cancel");
    }

    @Override
    public void leaveBehind() {
        synchronized (this) {
            leaves = true;
        }
        tell("leave");
    }

    private void tell(String what) {
        if (thread.isShutdown()) {
            return;
        }
        thread.execute(() -> process().ifPresent(alive -> {
            try {
                send(process, Message.request(what));
            } catch (IOException dead) {
                // The thread that listens to it tells.
            }
        }));
    }

    /** Lets the worker end by itself, which it does when a run under way has saved what it has done. */
    @Override
    public void close() {
        if (thread.isShutdown()) {
            return;
        }
        thread.execute(() -> process().ifPresent(alive -> quit(process)));
        thread.shutdown();
        try {
            if (!thread.awaitTermination(1, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
