package graft.app.editor.run;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import graft.app.workflow.Workflow;
import graft.file.AtomicFile;
import graft.node.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The runs that wait, in their order, kept in a file so that they outlive the process.
 *
 * <p>Used on one thread; the file is written whole by another.
 */
final class RunQueue implements AutoCloseable {

    private final Path file;
    private final Consumer<Problem> trouble;
    private final List<QueuedRun> runs = new ArrayList<>();
    private final List<Runnable> listeners = new ArrayList<>();
    private final ExecutorService writer = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "graft-queue");
        thread.setDaemon(true);
        return thread;
    });
    private boolean paused;

    /** An empty queue; {@code trouble} is told, by the thread that writes, when the file cannot be written. */
    RunQueue(Path file, Consumer<Problem> trouble) {
        this.file = file;
        this.trouble = trouble;
    }

    void addListener(Runnable listener) {
        listeners.add(listener);
    }

    /** The runs that wait, the next one first. */
    List<QueuedRun> runs() {
        return List.copyOf(runs);
    }

    void add(QueuedRun run) {
        runs.add(run);
        changed();
    }

    void addFirst(QueuedRun run) {
        runs.add(0, run);
        changed();
    }

    void remove(String id) {
        if (runs.removeIf(run -> run.id().equals(id))) {
            changed();
        }
    }

    void clear() {
        runs.clear();
        changed();
    }

    /** Moves a run by so many places, later for more than 0, as far as there are places. */
    void move(String id, int by) {
        for (int i = 0; i < runs.size(); i++) {
            if (runs.get(i).id().equals(id)) {
                QueuedRun run = runs.remove(i);
                runs.add(Math.max(0, Math.min(runs.size(), i + by)), run);
                changed();
                return;
            }
        }
    }

    /** Takes the next run out, unless the queue is paused. */
    Optional<QueuedRun> next() {
        if (paused || runs.isEmpty()) {
            return Optional.empty();
        }
        QueuedRun next = runs.remove(0);
        changed();
        return Optional.of(next);
    }

    boolean isPaused() {
        return paused;
    }

    void setPaused(boolean now) {
        paused = now;
        listeners.forEach(Runnable::run);
    }

    private void changed() {
        List<QueuedRun> now = List.copyOf(runs);
        writer.execute(() -> write(now));
        listeners.forEach(Runnable::run);
    }

    private void write(List<QueuedRun> now) {
        JsonArray array = new JsonArray();
        for (QueuedRun run : now) {
            JsonObject json = new JsonObject();
            json.addProperty("id", run.id());
            json.addProperty("title", run.title());
            json.addProperty("workflow", run.workflow().toJson());
            JsonArray outputs = new JsonArray();
            run.outputs().forEach(outputs::add);
            json.add("outputs", outputs);
            array.add(json);
        }
        try {
            AtomicFile.write(file, out -> out.write((array + "\n").getBytes(StandardCharsets.UTF_8)));
        } catch (Problem problem) {
            trouble.accept(problem);
        }
    }

    /**
     * The runs that a process left in a file; none when there is no file.
     *
     * @throws Problem when it cannot be read
     */
    static List<QueuedRun> read(Path file) {
        List<QueuedRun> left = new ArrayList<>();
        try {
            for (JsonElement each :
                    JsonParser.parseString(Files.readString(file)).getAsJsonArray()) {
                JsonObject json = each.getAsJsonObject();
                List<String> outputs = new ArrayList<>();
                json.getAsJsonArray("outputs").forEach(output -> outputs.add(output.getAsString()));
                String title = json.get("title").getAsString();
                left.add(new QueuedRun(
                        json.get("id").getAsString(),
                        title,
                        Workflow.parse(json.get("workflow").getAsString(), title),
                        outputs));
            }
            return left;
        } catch (NoSuchFileException first) {
            return List.of();
        } catch (IOException | JsonParseException | IllegalStateException | NullPointerException damaged) {
            throw new Problem(
                            "cannot read the runs that waited, in " + file,
                            String.valueOf(damaged.getMessage()),
                            "remove the file; what it held has to be queued again")
                    .causedBy(damaged);
        }
    }

    /** Waits for the file, at most two seconds. */
    @Override
    public void close() {
        writer.shutdown();
        try {
            if (!writer.awaitTermination(2, TimeUnit.SECONDS)) {
                writer.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
