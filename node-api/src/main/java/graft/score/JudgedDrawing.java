package graft.score;

import graft.picture.GridDrawing;
import graft.picture.Picture;
import graft.train.Judge;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The judgements of a training to be looked at: as a curve, as pictures and as a table.
 *
 * @param asked what the pictures are of, in their order
 */
record JudgedDrawing(List<Judgement> looks, Optional<Judge.Verdict> verdict, List<Questions.Question> asked) {

    private static final int WIDTH = 900;
    private static final int HEIGHT = 500;
    private static final int MOST_ROWS = 24;
    private static final Map<Measure, Color> LINES = Map.of(
            Measure.FIDELITY, new Color(0x2F, 0x5D, 0xA8),
            Measure.PROMPT, new Color(0x3C, 0x8C, 0x4E),
            Measure.MEMORISATION, new Color(0xC2, 0x55, 0x2D),
            Measure.DRIFT, new Color(0x8A, 0x6F, 0xB5),
            Measure.LEAK, new Color(0xB0, 0x8A, 0x2E));
    static final List<Measure> ORDER =
            List.of(Measure.FIDELITY, Measure.PROMPT, Measure.MEMORISATION, Measure.DRIFT, Measure.LEAK);

    /** Every measure over the steps, and where the best one is. */
    BufferedImage curve() {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(verdict.map(Judge.Verdict::sentence).orElse("Before the training"))
                .xAxisTitle("step")
                .build();
        chart.getStyler()
                .setChartTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14))
                .setChartBackgroundColor(Color.WHITE)
                .setLegendPosition(Styler.LegendPosition.OutsideS)
                .setLegendLayout(Styler.LegendLayout.Horizontal)
                .setLegendBorderColor(Color.WHITE);
        chart.getStyler()
                .setPlotGridLinesColor(new Color(0xEC, 0xEE, 0xF1))
                .setXAxisMin(0.0)
                .setXAxisDecimalPattern("0")
                .setYAxisDecimalPattern("0.0#")
                .setXAxisTickMarkSpacingHint(90);
        for (Measure measure : ORDER) {
            List<Judgement> taken = looks.stream()
                    .filter(look -> look.mean(measure).isPresent())
                    .toList();
            if (!taken.isEmpty()) {
                XYSeries series = chart.addSeries(
                        measure.title().toLowerCase(Locale.ROOT),
                        taken.stream().map(look -> (double) look.step()).toList(),
                        taken.stream()
                                .map(look -> look.mean(measure).orElseThrow())
                                .toList());
                series.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(LINES.get(measure));
                series.setLineColor(LINES.get(measure));
                series.setLineStyle(new BasicStroke(
                        measure == Measure.FIDELITY ? 3 : 1.5f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
            }
        }
        best().ifPresent(look -> {
            XYSeries mark = chart.addSeries(
                    "best: step " + look.step(),
                    List.of((double) look.step()),
                    List.of(look.fidelity().mean()));
            mark.setMarker(SeriesMarkers.DIAMOND).setMarkerColor(new Color(0xD0, 0x2F, 0x44));
            mark.setLineColor(new Color(0xD0, 0x2F, 0x44)).setLineStyle(new BasicStroke(0.1f));
        });
        return BitmapEncoder.getBufferedImage(chart);
    }

    private Optional<Judgement> best() {
        return verdict.flatMap(
                of -> looks.stream().filter(look -> look.step() == of.best()).findFirst());
    }

    /** A row for each look, of many for some, with the best and the last; a column for each prompt and seed. */
    BufferedImage grid() {
        int every = (looks.size() + MOST_ROWS - 1) / MOST_ROWS;
        List<Judgement> shown = IntStream.range(0, looks.size())
                .filter(i -> i % every == 0
                        || i == looks.size() - 1
                        || verdict.filter(of -> of.best() == looks.get(i).step())
                                .isPresent())
                .mapToObj(looks::get)
                .toList();
        List<List<Picture>> rows = shown.stream().map(Judgement::small).toList();
        List<String> columns = asked.stream()
                .map(question -> question.prompt() + " (" + question.seed() + ")")
                .toList();
        List<String> labels = shown.stream()
                .map(look -> (look.step() == 0 ? "before" : "step " + look.step())
                        + verdict.filter(of -> of.best() == look.step())
                                .map(best -> ", best")
                                .orElse(""))
                .toList();
        int enlarge = rows.get(0).get(0).width() < 96 ? 2 : 1;
        return new GridDrawing(rows, columns, labels).draw(enlarge, 6);
    }

    /** A line for each look under a line of titles; a point for the decimals, whatever the machine's language. */
    String csv() {
        List<String> lines = new ArrayList<>();
        List<String> titles = new ArrayList<>(List.of("step"));
        for (Measure measure : Measure.values()) {
            titles.add(measure.id());
        }
        titles.add("best");
        lines.add(String.join(",", titles));
        for (Judgement look : looks) {
            List<String> cells = new ArrayList<>(List.of(Integer.toString(look.step())));
            for (Measure measure : Measure.values()) {
                cells.add(look.mean(measure)
                        .map(mean -> String.format(Locale.ROOT, "%.6g", mean))
                        .orElse(""));
            }
            cells.add(
                    best().filter(of -> of.step() == look.step()).map(of -> "1").orElse("0"));
            lines.add(String.join(",", cells));
        }
        return lines.stream().collect(Collectors.joining("\n", "", "\n"));
    }
}
