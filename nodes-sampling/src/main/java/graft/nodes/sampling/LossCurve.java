package graft.nodes.sampling;

import graft.train.Losses;
import java.awt.BasicStroke;
import java.awt.Color;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The losses of a training and their smoothed course.
 *
 * @param steps as reported
 * @param smoothed one for each step: the exponential mean of the losses up to it
 */
record LossCurve(List<Losses.Step> steps, List<Double> smoothed) {

    private static final Color FAINT = new Color(0xC5, 0xCD, 0xD8);
    private static final Color STRONG = new Color(0x2F, 0x5D, 0xA8);

    /**
     * The exponential mean with weight 2/(span + 1) for the newest, corrected at the start for the missing past (as
     * Adam's moments are).
     */
    static LossCurve of(List<Losses.Step> steps, int span) {
        double newest = 2.0 / (span + 1);
        double[] sumAndWeight = new double[2];
        List<Double> smoothed = steps.stream()
                .map(step -> {
                    sumAndWeight[0] = (1 - newest) * sumAndWeight[0] + newest * step.loss();
                    sumAndWeight[1] = (1 - newest) * sumAndWeight[1] + newest;
                    return sumAndWeight[0] / sumAndWeight[1];
                })
                .toList();
        return new LossCurve(steps, smoothed);
    }

    XYChart chart(int width, int height) {
        XYChart chart = new XYChartBuilder()
                .width(width)
                .height(height)
                .xAxisTitle("step")
                .yAxisTitle("loss")
                .build();
        chart.getStyler()
                .setChartBackgroundColor(Color.WHITE)
                .setLegendPosition(Styler.LegendPosition.InsideNE)
                .setLegendBorderColor(Color.WHITE);
        chart.getStyler().setPlotGridLinesColor(new Color(0xEC, 0xEE, 0xF1)).setYAxisMin(0.0);
        chart.getStyler()
                .setXAxisMin(0.0)
                .setXAxisDecimalPattern("0")
                .setYAxisDecimalPattern("0.0##")
                .setXAxisTickMarkSpacingHint(90);
        List<Double> numbers = steps.stream().map(step -> (double) step.step()).toList();
        line(chart, "each step", numbers, steps.stream().map(Losses.Step::loss).toList(), FAINT, 1);
        line(chart, "smoothed", numbers, smoothed, STRONG, 2.5f);
        return chart;
    }

    private static void line(
            XYChart chart, String title, List<Double> x, List<Double> y, Color color, float thickness) {
        XYSeries series = chart.addSeries(title, x, y);
        series.setMarker(SeriesMarkers.NONE);
        series.setLineColor(color);
        series.setLineStyle(new BasicStroke(thickness, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    }

    /** One line for each step under a line of titles; a point for the decimals, whatever the machine's language. */
    String csv() {
        StringBuilder csv = new StringBuilder("step,loss,smoothed,learning_rate,gradient_norm\n");
        for (int i = 0; i < steps.size(); i++) {
            Losses.Step step = steps.get(i);
            csv.append(String.format(
                    Locale.ROOT,
                    "%d,%.6g,%.6g,%.6g,%.6g%n",
                    step.step(),
                    step.loss(),
                    smoothed.get(i),
                    step.learningRate(),
                    step.gradientNorm()));
        }
        return csv.toString().replace(System.lineSeparator(), "\n");
    }
}
