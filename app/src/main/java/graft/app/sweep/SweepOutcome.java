package graft.app.sweep;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What came of a sweep, read from its report.
 *
 * @param page the report for people
 * @param jobs how many it is about
 * @param done how many of them have what they were to have
 * @param best empty where no number ranks them, or none has it
 * @param problems of those that failed or were given up, in sentences
 */
public record SweepOutcome(Path page, int jobs, int done, Optional<Best> best, List<String> problems) {

    /**
     * The job that ranks first.
     *
     * @param words what is special about it, and its number
     * @param workflow as it ran
     */
    public record Best(String words, Path workflow) {}

    public SweepOutcome {
        problems = List.copyOf(problems);
    }

    /** Reads the report in a folder; empty where there is none. */
    public static Optional<SweepOutcome> in(Path folder) {
        try {
            return Optional.of(of(folder, report(folder)));
        } catch (IOException | RuntimeException none) {
            return Optional.empty();
        }
    }

    private static JsonObject report(Path folder) throws IOException {
        return JsonParser.parseString(Files.readString(folder.resolve("report.json")))
                .getAsJsonObject();
    }

    private static SweepOutcome of(Path folder, JsonObject report) {
        String score = report.get("score").getAsString();
        int done = 0;
        Optional<Best> best = Optional.empty();
        List<String> problems = new ArrayList<>();
        List<JsonElement> jobs = report.getAsJsonArray("jobs").asList();
        for (JsonElement each : jobs) {
            JsonObject job = each.getAsJsonObject();
            boolean whole = job.get("state").getAsString().equals("done");
            done += whole || job.get("state").getAsString().equals("stopped early") ? 1 : 0;
            Map<String, String> settings = new LinkedHashMap<>();
            job.getAsJsonObject("settings").asMap().forEach((name, value) -> settings.put(name, value.getAsString()));
            String words = SweepPlan.words(settings);
            JsonElement number = job.getAsJsonObject("numbers").get(score);
            if (best.isEmpty() && whole && number != null && !number.isJsonNull()) {
                best = Optional.of(new Best(
                        words + String.format(Locale.ROOT, " (%s %.4g)", score, number.getAsDouble()),
                        folder.resolve(job.get("folder").getAsString()).resolve(SweepFolder.WORKFLOW)));
            }
            String problem = job.get("problem").getAsString();
            if (!problem.isEmpty()) {
                problems.add(job.get("job").getAsString() + " (" + words + "): " + problem);
            }
        }
        return new SweepOutcome(folder.resolve("report.html"), jobs.size(), done, best, problems);
    }

    /** Names of all numbers that a report in a folder has. */
    public static List<String> numbers(Path folder) {
        try {
            return report(folder).getAsJsonArray("jobs").asList().stream()
                    .flatMap(job -> job.getAsJsonObject().getAsJsonObject("numbers").keySet().stream())
                    .distinct()
                    .toList();
        } catch (IOException | RuntimeException none) {
            return List.of();
        }
    }
}
