package graft.app.engine;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import graft.app.engine.Plan.Step;
import graft.app.sandbox.Sandbox;
import graft.app.workflow.ProcessId;
import graft.file.AtomicFile;
import graft.file.FileFault;
import graft.file.Sha256;
import graft.node.Problem;
import graft.node.Setting;
import graft.tensor.Memory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a run leaves: {@code workflow.json} as run, {@code run.json} (versions, device, seeds, times, files),
 * {@code log.txt}, and a folder for each node that writes.
 */
final class RunFolder {

    private static final Gson GSON = new GsonBuilder()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .serializeSpecialFloatingPointValues()
            .create();
    static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyy-MM-dd_HH-mm-ss", Locale.ROOT);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);

    /** Letters of a node's id that its folder is named by. */
    private static final int LONGEST = 160;

    private final Path folder;
    private final Writer log;
    private final JsonObject record = new JsonObject();
    private final Map<String, JsonObject> nodes = new LinkedHashMap<>();
    private final Set<Path> states = ConcurrentHashMap.newKeySet();
    private IOException lostLog;

    private RunFolder(Path folder, Writer log) {
        this.folder = folder;
        this.log = log;
    }

    /**
     * Begins to fill a folder.
     *
     * @param given the folder, where it is made already
     * @throws Problem when it cannot be made
     */
    static RunFolder create(Path parent, Optional<Path> given, Plan plan) {
        Path folder = given.orElseGet(() -> make(parent, plan.workflow().title()));
        try {
            AtomicFile.write(
                    folder.resolve("workflow.json"),
                    out -> out.write(plan.workflow().toJson().getBytes(StandardCharsets.UTF_8)));
            RunFolder made = new RunFolder(folder, Files.newBufferedWriter(folder.resolve("log.txt")));
            made.record.add("seeds", seeds(plan));
            return made;
        } catch (IOException e) {
            throw AtomicFile.problem(parent, e);
        }
    }

    /**
     * Makes a new folder named by the time and the workflow's title.
     *
     * @throws Problem when it cannot be made
     */
    static Path make(Path parent, String workflow) {
        String title = slug(workflow);
        String name = STAMP.format(LocalDateTime.now(ZoneId.systemDefault())) + (title.isEmpty() ? "" : "_" + title);
        try {
            Files.createDirectories(parent);
            return unused(parent.toAbsolutePath().normalize(), name);
        } catch (FileAlreadyExistsException e) {
            throw new Problem("cannot make a folder in " + parent, "it is a file", "choose another with --out")
                    .causedBy(e);
        } catch (IOException e) {
            throw AtomicFile.problem(parent, e);
        }
    }

    /** Where a run of a workflow that is yet to begin will have the files of a node: the time that it is named by is left open. */
    static Path toCome(Path parent, String workflow, String node) {
        String title = slug(workflow);
        return parent.toAbsolutePath()
                .normalize()
                .resolve("…" + (title.isEmpty() ? "" : "_" + title))
                .resolve(node);
    }

    /** Short, and of characters that every file system takes. */
    private static String slug(String title) {
        String words = title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        return words.substring(0, Math.min(words.length(), 40)).replaceAll("^-|-$", "");
    }

    private static Path unused(Path parent, String name) throws IOException {
        for (int i = 1; ; i++) {
            try {
                return Files.createDirectory(parent.resolve(i == 1 ? name : name + "_" + i));
            } catch (FileAlreadyExistsException taken) {
                if (!Files.isDirectory(parent)) {
                    throw taken;
                }
            }
        }
    }

    private static JsonObject seeds(Plan plan) {
        JsonObject seeds = new JsonObject();
        for (Step step : plan.steps()) {
            step.settings().forEach((setting, value) -> {
                if (setting.declared().control() == Setting.Control.SEED) {
                    seeds.add(step.node() + "." + setting.id(), setting.toJson(value));
                }
            });
        }
        return seeds;
    }

    Path path() {
        return folder;
    }

    /** The folder of a node, made when it is first asked for. */
    Path of(String node) {
        // An id may be longer than a name can be.
        String name = node.length() <= LONGEST
                ? node
                : node.substring(0, LONGEST) + "-" + Sha256.of(List.of(node)).substring(0, 16);
        Path own = folder.resolve(name);
        try {
            return Files.createDirectories(own);
        } catch (IOException e) {
            throw AtomicFile.problem(own, e);
        }
    }

    /** Where a node leaves what a later run takes up: beside the runs, named by what its result depends on. */
    Path stateOf(String node, String key) {
        Path file = folder.resolveSibling(".state").resolve(slug(node) + "-" + key.substring(0, 16));
        states.add(file);
        return file;
    }

