package graft.app.sweep;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import graft.job.Job;
import graft.node.Html;
import graft.picture.Fit;
import graft.picture.Picture;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;

/**
 * A sweep as one table, the best first: {@code report.html}, which needs nothing else for what it shows and links to the rest,
 * {@code report.json} and {@code report.csv}.
 */
public final class SweepReport {

    /** Of the jobs that are shown with pictures, and of their pictures: a page has an end. */
    private static final int PICTURED = 200;

    private static final int PICTURES = 4;

    /** What pictures are brought down to. */
    private static final int LARGEST = 128;

    private static final Gson GSON = new GsonBuilder()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .serializeNulls()
            .create();

    private final Path folder;
    private final String title;
    private final Ranking ranking;
    private final List<JobResult> results;

    /** What stopped early, by the budget that it had. */
    private final Map<String, String> stopped;

    private final List<String> settings;
    private final List<String> numbers;
    private final StringBuilder html = new StringBuilder();

    private SweepReport(
            Path folder, String title, Ranking ranking, List<JobResult> results, Map<String, String> stopped) {
        this.folder = folder;
        this.title = title;
        this.ranking = ranking;
        this.results = results;
        this.stopped = stopped;
        this.settings = results.stream()
                .flatMap(each -> each.job().settings().keySet().stream())
                .distinct()
                .toList();
        Set<String> known = new LinkedHashSet<>();
        if (!ranking.score().isEmpty()) {
            known.add(ranking.score());
        }
        results.forEach(each -> known.addAll(each.numbers().keySet()));
        this.numbers = List.copyOf(known);
    }

    /**
     * Writes all three.
     *
     * @param results the best first
     * @param stopped by the name of a job that was stopped early, what it had got; empty outside of halving
     * @return the page
     */
    static Path write(
            Path folder, String title, Ranking ranking, List<JobResult> results, Map<String, String> stopped) {
        SweepReport report = new SweepReport(folder, title, ranking, results, stopped);
        SweepFolder.write(folder.resolve("report.json"), GSON.toJson(report.json()) + "\n");
        SweepFolder.write(folder.resolve("report.csv"), report.csv());
        Path page = folder.resolve("report.html");
        SweepFolder.write(page, report.page());
        return page;
    }

    // --- for programs
    // ------------------------------------------------------------------------------------------------

    private JsonObject json() {
        JsonObject json = new JsonObject();
        json.addProperty("format", "graft sweep report 1");
        json.addProperty("title", title);
        json.addProperty("score", ranking.score());
        json.addProperty("least", ranking.least());
        JsonArray jobs = new JsonArray();
        for (JobResult each : results) {
            JsonObject job = new JsonObject();
            job.addProperty("job", each.job().name());
            job.addProperty("state", state(each));
            job.add("settings", GSON.toJsonTree(each.job().settings()));
            job.add("numbers", GSON.toJsonTree(each.numbers()));
            job.addProperty("seconds", each.seconds());
            job.addProperty("folder", path(each.job().folder()));
            job.add(
                    "files",
                    GSON.toJsonTree(each.files().stream().map(this::path).toList()));
            job.addProperty("problem", each.problem());
            jobs.add(job);
        }
        json.add("jobs", jobs);
        return json;
    }

    private String csv() {
        List<String> head = new ArrayList<>(List.of("job", "state"));
        head.addAll(settings);
        head.addAll(numbers);
        head.addAll(List.of("seconds", "folder", "problem"));
        StringBuilder csv = new StringBuilder(line(head));
        for (JobResult each : results) {
            List<String> cells = new ArrayList<>(List.of(each.job().name(), state(each)));
            settings.forEach(setting -> cells.add(each.job().settings().getOrDefault(setting, "")));
            numbers.forEach(
                    number -> cells.add(Optional.ofNullable(each.numbers().get(number))
                            .map(String::valueOf)
                            .orElse("")));
            cells.addAll(List.of(String.valueOf(each.seconds()), path(each.job().folder()), each.problem()));
            csv.append(line(cells));
        }
        return csv.toString();
    }

