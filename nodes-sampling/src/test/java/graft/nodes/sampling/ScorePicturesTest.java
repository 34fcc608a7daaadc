package graft.nodes.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import graft.file.BuiltIn;
import graft.file.PngFile;
import graft.model.Checkpoint;
import graft.node.Cancelled;
import graft.node.Problem;
import graft.node.testing.KnownSpecs;
import graft.node.testing.RecordedRun;
import graft.picture.Fit;
import graft.score.Measure;
import graft.score.Score;
import graft.tensor.NativeArrays;
import graft.train.data.Dataset;
import graft.train.data.DatasetSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pictures of a folder measured, by one job or by several that do a share each. */
class ScorePicturesTest {

    private static final Path PIXELS = BuiltIn.path("builtin:samples/style-pixel");

    @TempDir
    Path folder;

    private static Dataset pictures(int share, int shares) throws Exception {
        ImageFolder images = new ImageFolder();
        images.folder = PIXELS.toString();
        images.width = 64;
        images.height = 64;
        images.share = share;
        images.shares = shares;
        images.run(new RecordedRun(PIXELS));
        return images.images;
    }

    private static Dataset penguins() throws Exception {
        ImageFolder images = new ImageFolder();
        images.folder = "builtin:samples/subject-penguin";
        images.width = 64;
        images.height = 64;
        images.run(new RecordedRun(PIXELS));
        Caption caption = new Caption();
        caption.images = images.images;
        caption.source = Caption.Source.LINES;
        caption.template = "a sks bird on a {caption} background";
        caption.lines = "white\nblue\nyellow\ngreen\npink";
        caption.run(new RecordedRun(PIXELS));
        return caption.captioned;
    }

    private RecordedRun run(String name) throws Exception {
        return new RecordedRun(Files.createDirectories(folder.resolve(name)));
    }

    private ScorePictures node(Dataset images, Path tables) throws Exception {
        ScorePictures node = new ScorePictures();
        node.images = images;
        node.references = penguins();
        node.folder = tables.toString();
        return node;
    }

    private RecordedRun scored(int share, int shares, Path tables) throws Exception {
        RecordedRun run = run("run " + share + " of " + shares + " " + tables.getFileName());
        node(pictures(share, shares), tables).run(run);
        return run;
    }

