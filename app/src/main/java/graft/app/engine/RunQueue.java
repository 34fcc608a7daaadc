package graft.app.engine;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import graft.app.workflow.Workflow;
import graft.file.AtomicFile;
import graft.file.FileFault;
import graft.node.Problem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Workflows that wait for their run, kept in a file so that a restart loses none.
 *
 * <p>The one that runs comes first. All methods may be called by any thread and return at once; the file is written by a
 * thread of its own.
 */
public final class RunQueue implements AutoCloseable {

    /**
     * A workflow in the queue.
     *
     * @param id unique
     * @param title what people call it
     * @param workflow as it was when it was added
     * @param outputs the nodes up to which to run; none for all
     * @param device as {@link RunOptions} has it; empty for the best
     * @param added when
     * @param running whether it runs now
     */
    public record Entry(
            String id,
            String title,
            Workflow workflow,
            List<String> outputs,
            String device,
            Instant added,
            boolean running) {

        public Entry {
            outputs = List.copyOf(outputs);
        }

        private Entry withRunning(boolean other) {
            return new Entry(id, title, workflow, outputs, device, added, other);
        }
    }

    private final Optional<Path> file;
    private final Consumer<Problem> trouble;
    private final Optional<FileChannel> lock;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final List<Entry> entries = new ArrayList<>();
    private boolean paused;

    /** Whether the writer has a state to write. */
    private boolean changed;

