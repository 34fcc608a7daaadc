package graft.train;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Lines over the steps of a training. */
public final class StepChart {

    private final XYChart chart;

    /**
     * @param width in pixels, likewise {@code height}
     * @param decimals how numbers beside the lines are written, such as {@code 0.0##}
     */
    public StepChart(int width, int height, String decimals) {
        chart = new XYChartBuilder()
                .width(width)
                .height(height)
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
                .setYAxisDecimalPattern(decimals)
                .setXAxisTickMarkSpacingHint(90);
    }

    /** What stands above. */
    public void title(String words) {
        chart.setTitle(words);
    }

    /** Names what the lines are of, and has them begin at nought. */
    void fromNought(String what) {
        chart.setYAxisTitle(what);
        chart.getStyler().setYAxisMin(0.0);
    }

    /** @param thickness in pixels */
    public void line(String name, List<Double> steps, List<Double> values, Color color, float thickness) {
        series(name, steps, values, color, thickness, SeriesMarkers.NONE);
    }

    /** A line with a dot at each value. */
    public void dotted(String name, List<Double> steps, List<Double> values, Color color, float thickness) {
        series(name, steps, values, color, thickness, SeriesMarkers.CIRCLE);
    }

    /** A diamond at one value. */
    public void mark(String name, double step, double value, Color color) {
        series(name, List.of(step), List.of(value), color, 0.1f, SeriesMarkers.DIAMOND);
    }

    private void series(
            String name, List<Double> steps, List<Double> values, Color color, float thickness, Marker marker) {
        XYSeries series = chart.addSeries(name, steps, values);
        series.setMarker(marker).setMarkerColor(color);
        series.setLineColor(color);
        series.setLineStyle(new BasicStroke(thickness, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    }

    public BufferedImage drawn() {
        return BitmapEncoder.getBufferedImage(chart);
    }
}
