package graft.nodes.sampling;

import graft.file.AtomicFile;
import graft.model.Checkpoint;
import graft.model.CheckpointSpec;
import graft.node.Cancelled;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Control;
import graft.node.SettingGroup;
import graft.node.Specs;
import graft.picture.GridDrawing;
import graft.picture.Picture;
import graft.sample.Drawing;
import graft.sample.NoiseSchedule;
import graft.score.Artist;
import graft.score.Measure;
import graft.score.ModelEncoders;
import graft.score.Questions;
import graft.score.Score;
import graft.score.ScoreMeasure;
import graft.score.ScoreSpec;
import graft.score.Values;
import graft.tensor.Compute;
import graft.train.Losses;
import graft.train.data.Dataset;
import graft.train.data.DatasetSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Draws what a model learnt, and measures it against the pictures that it learnt from and against the model before. */
@NodeType(
        id = "graft/score/model",
        title = "Score",
        category = "training",
        help =
                "Measures how well a model draws a subject: how faithful to the training pictures, how obedient to prompts, and what"
                        + " else the training changed. Score the model before the training too, and wire that in as before.",
        words = {"evaluate", "fidelity", "clip", "dino", "measure", "metric", "quality", "benchmark"})
public final class ScoreModel implements Node {

    @Input(help = "The model to measure, with all that lies over it.")
    Checkpoint model;

    @Input(help = "The pictures that it was trained on, with captions that say what setting each is in.")
    Dataset images;

    @Input(
            optional = true,
            help =
                    "The score of the model before the training, with the same pictures, prompts and seeds; what leak and drift"
                            + " are measured from.")
    Score before;

    @Input(optional = true, help = "How the training went, for a report: its curve, and what it took.")
    Losses losses;

    @Setting(help = "What this training is called in a comparison.")
    String name = "LoRA";

    @SettingGroup
    QuestionSettings questions = new QuestionSettings();

    @Setting(
            title = "Pictures per prompt",
            min = 1,
            max = 100,
            unit = "seeds",
            help = "How many are drawn of each prompt, each from noise of its own; diversity needs two.")
    int seeds = 3;

    @Setting(
            min = 0,
            control = Control.SEED,
            help = "Chooses the noise of the first picture of each prompt; the next has the next.")
    long seed = 0;

    @Setting(advanced = true, group = "drawing", min = 1, max = 1000, unit = "steps", help = "Of the sampler.")
    int steps = 20;

    @SettingGroup
    ScoringSettings scoring = new ScoringSettings();

    @SettingGroup
    VisionSettings looks = new VisionSettings();

    @Setting(advanced = true, group = "what looks", help = "A measure that a plugin brings, beside those of Graft.")
    ScoreMeasure measure = ScoreMeasure.Own.NONE;

    @Setting(
            advanced = true,
            sweep = Setting.Sweep.VARIANT,
            help = "What is special about this one where several of one method are compared, such as: rank=4,"
                    + " learningRate=0.001. A sweep fills it in.")
    String variant = "";

    @Output(help = "All measures, with the pictures that they were taken from.")
    Score score;

    @Override
    public void configure(Specs specs) {
        Questions wanted = questions.of(seed, seeds);
        specs.of("model", CheckpointSpec.class).ifPresent(spec -> scoring.check(spec, steps));
        looks.check(specs);
        specs.of("model", CheckpointSpec.class).ifPresent(spec -> specs.of("images", DatasetSpec.class)
                .ifPresent(data -> checkSize(data.width(), data.height(), spec.pixelsPerLatent())));
        specs.of("images", DatasetSpec.class).ifPresent(data -> {
            ScoreSpec asked = new ScoreSpec(wanted, examples(data), data.width(), data.height());
            specs.output("score", asked);
            specs.of("model", CheckpointSpec.class)
                    .ifPresent(spec ->
                            specs.forecast(scoring.forecast(asked, steps, looks).of(spec, shape -> 1)));
        });
    }

