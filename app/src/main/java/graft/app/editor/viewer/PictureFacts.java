package graft.app.editor.viewer;

import graft.file.ImageFile;
import graft.file.PngFile;
import graft.node.Problem;
import java.awt.Dimension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a picture file tells of itself.
 *
 * @param width of the picture in pixels, likewise {@code height}
 * @param bytes of the file
 * @param prompt that it was drawn from; empty when the file does not say, likewise {@code negative}
 * @param settings such as {@code Seed} and {@code Steps} by A1111's names, in the file's order
 * @param workflow whether the file holds the workflow that made it
 */
record PictureFacts(
        int width,
        int height,
        long bytes,
        String prompt,
        String negative,
        Map<String, String> settings,
        boolean workflow) {

    private static final String NEGATIVE = "Negative prompt:";
    private static final Pattern SETTING =
            Pattern.compile("\\s*([\\w /-]+):\\s*(\"(?:\\\\.|[^\"\\\\])*\"|[^,]*)(?:,|$)");

    /**
     * Reads a file's header and texts.
     *
     * @throws Problem when it is missing or no picture
     */
    static PictureFacts of(Path file) throws IOException {
        Dimension size = ImageFile.size(file);
        Map<String, String> texts = isPng(file) ? PngFile.readText(file) : Map.of();
        return of(size, Files.size(file), texts);
    }

    private static boolean isPng(Path file) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(".png");
    }

    static PictureFacts of(Dimension size, long bytes, Map<String, String> texts) {
        String parameters = texts.getOrDefault("parameters", "").strip();
        int last = parameters.lastIndexOf('\n');
        String line = parameters.substring(last + 1);
        boolean told = line.startsWith("Steps:") || line.contains(", Seed:");
        String words = told ? parameters.substring(0, Math.max(0, last)) : parameters;
        int negative = words.indexOf(NEGATIVE);
        return new PictureFacts(
                size.width,
                size.height,
                bytes,
                (negative < 0 ? words : words.substring(0, negative)).strip(),
                negative < 0
                        ? ""
                        : words.substring(negative + NEGATIVE.length()).strip(),
                told ? settings(line) : Map.of(),
                texts.containsKey("workflow"));
    }

    private static Map<String, String> settings(String line) {
        Map<String, String> settings = new LinkedHashMap<>();
        Matcher each = SETTING.matcher(line);
        while (each.find()) {
            String value = each.group(2).strip();
            boolean quoted = value.length() > 1 && value.startsWith("\"");
            settings.put(
                    each.group(1).strip(),
                    quoted ? value.substring(1, value.length() - 1).replace("\\\"", "\"") : value);
        }
        return settings;
    }

    /** Everything as lines of text. */
    String text() {
        StringBuilder text = new StringBuilder(prompt);
        if (!negative.isEmpty()) {
            text.append('\n').append(NEGATIVE).append(' ').append(negative);
        }
        settings.forEach(
                (name, value) -> text.append('\n').append(name).append(": ").append(value));
        return text.toString().strip();
    }
}
