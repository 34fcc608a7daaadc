package graft.app.editor.run;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A run of before, as its folder tells.
 *
 * @param started as the folder's record has it, {@code 2026-11-25_09-05-33}
 * @param outcome {@code done}, {@code failed}, {@code cancelled}, or {@code running} when it never ended
 * @param seconds that it took; 0 when it never ended
 * @param pictures that it wrote, in the order of its nodes
 */
record PastRun(Path folder, String title, String started, String outcome, double seconds, List<Path> pictures) {

    private static final int MOST_PICTURES = 200;

    Path workflow() {
        return folder.resolve("workflow.json");
    }

    /** The latest runs of a folder, the newest first; what is no run is left out. */
    static List<PastRun> latest(Path runs, int most) throws IOException {
        if (!Files.isDirectory(runs)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(runs)) {
            return folders.filter(folder -> Files.isRegularFile(folder.resolve("run.json")))
                    .sorted(Comparator.comparing((Path folder) -> String.valueOf(folder.getFileName()))
                            .reversed())
                    .limit(most)
                    .map(PastRun::read)
                    .flatMap(Optional::stream)
                    .toList();
        }
    }

    /** The run of a folder; empty when its record cannot be read. */
    static Optional<PastRun> read(Path folder) {
        try {
            JsonObject record = JsonParser.parseString(Files.readString(folder.resolve("run.json")))
                    .getAsJsonObject();
            return Optional.of(new PastRun(
                    folder,
                    text(record, "title"),
                    text(record, "started"),
                    text(record, "outcome"),
                    record.has("seconds") ? record.get("seconds").getAsDouble() : 0,
                    pictures(folder, record)));
        } catch (IOException | JsonParseException | IllegalStateException | UnsupportedOperationException damaged) {
            return Optional.empty();
        }
    }

    private static String text(JsonObject record, String field) {
        return record.has(field) ? record.get(field).getAsString() : "";
    }

    private static List<Path> pictures(Path folder, JsonObject record) {
        List<Path> pictures = new ArrayList<>();
        if (!record.has("nodes")) {
            return pictures;
        }
        for (JsonElement node : record.getAsJsonObject("nodes").asMap().values()) {
            if (node.getAsJsonObject().has("files")) {
                for (JsonElement file : node.getAsJsonObject().getAsJsonArray("files")) {
                    if (isPicture(file.getAsString()) && pictures.size() < MOST_PICTURES) {
                        pictures.add(folder.resolve(file.getAsString()));
                    }
                }
            }
        }
        return pictures;
    }

    /** Whether a file's name is that of a picture that the viewer shows. */
    static boolean isPicture(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".png") || lower.endsWith(".jpg") || lower.endsWith(".jpeg") || lower.endsWith(".webp");
    }

    /** When it began, as people write it; the record's own words when they are others. */
    String when() {
        return started.matches("\\d{4}-\\d\\d-\\d\\d_\\d\\d-\\d\\d-\\d\\d")
                ? started.substring(0, 10) + " " + started.substring(11, 16).replace('-', ':')
                : started;
    }
}
