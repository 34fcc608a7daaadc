package graft.app.engine;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import graft.app.workflow.ProcessId;
import graft.app.workflow.Workflow;
import graft.node.Problem;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A run as its folder records it.
 *
 * @param folder where it lies
 * @param title of the workflow; may be empty
 * @param started by the clock of the machine
 * @param state how it ended, or that it goes on
 * @param seconds that it took; 0 when it did not end
 * @param device that it ran on
 * @param seeds by {@code node.setting}
 * @param nodes by id, in the order in which they ran
 */
public record PastRun(
        Path folder,
        String title,
        LocalDateTime started,
        State state,
        double seconds,
        String device,
        Map<String, String> seeds,
        Map<String, PastNode> nodes) {

    /** How a run ended. */
    public enum State {
        DONE,
        FAILED,
        CANCELLED,
        /** Its process is still at work. */
        RUNNING,
        /** Its process ended before the run did. */
        BROKEN_OFF
    }

    /**
     * What became of a node.
     *
     * @param state "done", "partial", "cached", "failed", "skipped", or "started" when it did not end
     * @param why why it ran or did not, or the problem that it failed with
     * @param seconds that it took; 0 when it did not end
     * @param files that it wrote
     */
    public record PastNode(String state, String why, double seconds, List<Path> files) {}

    public PastRun {
        seeds = Collections.unmodifiableMap(new LinkedHashMap<>(seeds));
        nodes = Collections.unmodifiableMap(new LinkedHashMap<>(nodes));
    }

    static PastRun of(Path folder, JsonObject record) {
        Map<String, String> seeds = new LinkedHashMap<>();
        if (record.has("seeds")) {
            record.getAsJsonObject("seeds").asMap().forEach((name, seed) -> seeds.put(name, seed.getAsString()));
        }
        Map<String, PastNode> nodes = new LinkedHashMap<>();
        record.getAsJsonObject("nodes").asMap().forEach((id, node) -> nodes.put(id, node(folder, (JsonObject) node)));
        return new PastRun(
                folder,
                text(record, "title"),
                LocalDateTime.parse(text(record, "started"), RunFolder.STAMP),
                state(record),
                number(record, "seconds"),
                text(record, "device"),
                seeds,
                nodes);
    }

    private static State state(JsonObject record) {
        String outcome = text(record, "outcome");
        if (!outcome.equals("running")) {
            return State.valueOf(outcome.toUpperCase(Locale.ROOT));
        }
        return record.has("process") && ProcessId.in(record).lives() ? State.RUNNING : State.BROKEN_OFF;
    }

    private static PastNode node(Path folder, JsonObject node) {
        List<Path> files = new ArrayList<>();
        JsonArray written = node.has("files") ? node.getAsJsonArray("files") : new JsonArray();
        for (JsonElement file : written) {
            files.add(folder.resolve(file.getAsString()));
        }
        String problem = text(node, "problem");
        return new PastNode(
                text(node, "state"),
                problem.isEmpty() ? text(node, "why") : problem,
                number(node, "seconds"),
                List.copyOf(files));
    }

    private static String text(JsonObject in, String field) {
        return in.has(field) ? in.get(field).getAsString() : "";
    }

    private static double number(JsonObject in, String field) {
        return in.has(field) ? in.get(field).getAsDouble() : 0;
    }

    /** The PNG files that its nodes wrote, in the order in which they ran. */
    public List<Path> pictures() {
        return files(".png");
    }

    /** The HTML files that its nodes wrote, in the order in which they ran. */
    public List<Path> reports() {
        return files(".html");
    }

    private List<Path> files(String ending) {
        return nodes.values().stream()
                .flatMap(node -> node.files().stream())
                .filter(file -> file.toString().toLowerCase(Locale.ROOT).endsWith(ending))
                .toList();
    }

    /**
     * The workflow as it was run.
     *
     * @throws Problem when it cannot be read any more
     */
    public Workflow workflow() {
        return Workflow.read(folder.resolve("workflow.json"));
    }
}
