package graft.app.sweep;

import com.google.gson.JsonObject;
import graft.app.engine.Cache;
import graft.app.engine.Engine;
import graft.app.engine.Finding;
import graft.app.engine.Plan;
import graft.app.engine.RunEvent;
import graft.app.engine.RunHandle;
import graft.app.engine.RunOptions;
import graft.app.engine.RunResult;
import graft.app.plugin.NodeLibrary;
import graft.app.user.ModelFolders;
import graft.app.workflow.Workflow;
import graft.file.AtomicFile;
import graft.file.Folder;
import graft.job.Job;
import graft.node.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * One start of a job: runs its workflow in a folder of its own, which takes the name {@link Job#RESULT} when the run is complete.
 *
 * <p>Any number of these may run at the same time, on any machines, and any may die. States of trainings lie beside the attempts, each
 * written whole, and each is one that every attempt comes by, bit for bit: whose it is does not matter.
 */
public final class JobRun {

    private final Path folder;
    private final NodeLibrary library;
    private final ModelFolders models;
    private final String device;

    /** @param device null or "auto", "cpu", "cuda" or "cuda:1" */
    public JobRun(Path folder, NodeLibrary library, ModelFolders models, String device) {
        this.folder = folder.toAbsolutePath().normalize();
        this.library = library;
        this.models = models;
        this.device = device;
    }

    /** Whether a job has its result, or is known to fail. */
    public static boolean ended(Path folder) {
        return Files.isDirectory(folder.resolve(Job.RESULT)) || Files.exists(folder.resolve(Job.FAILURE));
    }

    /** Whether a job has its result. */
    public static boolean isDone(Path folder) {
        return Files.isDirectory(folder.resolve(Job.RESULT));
    }

    /**
     * Runs and waits.
     *
     * @param listener told of every event
     * @param started handed what stops the run
     * @return whether the job has ended; false when it was stopped
     * @throws Problem when the workflow or the folder cannot be read or written
     */
    public boolean run(Consumer<RunEvent> listener, Consumer<Runnable> started)
            throws IOException, InterruptedException {
        Workflow workflow = Workflow.read(folder.resolve(SweepFolder.WORKFLOW));
        try (Cache cache = Cache.none()) {
            Engine engine = new Engine(library, cache, () -> models);
            Plan plan = engine.check(workflow, SweepFolder.outputs(folder));
            if (!plan.runnable()) {
                Finding first = plan.findings().stream()
                        .filter(Finding::isError)
                        .findFirst()
                        .orElseThrow();
                failed("", first.sentence());
                return true;
            }
            Path attempts = folder.resolve(Job.ATTEMPTS);
            Path attempt = Files.createDirectories(
                    attempts.resolve(ProcessHandle.current().pid() + "-" + UUID.randomUUID()));
            AtomicReference<RunEvent.NodeFailed> failure = new AtomicReference<>();
            RunHandle run = engine.start(
                    plan,
                    new RunOptions(
                            attempts,
                            device,
                            event -> {
                                if (event instanceof RunEvent.NodeFailed failed) {
                                    failure.compareAndSet(null, failed);
                                }
                                listener.accept(event);
                            },
                            false,
                            Optional.of(attempt)));
            started.accept(run::cancel);
            return ended(run.join(), attempt, failure.get());
        }
    }

    private boolean ended(RunResult result, Path attempt, RunEvent.NodeFailed failure) throws IOException {
        switch (result.outcome()) {
            case DONE -> complete(attempt);
            case FAILED -> {
                // Another start may have been complete meanwhile, and taken this one's folder away.
                if (!ended(folder)) {
                    failed(failure.node(), failure.title() + " (" + failure.node() + "): " + failure.problem());
                }
            }
            case CANCELLED -> {
                return ended(folder);
            }
        }
        return true;
    }

    /** The first that is complete is the result; those that are not go. */
    private void complete(Path attempt) throws IOException {
        Path attempts = folder.resolve(Job.ATTEMPTS);
        Path result = folder.resolve(Job.RESULT);
        if (!Files.exists(result)) {
            for (Path other : Folder.entries(attempts)) {
                if (!other.equals(attempt) && Files.isDirectory(other)) {
                    takeSamples(other, attempt);
                }
            }
            try {
                // Onto a folder that holds something it fails, whoever is first.
                Files.move(attempt, result, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException second) {
                if (!Files.isDirectory(result)) {
                    throw second;
                }
            }
        }
        Files.deleteIfExists(folder.resolve(Job.FAILURE));
        removeAttempts(attempts);
    }

    /** A start that went on from a state has not the samples that were drawn before it. */
    private static void takeSamples(Path other, Path attempt) throws IOException {
        for (Path file : Folder.tree(other)) {
            Path within = other.relativize(file);
            boolean sample = within.getParent() != null
                    && within.getParent().endsWith("samples")
                    && !file.getFileName().toString().startsWith(".");
            Path target = attempt.resolve(within);
            if (sample && Files.isRegularFile(file) && !Files.exists(target)) {
                AtomicFile.write(target, out -> Files.copy(file, out));
            }
        }
    }

    private static void removeAttempts(Path attempts) {
        try {
            Folder.delete(attempts);
        } catch (IOException another) {
            // A start that still runs has written there: it ends by itself, and what it leaves harms nothing.
        }
    }

    private void failed(String node, String sentence) {
        JsonObject told = new JsonObject();
        told.addProperty("node", node);
        told.addProperty("problem", sentence);
        SweepFolder.write(folder.resolve(Job.FAILURE), told + "\n");
    }
}
