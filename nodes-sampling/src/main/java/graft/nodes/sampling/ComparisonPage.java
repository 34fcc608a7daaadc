package graft.nodes.sampling;

import graft.node.Html;
import graft.picture.Picture;
import graft.score.Advice;
import graft.score.Comparison;
import graft.score.Measure;
import graft.score.Questions;
import graft.score.Score;
import graft.score.Values;
import graft.train.LossCurve;
import graft.train.Losses;
import graft.train.SmoothedLoss;
import graft.train.TrainingCost;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * A comparison as one page of HTML that needs nothing else: pictures and styles are inside it, and there is no script.
 *
 * <p>Light or dark as the reader's system is; readable from 400 pixels of width.
 */
final class ComparisonPage {

    /** What pictures are brought down to. */
    private static final int LARGEST = 256;

    private final Comparison comparison;
    private final Advice advice;
    private final Questions questions;
    private final List<Column> columns;
    private final StringBuilder html = new StringBuilder();

    /** A measure in the table, Graft's or a plugin's; its goodness is the greater the better. */
    private record Column(
            String title,
            String help,
            boolean moreIsBetter,
            boolean main,
            Function<Score, Optional<Values>> of,
            DoubleUnaryOperator good) {

        static Column of(Measure measure) {
            return new Column(
                    measure.title(),
                    measure.help(),
                    measure.moreIsBetter(),
                    measure == Measure.FIDELITY,
                    score -> score.values(measure),
                    measure::goodness);
        }

        static Column of(Score.Other other) {
            return new Column(
                    other.title(),
                    other.help(),
                    other.moreIsBetter(),
                    false,
                    score -> score.other().filter(other::isOf).map(Score.Other::values),
                    other::goodness);
        }

        double goodness(Score score) {
            return good.applyAsDouble(of.apply(score).orElseThrow().mean());
        }
    }

    private ComparisonPage(Comparison comparison, Advice advice) {
        this.comparison = comparison;
        this.advice = advice;
        this.questions = comparison.scores().get(0).questions();
        this.columns = Stream.concat(
                        Stream.of(Measure.values()).map(Column::of),
                        comparison.others().stream().map(Column::of))
                .toList();
    }

    static String of(Comparison comparison, Advice advice) {
        return new ComparisonPage(comparison, advice).written();
    }

    private String written() {
        boolean sweep =
                comparison.scores().stream().anyMatch(score -> !score.variant().isEmpty());
        String title = (sweep ? "Which settings are best for " : "Which is best for ") + comparison.subject() + "?";
        html.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
                .append(Html.text(title))
                .append("</title>\n<style>\n")
                .append(Html.styles(ComparisonPage.class, "comparison.css"))
                .append("</style>\n</head>\n<body>\n<main>\n<h1>")
                .append(Html.text(title))
                .append("</h1>\n");
        paragraph(
                "lead",
                comparison.scores().size() + " models, each asked for the same pictures from the same noise: "
                        + questions.prompts().size() + " prompts with the subject, the same with only its class ("
                        + questions.className() + "), and "
                        + questions.unrelated().size() + " about other things; "
                        + questions.seeds().size() + " of each.");
        advice();
        heatMaps();
        pictures();
        table();
        plot();
        curves();
        glossary();
        html.append("""
                <footer>Made by Graft. The numbers are in report.json beside this page.</footer>
                </main>
                </body>
                </html>
                """);
        return html.toString();
    }

    // --- words

    private void advice() {
        html.append("<section class=\"card advice\">\n");
        paragraph("headline", advice.headline());
        list("", advice.reasons());
        html.append("<h3>What to keep in mind</h3>\n");
        list("doubts", advice.doubts());
        html.append("</section>\n");
    }

    private void list(String kind, List<String> sentences) {
        html.append("<ul class=\"").append(kind).append("\">\n");
        sentences.forEach(
                sentence -> html.append("<li>").append(Html.text(sentence)).append("</li>\n"));
        html.append("</ul>\n");
    }

    private void paragraph(String kind, String text) {
        html.append("<p class=\"")
                .append(kind)
                .append("\">")
                .append(Html.text(text))
                .append("</p>\n");
    }

    private void heading(String text, String below) {
        html.append("<h2>").append(Html.text(text)).append("</h2>\n");
        paragraph("lead", below);
    }

    private void glossary() {
        heading(
                "What the measures mean",
                "Each is the mean over the pictures, ± the standard deviation between them. No single one is the truth.");
        html.append("<dl class=\"card\">\n");
        for (Column column : columns) {
            html.append("<dt>")
                    .append(Html.text(column.title()))
                    .append("</dt><dd>")
                    .append(Html.text(column.help()))
                    .append(column.moreIsBetter() ? " More is better." : " Less is better.")
                    .append("</dd>\n");
        }
        html.append("</dl>\n");
    }