    private final ExecutorService writer = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "graft-queue");
        thread.setDaemon(true);
        return thread;
    });

    private RunQueue(Optional<Path> file, Consumer<Problem> trouble, Optional<FileChannel> lock) {
        this.file = file;
        this.trouble = trouble;
        this.lock = lock;
    }

    /** A queue that nothing keeps. */
    public static RunQueue unkept() {
        return new RunQueue(Optional.empty(), problem -> {}, Optional.empty());
    }

    /**
     * Opens the queue of a file, which need not be there. What ran when its process ended waits first, and then the queue
     * is paused, lest what ended the process end this one.
     *
     * @param trouble told, by another thread, when the file cannot be written
     * @throws Problem when it is damaged, or when another process has it open
     */
    public static RunQueue open(Path file, Consumer<Problem> trouble) {
        FileChannel lock = lock(file);
        RunQueue queue = new RunQueue(Optional.of(file), trouble, Optional.of(lock));
        try {
            if (Files.exists(file)) {
                queue.read(JsonParser.parseString(Files.readString(file)).getAsJsonObject());
            }
            return queue;
        } catch (IOException | RuntimeException e) {
            // Whatever a damaged file has in the wrong place.
            queue.close();
            throw new Problem(
                            "cannot read the queue " + file,
                            FileFault.why(e),
                            "remove the file; the runs that waited in it have to be queued again")
                    .causedBy(e);
        }
    }

    private static FileChannel lock(Path file) {
        Path beside = file.resolveSibling(file.getFileName() + ".lock");
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            FileChannel channel = FileChannel.open(beside, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                FileLock taken = channel.tryLock();
                if (taken != null) {
                    return channel;
                }
            } catch (OverlappingFileLockException here) {
                // Another queue of this process; told as that of another.
            }
            channel.close();
        } catch (IOException e) {
            throw AtomicFile.problem(beside, e);
        }
        throw new Problem(
                "cannot open the queue " + file, "another Graft has it open", "close that, or queue the runs there");
    }

    private void read(JsonObject saved) {
        paused = saved.get("paused").getAsBoolean();
        for (JsonElement element : saved.getAsJsonArray("entries")) {
            JsonObject entry = element.getAsJsonObject();
            List<String> outputs = entry.getAsJsonArray("outputs").asList().stream()
                    .map(JsonElement::getAsString)
                    .toList();
            paused |= entry.get("running").getAsBoolean();
            entries.add(new Entry(
                    entry.get("id").getAsString(),
                    entry.get("title").getAsString(),
                    Workflow.parse(entry.get("workflow").toString(), "in the queue"),
                    outputs,
                    entry.get("device").getAsString(),
                    Instant.parse(entry.get("added").getAsString()),
                    false));
        }
    }

    /** Holds the lock for a moment only: whoever looks at the queue must not wait for long workflows to become text. */
    private String text() {
        JsonObject saved = new JsonObject();
        List<Entry> now;
        synchronized (this) {
            now = List.copyOf(entries);
            saved.addProperty("paused", paused);
            changed = false;
        }
        JsonArray list = new JsonArray();
        for (Entry entry : now) {
            JsonObject object = new JsonObject();
            object.addProperty("id", entry.id());
            object.addProperty("title", entry.title());
            object.addProperty("device", entry.device());
            object.addProperty("added", entry.added().toString());
            object.addProperty("running", entry.running());
            JsonArray outputs = new JsonArray();
            entry.outputs().forEach(outputs::add);
            object.add("outputs", outputs);
            object.add("workflow", JsonParser.parseString(entry.workflow().toJson()));
            list.add(object);
        }
        saved.add("entries", list);
        return saved + "\n";
    }

    private void write() {
        synchronized (this) {
            if (!changed) {
                return;
            }
        }
        byte[] bytes = text().getBytes(StandardCharsets.UTF_8);
        try {
            AtomicFile.write(file.orElseThrow(), out -> out.write(bytes));
        } catch (Problem problem) {
            trouble.accept(problem);
        }
    }

    private void changed() {
        synchronized (this) {
            if (file.isPresent() && !changed && !writer.isShutdown()) {
                changed = true;
                writer.execute(this::write);
            }
        }
        listeners.forEach(Runnable::run);
    }

    /** Told after every change, by the thread that made it. */
    public void addListener(Runnable listener) {
        listeners.add(listener);
    }

    /** What is in the queue: what runs, then what waits, in order. */
    public synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }

    public synchronized boolean paused() {
        return paused;
    }

    /** Lets nothing more begin, or lets it; what runs goes on. */
    public void pause(boolean pause) {
        synchronized (this) {
            if (paused == pause) {
                return;
            }
            paused = pause;
        }
        changed();
    }

    /**
     * Adds a workflow at the end, or as the next to run.
     *
     * @param outputs the nodes up to which to run; none for all
     * @param device as {@link RunOptions} has it; empty for the best
     */
    public Entry add(String title, Workflow workflow, List<String> outputs, String device, boolean next) {
        Entry entry = new Entry(UUID.randomUUID().toString(), title, workflow, outputs, device, Instant.now(), false);
        synchronized (this) {
            entries.add(next ? firstWaiting() : entries.size(), entry);
        }
        changed();
        return entry;
    }

    private int firstWaiting() {
        int first = 0;
        while (first < entries.size() && entries.get(first).running()) {
            first++;
        }
        return first;
    }

    /** Takes one that waits out of the queue; false when it is not there or runs. */
    public boolean remove(String id) {
        synchronized (this) {
            if (!entries.removeIf(entry -> entry.id().equals(id) && !entry.running())) {
                return false;
            }
        }
        changed();
        return true;
    }

    /** Takes all that wait out of the queue. */
    public void clear() {
        synchronized (this) {
            entries.removeIf(entry -> !entry.running());
        }
        changed();
    }

    /**
     * Moves one that waits.
     *
     * @param to its place among those that wait, from 0; further than the last is the last
     */
    public void move(String id, int to) {
        synchronized (this) {
            Optional<Entry> moved = entries.stream()
                    .filter(entry -> entry.id().equals(id) && !entry.running())
                    .findFirst();
            if (moved.isEmpty()) {
                return;
            }
            entries.remove(moved.get());
            entries.add(Math.max(firstWaiting(), Math.min(entries.size(), firstWaiting() + to)), moved.get());
        }
        changed();
    }

    /** The next to run, which then runs; empty while one runs, when the queue is paused, or when none waits. */
    public Optional<Entry> take() {
        Entry taken;
        synchronized (this) {
            if (paused || entries.isEmpty() || entries.get(0).running()) {
                return Optional.empty();
            }
            taken = entries.get(0).withRunning(true);
            entries.set(0, taken);
        }
        changed();
        return Optional.of(taken);
    }

    /** The run of one is over, however it ended: it leaves the queue. */
    public void finished(String id) {
        synchronized (this) {
            entries.removeIf(entry -> entry.id().equals(id) && entry.running());
        }
        changed();
    }

    /** Writes what is not written yet, and ends. */
    @Override
    public void close() {
        writer.shutdown();
        try {
            if (!writer.awaitTermination(10, TimeUnit.SECONDS)) {
                writer.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        lock.ifPresent(channel -> {
            try {
                channel.close();
            } catch (IOException e) {
                trouble.accept(AtomicFile.problem(file.orElseThrow(), e));
            }
        });
    }
}
