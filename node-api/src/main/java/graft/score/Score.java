package graft.score;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import graft.model.WeightedText;
import graft.node.GatedChoice;
import graft.node.Problem;
import graft.node.SocketType;
import graft.picture.Picture;
import graft.sample.Drawing;
import graft.train.Losses;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How well one model draws a subject that it was taught, and what else the teaching changed: every {@link Measure} with the
 * pictures that it was taken from.
 *
 * <p>Immutable, on the heap: nobody frees it.
 */
@SocketType(id = "graft/score", title = "Score", color = "#FFD54F")
public final class Score {

    /**
     * What a model drew, in the order of the {@link Questions}.
     *
     * @param ofSubject for the prompts with the subject
     * @param ofClass for the same prompts with its class
     * @param ofOthers for the prompts that are not about it
     */
    public record Drawings(List<Picture> ofSubject, List<Picture> ofClass, List<Picture> ofOthers) {

        public Drawings {
            ofSubject = List.copyOf(ofSubject);
            ofClass = List.copyOf(ofClass);
            ofOthers = List.copyOf(ofOthers);
        }
    }

    /** A picture that was trained on, and its caption. */
    public record Example(Picture picture, String caption) {}

    /**
     * What a measure of a plugin's found.
     *
     * @param id of the measure, by which a report's JSON has it
     * @param title what the head of a column says
     * @param help one sentence for a person
     */
    public record Other(String id, String title, String help, boolean moreIsBetter, Values values) {

        /** Of two means the greater is the better one. */
        public double goodness(double mean) {
            return moreIsBetter ? mean : -mean;
        }

        /** Whether both are of one measure. */
        public boolean isOf(Other that) {
            return id.equals(that.id);
        }
    }

    private final String name;
    private final String variant;
    private final Questions questions;
    private final List<Example> examples;
    private final Drawings drawings;
    private final Optional<Losses> losses;
    private final boolean trained;
    private final Map<Measure, Values> measures;
    /** What leak is measured from: DINO of each class picture to the training pictures. */
    private final Values classLikeness;
    /** What drift is measured from: CLIP's features of the pictures of other things. */
    private final List<float[]> others;
    /** Nothing where only Graft's measures were taken. */
    private final Optional<Other> other;

    private Score(
            String name,
            String variant,
            Questions questions,
            List<Example> examples,
            Drawings drawings,
            Optional<Losses> losses,
            boolean trained,
            Map<Measure, Values> measures,
            Values classLikeness,
            List<float[]> others,
            Optional<Other> other) {
        this.name = name;
        this.variant = variant;
        this.questions = questions;
        this.examples = List.copyOf(examples);
        this.drawings = drawings;
        this.losses = losses;
        this.trained = trained;
        this.measures = Collections.unmodifiableMap(measures);
        this.classLikeness = classLikeness;
        this.others = List.copyOf(others);
        this.other = other;
    }

    /** What a score is called, and how its model came about, as far as it is known. */
    public record Origin(String name, String variant, Optional<Score> before, Optional<Losses> losses) {}

    /**
     * Measures what a model drew.
     *
     * @param origin its {@code before} is the score of the model before it was trained, asked the same questions; without it
     *     drift and leak are not measured
     * @param examples what it was trained on, at least one
     * @throws Problem when {@code before} was asked other questions, placed at {@code before}
     */
    public static Score of(
            Origin origin, Questions questions, List<Example> examples, Drawings drawings, Encoders encoders) {
        origin.before().ifPresent(before -> checkComparable(before, questions, examples));
        Taught taught = new Taught(
                examples.stream().map(Example::picture).toList(),
                examples.stream().map(Example::caption).toList(),
                encoders);
        List<PictureFeatures> drawn = drawings.ofSubject().stream()
                .map(each -> PictureFeatures.of(each, encoders))
                .toList();

        Map<Measure, Values> measures = new EnumMap<>(Measure.class);
        measures.putAll(fidelity(questions, taught, drawn));
        measures.put(Measure.PROMPT, obedience(questions, drawn, encoders));
        diversity(questions, drawn).ifPresent(values -> measures.put(Measure.DIVERSITY, values));
        measures.put(Measure.MEMORISATION, memorisation(questions, taught, drawn));
        Values classLikeness = new Values(drawings.ofClass().stream()
                .map(each -> taught.dino(encoders.dino(each)))
                .toList());
        List<float[]> others = drawings.ofOthers().stream().map(encoders::clip).toList();
        origin.before().ifPresent(before -> {
            measures.put(Measure.LEAK, classLikeness.minus(before.classLikeness));
            if (!others.isEmpty()) {
                measures.put(Measure.DRIFT, drift(before.others, others));
            }
        });
        return new Score(
                origin.name(),
                origin.variant(),
                questions,
                examples,
                drawings,
                origin.losses(),
                origin.before().isPresent(),
                measures,
                classLikeness,
                others,
                Optional.empty());
    }

    /** The same with a measure that a plugin brings beside its own; as it is where none is chosen. */
    public Score with(ScoreMeasure measure) {
        return measure == ScoreMeasure.Own.NONE
                ? this
                : new Score(
                        name,
                        variant,
                        questions,
                        examples,
                        drawings,
                        losses,
                        trained,
                        measures,
                        classLikeness,
                        others,
                        Optional.of(new Other(
                                measure.id(),
                                measure.title(),
                                measure.help(),
                                measure.moreIsBetter(),
                                checked(measure, measure.values(questions, examples, drawings)))));
    }