    private static List<String> names(Path tables) throws Exception {
        try (Stream<Path> files = Files.list(tables)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void threeSharesJoinedAreWhatOneWrites() throws Exception {
        Path one = folder.resolve("one");
        Path three = folder.resolve("three");
        RecordedRun whole = scored(1, 1, one);
        scored(3, 3, three);
        scored(1, 3, three);
        assertThat(three.resolve("scores.csv")).doesNotExist();
        RecordedRun last = scored(2, 3, three);

        assertThat(names(one)).containsExactly("scores.csv");
        assertThat(names(three))
                .containsExactly("scores-1-of-3.csv", "scores-2-of-3.csv", "scores-3-of-3.csv", "scores.csv");
        assertThat(three.resolve("scores.csv")).hasSameBinaryContentAs(one.resolve("scores.csv"));
        assertThat(last.log).contains("All 3 shares are there: scores.csv has them all.");
        assertThat(whole.log).singleElement().asString().startsWith("12 pictures, in the mean fidelity 0.");
        List<String> rows = Files.readAllLines(one.resolve("scores.csv"));
        assertThat(rows).hasSize(13);
        assertThat(rows.get(0)).isEqualTo("file,fidelity,dino,clipImage,structure,memorisation,prompt,nearest");
        assertThat(rows.subList(1, 13).stream()
                        .map(row -> -Double.parseDouble(row.split(",", -1)[1]))
                        .toList())
                .isSorted();
    }

    @Test
    void aShareDoneTwiceAndSharesDoneAtOnceLeaveTheSameBytes() throws Exception {
        Path first = folder.resolve("first");
        Path again = folder.resolve("again");
        for (int share = 1; share <= 3; share++) {
            scored(share, 3, first);
        }
        ExecutorService jobs = Executors.newFixedThreadPool(4);
        try {
            List<Future<RecordedRun>> running = new ArrayList<>();
            for (int share : List.of(1, 2, 3, 2)) {
                Callable<RecordedRun> job = () -> {
                    RecordedRun run = new RecordedRun(Files.createTempDirectory(folder, "job"));
                    node(pictures(share, 3), again).run(run);
                    return run;
                };
                running.add(jobs.submit(job));
            }
            for (Future<RecordedRun> each : running) {
                each.get();
            }
        } finally {
            jobs.shutdown();
        }
        for (String table : names(first)) {
            assertThat(again.resolve(table)).hasSameBinaryContentAs(first.resolve(table));
        }
        assertThat(names(again)).isEqualTo(names(first));
    }

    /** Score draws its pictures; given as files with their prompts as captions they measure the same. */
    @Test
    void theNumbersAreThoseOfScore() throws Exception {
        LoadModel load = new LoadModel();
        load.run(run("model"));
        try (Checkpoint model = load.model) {
            ScoreModel score = new ScoreModel();
            score.model = model;
            score.images = penguins();
            score.questions.subject = "bird";
            score.questions.className = "bird";
            score.questions.prompts = "a {subject} on a white background\na {subject} on a black background";
            score.seeds = 2;
            score.steps = 3;
            score.run(run("score"));
            Score drawn = score.score;
            List<Dataset.Item> items = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Path file = folder.resolve(i + ".png");
                PngFile.write(file, drawn.drawings().ofSubject().get(i).toBufferedImage(), Map.of());
                String caption = "a bird on a " + (i < 2 ? "white" : "black") + " background";
                items.add(new Dataset.Item(file, caption, 64, 64, Fit.CROP));
            }
            Path tables = folder.resolve("drawn");
            node(new Dataset(items), tables).run(run("pictures"));

            List<String> rows = Files.readAllLines(tables.resolve("scores.csv"));
            List<Measure> columns = List.of(
                    Measure.FIDELITY, Measure.DINO, Measure.CLIP_IMAGE, Measure.STRUCTURE, Measure.MEMORISATION);
            for (int i = 0; i < 4; i++) {
                String file = "\"" + items.get(i).file() + "\",";
                String[] row = rows.stream()
                        .filter(line -> line.startsWith(file))
                        .findFirst()
                        .orElseThrow()
                        .substring(file.length())
                        .split(",", -1);
                for (int column = 0; column < 4; column++) {
                    // A file has eight bits for each number.
                    assertThat(Double.parseDouble(row[column]))
                            .as("%s of %s", columns.get(column), i)
                            .isCloseTo(
                                    drawn.values(columns.get(column))
                                            .orElseThrow()
                                            .each()
                                            .get(i),
                                    within(5e-3));
                }
                assertThat(Double.parseDouble(row[5]))
                        .isCloseTo(
                                drawn.values(Measure.PROMPT)
                                        .orElseThrow()
                                        .each()
                                        .get(i),
                                within(5e-3));
            }
            // Of the two that no reference's setting is asked for.
            assertThat(IntStream.of(2, 3)
                            .mapToObj(i -> rows.stream()
                                    .filter(line ->
                                            line.startsWith("\"" + items.get(i).file()))
                                    .findFirst()
                                    .orElseThrow())
                            .map(line -> Double.parseDouble(line.split(",", -1)[5]))
                            .toList())
                    .allSatisfy(copying -> assertThat(drawn.values(Measure.MEMORISATION)
                                    .orElseThrow()
                                    .each())
                            .anySatisfy(known -> assertThat(known).isCloseTo(copying, within(5e-3))));
        }
    }

    @Test
    void aReferenceIsACopyOfItself() throws Exception {
        Path tables = folder.resolve("copies");
        node(penguins(), tables).run(run("copies run"));

        for (String row : Files.readAllLines(tables.resolve("scores.csv")).subList(1, 6)) {
            String[] fields = row.split(",", -1);
            assertThat(fields[5]).isEqualTo("1.000000");
            assertThat(Path.of(fields[0].replace("\"", "")).getFileName()).hasToString(fields[7].replace("\"", ""));
        }
    }

    @Test
    void withoutReferencesCaptionsAloneAreHeldAgainstThePictures() throws Exception {
        ScorePictures node = new ScorePictures();
        node.images = pictures(1, 1);
        RecordedRun run = run("captions");
        node.run(run);

        List<String> rows = Files.readAllLines(run.folder().resolve("scores.csv"));
        assertThat(rows.get(0)).isEqualTo("file,prompt");
        assertThat(rows).hasSize(13);
        assertThat(Files.readString(run.folder().resolve("score.json"))).contains("\"prompt\":{\"mean\":0.");
        assertThat(run.previews).hasSize(1);
        assertThat(node.extremes.pictures()).hasSize(1);
    }

    @Test
    void aStopLeavesNoTableAndNothingInMemory() throws Exception {
        Path tables = folder.resolve("stopped");
        scored(1, 3, folder.resolve("warm"));
        long before = NativeArrays.count();
        RecordedRun run = run("stopped run");
        run.stopAfter = 3;

        assertThatThrownBy(() -> node(pictures(1, 1), tables).run(run)).isInstanceOf(Cancelled.class);
        assertThat(tables).doesNotExist();
        assertThat(NativeArrays.count()).isEqualTo(before);
        scored(1, 1, tables);
        assertThat(NativeArrays.count()).isEqualTo(before);
    }

    private double forecast(int pictures, int references) {
        KnownSpecs specs = new KnownSpecs()
                .with("images", new DatasetSpec(pictures, 64, 64))
                .with("references", new DatasetSpec(references, 64, 64));
        new ScorePictures().configure(specs);
        return specs.forecasts.get(0).on("cpu", true).seconds();
    }

    @Test
    void itsForecastCountsEachPictureAndEachPair() {
        double looked = forecast(101, 0) - forecast(100, 0);
        double pair = forecast(100, 1) - forecast(100, 0) - looked;

        assertThat(looked).isPositive();
        assertThat(forecast(1000, 5) - forecast(100, 5)).isCloseTo(900 * looked + 900 * 5 * pair / 100, within(1e-6));
    }

    @Test
    void whatCannotBeMeasuredOrJoinedIsSaid() throws Exception {
        ScorePictures bare = new ScorePictures();
        Dataset wordless = pictures(1, 2)
                .with(pictures(1, 2).items().stream()
                        .map(item -> item.withCaption(""))
                        .toList());
        assertThatThrownBy(() -> bare.configure(new KnownSpecs().with("images", DatasetSpec.of(wordless))))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.socket()).hasValue("references"))
                .hasMessageContaining("no picture has a caption");

        KnownSpecs specs = new KnownSpecs().with("images", DatasetSpec.of(pictures(1, 2)));
        bare.configure(specs);
        assertThat(specs.warnings).singleElement().asString().contains("give a folder that all shares write to");

        Path mixed = folder.resolve("mixed");
        scored(1, 2, mixed);
        ScorePictures words = new ScorePictures();
        words.images = pictures(2, 2);
        words.folder = mixed.toString();
        RecordedRun run = run("words");
        words.run(run);
        assertThat(run.log).anyMatch(line -> line.startsWith("scores-1-of-2.csv has other columns"));
        assertThat(mixed.resolve("scores.csv")).doesNotExist();

        Files.writeString(mixed.resolve("scores-1-of-2.csv"), "file,prompt\r\nspoilt\r\n");
        assertThatThrownBy(() -> words.run(run))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("scores-1-of-2.csv")
                .hasMessageContaining("score that share again");
    }
}
