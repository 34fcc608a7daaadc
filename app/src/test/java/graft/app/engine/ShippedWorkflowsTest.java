package graft.app.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Workflow;
import graft.tensor.NativeArrays;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The workflows that ship, at a few steps, on the plugins that the build has made and the built-in model. */
class ShippedWorkflowsTest {

    private static final Path HOME = Path.of("").toAbsolutePath().getParent();
    private static final Gson GSON = new Gson();

    @TempDir
    private Path folder;

    private final NodeLibrary library = NodeLibrary.load(HOME.resolve("plugins"), "0.1.0");
    private final List<RunEvent> events = Collections.synchronizedList(new ArrayList<>());

    private static Workflow shipped(String name) {
        return Workflow.read(HOME.resolve("workflows").resolve(name + ".json"));
    }

    private static Workflow textToImage() {
        return with(shipped("text-to-image"), Map.of("sample.steps", 2, "canvas.batch", 1));
    }

    private static Workflow trainLora() {
        return with(shipped("train-lora"), Map.of("train.steps", 3, "before.steps", 2, "after.steps", 2));
    }

    private static Workflow with(Workflow workflow, Map<String, Object> settings) {
        for (Map.Entry<String, Object> each : settings.entrySet()) {
            String[] name = each.getKey().split("\\.", 2);
            workflow = workflow.with(name[0], name[1], GSON.toJsonTree(each.getValue()));
        }
        return workflow;
    }

    private RunResult run(Cache cache, Workflow workflow) throws InterruptedException {
        events.clear();
        Engine engine = new Engine(library, cache);
        Plan plan = engine.check(workflow);
        assertThat(plan.findings()).isEmpty();
        return engine.run(plan, new RunOptions(folder, "cpu", events::add));
    }

