package graft.app.editor.shell;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import graft.app.plugin.Enclosed;
import graft.app.workflow.Workflow;
import graft.file.Folder;
import graft.node.Problem;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A workflow that ships with Graft or a plugin, as the start page shows it.
 *
 * @param words the first sentences of its notes
 * @param picture the PNG beside it; empty when there is none
 * @param seconds that its last whole run on this machine took; empty before the first
 * @param plugin whose it is; empty for those of Graft
 */
record Template(
        Path file,
        String title,
        String words,
        Optional<BufferedImage> picture,
        OptionalDouble seconds,
        Optional<String> plugin) {

    private static final int MOST_WORDS = 160;

    /** The order in which a beginner meets them; others follow by name. */
    private static final List<String> FIRST = List.of("train-lora", "text-to-image", "train-style", "train-embedding");

    /** Reads those of a folder, which takes some tens of milliseconds; one that is damaged is left out. */
    static List<Template> all(Path folder, Path runs, TemplatePictures pictures) {
        Map<String, Double> times = times(runs);
        List<Path> files = new ArrayList<>();
        try {
            Folder.entries(folder).stream()
                    .filter(file -> file.toString().endsWith(".json"))
                    .forEach(files::add);
        } catch (IOException none) {
            return List.of();
        }
        files.sort(Comparator.comparingInt(Template::rank).thenComparing(Path::getFileName));
        return of(files, times, Optional.empty(), pictures);
    }

    /** Reads those of plugins, by the plugins' ids; one that is damaged is left out. */
    static List<Template> ofPlugins(Map<String, Enclosed> enclosed, Path runs, TemplatePictures pictures) {
        Map<String, Double> times = times(runs);
        List<Template> templates = new ArrayList<>();
        enclosed.forEach(
                (plugin, with) -> templates.addAll(of(with.templates(), times, Optional.of(plugin), pictures)));
        return templates;
    }

    private static List<Template> of(
            List<Path> files, Map<String, Double> times, Optional<String> plugin, TemplatePictures pictures) {
        List<Template> templates = new ArrayList<>();
        for (Path file : files) {
            try {
                templates.add(of(file, times, plugin, pictures));
            } catch (Problem damaged) {
                // The start page shows what can be opened.
            }
        }
        return templates;
    }

    private static int rank(Path file) {
        int rank = FIRST.indexOf(file.getFileName().toString().replace(".json", ""));
        return rank < 0 ? FIRST.size() : rank;
    }

    private static Template of(
            Path file, Map<String, Double> times, Optional<String> plugin, TemplatePictures pictures) {
        Workflow workflow = Workflow.read(file);
        String title = workflow.title().isEmpty() ? file.getFileName().toString() : workflow.title();
        Double seconds = times.get(title);
        return new Template(
                file,
                title,
                firstWords(workflow.notes()),
                pictures.beside(file),
                seconds == null ? OptionalDouble.empty() : OptionalDouble.of(seconds),
                plugin);
    }

    /** Whole sentences, as many as a card has room for. */
    static String firstWords(String notes) {
        String paragraph = notes.lines().findFirst().orElse("");
        StringBuilder words = new StringBuilder();
        for (String sentence : paragraph.split("(?<=[.!?]) ", -1)) {
            if (!words.isEmpty() && words.length() + sentence.length() > MOST_WORDS) {
                break;
            }
            words.append(words.isEmpty() ? "" : " ").append(sentence);
        }
        return words.toString();
    }

    /** Seconds of the latest whole run by the title of its workflow. */
    private static Map<String, Double> times(Path runs) {
        Map<String, Double> times = new HashMap<>();
        if (!Files.isDirectory(runs)) {
            return times;
        }
        try {
            Folder.entries(runs).stream()
                    .map(folder -> folder.resolve("run.json"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .forEach(record -> note(record, times));
        } catch (IOException unreadable) {
            return times;
        }
        return times;
    }

    private static void note(Path record, Map<String, Double> times) {
        try {
            JsonObject run = JsonParser.parseString(Files.readString(record)).getAsJsonObject();
            if (run.has("title")
                    && run.has("seconds")
                    && run.has("outcome")
                    && run.get("outcome").getAsString().equals("done")) {
                times.put(run.get("title").getAsString(), run.get("seconds").getAsDouble());
            }
        } catch (IOException | JsonParseException | IllegalStateException | UnsupportedOperationException damaged) {
            // A run that was cut off says nothing of how long it takes.
        }
    }
}
