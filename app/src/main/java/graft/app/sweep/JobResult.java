package graft.app.sweep;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import graft.app.engine.PastRun;
import graft.app.engine.RunFolders;
import graft.job.Job;
import graft.node.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What became of a job, read from its folder.
 *
 * @param job whose it is
 * @param state by its files
 * @param numbers what its nodes report, by {@code node.name}: the measures of Score, the rows of Compare, the smoothed loss at the end of
 *     a loss plot
 * @param files what its nodes wrote
 * @param seconds that the complete run took; 0 where there is none
 * @param problem why it failed or was given up, in a sentence; empty for others
 */
public record JobResult(
        SweepJob job, Job.State state, Map<String, Double> numbers, List<Path> files, double seconds, String problem) {

    /** Larger files hold no scores. */
    private static final long MOST_BYTES = 16 << 20;

    private static final String LOSSES = "step,loss,smoothed";

    public JobResult {
        numbers = Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
        files = List.copyOf(files);
    }

    /**
     * Reads it.
     *
     * @param gaveUp why its place gave it up; empty where it did not
     */
    static JobResult of(SweepJob job, String gaveUp) {
        if (Files.isDirectory(job.result())) {
            return done(job);
        }
        Path failure = job.folder().resolve(Job.FAILURE);
        if (!Files.exists(failure)) {
            return new JobResult(job, Job.State.OPEN, Map.of(), List.of(), 0, gaveUp);
        }
        String why;
        try {
            why = JsonParser.parseString(Files.readString(failure))
                    .getAsJsonObject()
                    .get("problem")
                    .getAsString();
        } catch (IOException | RuntimeException strange) {
            why = "It failed, and what it said of it cannot be read.";
        }
        return new JobResult(job, Job.State.FAILED, Map.of(), List.of(), 0, why);
    }

    private static JobResult done(SweepJob job) {
        Map<String, Double> numbers = new LinkedHashMap<>();
        List<Path> files = new ArrayList<>();
        try {
            PastRun run = RunFolders.read(job.result());
            run.nodes().forEach((node, past) -> past.files().forEach(file -> {
                Path here = job.result().resolve(file);
                files.add(here);
                numbers.putAll(numbers(node, here));
            }));
            return new JobResult(job, Job.State.DONE, numbers, files, run.seconds(), "");
        } catch (Problem unreadable) {
            return new JobResult(job, Job.State.DONE, numbers, files, 0, unreadable.getMessage());
        }
    }

    private static Map<String, Double> numbers(String node, Path file) {
        Map<String, Double> numbers = new LinkedHashMap<>();
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        try {
            if (Files.size(file) > MOST_BYTES) {
                return numbers;
            }
            if (name.endsWith(".json") && JsonParser.parseString(Files.readString(file)) instanceof JsonObject json) {
                measures(node, json, numbers);
                rows(node, json, numbers);
            } else if (name.endsWith(".csv")) {
                loss(node, Files.readAllLines(file), numbers);
            }
        } catch (IOException | JsonParseException | IllegalStateException | IndexOutOfBoundsException noScore) {
            numbers.clear();
        }
        return numbers;
    }

    /** A score: the mean of each measure. */
    private static void measures(String node, JsonObject json, Map<String, Double> numbers) {
        if (json.get("measures") instanceof JsonObject measures) {
            measures.asMap().forEach((measure, values) -> {
                if (values instanceof JsonObject known) {
                    put(node + "." + measure, known.get("mean"), numbers);
                }
            });
        }
    }

    /** A comparison: each number of each row. */
    private static void rows(String node, JsonObject json, Map<String, Double> numbers) {
        if (json.has("rows")) {
            for (JsonElement row : json.getAsJsonArray("rows")) {
                JsonObject each = row.getAsJsonObject();
                String method = each.get("method").getAsString();
                each.asMap().forEach((name, value) -> put(node + "." + method + "." + name, value, numbers));
            }
        }
    }

    private static void loss(String node, List<String> lines, Map<String, Double> numbers) {
        if (lines.size() > 1 && lines.get(0).startsWith(LOSSES)) {
            numbers.put(
                    node + ".loss", Double.valueOf(lines.get(lines.size() - 1).split(",", -1)[2]));
        }
    }

    private static void put(String name, JsonElement value, Map<String, Double> numbers) {
        if (value != null
                && value.isJsonPrimitive()
                && value.getAsJsonPrimitive().isNumber()) {
            numbers.put(name, value.getAsDouble());
        }
    }
}