    private static int examples(DatasetSpec images) {
        return images.pictures()
                .map(known -> (int) known.items().stream().distinct().count())
                .orElse(images.count());
    }

    private static void checkSize(int width, int height, int unit) {
        if (width % unit != 0 || height % unit != 0) {
            throw new Problem(
                            "cannot draw at " + width + "×" + height + " pixels, the size of the training pictures",
                            "the model works in steps of " + unit + " pixels",
                            "choose a width and height divisible by " + unit + " in Image Folder")
                    .at("images");
        }
    }

    @Override
    public void run(Run run) throws Exception {
        Compute.prepareThread();
        Questions questions = this.questions.of(seed, seeds);
        List<Dataset.Item> items = images.items().stream().distinct().toList();
        int width = items.get(0).width();
        int height = items.get(0).height();
        checkSize(width, height, model.spec().pixelsPerLatent());
        List<Score.Example> examples = new ArrayList<>();
        for (Dataset.Item item : items) {
            run.checkCancelled();
            examples.add(new Score.Example(item.read(), item.caption()));
        }
        Stream.of(questions.ofSubject(), questions.ofClass(), questions.ofOthers())
                .flatMap(List::stream)
                .map(Questions.Question::prompt)
                .distinct()
                .flatMap(one ->
                        model
                                .reading(one, Drawing.WEIGHTING)
                                .withTriggers()
                                .warnings("The prompt \"" + one + "\"")
                                .stream())
                .forEach(run::warn);
        Score.Drawings drawings = new Told(run, questions, width, height).draw();
        Score.Origin origin =
                new Score.Origin(name.strip(), variant, Optional.ofNullable(before), Optional.ofNullable(losses));
        try (ModelEncoders encoders = looks.encoders(model.compute())) {
            score = Score.of(origin, questions, examples, drawings, encoders).with(measure);
        }
        run.log(summary(score));
        Path file = run.folder().resolve("score.json");
        AtomicFile.write(file, out -> out.write((score.toJson() + "\n").getBytes(StandardCharsets.UTF_8)));
        run.wrote(file);
    }

    private static String summary(Score score) {
        Stream<String> own = Stream.of(Measure.values())
                .flatMap(each -> score.values(each).stream().map(values -> summary(each.title(), values)));
        Stream<String> others = score.other().stream().map(each -> summary(each.title(), each.values()));
        return Stream.concat(own, others).collect(Collectors.joining(", ", score.name() + ": ", "."));
    }

    private static String summary(String title, Values values) {
        return String.format(
                Locale.ROOT, "%s %.3f ± %.3f", title.toLowerCase(Locale.ROOT), values.mean(), values.deviation());
    }

    /** Draws all that is asked for, and tells of it. */
    private final class Told {

        private final Run run;
        private final Artist artist;
        private final Drawing drawing;
        private final List<List<Questions.Question>> asked;
        private final int calls;
        private int called;

        Told(Run run, Questions questions, int width, int height) {
            this.run = run;
            this.artist = scoring.artist(steps);
            this.drawing = artist.with(model, width, height);
            this.asked = List.of(questions.ofSubject(), questions.ofClass(), questions.ofOthers());
            this.calls = steps
                    * asked.stream()
                            .mapToInt(each -> artist.batches(each.size()))
                            .sum();
        }

        Score.Drawings draw() throws Cancelled {
            return new Score.Drawings(drawn(asked.get(0)), drawn(asked.get(1)), drawn(asked.get(2)));
        }

        private List<Picture> drawn(List<Questions.Question> questions) throws Cancelled {
            return artist.draw(
                    drawing,
                    NoiseSchedule.of(model.scheduler()),
                    questions,
                    (done, total, at, expected) -> {
                        run.checkCancelled();
                        // Some samplers call the model more than once for a step.
                        run.progress(Math.min(calls, called + done * steps / total), calls);
                    },
                    pictures -> {
                        called += steps;
                        if (run.previewed()) {
                            run.preview(new GridDrawing(List.of(pictures), List.of(), List.of()).draw(1, 4));
                        }
                    });
        }
    }
}
