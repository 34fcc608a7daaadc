package graft.nodes.sampling;

import graft.file.AtomicFile;
import graft.file.Location;
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
import graft.node.Setting.Collection;
import graft.node.Setting.Control;
import graft.node.Specs;
import graft.picture.GridDrawing;
import graft.picture.Picture;
import graft.sample.Drawing;
import graft.sample.NoiseSchedule;
import graft.sample.Sampler;
import graft.sample.SamplerMethod;
import graft.sample.Spacing;
import graft.sample.StepPlan;
import graft.score.Measure;
import graft.score.ModelEncoders;
import graft.score.Questions;
import graft.score.Score;
import graft.score.ScoreMeasure;
import graft.score.Values;
import graft.tensor.Compute;
import graft.train.Losses;
import graft.train.data.Dataset;
import graft.train.data.DatasetSpec;
import graft.vision.ClipModel;
import graft.vision.DinoModel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
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

    static final String DINO = "builtin:emoji-dino, or a folder with a ViT in the layout of Hugging Face";
    static final String CLIP = "builtin:emoji-clip, or a folder with a CLIP model in the layout of Hugging Face";

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

    @Setting(help = "The words that call the subject up, such as: sks dog. They go where the prompts say {subject}.")
    String subject = "";

    @Setting(
            title = "Class",
            help =
                    "What kind of thing the subject is, in words that the model knew before, such as: dog. They go into the same"
                            + " prompts to see whether the subject leaks into its class.")
    String className = "";

    @Setting(
            control = Control.PARAGRAPH,
            help =
                    "What to draw, one prompt on each line, with {subject} in it. Some in settings of training pictures, some in"
                            + " new ones.")
    String prompts = "";

    @Setting(
            title = "Unrelated prompts",
            control = Control.PARAGRAPH,
            help = "Prompts that are not about the subject, one on each line: what they draw should not change.")
    String unrelated = "";

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

    @Setting(min = 0, max = 30, step = 0.5, help = "How strongly prompts are followed.")
    double guidance = 7;

    @Setting(advanced = true, group = "drawing", help = "The way from noise to picture.")
    SamplerMethod sampler = Sampler.DPMPP_2M;

    @Setting(
            advanced = true,
            group = "drawing",
            min = 1,
            max = 64,
            unit = "pictures",
            help = "How many are drawn at once: more is faster and takes more memory.")
    int batch = 4;

    @Setting(
            title = "DINO model",
            advanced = true,
            group = "what looks",
            control = Control.FOLDER,
            collection = Collection.VISION,
            help =
                    "What tells whether it is the same thing: builtin:emoji-dino for emoji, facebook/dino-vits16 for photos.")
    String dino = "builtin:emoji-dino";

    @Setting(
            title = "CLIP model",
            advanced = true,
            group = "what looks",
            control = Control.FOLDER,
            collection = Collection.VISION,
            help =
                    "What compares pictures with pictures and words: builtin:emoji-clip for emoji, openai/clip-vit-base-patch32"
                            + " for photos.")
    String clip = "builtin:emoji-clip";

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
        questions();
        specs.of("model", CheckpointSpec.class)
                .ifPresent(spec -> StepPlan.of(sampler, Spacing.AUTO, NoiseSchedule.of(spec.scheduler()), steps, 1));
        inspect(specs, "dino", Location.of(dino, "dino", DINO), DinoModel::inspect);
        inspect(specs, "clip", Location.of(clip, "clip", CLIP), ClipModel::inspect);
        specs.of("model", CheckpointSpec.class).ifPresent(spec -> specs.of("images", DatasetSpec.class)
                .ifPresent(data -> checkSize(data.width(), data.height(), spec.pixelsPerLatent())));
    }

    static void inspect(Specs specs, String setting, Path folder, Consumer<Path> look) {
        specs.reads(folder);
        try {
            look.accept(folder);
        } catch (Problem e) {
            throw e.at(setting);
        }
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

    private Questions questions() {
        return new Questions(
                subject.strip(),
                className.strip(),
                lines(prompts),
                lines(unrelated),
                LongStream.range(seed, seed + seeds).boxed().toList());
    }

    private static List<String> lines(String text) {
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }

    @Override
    public void run(Run run) throws Exception {
        Compute.prepareThread();
        Questions questions = questions();
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
        Score.Drawings drawings = new Artist(run, questions, width, height).draw();
        Score.Origin origin =
                new Score.Origin(name.strip(), variant, Optional.ofNullable(before), Optional.ofNullable(losses));
        try (ModelEncoders encoders =
                ModelEncoders.load(Location.of(dino, "dino", DINO), Location.of(clip, "clip", CLIP), model.compute())) {
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

    /** Draws all that is asked for, in batches, and tells of it. */
    private final class Artist {

        private final Run run;
        private final Drawing drawing;
        private final List<List<Questions.Question>> asked;
        private final int calls;
        private int called;

        Artist(Run run, Questions questions, int width, int height) {
            this.run = run;
            this.drawing = new Drawing(model, sampler, steps, guidance, width, height);
            this.asked = List.of(questions.ofSubject(), questions.ofClass(), questions.ofOthers());
            this.calls = steps * asked.stream().mapToInt(this::batches).sum();
        }

        private int batches(List<?> pictures) {
            return (pictures.size() + batch - 1) / batch;
        }

        Score.Drawings draw() throws Cancelled {
            return new Score.Drawings(drawn(asked.get(0)), drawn(asked.get(1)), drawn(asked.get(2)));
        }

        private List<Picture> drawn(List<Questions.Question> questions) throws Cancelled {
            List<Picture> pictures = new ArrayList<>();
            for (int from = 0; from < questions.size(); from += batch) {
                List<Drawing.Wanted> wanted = questions.subList(from, Math.min(questions.size(), from + batch)).stream()
                        .map(question -> new Drawing.Wanted(question.prompt(), question.seed()))
                        .toList();
                List<Picture> drawn = drawing.draw(wanted, (done, total, at, expected) -> {
                    run.checkCancelled();
                    // Some samplers call the model more than once for a step.
                    run.progress(Math.min(calls, called + done * steps / total), calls);
                });
                called += steps;
                pictures.addAll(drawn);
                if (run.previewed()) {
                    run.preview(new GridDrawing(List.of(drawn), List.of(), List.of()).draw(1, 4));
                }
            }
            return pictures;
        }
    }
}
