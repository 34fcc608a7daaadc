package graft.app.workflow;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import graft.file.AtomicFile;
import graft.file.FileFault;
import graft.file.Folder;
import graft.node.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Keeps unsaved changes on disk, so that no death of the process takes them.
 *
 * <p>A changed document is written within a second, whole, by a thread of its own; its draft goes when the document is
 * saved or closed. Drafts of processes that are no more can be taken up.
 */
public final class Drafts implements AutoCloseable {

    /**
     * Unsaved changes that a process left.
     *
     * @param draft where they lie
     * @param file the document's own file, if it had one
     */
    public record Draft(Path draft, Optional<Path> file, Instant at, Workflow workflow) {}

    private record Pending(Optional<Path> file, Workflow workflow) {}

    private static final Duration PACE = Duration.ofSeconds(1);

    private final Path folder;
    private final Consumer<Problem> trouble;
    private final Map<String, Pending> pending = new HashMap<>();
    private final ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "graft-drafts");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Keeps drafts in a folder, which is made when it is first needed.
     *
     * @param trouble told, by the thread that writes, when a draft cannot be written
     */
    public Drafts(Path folder, Consumer<Problem> trouble) {
        this(folder, trouble, PACE);
    }

    Drafts(Path folder, Consumer<Problem> trouble, Duration pace) {
        this.folder = folder;
        this.trouble = trouble;
        ScheduledFuture<?> unused =
                writer.scheduleWithFixedDelay(this::flush, pace.toMillis(), pace.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** A document is now so; it is written soon. Returns at once. */
    void keep(String id, Optional<Path> file, Workflow workflow) {
        synchronized (pending) {
            pending.put(id, new Pending(file, workflow));
        }
    }

    /** A document needs no draft any more. Returns at once. */
    void drop(String id) {
        synchronized (pending) {
            pending.remove(id);
        }
        writer.execute(() -> delete(path(id)));
    }

    /** Writes a document that was taken up from an old draft, and only then removes that. Returns at once. */
    void replace(String id, Draft old) {
        writer.execute(() -> {
            flush();
            if (Files.exists(path(id))) {
                discard(old);
            }
        });
    }

    /** Writes what is not written yet. */
    void flush() {
        Map<String, Pending> now;
        synchronized (pending) {
            now = Map.copyOf(pending);
            pending.clear();
        }
        now.forEach((id, document) -> {
            try {
                byte[] bytes = text(document).getBytes(StandardCharsets.UTF_8);
                AtomicFile.write(path(id), out -> out.write(bytes));
            } catch (Problem problem) {
                trouble.accept(problem);
            }
        });
    }

    private Path path(String id) {
        return folder.resolve(id + ".draft");
    }

    private static String text(Pending document) {
        JsonObject draft = new JsonObject();
        ProcessId.current().addTo(draft);
        draft.addProperty("at", Instant.now().toString());
        document.file().ifPresent(file -> draft.addProperty("file", file.toString()));
        draft.add("workflow", WorkflowFile.json(document.workflow()));
        return WorkflowFile.text(draft);
    }

    /** The drafts that dead processes left, the newest first; what cannot be read is left where it is. */
    public List<Draft> abandoned() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<Draft> drafts = new ArrayList<>();
        try {
            Folder.entries(folder).stream()
                    .filter(file -> file.toString().endsWith(".draft"))
                    .forEach(file -> read(file).ifPresent(drafts::add));
        } catch (IOException e) {
            trouble.accept(new Problem(
                            "cannot look for unsaved work in " + folder,
                            FileFault.why(e),
                            "check the rights of the folder")
                    .causedBy(e));
        }
        drafts.sort(Comparator.comparing(Draft::at).reversed());
        return drafts;
    }

    private Optional<Draft> read(Path file) {
        try {
            JsonObject draft = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
            if (ProcessId.in(draft).lives()) {
                return Optional.empty();
            }
            return Optional.of(new Draft(
                    file,
                    draft.has("file") ? Optional.of(Path.of(draft.get("file").getAsString())) : Optional.empty(),
                    Instant.parse(draft.get("at").getAsString()),
                    Workflow.parse(WorkflowFile.text(draft.getAsJsonObject("workflow")), file.toString())));
        } catch (IOException | RuntimeException e) {
            // Whatever is wrong with it, the other drafts count.
            trouble.accept(unreadable(file, e));
        }
        return Optional.empty();
    }

    private static Problem unreadable(Path file, Exception e) {
        return new Problem(
                        "cannot read the unsaved work in " + file,
                        FileFault.why(e),
                        "remove the file if it is not needed")
                .causedBy(e);
    }

    /** Removes a draft that was taken up or is not wanted. */
    public void discard(Draft draft) {
        delete(draft.draft());
    }

    private void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            trouble.accept(AtomicFile.problem(file, e));
        }
    }

    /** Writes what is not written yet, and ends. */
    @Override
    public void close() {
        writer.execute(this::flush);
        writer.shutdown();
        try {
            if (!writer.awaitTermination(10, TimeUnit.SECONDS)) {
                writer.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
