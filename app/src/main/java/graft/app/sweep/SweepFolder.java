package graft.app.sweep;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import graft.app.engine.Axis;
import graft.app.workflow.Workflow;
import graft.file.AtomicFile;
import graft.file.FileFault;
import graft.file.Folder;
import graft.node.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The folder of a sweep: {@code jobs/0001} and so on, each with the workflow that it runs, and the reports.
 *
 * <p>A job is found again by its workflow: where the same one is asked for, be it by another sweep into the same folder, it is the same
 * job and is not done twice.
 */
public final class SweepFolder {

    static final String WORKFLOW = "workflow.json";
    private static final String JOB = "job.json";
    private static final String ASKED = "sweep.json";
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private final Path folder;

    /** Names of jobs by what they run. */
    private final Map<String, String> known = new HashMap<>();

    private int last;

    private SweepFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Opens a folder, which need not be there.
     *
     * @throws Problem when it cannot be read
     */
    public static SweepFolder open(Path folder) {
        SweepFolder opened = new SweepFolder(folder.toAbsolutePath().normalize());
        Path jobs = opened.folder.resolve("jobs");
        if (!Files.isDirectory(jobs)) {
            return opened;
        }
        try {
            for (Path job : Folder.entries(jobs)) {
                opened.look(job);
            }
        } catch (IOException | JsonParseException | IllegalStateException e) {
            throw new Problem(
                            "cannot go on with the sweep in " + folder,
                            FileFault.why(e),
                            "choose another folder with --out")
                    .causedBy(e);
        }
        return opened;
    }

    /** Where the sweep of a workflow lies unless another place is named. */
    public static Path usual(Path runs, String name) {
        return runs.resolve("sweep_" + name);
    }

    /** What a sweep is called by the title of its workflow, or by its file without the ending: letters, digits and hyphens. */
    public static String name(String title) {
        String plain = title.replaceAll("[^A-Za-z0-9]+", "-").replaceAll("^-|-$", "");
        return plain.isEmpty() ? "sweep" : plain;
    }

    private void look(Path job) throws IOException {
        String name = job.getFileName().toString();
        // The workflow is written last: without it nothing began.
        if (name.matches("[0-9]{4,9}") && Files.exists(job.resolve(WORKFLOW))) {
            last = Math.max(last, Integer.parseInt(name));
            JsonObject told =
                    JsonParser.parseString(Files.readString(job.resolve(JOB))).getAsJsonObject();
            known.put(Files.readString(job.resolve(WORKFLOW)) + told.get("outputs"), name);
        }
    }

    public Path path() {
        return folder;
    }

    /**
     * The job of a workflow, begun before or new.
     *
     * @param settings what is special about it
     * @param outputs the nodes that are wanted; none for all that write
     * @throws Problem when its folder cannot be made
     */
    public SweepJob job(Workflow workflow, Map<String, String> settings, List<String> outputs) {
        JsonElement wanted = GSON.toJsonTree(outputs);
        String name = known.computeIfAbsent(workflow.toJson() + wanted, unknown -> {
            String next = String.format(Locale.ROOT, "%04d", ++last);
            JsonObject told = new JsonObject();
            told.add("settings", GSON.toJsonTree(settings));
            told.add("outputs", wanted);
            Path job = folder.resolve("jobs").resolve(next);
            write(job.resolve(JOB), GSON.toJson(told) + "\n");
            write(job.resolve(WORKFLOW), workflow.toJson());
            return next;
        });
        return new SweepJob(name, settings, folder.resolve("jobs").resolve(name));
    }

    /** The nodes that are wanted of a job. */
    static List<String> outputs(Path job) {
        try {
            JsonObject told =
                    JsonParser.parseString(Files.readString(job.resolve(JOB))).getAsJsonObject();
            return told.getAsJsonArray("outputs").asList().stream()
                    .map(JsonElement::getAsString)
                    .toList();
        } catch (IOException | JsonParseException | IllegalStateException e) {
            throw new Problem("cannot run the job in " + job, FileFault.why(e), "start the sweep again").causedBy(e);
        }
    }

    /**
     * Notes what was asked for, for people who find the folder and for the next sweep of the workflow.
     *
     * @param workflow its file
     */
    public void describe(SweepPlan plan, Path workflow) {
        JsonObject json = new JsonObject();
        json.addProperty("format", "graft sweep 1");
        json.addProperty("workflow", workflow.toString());
        json.asMap().putAll(plan.request().toJson().asMap());
        json.add(
                "settings",
                SweepRequest.array(plan.axes().stream().map(Axis::setting).toList()));
        write(folder.resolve(ASKED), GSON.toJson(json) + "\n");
    }

    /** What was asked for in a folder; empty where nothing can be read of it. */
    public static Optional<SweepRequest> asked(Path folder) {
        Path file = folder.resolve(ASKED);
        try {
            return Files.isRegularFile(file)
                    ? Optional.of(SweepRequest.of(
                            JsonParser.parseString(Files.readString(file)).getAsJsonObject()))
                    : Optional.empty();
        } catch (IOException | RuntimeException strange) {
            return Optional.empty();
        }
    }

    static void write(Path file, String text) {
        AtomicFile.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }
}
