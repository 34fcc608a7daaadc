package graft.app.worker;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.reflect.TypeToken;
import graft.app.engine.PlannedState;
import graft.app.engine.RunEvent.Outcome;
import graft.app.engine.RunResult;
import graft.app.workflow.Workflow;
import graft.node.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the editor and its worker say to each other: one JSON object in a line, behind a record separator as RFC 7464 has
 * it, so that whatever else native code prints into the same pipe is told from it.
 */
final class Message {

    private static final char SEPARATOR = '\u001e';
    private static final Gson GSON =
            new Gson().newBuilder().serializeNulls().disableHtmlEscaping().create();

    private Message() {}

    static String line(String json) {
        return SEPARATOR + json + "\n";
    }

    static String line(JsonObject json) {
        return line(GSON.toJson(json));
    }

    /** The object of a line, if it holds one whole. */
    static Optional<JsonObject> of(String line) {
        int start = line.lastIndexOf(SEPARATOR);
        try {
            return start >= 0 && JsonParser.parseString(line.substring(start + 1)) instanceof JsonObject json
                    ? Optional.of(json)
                    : Optional.empty();
        } catch (JsonParseException cutShort) {
            return Optional.empty();
        }
    }

    /** What stands in a line beside its object. */
    static String noise(String line) {
        int start = line.lastIndexOf(SEPARATOR);
        return start >= 0 && of(line).isPresent() ? line.substring(0, start) : line;
    }

    static JsonObject request(String what) {
        JsonObject json = new JsonObject();
        json.addProperty("request", what);
        return json;
    }

    static JsonObject run(RunRequest run) {
        JsonObject json = request("run");
        json.addProperty("workflow", run.workflow().toJson());
        JsonArray outputs = new JsonArray();
        run.outputs().forEach(outputs::add);
        json.add("outputs", outputs);
        // The worker has the same working directory, but it costs nothing to depend on less.
        json.addProperty("folder", run.folder().toAbsolutePath().toString());
        json.addProperty("device", run.device());
        json.addProperty("previewed", run.previewed());
        run.made()
                .ifPresent(
                        made -> json.addProperty("made", made.toAbsolutePath().toString()));
        return json;
    }

    static RunRequest run(JsonObject json) {
        List<String> outputs = new ArrayList<>();
        for (JsonElement output : json.getAsJsonArray("outputs")) {
            outputs.add(output.getAsString());
        }
        return new RunRequest(
                Workflow.parse(json.get("workflow").getAsString(), "that was sent"),
                outputs,
                Path.of(json.get("folder").getAsString()),
                json.get("device").getAsString(),
                json.get("previewed").getAsBoolean(),
                json.has("made") ? Optional.of(Path.of(json.get("made").getAsString())) : Optional.empty());
    }

    static JsonObject states(long turn, Workflow workflow, String device) {
        JsonObject json = request("states");
        json.addProperty("turn", turn);
        json.addProperty("workflow", workflow.toJson());
        json.addProperty("device", device);
        return json;
    }

    static JsonObject states(long turn, Map<String, PlannedState> states) {
        JsonObject json = new JsonObject();
        json.addProperty("turn", turn);
        json.add("states", GSON.toJsonTree(states));
        return json;
    }

    static Map<String, PlannedState> states(JsonObject json) {
        return GSON.fromJson(json.get("states"), new TypeToken<LinkedHashMap<String, PlannedState>>() {}.getType());
    }

    static JsonObject ended(RunResult result) {
        JsonObject json = new JsonObject();
        json.addProperty("ended", result.outcome().name());
        json.addProperty("folder", result.folder().toString());
        json.addProperty("seconds", result.seconds());
        return json;
    }

    static RunResult ended(JsonObject json) {
        return new RunResult(
                Outcome.valueOf(json.get("ended").getAsString()),
                Path.of(json.get("folder").getAsString()),
                json.get("seconds").getAsDouble());
    }

    static JsonObject refused(Problem problem, String trace) {
        JsonObject json = new JsonObject();
        json.addProperty("refused", problem.happened());
        json.addProperty("why", problem.why());
        json.addProperty("remedy", problem.remedy());
        json.addProperty("trace", trace);
        return json;
    }

    static Problem refused(JsonObject json) {
        return new Problem(
                json.get("refused").getAsString(),
                json.get("why").getAsString(),
                json.get("remedy").getAsString());
    }
}