    /** What a run wrote besides its own records, by file name. */
    private static Map<String, byte[]> written(RunResult run) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(run.folder())) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                if (!path.getParent().equals(run.folder())) {
                    files.put(run.folder().relativize(path).toString(), Files.readAllBytes(path));
                }
            }
        }
        return files;
    }

    @Test
    void theSameWorkflowWritesTheSameBytes() throws Exception {
        Map<String, Object> quick = Map.of("train.steps", 2, "before.steps", 2, "after.steps", 2);
        for (Workflow workflow : List.of(
                textToImage(),
                trainLora(),
                with(with(shipped("train-dreambooth"), quick), Map.of("class.steps", 2)),
                with(shipped("train-embedding"), quick),
                shipped("caption-folder"),
                shipped("score-folder"),
                with(
                        shipped("lora-and-embedding"),
                        Map.of(
                                "style.steps",
                                2,
                                "subject.steps",
                                2,
                                "base.steps",
                                2,
                                "only-style.steps",
                                2,
                                "only-subject.steps",
                                2,
                                "both.steps",
                                2,
                                "early.steps",
                                2)))) {
            Map<String, byte[]> first;
            Map<String, byte[]> again;
            try (Cache cache = Cache.none()) {
                first = written(run(cache, workflow));
                again = written(run(cache, workflow));
            }
            assertThat(again.keySet()).isEqualTo(first.keySet()).isNotEmpty();
            first.forEach((file, bytes) -> assertThat(again.get(file)).as(file).isEqualTo(bytes));
        }
    }

    @Test
    void promptsWithWeightsDrawFiveRowsOfTheSameNoise() throws Exception {
        Map<String, Object> steps = new TreeMap<>();
        List.of("plain", "weights", "schedule", "chosen", "skipping")
                .forEach(row -> steps.put("draw-" + row + ".steps", 3));
        steps.put("schedule.steps", 3);
        try (Cache cache = Cache.none()) {
            Map<String, byte[]> files = written(run(cache, with(shipped("weighted-prompts"), steps)));
            byte[] png = files.entrySet().stream()
                    .filter(each -> each.getKey().endsWith(".png"))
                    .findFirst()
                    .orElseThrow()
                    .getValue();
            BufferedImage grid = ImageIO.read(new ByteArrayInputStream(png));
            int row = grid.getHeight() / 5;
            Set<List<Integer>> rows = new HashSet<>();
            for (int i = 0; i < 5; i++) {
                rows.add(Arrays.stream(grid.getRGB(
                                grid.getWidth() / 2,
                                i * row + row / 4,
                                grid.getWidth() / 4,
                                row / 2,
                                null,
                                0,
                                grid.getWidth() / 4))
                        .boxed()
                        .toList());
            }
            assertThat(rows).hasSize(5);
        }
    }

    @Test
    void anotherSettingOfTheSamplerRunsOnlySamplerDecoderAndSaverAgain() throws Exception {
        try (Cache cache = Cache.keepAll()) {
            run(cache, textToImage());
            RunResult second = run(cache, with(textToImage(), Map.of("sample.guidance", 3)));

            assertThat(events)
                    .filteredOn(RunEvent.NodeStarted.class::isInstance)
                    .extracting(event -> ((RunEvent.NodeStarted) event).node())
                    .containsExactly("sample", "decode", "save");
            assertThat(Files.readString(second.folder().resolve("log.txt"))).contains("sample", "guidance");
        }
    }

    @Test
    void aFolderIsCaptionedIntoTables() throws Exception {
        try (Cache cache = Cache.none()) {
            Map<String, byte[]> files = written(run(cache, shipped("caption-folder")));
            String table = new String(files.get(Path.of("save", "captions.csv").toString()), StandardCharsets.UTF_8);
            assertThat(table.lines().skip(1))
                    .hasSize(5)
                    .allMatch(line -> line.contains("emoji of a sks bird on a ") && line.endsWith(" background\""));
            String tags =
                    new String(files.get(Path.of("save-tags", "captions.csv").toString()), StandardCharsets.UTF_8);
            assertThat(tags).contains("\"white\"", "\"blue\"", "\"yellow\"", "\"green\"", "\"pink\"");
        }
    }

    @Test
    void aFolderIsScoredIntoATableTheLikestFirst() throws Exception {
        try (Cache cache = Cache.none()) {
            Map<String, byte[]> files = written(run(cache, shipped("score-folder")));
            List<String> rows = new String(
                            files.get(Path.of("score", "scores.csv").toString()), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            assertThat(rows).hasSize(13);
            // Of the twelve the tree is the likest to a cactus.
            assertThat(rows.get(1)).contains("evergreen-tree.png\",0.7");
            assertThat(files).containsKey(Path.of("score", "extremes.png").toString());
        }
    }

    @Test
    void aTrainedLoraChangesThePictures() throws Exception {
        Map<String, byte[]> untrained;
        Map<String, byte[]> trained;
        try (Cache cache = Cache.none()) {
            Workflow workflow = with(trainLora(), Map.of("train.learningRate", 0.01));
            trained = written(run(cache, workflow));
            untrained = written(run(cache, with(workflow, Map.of("stack.unetStrength", List.of(0)))));
        }
        String picture = Path.of("save-after", "teapot_00001.png").toString();
        assertThat(trained.get(picture)).isNotEqualTo(untrained.get(picture));
        assertThat(trained).containsKey(Path.of("lora", "teapot.safetensors").toString());
        assertThat(trained).containsKey(Path.of("losses", "losses.png").toString());
    }

    private static Workflow scored(Workflow workflow, String... scores) {
        for (String score : scores) {
            workflow = with(
                    workflow,
                    Map.of(
                            score + ".steps",
                            2,
                            score + ".seeds",
                            1,
                            score + ".prompts",
                            "a {subject} on a white background\na {subject} on a purple background",
                            score + ".unrelated",
                            "a red apple"));
        }
        return workflow;
    }

    @Test
    void allMethodsAreComparedInOneReport() throws Exception {
        long before;
        RunResult run;
        try (Cache cache = Cache.none()) {
            before = NativeArrays.count();
            run = run(
                    cache,
                    scored(
                            with(
                                    shipped("compare-methods"),
                                    Map.of(
                                            "embedding.steps",
                                            1,
                                            "lora.steps",
                                            1,
                                            "dreambooth.steps",
                                            1,
                                            "dreambooth-prior.steps",
                                            1,
                                            "class.steps",
                                            2,
                                            "class.count",
                                            1)),
                            "score-before",
                            "score-embedding",
                            "score-lora",
                            "score-dreambooth",
                            "score-prior"));
        }

        assertThat(NativeArrays.count()).isEqualTo(before);
        Map<String, byte[]> files = written(run);
        assertThat(files).containsKeys(inCompare("report.html"), inCompare("report.png"));
        JsonArray rows = rows(files);
        assertThat(rows)
                .extracting(row -> row.getAsJsonObject().get("method").getAsString())
                .containsExactly("Before", "Textual Inversion", "LoRA", "DreamBooth", "DreamBooth + class pictures");
        JsonObject embedding = rows.get(1).getAsJsonObject();
        assertThat(embedding.get("bytes").getAsLong()).isBetween(1L, 100_000L);
        assertThat(embedding.get("drift").getAsDouble()).isZero();
        assertThat(embedding.get("seconds").getAsDouble()).isPositive();
    }

    @Test
    void aSweepIsAHeatMapOfItsCells() throws Exception {
        RunResult run;
        try (Cache cache = Cache.none()) {
            run = run(
                    cache,
                    scored(
                            with(
                                    shipped("sweep-lora"),
                                    Map.of(
                                            "train.steps",
                                            1,
                                            "compare.vary",
                                            "train.rank = 2, 4\ntrain.learningRate = 0.001, 0.01")),
                            "score-before",
                            "score"));
        }

        Map<String, byte[]> files = written(run);
        assertThat(rows(files))
                .extracting(row -> row.getAsJsonObject().get("variant").toString())
                .containsExactly(
                        "{}",
                        "{\"rank\":\"2\",\"learningRate\":\"0.001\"}",
                        "{\"rank\":\"2\",\"learningRate\":\"0.01\"}",
                        "{\"rank\":\"4\",\"learningRate\":\"0.001\"}",
                        "{\"rank\":\"4\",\"learningRate\":\"0.01\"}");
        assertThat(new String(files.get(inCompare("report.html")), StandardCharsets.UTF_8))
                .contains("--share:");
    }

    @Test
    void aLoraIsProfiledBlockByBlockAndSaved() throws Exception {
        RunResult run;
        try (Cache cache = Cache.none()) {
            run = run(
                    cache,
                    scored(
                            with(
                                    shipped("repair-lora"),
                                    Map.of("train.steps", 1, "profile.steps", 2, "profile.repair", false)),
                            "asked"));
        }

        Map<String, byte[]> files = written(run);
        String table = new String(files.get(Path.of("profile", "blocks.csv").toString()), StandardCharsets.UTF_8);
        assertThat(table.lines().skip(1).map(line -> line.substring(0, line.indexOf(','))))
                .containsExactly("down 1", "down 2", "mid", "up 0", "up 1", "all on");
        assertThat(files)
                .containsKey(Path.of("lora", "teapot-repaired.safetensors").toString());
    }

    private static String inCompare(String file) {
        return Path.of("compare", file).toString();
    }

    private static JsonArray rows(Map<String, byte[]> files) {
        String json = new String(files.get(inCompare("report.json")), StandardCharsets.UTF_8);
        return JsonParser.parseString(json).getAsJsonObject().getAsJsonArray("rows");
    }

    @Test
    void twentyRunsLeaveNoNativeArray() throws Exception {
        try (Cache cache = Cache.none()) {
            run(cache, textToImage());
            run(cache, trainLora());
            long before = NativeArrays.count();
            for (int round = 0; round < 20; round++) {
                run(cache, round % 5 == 0 ? trainLora() : textToImage());
            }
            assertThat(NativeArrays.count()).isEqualTo(before);
        }
    }
}
