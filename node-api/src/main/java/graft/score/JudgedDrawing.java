package graft.score;

import graft.picture.GridDrawing;
import graft.picture.Picture;
import graft.train.Judge;
import graft.train.StepChart;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

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
    private static final Color BEST = new Color(0xD0, 0x2F, 0x44);
    static final List<Measure> ORDER =
            List.of(Measure.FIDELITY, Measure.PROMPT, Measure.MEMORISATION, Measure.DRIFT, Measure.LEAK);

    /** Every measure over the steps, and where the best one is. */
    BufferedImage curve() {
        StepChart chart = new StepChart(WIDTH, HEIGHT, "0.0#");
        chart.title(verdict.map(Judge.Verdict::sentence).orElse("Before the training"));
        for (Measure measure : ORDER) {
            List<Judgement> taken = looks.stream()
                    .filter(look -> look.mean(measure).isPresent())
                    .toList();
            if (!taken.isEmpty()) {
                chart.dotted(
                        measure.title().toLowerCase(Locale.ROOT),
                        taken.stream().map(look -> (double) look.step()).toList(),
                        taken.stream()
                                .map(look -> look.mean(measure).orElseThrow())
                                .toList(),
                        LINES.get(measure),
                        measure == Measure.FIDELITY ? 3 : 1.5f);
            }
        }
        best().ifPresent(look -> chart.mark(
                "best: step " + look.step(), look.step(), look.fidelity().mean(), BEST));
        return chart.drawn();
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