    private static String line(List<String> cells) {
        return cells.stream()
                        .map(cell -> cell.matches("(?s).*[\",\r\n].*") ? '"' + cell.replace("\"", "\"\"") + '"' : cell)
                        .collect(Collectors.joining(","))
                + "\n";
    }

    private String state(JobResult each) {
        return switch (each.state()) {
            case DONE -> stopped.containsKey(each.job().name()) ? "stopped early" : "done";
            case FAILED -> "failed";
            case OPEN -> each.problem().isEmpty() ? "open" : "given up";
        };
    }

    private String path(Path file) {
        return folder.relativize(file).toString().replace('\\', '/');
    }

    // --- for people
    // --------------------------------------------------------------------------------------------------

    private String page() {
        Map<String, Long> counts = new LinkedHashMap<>();
        results.forEach(each -> counts.merge(state(each), 1L, Long::sum));
        html.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
                .append(Html.text("Sweep: " + title))
                .append("</title>\n<style>\n")
                .append(Html.styles(SweepReport.class, "sweep.css"))
                .append("</style>\n</head>\n<body>\n<main>\n<h1>")
                .append(Html.text(title))
                .append("</h1>\n<p class=\"lead\">")
                .append(Html.text(results.size() + (results.size() == 1 ? " job: " : " jobs: ")
                        + counts.entrySet().stream()
                                .map(count -> count.getValue() + " " + count.getKey())
                                .collect(Collectors.joining(", "))
                        + ". "
                        + (ranking.score().isEmpty()
                                ? "No number ranks them."
                                : "The best first, by " + ranking.score()
                                        + (ranking.least() ? ": the least." : ": the greatest."))))
                .append("</p>\n");
        table();
        failures();
        html.append(
                "<footer>All numbers are in report.csv and report.json beside this page. Each job's folder has the workflow that it"
                        + " ran.</footer>\n</main>\n</body>\n</html>\n");
        return html.toString();
    }

    private void table() {
        boolean pictures =
                results.stream().anyMatch(each -> each.files().stream().anyMatch(SweepReport::isPicture));
        html.append("<div class=\"card\"><table>\n<thead><tr><th>Job</th>");
        settings.forEach(setting -> head(setting, ""));
        shown().forEach(number -> head(number, number.equals(ranking.score()) ? " class=\"main\"" : ""));
        html.append("<th>Time</th>")
                .append(pictures ? "<th class=\"files\">Pictures</th>" : "")
                .append("<th class=\"files\">Files</th></tr></thead>\n<tbody>\n");
        int place = 0;
        for (JobResult each : results) {
            if (each.problem().isEmpty()) {
                row(each, pictures, place++);
            }
        }
        html.append("</tbody></table></div>\n");
    }

    /** A table of all that a comparison tells would be read by nobody: the rest is in the CSV file. */
    private List<String> shown() {
        return numbers.stream().limit(10).toList();
    }

    private void head(String name, String attributes) {
        int dot = name.indexOf('.');
        html.append("<th")
                .append(attributes)
                .append("><small>")
                .append(Html.text(name.substring(0, dot)))
                .append("</small>")
                .append(Html.text(name.substring(dot + 1)))
                .append("</th>");
    }

