package graft.train;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * The losses of a training with their smoothed course, as a drawing and as a table.
 *
 * @param losses as reported
 * @param smoothed one for each step: the {@link SmoothedLoss} up to it
 */
public record LossCurve(Losses losses, List<Double> smoothed) {

    /** The first line of a table. */
    static final String TITLES = "step,loss,smoothed,learning_rate,gradient_norm,prior,validation\n";

    private static final Color FAINT = new Color(0xC5, 0xCD, 0xD8);
    private static final Color OTHER = new Color(0xC2, 0x55, 0x2D);
    private static final Color STRONG = new Color(0x2F, 0x5D, 0xA8);

    /** @param span over how many steps the smoothed line looks back */
    public static LossCurve of(Losses losses, int span) {
        SmoothedLoss mean = new SmoothedLoss(span);
        return new LossCurve(
                losses,
                losses.steps().stream().map(step -> mean.after(step.loss())).toList());
    }

    /** A drawing of that many pixels. */
    public BufferedImage drawn(int width, int height) {
        StepChart chart = new StepChart(width, height, "0.0##");
        chart.fromNought("loss");
        List<Losses.Step> steps = losses.steps();
        List<Double> numbers = steps.stream().map(step -> (double) step.step()).toList();
        chart.line("each step", numbers, steps.stream().map(Losses.Step::loss).toList(), FAINT, 1);
        chart.line("smoothed", numbers, smoothed, STRONG, 2.5f);
        if (!losses.validations().isEmpty()) {
            chart.line(
                    "validation",
                    losses.validations().stream()
                            .map(look -> (double) look.step())
                            .toList(),
                    losses.validations().stream().map(Losses.Validation::loss).toList(),
                    OTHER,
                    2.5f);
        }
        return chart.drawn();
    }

    /** One line for each step under a line of titles; a look before the first step has a line of its own. */
    public String csv() {
        Map<Integer, Double> looks = losses.validations().stream()
                .collect(Collectors.toMap(Losses.Validation::step, Losses.Validation::loss));
        StringBuilder csv = new StringBuilder(TITLES);
        if (looks.containsKey(0)) {
            csv.append("0,,,,,,").append(number(looks.get(0))).append('\n');
        }
        for (int i = 0; i < losses.steps().size(); i++) {
            Losses.Step step = losses.steps().get(i);
            Double look = looks.get(step.step());
            csv.append(row(step, smoothed.get(i), look == null ? OptionalDouble.empty() : OptionalDouble.of(look)));
        }
        return csv.toString();
    }

    /** A line of a table; a point for the decimals, whatever the machine's language. */
    static String row(Losses.Step step, double smoothed, OptionalDouble validation) {
        return String.join(
                        ",",
                        Integer.toString(step.step()),
                        number(step.loss()),
                        number(smoothed),
                        number(step.learningRate()),
                        number(step.gradientNorm()),
                        step.prior().isPresent() ? number(step.prior().getAsDouble()) : "",
                        validation.isPresent() ? number(validation.getAsDouble()) : "")
                + "\n";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.6g", value);
    }
}
