package graft.score;

import graft.file.AtomicFile;
import graft.file.PngFile;
import graft.model.Checkpoint;
import graft.model.ModelShape;
import graft.node.Cancelled;
import graft.node.Run;
import graft.picture.Images;
import graft.picture.Picture;
import graft.sample.Drawing;
import graft.sample.NoiseSchedule;
import graft.train.DrawingForecast;
import graft.train.Judge;
import graft.train.data.Dataset;
import graft.train.data.DatasetSpec;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Judges a training by what it draws of its subject, each time from the same noise: by the measures of a {@link Score} whose "before" is
 * the look before the first step.
 *
 * <p>To be quick it draws of the class and of what is unrelated one picture a prompt, of the first seed.
 *
 * @param artist draws the pictures
 * @param dino folder of the network that tells whether it is the same thing
 * @param clip folder of the network that compares pictures with words
 */
public record SubjectJudge(int every, boolean stops, Questions questions, Artist artist, Path dino, Path clip)
        implements Judge {

    /** Of the longer side of a picture in the grid, in pixels. */
    private static final int SMALL = 96;

    /**
     * Likeness of pixels from which on a picture is a copy of another (a distance of 0.15: Carlini et al., 2023, "Extracting training data
     * from diffusion models", §4.1), unless training pictures are nearly as alike among themselves: then it is half the way from there
     * to 1.
     */
    private static final double COPY = 0.85;

    @Override
    public Judging begin(Run run, Dataset images, Checkpoint view, NoiseSchedule schedule) throws Cancelled {
        List<Score.Example> examples = new ArrayList<>();
        for (Dataset.Item item : images.items().stream().distinct().toList()) {
            run.checkCancelled();
            examples.add(new Score.Example(item.read(), item.caption()));
        }
        Dataset.Item first = images.items().get(0);
        Drawing drawing = artist.with(view, first.width(), first.height());
        return new Looks(run, drawing, schedule, examples, ModelEncoders.load(dino, clip, view.compute()));
    }

    /** What is known of it before it looks. */
    public Outlook outlook() {
        return new Foreseen(every, questions, artist, dino, clip);
    }

    private record Foreseen(int every, Questions questions, Artist artist, Path dino, Path clip) implements Outlook {

        @Override
        public long predictions(int steps) {
            int pictures = questions.ofSubject().size()
                    + questions.prompts().size()
                    + questions.unrelated().size();
            return (long) looks(steps) * pictures * artist.steps() * (artist.guidance() == 1 ? 1 : 2);
        }

        @Override
        public double seconds(
                DrawingForecast.Model model, DatasetSpec images, int steps, String device, boolean measure) {
            return forecast(images).seconds(model, looks(steps), device, measure);
        }

        @Override
        public Held held(ModelShape shape, DatasetSpec images) {
            ScoringForecast forecast = forecast(images);
            return new Held(forecast.networks(), forecast.bytes(shape));
        }

        private ScoringForecast forecast(DatasetSpec images) {
            int examples = images.pictures()
                    .map(known -> (int) known.items().stream().distinct().count())
                    .orElse(images.count());
            return new ScoringForecast(
                    artist.forecast(images.width(), images.height()),
                    questions.ofSubject().size(),
                    firstSeeds(questions, questions.ofClass()).size(),
                    firstSeeds(questions, questions.ofOthers()).size(),
                    examples,
                    dino,
                    clip);
        }
    }

    private static List<Questions.Question> firstSeeds(Questions questions, List<Questions.Question> all) {
        long first = questions.seeds().get(0);
        return all.stream().filter(question -> question.seed() == first).toList();
    }

    private final class Looks implements Judging {

        private final Run run;
        private final Drawing drawing;
        private final NoiseSchedule schedule;
        private final List<Score.Example> examples;
        private final ModelEncoders models;
        private final Encoders encoders;
        private final double copy;
        private final List<Judgement> looks = new ArrayList<>();
        private Optional<Score> before = Optional.empty();
        private Optional<Images> shown = Optional.empty();
        private boolean untold;

        Looks(Run run, Drawing drawing, NoiseSchedule schedule, List<Score.Example> examples, ModelEncoders models) {
            this.run = run;
            this.drawing = drawing;
            this.schedule = schedule;
            this.examples = examples;
            this.models = models;
            encoders = new RememberedExamples(models, examples);
            copy = copy();
        }

        /** From which likeness of pixels on a picture in a new setting is a copy; above 1 where no prompt names a new one. */
        private double copy() {
            List<String> captions =
                    examples.stream().map(Score.Example::caption).toList();
            if (questions.ofSubject().stream()
                    .allMatch(asked -> NamedSetting.of(asked.prompt(), captions).isPresent())) {
                run.log(
                        "Every prompt names a setting of the training pictures: whether they are copied is not judged.");
                return Double.POSITIVE_INFINITY;
            }
            double alike = IntStream.range(0, examples.size())
                    .mapToDouble(this::likeness)
                    .average()
                    .orElse(0);
            return Math.max(COPY, (1 + alike) / 2);
        }

        /** How alike a training picture is to the nearest other; 0 where there is no other. */
        private double likeness(int example) {
            return IntStream.range(0, examples.size())
                    .filter(other -> other != example)
                    .mapToDouble(other -> Similarity.ofPixels(
                            examples.get(example).picture(), examples.get(other).picture()))
                    .max()
                    .orElse(0);
        }

        @Override
        public void look(int step) throws Cancelled {
            Score.Drawings drawings = new Score.Drawings(
                    draw(questions.ofSubject()),
                    draw(firstSeeds(questions, questions.ofClass())),
                    draw(firstSeeds(questions, questions.ofOthers())));
            Score score = score(drawings);
            if (step == 0) {
                before = Optional.of(score);
            }
            looks.add(judgement(step, score));
            tell(step, drawings);
        }

        private Score score(Score.Drawings drawings) {
            return Score.of(
                    new Score.Origin("so far", "", before, Optional.empty()), questions, examples, drawings, encoders);
        }

        private Judgement judgement(int step, Score score) {
            Map<Measure, Values> measures = new EnumMap<>(Measure.class);
            for (Measure measure : Measure.values()) {
                score.values(measure).ifPresent(values -> measures.put(measure, values));
            }
            return new Judgement(
                    step,
                    measures,
                    score.drawings().ofSubject().stream()
                            .map(picture -> picture.within(SMALL))
                            .toList());
        }

        /** As a file would hold them, so that what is taken up from a file is measured alike. */
        private List<Picture> draw(List<Questions.Question> asked) throws Cancelled {
            return artist
                    .draw(drawing, schedule, asked, (done, total, at, expected) -> run.checkCancelled(), pictures -> {})
                    .stream()
                    .map(picture -> Picture.of(picture.toBufferedImage()))
                    .toList();
        }

        private void tell(int step, Score.Drawings drawings) {
            Judgement look = looks.get(looks.size() - 1);
            run.log(sentence(look));
            attempt(() -> {
                for (int i = 0; i < drawings.ofSubject().size(); i++) {
                    Path file = file("judged").resolve(String.format(Locale.ROOT, "step_%05d_%d.png", step, i));
                    PngFile.write(file, drawings.ofSubject().get(i).toBufferedImage(), Map.of());
                    run.wrote(file);
                }
                show();
            });
        }

        /** What was measured counts, seen or not: the disk may be full, or this machine without fonts. */
        private void attempt(Runnable telling) {
            try {
                telling.run();
            } catch (RuntimeException | LinkageError failure) {
                if (!untold) {
                    untold = true;
                    run.warn("What is judged is not drawn or written, the training goes on: " + failure.getMessage());
                }
            }
        }

        private void show() {
            JudgedDrawing drawing = new JudgedDrawing(looks, verdict(), questions.ofSubject());
            AtomicFile.write(file("judged.csv"), out -> out.write(drawing.csv().getBytes(StandardCharsets.UTF_8)));
            BufferedImage curve = drawing.curve();
            BufferedImage grid = drawing.grid();
            shown = Optional.of(new Images(List.of(Picture.of(curve), Picture.of(grid))));
            run.preview(List.of(curve, grid));
            PngFile.write(file("judged.png"), curve, Map.of());
            PngFile.write(file("judged-grid.png"), grid, Map.of());
        }

        private Path file(String name) {
            return run.folder().resolve(name);
        }

        private static String sentence(Judgement look) {
            StringBuilder said =
                    new StringBuilder(look.step() == 0 ? "Before the training" : "After step " + look.step());
            String before = ": ";
            for (Measure measure : JudgedDrawing.ORDER) {
                if (look.mean(measure).isPresent()) {
                    said.append(before)
                            .append(measure.title().toLowerCase(Locale.ROOT))
                            .append(' ')
                            .append(Comparison.words(look.mean(measure).orElseThrow()));
                    before = ", ";
                }
            }
            return said.append('.').toString();
        }

        @Override
        public Optional<Verdict> verdict() {
            return new JudgedCourse(looks, copy).verdict();
        }

        @Override
        public Optional<Images> drawn() {
            return shown;
        }

        @Override
        public int pictures() {
            return questions.ofSubject().size()
                    + questions.prompts().size()
                    + questions.unrelated().size();
        }

        @Override
        public byte[] state() {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (DataOutputStream out = new DataOutputStream(bytes)) {
                out.writeInt(looks.size());
                for (Judgement look : looks) {
                    look.write(out);
                }
                out.writeBoolean(before.isPresent());
                if (before.isPresent()) {
                    Score.Drawings drawings = before.get().drawings();
                    Judgement.write(drawings.ofSubject(), out);
                    Judgement.write(drawings.ofClass(), out);
                    Judgement.write(drawings.ofOthers(), out);
                }
            } catch (IOException inMemory) {
                throw new UncheckedIOException(inMemory);
            }
            return bytes.toByteArray();
        }

        @Override
        public void takeUp(byte[] state) {
            looks.clear();
            try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(state))) {
                for (int left = in.readInt(); left > 0; left--) {
                    looks.add(Judgement.read(in));
                }
                if (in.readBoolean()) {
                    Score.Drawings drawings =
                            new Score.Drawings(Judgement.pictures(in), Judgement.pictures(in), Judgement.pictures(in));
                    before = Optional.of(score(drawings));
                }
            } catch (IOException inMemory) {
                throw new UncheckedIOException(inMemory);
            }
            if (!looks.isEmpty()) {
                attempt(this::show);
            }
        }

        @Override
        public void close() {
            models.close();
            Stream.of("judged.csv", "judged.png", "judged-grid.png")
                    .map(this::file)
                    .filter(Files::exists)
                    .forEach(run::wrote);
        }
    }
}