    private void row(JobResult each, boolean pictures, int place) {
        boolean best =
                place == 0 && !ranking.score().isEmpty() && each.numbers().containsKey(ranking.score());
        html.append(best ? "<tr class=\"best\"><th>" : "<tr><th>");
        link(each.job().folder(), each.job().name());
        if (stopped.containsKey(each.job().name())) {
            html.append("<small>stopped at ")
                    .append(Html.text(stopped.get(each.job().name())))
                    .append("</small>");
        } else if (each.state() == Job.State.OPEN) {
            html.append("<small>open</small>");
        }
        html.append("</th>");
        settings.forEach(setting -> cell(Html.text(each.job().settings().getOrDefault(setting, "–")), ""));
        shown().forEach(number -> cell(
                Optional.ofNullable(each.numbers().get(number))
                        .map(SweepReport::number)
                        .orElse("–"),
                number.equals(ranking.score()) ? " class=\"main\"" : ""));
        cell(each.seconds() == 0 ? "–" : String.format(Locale.ROOT, "%.1f s", each.seconds()), "");
        if (pictures) {
            html.append("<td class=\"files\"><div class=\"pictures\">");
            if (place < PICTURED) {
                each.files().stream()
                        .filter(SweepReport::isPicture)
                        .limit(PICTURES)
                        .forEach(this::picture);
            }
            html.append("</div></td>");
        }
        html.append("<td class=\"files\">");
        each.files().stream().limit(12).forEach(file -> {
            link(file, file.getFileName().toString());
            html.append(' ');
        });
        html.append(each.files().size() > 12 ? "…" : "").append("</td></tr>\n");
    }

    private void cell(String text, String attributes) {
        html.append("<td").append(attributes).append('>').append(text).append("</td>");
    }

    private void link(Path file, String text) {
        html.append("<a href=\"")
                .append(Html.text(address(file)))
                .append("\">")
                .append(Html.text(text))
                .append("</a>");
    }

    private String address(Path file) {
        return folder.toUri().relativize(file.toUri()).getRawPath();
    }

    private void picture(Path file) {
        byte[] bytes;
        int width;
        int height;
        try {
            BufferedImage read = ImageIO.read(file.toFile());
            if (read == null) {
                return;
            }
            double scale = Math.min(1, (double) LARGEST / Math.max(read.getWidth(), read.getHeight()));
            width = Math.max(1, (int) Math.round(read.getWidth() * scale));
            height = Math.max(1, (int) Math.round(read.getHeight() * scale));
            ByteArrayOutputStream small = new ByteArrayOutputStream();
            ImageIO.write(Picture.of(read).fitted(width, height, Fit.STRETCH).toBufferedImage(), "png", small);
            bytes = small.toByteArray();
        } catch (IOException | RuntimeException unreadable) {
            return;
        }
        html.append("<a href=\"")
                .append(Html.text(address(file)))
                .append("\"><img alt=\"")
                .append(Html.text(file.getFileName().toString()))
                .append("\" width=\"")
                .append(width)
                .append("\" height=\"")
                .append(height)
                .append("\" src=\"data:image/png;base64,")
                .append(Base64.getEncoder().encodeToString(bytes))
                .append("\"></a>");
    }

    private void failures() {
        List<JobResult> failed =
                results.stream().filter(each -> !each.problem().isEmpty()).toList();
        if (failed.isEmpty()) {
            return;
        }
        html.append("<h2>Not done</h2>\n<div class=\"card\"><table class=\"failed\">\n<tbody>\n");
        for (JobResult each : failed) {
            html.append("<tr><th>");
            link(each.job().folder(), each.job().name());
            html.append("</th><td>")
                    .append(Html.text(each.job().words()))
                    .append("</td><td>")
                    .append(Html.text(each.problem()))
                    .append("</td></tr>\n");
        }
        html.append("</tbody></table></div>\n");
    }

    private static boolean isPicture(Path file) {
        return file.getFileName().toString().toLowerCase(Locale.ROOT).matches(".*\\.(png|jpe?g|webp)");
    }

    private static String number(double value) {
        double size = Math.abs(value);
        String text = size != 0 && (size < 0.0005 || size >= 1e7)
                ? String.format(Locale.ROOT, "%.2e", value)
                : String.format(Locale.ROOT, size < 100 ? "%.3f" : "%.0f", value);
        return text.replace("-", "−");
    }
}