    // --- pictures

    private void pictures() {
        heading("The pictures", "Look first: a measure is only a help for the eye.");
        html.append("<div class=\"card\"><b>Learnt from</b><div class=\"taught\">\n");
        comparison
                .scores()
                .get(0)
                .examples()
                .forEach(each -> image(each.picture(), "training picture: " + each.caption()));
        html.append("</div></div>\n<div class=\"prompts\">\n");
        List<String> prompts = questions.prompts();
        for (int i = 0; i < prompts.size(); i++) {
            prompt(prompts.get(i).replace("{subject}", "[subject]"), i, Score.Drawings::ofSubject);
        }
        html.append("</div>\n");
        heading(
                "What else changed",
                "Only the class is asked for in the first, and other things after: the less these differ from what the model"
                        + " drew before, the better.");
        html.append("<div class=\"prompts\">\n");
        prompt(prompts.get(0).replace("{subject}", questions.className()), 0, Score.Drawings::ofClass);
        List<String> others = questions.unrelated();
        for (int i = 0; i < others.size(); i++) {
            prompt(others.get(i), i, Score.Drawings::ofOthers);
        }
        html.append("</div>\n");
    }

    private void prompt(String words, int number, Function<Score.Drawings, List<Picture>> kind) {
        int seeds = questions.seeds().size();
        html.append("<div class=\"card prompt\">\n");
        paragraph("words", words);
        html.append("<div class=\"entries\">\n");
        for (Score score : comparison.scores()) {
            html.append("<figure><figcaption>").append(Html.text(score.label())).append("</figcaption>\n");
            List<Picture> drawn = kind.apply(score.drawings()).subList(number * seeds, (number + 1) * seeds);
            for (Picture picture : drawn.subList(0, Math.min(3, seeds))) {
                image(picture, score.label() + ": " + words);
            }
            html.append("</figure>\n");
        }
        html.append("</div></div>\n");
    }

    private void image(Picture picture, String text) {
        Picture shown = picture.within(LARGEST);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(shown.toBufferedImage(), "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        html.append("<img alt=\"")
                .append(Html.text(text))
                .append("\" width=\"")
                .append(shown.width())
                .append("\" height=\"")
                .append(shown.height())
                .append("\" style=\"height:auto\" src=\"data:image/png;base64,")
                .append(Base64.getEncoder().encodeToString(bytes.toByteArray()))
                .append("\">\n");
    }

    // --- numbers

    private void table() {
        heading(
                "The numbers",
                "The best of each column is blue. Fidelity is the mean of DINO, CLIP picture and structure.");
        html.append("<div class=\"card scroll\"><table class=\"scores\">\n<thead><tr><th>Method</th>");
        for (Column column : columns) {
            html.append("<th")
                    .append(column.main() ? " class=\"main\"" : "")
                    .append('>')
                    .append(Html.text(column.title()))
                    .append(column.moreIsBetter() ? " ↑" : " ↓")
                    .append("</th>");
        }
        html.append("<th>Time</th><th>Memory</th><th>Size</th></tr></thead>\n<tbody>\n");
        for (Score score : comparison.scores()) {
            html.append(score.trained() ? "<tr>" : "<tr class=\"base\">")
                    .append("<th>")
                    .append(Html.text(score.label()))
                    .append("</th>");
            for (Column column : columns) {
                cell(score, column);
            }
            Optional<TrainingCost> cost = score.losses().flatMap(Losses::cost);
            cell(cost.map(taken -> String.format(Locale.ROOT, "%.0f s", taken.seconds())));
            cell(cost.filter(taken -> taken.peakBytes().isPresent())
                    .map(taken -> Advice.size(taken.peakBytes().getAsLong())));
            cell(cost.map(taken -> Advice.size(taken.fileBytes())));
            html.append("</tr>\n");
        }
        html.append("</tbody></table></div>\n");
        paragraph(
                "note",
                "Time is of the training alone. Memory is the most that the whole program held meanwhile. Size is that of the numbers"
                        + " that learnt, at 16 bits each. A dash is what was not measured.");
    }

    private void cell(Score score, Column column) {
        Optional<Values> values = column.of().apply(score);
        boolean best = score.trained() && values.isPresent() && best(column).contains(score);
        html.append("<td class=\"")
                .append(column.main() ? "main " : "")
                .append(best ? "best" : "")
                .append("\">");
        html.append(values.map(known ->
                        three(known.mean()) + "<span class=\"spread\">± " + three(known.deviation()) + "</span>")
                .orElse("–"));
        html.append("</td>");
    }

