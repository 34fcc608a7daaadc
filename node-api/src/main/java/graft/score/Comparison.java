package graft.score;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import graft.node.Problem;
import graft.train.Losses;
import graft.train.TrainingCost;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * Scores side by side: of several methods, or of one with several settings, on the same subject.
 *
 * @param subject what was taught, for people
 * @param scores in the order in which they are shown; all asked the same questions about the same pictures
 */
public record Comparison(String subject, List<Score> scores) {

    private static final double MEBIBYTE = 1024 * 1024;

    /** @throws Problem when scores cannot be compared, placed at {@code scores} */
    public Comparison {
        scores = List.copyOf(scores);
        if (scores.isEmpty()) {
            throw new Problem("there is nothing to compare", "no score is wired in", "wire in Score nodes")
                    .at("scores");
        }
        Score first = scores.get(0);
        for (Score score : scores) {
            if (!score.questions().comparable(first.questions())
                    || !score.examples().equals(first.examples())) {
                throw new Problem(
                                "cannot compare " + score.name() + " with " + first.name(),
                                "they were not asked for the same pictures, or measured against others",
                                "give both Score nodes the same pictures, class, prompts and seeds")
                        .at("scores");
            }
        }
    }

    /** What measures of plugins' the scores have, each once. */
    public List<Score.Other> others() {
        List<Score.Other> each = new ArrayList<>();
        for (Score score : scores) {
            score.other().filter(other -> each.stream().noneMatch(other::isOf)).ifPresent(each::add);
        }
        return each;
    }

    /** The scores of trained models, the most faithful first. */
    public List<Score> ranked() {
        return rankedBy(Measure.FIDELITY);
    }

    /** The scores of trained models that have the measure, the best first. */
    List<Score> rankedBy(Measure measure) {
        Comparator<Score> order = Comparator.comparingDouble(
                score -> measure.goodness(score.values(measure).orElseThrow().mean()));
        return scores.stream()
                .filter(score -> score.trained() && score.values(measure).isPresent())
                .sorted(order.reversed())
                .toList();
    }

    /**
     * Whether one is better than the other beyond chance: the mean of the differences, picture by picture, is beyond its {@link
     * Values#margin}. Seeds of one prompt are alike, so that each prompt counts once; a single prompt by its seeds.
     */
    static boolean decided(Score better, Score worse, Measure measure) {
        Optional<Values> one = better.values(measure);
        Optional<Values> other = worse.values(measure);
        if (one.isEmpty() || other.isEmpty()) {
            return false;
        }
        Values gain = byPrompt(one.get().minus(other.get()), better.questions());
        double mean = measure.moreIsBetter() ? gain.mean() : -gain.mean();
        return mean > gain.margin();
    }

    /** The values of single pictures as those of their prompts; as they are where there is one prompt. */
    public static Values byPrompt(Values ofPictures, Questions questions) {
        int seeds = questions.seeds().size();
        return ofPictures.each().size() > seeds ? ofPictures.meansOf(seeds) : ofPictures;
    }

    /**
     * One row for each score: {@code method}, {@code subject}, {@code variant}, the mean of each measure, {@code deviation} of each,
     * {@code seconds}, {@code peakMiB} and {@code bytes}; what is not known is null.
     */
    public JsonArray rows() {
        JsonArray rows = new JsonArray();
        for (Score score : scores) {
            JsonObject row = new JsonObject();
            row.addProperty("method", score.name());
            row.addProperty("subject", subject);
            JsonObject variant = new JsonObject();
            score.variant().forEach(variant::addProperty);
            row.add("variant", variant);
            JsonObject deviations = new JsonObject();
            for (Measure measure : Measure.values()) {
                row.add(measure.id(), number(score.values(measure).map(Values::mean)));
                deviations.add(measure.id(), number(score.values(measure).map(Values::deviation)));
            }
            for (Score.Other each : others()) {
                Optional<Values> values = score.other().filter(each::isOf).map(Score.Other::values);
                row.add(each.id(), number(values.map(Values::mean)));
                deviations.add(each.id(), number(values.map(Values::deviation)));
            }
            row.add("deviation", deviations);
            row.addProperty("pictures", score.drawings().ofSubject().size());
            row.add("seconds", number(cost(score, TrainingCost::seconds)));
            row.add(
                    "peakMiB",
                    number(score.losses()
                            .flatMap(Losses::cost)
                            .filter(cost -> cost.peakBytes().isPresent())
                            .map(cost -> cost.peakBytes().getAsLong() / MEBIBYTE)));
            row.add("bytes", number(cost(score, TrainingCost::fileBytes)));
            rows.add(row);
        }
        return rows;
    }

    private static <T> Optional<T> cost(Score score, Function<TrainingCost, T> part) {
        return score.losses().flatMap(Losses::cost).map(part);
    }

    private static JsonElement number(Optional<? extends Number> value) {
        return value.<JsonElement>map(JsonPrimitive::new).orElse(JsonNull.INSTANCE);
    }

    /** Three decimals, a point whatever the machine's language. */
    static String words(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}