    private Values checked(ScoreMeasure measure, List<Double> values) {
        int pictures = drawings.ofSubject().size();
        if (values == null || values.size() != pictures) {
            throw GatedChoice.unfit(
                    measure, "gives " + (values == null ? 0 : values.size()) + " values of " + pictures + " pictures");
        }
        for (Double value : values) {
            if (value == null || !Double.isFinite(value)) {
                throw GatedChoice.unfit(measure, "gives " + value + ", which is no number, for a picture");
            }
        }
        return new Values(values);
    }

    private static void checkComparable(Score before, Questions questions, List<Example> examples) {
        if (!before.questions.comparable(questions) || !before.examples.equals(examples)) {
            throw new Problem(
                            "cannot measure against " + before.name,
                            before.examples.equals(examples)
                                    ? "it was asked for other pictures"
                                    : "it was measured against other training pictures",
                            "give both the same class, prompts, seeds and pictures")
                    .at("before");
        }
    }

    private static Map<Measure, Values> fidelity(Questions questions, Taught taught, List<PictureFeatures> drawn) {
        List<Questions.Question> asked = questions.ofSubject();
        List<Map<Measure, Double>> each = IntStream.range(0, drawn.size())
                .mapToObj(i -> taught.fidelity(drawn.get(i), asked.get(i).prompt()))
                .toList();
        Map<Measure, Values> measures = new LinkedHashMap<>();
        for (Measure measure : each.get(0).keySet()) {
            measures.put(
                    measure, new Values(each.stream().map(of -> of.get(measure)).toList()));
        }
        return measures;
    }

    private static Values obedience(Questions questions, List<PictureFeatures> drawn, Encoders encoders) {
        List<float[]> read = questions.asRead().stream()
                .map(prompt -> encoders.clip(WeightedText.words(prompt, Drawing.WEIGHTING)))
                .toList();
        int seeds = questions.seeds().size();
        return new Values(IntStream.range(0, drawn.size())
                .mapToObj(i -> Similarity.cosine(drawn.get(i).clip(), read.get(i / seeds)))
                .toList());
    }

    private static Optional<Values> diversity(Questions questions, List<PictureFeatures> drawn) {
        int seeds = questions.seeds().size();
        if (seeds < 2) {
            return Optional.empty();
        }
        List<Double> distances = new ArrayList<>();
        for (int i = 0; i < drawn.size(); i += seeds) {
            distances.add(Similarity.meanDistance(drawn.subList(i, i + seeds).stream()
                    .map(PictureFeatures::dino)
                    .toList()));
        }
        return Optional.of(new Values(distances));
    }

    private static Values memorisation(Questions questions, Taught taught, List<PictureFeatures> drawn) {
        List<Questions.Question> asked = questions.ofSubject();
        List<Integer> fresh = IntStream.range(0, drawn.size())
                .filter(i -> taught.named(asked.get(i).prompt()).isEmpty())
                .boxed()
                .toList();
        List<Integer> looked =
                fresh.isEmpty() ? IntStream.range(0, drawn.size()).boxed().toList() : fresh;
        return new Values(looked.stream()
                .map(i -> taught.nearest(drawn.get(i).picture()).likeness())
                .toList());
    }

    private static Values drift(List<float[]> before, List<float[]> now) {
        return new Values(IntStream.range(0, now.size())
                .mapToObj(i -> 1 - Similarity.cosine(before.get(i), now.get(i)))
                .toList());
    }

    /** What the model, or its training, is called. */
    public String name() {
        return name;
    }

    /** What a sweep varied, as {@code rank=4, learningRate=0.001}; empty outside one. */
    public Map<String, String> variant() {
        Map<String, String> values = new LinkedHashMap<>();
        for (String part : variant.split(",", -1)) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                values.put(
                        part.substring(0, equals).strip(),
                        part.substring(equals + 1).strip());
            }
        }
        return values;
    }

    /** What tells it from the others of a comparison: its name, or in a sweep what was varied, as {@code rank 4, learning rate 0.001}. */
    public String label() {
        return variant().isEmpty()
                ? name
                : variant().entrySet().stream()
                        .map(each -> words(each.getKey()) + " " + each.getValue())
                        .collect(Collectors.joining(", "));
    }

    /** {@code learningRate} in words. */
    public static String words(String setting) {
        return setting.replaceAll("([a-z0-9])([A-Z])", "$1 $2").toLowerCase(Locale.ROOT);
    }

    public Questions questions() {
        return questions;
    }

    /** What the model was trained on. */
    public List<Example> examples() {
        return examples;
    }

    public Drawings drawings() {
        return drawings;
    }

    /** How its training went, where that was wired in. */
    public Optional<Losses> losses() {
        return losses;
    }

    /** Whether it was measured against what the model drew before, and so is of a training. */
    public boolean trained() {
        return trained;
    }

    /** The values of a measure; empty where it could not be taken. */
    public Optional<Values> values(Measure measure) {
        return Optional.ofNullable(measures.get(measure));
    }

    /** What a measure of a plugin's found; empty where none was asked. */
    public Optional<Other> other() {
        return other;
    }

    /** Every measure with its mean, deviation and single values; those that could not be taken are null. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("name", name);
        json.addProperty("variant", variant);
        JsonObject all = new JsonObject();
        for (Measure measure : Measure.values()) {
            all.add(measure.id(), values(measure).<JsonElement>map(Score::json).orElse(JsonNull.INSTANCE));
        }
        other.ifPresent(of -> all.add(of.id(), json(of.values())));
        json.add("measures", all);
        return json;
    }

    private static JsonObject json(Values values) {
        JsonObject json = new JsonObject();
        json.addProperty("mean", values.mean());
        json.addProperty("deviation", values.deviation());
        JsonArray each = new JsonArray();
        values.each().forEach(each::add);
        json.add("values", each);
        return json;
    }
}