    private void cell(Optional<String> text) {
        html.append("<td>").append(text.map(Html::text).orElse("–")).append("</td>");
    }

    /** The trained ones with the best mean, as far as three decimals tell. */
    private Set<Score> best(Column column) {
        List<Score> known = comparison.scores().stream()
                .filter(score -> score.trained() && column.of().apply(score).isPresent())
                .toList();
        double top = known.stream().mapToDouble(column::goodness).max().orElse(0);
        return known.size() < 2
                ? Set.of()
                : known.stream()
                        .filter(score -> three(column.goodness(score)).equals(three(top)))
                        .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    // --- drawings

    /** Fidelity as dots, with what chance between prompts makes of each. */
    private void plot() {
        List<Score> scores = comparison.scores();
        double low = 1;
        double high = 0;
        for (Score score : scores) {
            double mean = score.values(Measure.FIDELITY).orElseThrow().mean();
            low = Math.min(low, mean - margin(score, Measure.FIDELITY));
            high = Math.max(high, mean + margin(score, Measure.FIDELITY));
        }
        low = Math.max(0, Math.floor(low * 10) / 10);
        high = Math.max(low + 0.1, Math.min(1, Math.ceil(high * 10) / 10));
        heading(
                "Fidelity, and how sure it is",
                "The line is where the mean over ever more prompts lies in 95 of 100 cases. Lines may overlap and the difference be"
                        + " sure all the same: all drew the same prompts from the same noise and are compared picture by picture.");
        html.append("<div class=\"card plot\">\n");
        for (Score score : scores) {
            double mean = score.values(Measure.FIDELITY).orElseThrow().mean();
            double margin = margin(score, Measure.FIDELITY);
            double begin = share(mean - margin, low, high);
            html.append(String.format(
                    Locale.ROOT,
                    "<div class=\"row%s\"><span>%s</span><div class=\"track\">"
                            + "<i class=\"whisker\" style=\"left:%.2f%%;width:%.2f%%\"></i>"
                            + "<i class=\"dot\" style=\"left:%.2f%%\"></i></div><b>%s</b></div>\n",
                    score.trained() ? "" : " base",
                    Html.text(score.label()),
                    begin,
                    share(mean + margin, low, high) - begin,
                    share(mean, low, high),
                    three(mean)));
        }
        html.append(String.format(
                Locale.ROOT,
                "<div class=\"row scale\"><span></span><div><span>%.1f</span><span>%.1f</span></div><b></b></div></div>\n",
                low,
                high));
    }

    /** In hundredths of the way from low to high, within both. */
    private static double share(double value, double low, double high) {
        return 100 * Math.min(1, Math.max(0, (value - low) / (high - low)));
    }

    /** What chance between prompts makes of a mean; 0 where there is but one picture. */
    private static double margin(Score score, Measure measure) {
        double margin = Comparison.byPrompt(score.values(measure).orElseThrow(), score.questions())
                .margin();
        return Double.isFinite(margin) ? margin : 0;
    }

    private void curves() {
        List<Score> taught = comparison.scores().stream()
                .filter(score -> score.losses().isPresent()
                        && !score.losses().get().steps().isEmpty())
                .toList();
        if (taught.isEmpty()) {
            return;
        }
        heading(
                "The loss of each training",
                "Faint each step, strong the smoothed course. A loss that has fallen is no proof of a good picture.");
        html.append("<div class=\"charts\">\n");
        for (Score score : taught) {
            html.append("<div class=\"card chart\"><h3>")
                    .append(Html.text(score.label()))
                    .append("</h3>");
            curve(LossCurve.of(score.losses().orElseThrow(), SmoothedLoss.STEPS));
            html.append("</div>\n");
        }
        html.append("</div>\n");
    }

    private void curve(LossCurve curve) {
        List<Double> losses =
                curve.losses().steps().stream().map(Losses.Step::loss).toList();
        double top = losses.stream().mapToDouble(Double::doubleValue).max().orElse(1);
        html.append("<svg viewBox=\"0 0 320 150\" role=\"img\" aria-label=\"Loss by step\">\n");
        for (int i = 0; i <= 2; i++) {
            double y = 8 + 118 * i / 2.0;
            html.append(String.format(
                    Locale.ROOT,
                    "<line class=\"grid\" x1=\"38\" x2=\"316\" y1=\"%1$.1f\" y2=\"%1$.1f\"/>"
                            + "<text x=\"32\" y=\"%2$.1f\" text-anchor=\"end\">%3$.2f</text>\n",
                    y,
                    y + 4,
                    top * (2 - i) / 2));
        }
        line("raw", losses, top);
        line("smooth", curve.smoothed(), top);
        html.append("<text x=\"38\" y=\"144\">1</text><text x=\"316\" y=\"144\" text-anchor=\"end\">")
                .append(losses.size())
                .append(" steps</text></svg>\n");
    }

    private void line(String kind, List<Double> values, double top) {
        String points = IntStream.range(0, values.size())
                .mapToObj(i -> String.format(
                        Locale.ROOT,
                        "%.1f,%.1f",
                        38 + 278.0 * i / Math.max(1, values.size() - 1),
                        126 - 118 * Math.min(1, values.get(i) / top)))
                .collect(Collectors.joining(" "));
        html.append("<polyline class=\"")
                .append(kind)
                .append("\" points=\"")
                .append(points)
                .append("\"/>\n");
    }

    // --- sweeps

    private void heatMaps() {
        List<Score> cells = comparison.scores().stream()
                .filter(score -> !score.variant().isEmpty())
                .toList();
        List<String> varied = cells.stream()
                .flatMap(score -> score.variant().keySet().stream())
                .distinct()
                .toList();
        if (varied.isEmpty() || varied.size() > 2) {
            return;
        }
        String across = varied.get(varied.size() - 1);
        Optional<String> down = varied.size() == 2 ? Optional.of(varied.get(0)) : Optional.empty();
        heading(
                "By setting",
                down.map(setting -> "From top to bottom the " + Score.words(setting) + ", from left to right the ")
                                .orElse("By the ")
                        + Score.words(across)
                        + ". Stronger blue is better, the frame is the best; ± is the range of the mean in 95 of 100 cases, by prompts.");
        html.append("<div class=\"heats\">\n");
        for (Measure measure : EnumSet.of(Measure.FIDELITY, Measure.PROMPT, Measure.LEAK, Measure.DRIFT)) {
            List<Score> known = cells.stream()
                    .filter(score -> score.values(measure).isPresent())
                    .toList();
            if (!known.isEmpty()) {
                heatMap(measure, known, across, down);
            }
        }
        html.append("</div>\n");
    }

    private void heatMap(Measure measure, List<Score> cells, String across, Optional<String> down) {
        List<String> columns = values(cells, across);
        List<String> rows = down.map(setting -> values(cells, setting)).orElse(List.of(""));
        double low = cells.stream()
                .mapToDouble(score -> goodness(score, measure))
                .min()
                .orElseThrow();
        double high = cells.stream()
                .mapToDouble(score -> goodness(score, measure))
                .max()
                .orElseThrow();
        html.append("<div class=\"card heat\"><h3>")
                .append(Html.text(measure.title()))
                .append(measure.moreIsBetter() ? " ↑" : " ↓")
                .append("</h3><table><tr>");
        down.ifPresent(setting -> html.append("<th>")
                .append(Html.text(Score.words(setting)))
                .append(" ↓ ")
                .append(Html.text(Score.words(across)))
                .append(" →</th>"));
        columns.forEach(column -> html.append("<th>").append(Html.text(column)).append("</th>"));
        html.append("</tr>\n");
        for (String row : rows) {
            html.append("<tr>");
            down.ifPresent(setting -> html.append("<th>").append(Html.text(row)).append("</th>"));
            for (String column : columns) {
                Optional<Score> cell = cells.stream()
                        .filter(score -> column.equals(score.variant().get(across))
                                && down.map(setting ->
                                                row.equals(score.variant().get(setting)))
                                        .orElse(true))
                        .findFirst();
                html.append(
                        cell.map(score -> heatCell(score, measure, low, high)).orElse("<td>–</td>"));
            }
            html.append("</tr>\n");
        }
        html.append("</table></div>\n");
    }

    private static String heatCell(Score score, Measure measure, double low, double high) {
        double share = high == low ? 1 : (goodness(score, measure) - low) / (high - low);
        return String.format(
                Locale.ROOT,
                "<td%s style=\"--share:%.2f\">%s<small>± %s</small></td>",
                share == 1 ? " class=\"chosen\"" : "",
                share,
                three(score.values(measure).orElseThrow().mean()),
                three(margin(score, measure)));
    }

    private static List<String> values(List<Score> cells, String setting) {
        return new ArrayList<>(cells.stream()
                .map(score -> score.variant().getOrDefault(setting, ""))
                .collect(Collectors.toCollection(LinkedHashSet::new)));
    }

    private static double goodness(Score score, Measure measure) {
        return measure.goodness(score.values(measure).orElseThrow().mean());
    }

    private static String three(double value) {
        String text = String.format(Locale.ROOT, "%.3f", value);
        return text.equals("-0.000") ? "0.000" : text.replace("-", "−");
    }
}