    /** Removes what was left to be taken up: the run ended well. */
    void forgetStates() {
        for (Path file : states) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                // It is taken up when the same workflow runs again, and harms nothing else.
            }
        }
    }

    /** Takes note of an event in the log and the record. */
    void note(RunEvent event) {
        if (event instanceof RunEvent.RunStarted started) {
            record.addProperty("title", started.title());
            ProcessId.current().addTo(record);
            record.addProperty("started", STAMP.format(LocalDateTime.now(ZoneId.systemDefault())));
            record.addProperty("device", started.device());
            record.addProperty("deviceWhy", started.why());
            Optional.ofNullable(System.getProperty(Sandbox.CONFINED))
                    .ifPresent(plugins -> record.addProperty("sandboxedFor", plugins));
            record.add("versions", GSON.toJsonTree(started.versions()));
            write(
                    "run",
                    "started: device " + started.device() + " (" + started.why() + "), "
                            + Versions.line(started.versions()) + ", memory " + Memory.words(started.availableMemory())
                            + " available");
        } else if (event instanceof RunEvent.NodeStarted started) {
            node(started.node()).addProperty("state", "started");
            node(started.node()).addProperty("why", started.why());
            write(started.node(), "started: " + started.why());
        } else if (event instanceof RunEvent.NodeCached cached) {
            node(cached.node()).addProperty("state", "cached");
            node(cached.node()).addProperty("why", cached.why());
            write(cached.node(), "kept result taken: " + cached.why());
        } else if (event instanceof RunEvent.NodeFinished finished) {
            node(finished.node()).addProperty("state", finished.partial() ? "partial" : "done");
            node(finished.node()).addProperty("seconds", finished.seconds());
            node(finished.node()).addProperty("peakMemory", finished.peak());
            write(finished.node(), String.format(Locale.ROOT, "done in %.3f s", finished.seconds()));
        } else if (event instanceof RunEvent.NodeFailed failed) {
            node(failed.node()).addProperty("state", "failed");
            node(failed.node()).addProperty("problem", failed.problem());
            write(failed.node(), "failed: " + failed.problem() + "\n" + trace(failed.cause()));
        } else if (event instanceof RunEvent.NodeSkipped skipped) {
            node(skipped.node()).addProperty("state", "skipped");
            node(skipped.node()).addProperty("why", skipped.why());
            write(skipped.node(), "left out: " + skipped.why());
        } else if (event instanceof RunEvent.Log line) {
            write(line.node(), line.sentence());
        } else if (event instanceof RunEvent.Warning warning) {
            write(warning.node(), "warning: " + warning.sentence());
        } else if (event instanceof RunEvent.Wrote wrote) {
            JsonObject node = node(wrote.node());
            if (!node.has("files")) {
                node.add("files", new JsonArray());
            }
            Path file = wrote.file().toAbsolutePath().normalize();
            node.getAsJsonArray("files").add((file.startsWith(folder) ? folder.relativize(file) : file).toString());
            write(wrote.node(), "wrote " + file);
        } else if (event instanceof RunEvent.RunFinished finished) {
            write(
                    "run",
                    finished.outcome().name().toLowerCase(Locale.ROOT)
                            + String.format(Locale.ROOT, " in %.3f s", finished.seconds()));
            finished.kept().forEach(sentence -> write("run", sentence));
        }
    }

    /**
     * Writes the record and closes the log.
     *
     * @throws Problem when either could not be written, as on a full disk
     */
    void finish(RunEvent.Outcome outcome, double seconds, long peak) {
        record.addProperty("seconds", seconds);
        record.addProperty("peakMemory", peak);
        try {
            log.close();
        } catch (IOException e) {
            lostLog = e;
        }
        save(outcome.name().toLowerCase(Locale.ROOT));
        if (lostLog != null) {
            throw new Problem(
                            "cannot write " + folder.resolve("log.txt"),
                            FileFault.why(lostLog),
                            "free some space on the disk")
                    .causedBy(lostLog);
        }
    }

    /**
     * Writes the record as far as it is, so that a run that is killed leaves one too.
     *
     * @throws Problem when it cannot be written
     */
    void save(String outcome) {
        record.addProperty("outcome", outcome);
        record.add("nodes", GSON.toJsonTree(nodes));
        byte[] bytes = (GSON.toJson(record) + "\n").getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(folder.resolve("run.json"), out -> out.write(bytes));
    }

    private JsonObject node(String id) {
        return nodes.computeIfAbsent(id, key -> new JsonObject());
    }

    private void write(String who, String text) {
        try {
            log.write(TIME.format(LocalDateTime.now(ZoneId.systemDefault())) + "  " + who + ": " + text + "\n");
            log.flush();
        } catch (IOException e) {
            // The run goes on without its log; finish() tells.
            lostLog = e;
        }
    }

    private static String trace(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
