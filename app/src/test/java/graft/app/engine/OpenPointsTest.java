package graft.app.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import graft.app.command.Graft;
import graft.app.engine.RunEvent.NodeFailed;
import graft.app.engine.RunEvent.NodeFinished;
import graft.app.engine.RunEvent.NodePreview;
import graft.app.engine.RunEvent.Outcome;
import graft.app.plugin.NodeLibrary;
import graft.app.plugin.PluginStore;
import graft.app.plugin.Sha512;
import graft.app.plugin.TestPlugin;
import graft.app.sandbox.ThisProgram;
import graft.app.worker.RunRequest;
import graft.app.worker.WorkerClient;
import graft.app.workflow.Workflow;
import graft.file.ImageFile;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.node.Problem;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a stranger's plugin adds to the bundled nodes, from real archives: it works there, is named when it fails while the
 * rest goes on, and goes with its plugin; a workflow that uses it outlives that.
 */
class OpenPointsTest {

    @TempDir
    private Path folder;

    private final List<RunEvent> events = Collections.synchronizedList(new ArrayList<>());
    private final Cache cache = Cache.keepAll();
    private Path plugins;
    private NodeLibrary library;
    private Engine engine;

    @BeforeEach
    void load() throws IOException {
        plugins = TestPlugin.built(folder.resolve("plugins"));
        library = NodeLibrary.load(plugins, Versions.graft());
        engine = new Engine(library, cache);
    }

    @AfterEach
    void close() {
        cache.close();
        library.close();
    }

    private PluginStore store() {
        return new PluginStore(plugins, Versions.graft());
    }

    /** Installs a plugin of classes given by what stands between their imports and their end. */
    private void install(String id, String... sources) throws IOException {
        TestPlugin plugin = TestPlugin.of(id, "1.0.0").with("Plugin-Provider", "Mallory");
        for (String source : sources) {
            plugin.source(source);
        }
        Path archive = plugin.build(folder.resolve(id + ".jar"));
        try (var plan = store().planFile(archive, Optional.of(Sha512.of(archive)), store().known())) {
            store().install(plan);
        }
        library.refresh();
    }

    private RunResult run(Workflow workflow) throws InterruptedException {
        events.clear();
        Plan plan = engine.check(workflow);
        assertThat(plan.findings()).filteredOn(Finding::isError).isEmpty();
        return engine.run(plan, new RunOptions(folder.resolve("runs"), "cpu", events::add));
    }

    private void assertThatTheCheckRefuses(Workflow workflow, String... words) {
        assertThat(engine.check(workflow).findings())
                .filteredOn(Finding::isError)
                .singleElement()
                .extracting(Finding::sentence, STRING)
                .contains(words);
    }

    private <E extends RunEvent> Stream<E> events(Class<E> type) {
        return List.copyOf(events).stream().filter(type::isInstance).map(type::cast);
    }

    private int[] pixels(String node) {
        BufferedImage last = events(NodePreview.class)
                .filter(preview -> preview.node().equals(node))
                .reduce((one, other) -> other)
                .orElseThrow()
                .images()
                .get(0);
        return last.getRGB(0, 0, last.getWidth(), last.getHeight(), null, 0, last.getWidth());
    }

    /** Without the plugin a workflow is as it was, one sentence says what it lacks, and nothing holds the plugin's classes. */
    private void goesWithItsPlugin(String id, Workflow workflow, String lacks) {
        String json = workflow.toJson();
        store().remove(id);
        library.refresh();
        assertThat(library.pinned()).isEmpty();
        assertThat(engine.check(workflow).findings())
                .filteredOn(Finding::isError)
                .extracting(Finding::sentence)
                .singleElement()
                .asString()
                .contains(lacks)
                .contains("it is of the plugin " + id + " 1.0.0, which was removed; install it again from ");
        assertThat(Workflow.parse(json, "it").toJson()).isEqualTo(json);
    }

    /** Of a plugin whose id another one has taken nothing is installed. */
    private void isRefused(String source, String sentence) {
        assertThatThrownBy(() -> install("second", source))
                .isInstanceOf(Problem.class)
                .hasMessageContaining(sentence);
    }

    // --- spacings
    // -------------------------------------------------------------------------------------------------------

    private static String spacing(String name, String body) {
        return """
                package stranger;
                import graft.sample.*;
                import org.pf4j.Extension;
                @Extension
                public final class %1$s implements NoiseSpacing {
                    private static int calls;
                    @Override public String id() { return "stranger/%2$s"; }
                    @Override public String title() { return "%1$s"; }
                    @Override public double[] sigmas(NoiseSchedule schedule, double most, double least, int steps) { %3$s }
                }
                """.formatted(name, name.toLowerCase(java.util.Locale.ROOT), body);
    }

    private static Workflow drawing(String spacing) {
        return Workflow.parse("""
                {"format": 1, "title": "Draw", "nodes": {
                  "model": {"type": "graft/model/load", "version": 1, "settings": {"file": "builtin:emoji-sd"}},
                  "prompt": {"type": "graft/prompt/encode", "version": 1, "settings": {"prompt": "a red apple"}},
                  "canvas": {"type": "graft/latents/empty", "version": 1, "settings": {"width": 64, "height": 64}},
                  "sample": {"type": "graft/latents/sample", "version": 1,
                             "settings": {"steps": 3, "sampler": "euler", "spacing": "SPACING"}},
                  "decode": {"type": "graft/latents/decode", "version": 1},
                  "save": {"type": "graft/images/save", "version": 1},
                  "early": {"type": "graft/latents/decode", "version": 1},
                  "keep": {"type": "graft/images/save", "version": 1}
                 }, "wires": [
                  {"from": "model.model", "to": "prompt.model"}, {"from": "model.model", "to": "canvas.model"},
                  {"from": "model.model", "to": "sample.model"}, {"from": "prompt.conditioning", "to": "sample.positive"},
                  {"from": "canvas.latents", "to": "sample.latents"}, {"from": "model.model", "to": "decode.model"},
                  {"from": "sample.samples", "to": "decode.latents"}, {"from": "decode.images", "to": "save.images"},
                  {"from": "model.model", "to": "early.model"}, {"from": "canvas.latents", "to": "early.latents"},
                  {"from": "early.images", "to": "keep.images"}
                 ]}
                """.replace("SPACING", spacing), "it");
    }

    @Test
    void aSpacingSpreadsTheStepsOfTheSampler() throws Exception {
        install("spaces", spacing("Same", "return Spacing.KARRAS.sigmas(schedule, most, least, steps);"));
        assertThat(library.failures()).isEmpty();
        assertThat(run(drawing("auto")).outcome()).isEqualTo(Outcome.DONE);
        int[] auto = pixels("decode");
        assertThat(run(drawing("karras")).outcome()).isEqualTo(Outcome.DONE);
        int[] karras = pixels("decode");
        assertThat(run(drawing("stranger/same")).outcome()).isEqualTo(Outcome.DONE);
        assertThat(pixels("decode")).isEqualTo(karras).isNotEqualTo(auto);
        assertThat(PluginLock.of(drawing("stranger/same"), library).plugins())
                .extracting(PluginLock.Pinned::id)
                .contains("graft-sampling", "spaces");
        isRefused(spacing("Same", "return null;"), "another plugin offers a choice with the id stranger/same");
        goesWithItsPlugin("spaces", drawing("stranger/same"), "Setting spacing cannot be \"stranger/same\"");
    }

    @Test
    void aSpacingThatThrowsIsNamedAndTheRestGoesOn() throws Exception {
        String karras = "return Spacing.KARRAS.sigmas(schedule, most, least, steps);";
        install(
                "spaces",
                spacing("Early", "throw new AssertionError(\"eight\");"),
                spacing("Late", "if (calls++ > 0) { throw new AssertionError(\"nine\"); } " + karras),
                spacing("Short", "return new double[] {most};"));
        assertThat(engine.check(drawing("stranger/early")).findings())
                .extracting(Finding::sentence)
                .singleElement()
                .asString()
                .contains("this is a fault of the plugin spaces 1.0.0 (AssertionError: eight); report it to Mallory");
        assertThat(engine.check(drawing("stranger/short")).findings())
                .extracting(Finding::sentence)
                .singleElement()
                .asString()
                .contains("Cannot space the timesteps by stranger/short");
        assertThat(run(drawing("stranger/late")).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(events(NodeFailed.class)).singleElement().satisfies(failed -> assertThat(failed.problem())
                .contains("this is a fault of the plugin spaces 1.0.0 (AssertionError: nine)"));
        assertThat(events(NodeFinished.class).map(NodeFinished::node)).contains("keep");
        assertThat(run(drawing("auto")).outcome()).isEqualTo(Outcome.DONE);
    }

    // --- optimisers
    // -----------------------------------------------------------------------------------------------------

    /** Descends with a momentum, and throws in the step that its name says, once. */
    private static final String MOMENTUM = """
            package stranger;
            import ai.djl.ndarray.*;
            import graft.train.optimizer.*;
            import java.util.*;
            import org.pf4j.Extension;
            @Extension
            public final class Momentum implements OptimizerMethod {
                private static int left = 4;
                @Override public String id() { return "stranger/momentum"; }
                @Override public String title() { return "Momentum"; }
                @Override public double stateBytes() { return 4; }
                @Override public Optimizer create(List<ParameterGroup> groups, Hyperparameters numbers, NDManager manager) {
                    List<NDArray> weights = ParameterGroup.weights(groups);
                    List<NDArray> momenta = Optimizer.zeros(weights, manager);
                    return new Optimizer() {
                        @Override public void step(List<NDArray> gradients, double learningRate) {
                            if (--left == 0) { throw new AssertionError("fourth"); }
                            for (int i = 0; i < weights.size(); i++) {
                                momenta.get(i).muli(numbers.beta1()).addi(gradients.get(i));
                                weights.get(i).subi(momenta.get(i).mul(learningRate));
                            }
                        }
                        @Override public Map<String, NDArray> state() {
                            Map<String, NDArray> state = new LinkedHashMap<>();
                            Optimizer.put(state, "momentum", momenta);
                            return state;
                        }
                        @Override public void after(long steps) {}
                    };
                }
            }
            """;

    private static Workflow training(String optimizer) {
        return Workflow.parse("""
                {"format": 1, "title": "Train", "nodes": {
                  "model": {"type": "graft/model/load", "version": 1, "settings": {"file": "builtin:emoji-sd"}},
                  "pictures": {"type": "graft/images/folder", "version": 1,
                               "settings": {"folder": "builtin:samples/subject-teapot", "width": 64, "height": 64}},
                  "captions": {"type": "graft/dataset/caption", "version": 1,
                               "settings": {"source": "none", "template": "a teapot"}},
                  "train": {"type": "graft/lora/train", "version": 1,
                            "settings": {"rank": 2, "steps": 6, "batch": 1, "saveEvery": 1, "learningRate": 0.01,
                                         "optimizer": "OPTIMIZER"}},
                  "save": {"type": "graft/lora/save", "version": 1, "settings": {"precision": "fp32"}}
                 }, "wires": [
                  {"from": "pictures.images", "to": "captions.images"}, {"from": "model.model", "to": "train.model"},
                  {"from": "captions.captioned", "to": "train.images"}, {"from": "train.lora", "to": "save.lora"}
                 ]}
                """.replace("OPTIMIZER", optimizer), "it");
    }

    private Map<String, List<Float>> savedLora() {
        Path file = events(RunEvent.Wrote.class)
                .map(RunEvent.Wrote::file)
                .filter(each -> each.toString().endsWith(".safetensors"))
                .findFirst()
                .orElseThrow();
        Map<String, List<Float>> arrays = new TreeMap<>();
        try (SafeTensors tensors = SafeTensors.open(file)) {
            for (String name : tensors.names()) {
                List<Float> numbers = new ArrayList<>();
                for (float number : tensors.floats(name)) {
                    numbers.add(number);
                }
                arrays.put(name, numbers);
            }
        }
        return arrays;
    }

    @Test
    void anOptimiserTrainsIsNamedWhenItThrowsAndGoesOnWhereItWas() throws Exception {
        install("descends", MOMENTUM);
        for (String trainer : List.of("graft/lora/train", "graft/dreambooth/train", "graft/embedding/train")) {
            assertThat(library.node(trainer)
                            .orElseThrow()
                            .setting("optimizer")
                            .orElseThrow()
                            .choices())
                    .contains("adamw", "stranger/momentum");
        }
        engine = new Engine(library, Cache.none());
        assertThat(run(training("stranger/momentum")).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(events(NodeFailed.class)).singleElement().satisfies(failed -> assertThat(failed.problem())
                .contains("this is a fault of the plugin descends 1.0.0 (AssertionError: fourth)"));
        assertThat(run(training("stranger/momentum")).outcome()).isEqualTo(Outcome.DONE);
        assertThat(events(RunEvent.NodeProgress.class)
                        .filter(progress -> progress.figures().containsKey("loss"))
                        .map(RunEvent.NodeProgress::done))
                .first()
                .isEqualTo(4L);
        Map<String, List<Float>> resumed = savedLora();
        assertThat(run(training("stranger/momentum")).outcome()).isEqualTo(Outcome.DONE);
        assertThat(events(RunEvent.NodeProgress.class)
                        .filter(progress -> progress.figures().containsKey("loss"))
                        .map(RunEvent.NodeProgress::done))
                .first()
                .isEqualTo(1L);
        assertThat(savedLora()).isEqualTo(resumed);
        assertThat(run(training("adamw")).outcome()).isEqualTo(Outcome.DONE);
        assertThat(savedLora()).isNotEqualTo(resumed);
        isRefused(MOMENTUM, "another plugin offers a choice with the id stranger/momentum");
        goesWithItsPlugin(
                "descends", training("stranger/momentum"), "Setting optimizer cannot be \"stranger/momentum\"");
    }

    // --- previews
    // -------------------------------------------------------------------------------------------------------

    private static final String WORD = """
            package stranger;
            import graft.node.*;
            @SocketType(id = "stranger/word", title = "Word", color = "#123456")
            public record Word(String text) {}
            """;

    private static final String GIVE = """
            package stranger;
            import graft.node.*;
            @NodeType(id = "stranger/word/give", title = "Give", category = "test", help = "Works.", output = true)
            public final class Give implements Node {
                @Setting String text = "";
                @Output int number;
                @Output Word word;
                @Override public void run(Run run) { number = 7; word = new Word(text); }
            }
            """;

    private static String preview(String name, String of, String body) {
        return """
                package stranger;
                import graft.node.ValuePreview;
                import java.awt.image.BufferedImage;
                import java.util.Optional;
                import org.pf4j.Extension;
                @Extension
                public final class %1$s implements ValuePreview<%2$s> {
                    @Override public Class<%2$s> type() { return %2$s.class; }
                    @Override public Optional<BufferedImage> draw(%2$s value) { %3$s }
                }
                """.formatted(name, of, body);
    }

    private static final String WIDE = """
            if (java.awt.EventQueue.isDispatchThread() || value.text().isEmpty()) { return Optional.empty(); }
            BufferedImage image = new BufferedImage(3072, 300, BufferedImage.TYPE_INT_ARGB);
            for (int x = 0; x < 1536; x++) { for (int y = 0; y < 300; y++) { image.setRGB(x, y, 0xFFFF0000); } }
            return Optional.of(image);
            """;

    private static Workflow words(String text) {
        return Workflow.parse("""
                {"format": 1, "title": "Words", "nodes": {
                  "give": {"type": "stranger/word/give", "version": 1, "settings": {"text": "TEXT"}}}}
                """.replace("TEXT", text), "it");
    }

    private void showsTheWideWord() {
        assertThat(events(NodePreview.class)).singleElement().satisfies(preview -> {
            assertThat(preview.node()).isEqualTo("give");
            assertThat(preview.images().get(0).getWidth()).isEqualTo(1024);
            assertThat(preview.images().get(0).getHeight()).isEqualTo(100);
            assertThat(new Color(preview.images().get(0).getRGB(100, 50)).getGreen())
                    .isLessThan(16);
            assertThat(new Color(preview.images().get(0).getRGB(900, 50)).getGreen())
                    .isGreaterThan(240);
        });
    }

    @Test
    void aPreviewDrawsWhatANodeGaveHereAndFromAWorker() throws Exception {
        install("words", WORD, GIVE, preview("WordPreview", "Word", WIDE));
        assertThat(run(words("hello")).outcome()).isEqualTo(Outcome.DONE);
        showsTheWideWord();
        assertThat(run(words("")).outcome()).isEqualTo(Outcome.DONE);
        assertThat(events(NodePreview.class)).isEmpty();
        try (WorkerClient worker = new WorkerClient(
                ThisProgram.command("-Dgraft.home=" + folder, Graft.class.getName(), "worker"), line -> {})) {
            events.clear();
            RunRequest request = new RunRequest(words("hello"), List.of(), folder.resolve("runs"), "cpu");
            assertThat(worker.start(request, events::add)
                            .get(5, TimeUnit.MINUTES)
                            .outcome())
                    .isEqualTo(Outcome.DONE);
            showsTheWideWord();
        }
    }

    @Test
    void aPreviewThatThrowsIsNamedAndTheNodeIsDone() throws Exception {
        install(
                "words",
                WORD,
                GIVE,
                preview("NumberPreview", "Number", "throw new AssertionError(\"ten\");"),
                preview("WordPreview", "Word", WIDE));
        assertThat(run(words("hello")).outcome()).isEqualTo(Outcome.DONE);
        assertThat(events(RunEvent.Warning.class)).singleElement().satisfies(warning -> {
            assertThat(warning.node()).isEqualTo("give");
            assertThat(warning.sentence())
                    .contains("The output number cannot be shown: this is a fault of the plugin words 1.0.0"
                            + " (AssertionError: ten); report it to Mallory");
        });
        showsTheWideWord();
    }

    @Test
    void thereIsOnePreviewOfATypeAndItGoesWithItsPlugin() throws Exception {
        isRefused(
                preview("Second", "graft.picture.Images", "return null;"),
                "another plugin offers a preview of graft.picture.Images");
        install("words", preview("WordPreview", "String", "return Optional.empty();"));
        assertThat(library.preview("hello")).isPresent();
        store().remove("words");
        library.refresh();
        assertThat(library.preview("hello")).isEmpty();
        assertThat(library.pinned()).isEmpty();
    }

    // --- captioners
    // -----------------------------------------------------------------------------------------------------

    /** Says how large pictures are, and throws in its second batch, once; its captions are kept under a name of its own. */
    private static String captioner(String captions) {
        return """
                package stranger;
                import graft.picture.Picture;
                import graft.vision.*;
                import graft.tensor.Compute;
                import java.nio.file.Path;
                import java.util.List;
                import org.pf4j.Extension;
                @Extension
                public final class Sizes implements Captioner {
                    private static int batches;
                    @Override public String id() { return "stranger/sizes"; }
                    @Override public String title() { return "Sizes"; }
                    @Override public List<Path> check(Task task) { return List.of(); }
                    @Override public String version(Task task) { return "VERSION"; }
                    @Override public Writer open(Task task, Compute compute) {
                        return new Writer() {
                            @Override public List<String> captions(List<Picture> pictures, Check check) { CAPTIONS }
                            @Override public void close() {}
                        };
                    }
                }
                """.replace("VERSION", UUID.randomUUID().toString()).replace("CAPTIONS", captions);
    }

    private static Workflow captioning(String captioner) {
        return Workflow.parse("""
                {"format": 1, "title": "Caption", "nodes": {
                  "pictures": {"type": "graft/images/folder", "version": 1,
                               "settings": {"folder": "builtin:samples/subject-teapot", "width": 64, "height": 64}},
                  "captions": {"type": "graft/caption/blip", "version": 1,
                               "settings": {"captioner": "CAPTIONER", "prefix": "all", "batch": 2}},
                  "save": {"type": "graft/caption/save", "version": 1},
                  "others": {"type": "graft/dataset/caption", "version": 1,
                               "settings": {"source": "none", "template": "a teapot"}},
                  "keep": {"type": "graft/caption/save", "version": 1}
                 }, "wires": [
                  {"from": "pictures.images", "to": "captions.images"}, {"from": "captions.captioned", "to": "save.images"},
                  {"from": "pictures.images", "to": "others.images"}, {"from": "others.captioned", "to": "keep.images"}
                 ]}
                """.replace("CAPTIONER", captioner), "it");
    }

    private List<String> said(String node) {
        return events(RunEvent.Log.class)
                .filter(line -> line.node().equals(node))
                .map(RunEvent.Log::sentence)
                .toList();
    }

    @Test
    void aCaptionerWritesCaptionsIsNamedWhenItThrowsAndGoesOnWhereItWas() throws Exception {
        String source = captioner("""
                if (++batches == 2) { throw new AssertionError("second"); }
                String prefix = task.search().prefix();
                return List.of(pictures.stream().map(each -> prefix + " " + each.width() + " wide").toArray(String[]::new));
                """);
        install("captions", source);
        assertThat(run(captioning("stranger/sizes")).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(events(NodeFailed.class)).singleElement().satisfies(failed -> assertThat(failed.problem())
                .contains("this is a fault of the plugin captions 1.0.0 (AssertionError: second)"));
        assertThat(events(NodeFinished.class).map(NodeFinished::node)).contains("keep");
        assertThat(run(captioning("stranger/sizes")).outcome()).isEqualTo(Outcome.DONE);
        assertThat(said("captions"))
                .contains("2 of 5 pictures were captioned in an earlier run.")
                .filteredOn(line -> line.matches("teapot-.*: all [0-9]+ wide"))
                .hasSize(5);
        isRefused(source, "another plugin offers a choice with the id stranger/sizes");
        goesWithItsPlugin("captions", captioning("stranger/sizes"), "Setting captioner cannot be \"stranger/sizes\"");
    }

    @Test
    void aCaptionerThatForgetsAPictureIsToldOfInWords() throws Exception {
        install("captions", captioner("return List.of(\"one\");"));
        assertThat(run(captioning("stranger/sizes")).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(events(NodeFailed.class)).singleElement().satisfies(failed -> assertThat(failed.problem())
                .startsWith("Cannot use what the captioner wrote: it is not one caption for each of 2 pictures"));
    }

    // --- file formats
    // -----------------------------------------------------------------------------------------------------

    /** A picture of one colour, as a line of text: {@code FLAT width height rrggbb}. */
    private static final String FLAT = """
            package stranger;
            import graft.file.PictureFormat;
            import java.awt.Dimension;
            import java.awt.image.BufferedImage;
            import java.io.IOException;
            import java.nio.charset.StandardCharsets;
            import java.nio.file.*;
            import java.util.List;
            import org.pf4j.Extension;
            @Extension
            public final class Flat implements PictureFormat {
                @Override public String id() { return "stranger/flat"; }
                @Override public String title() { return "Flat"; }
                @Override public List<String> endings() { return List.of("flat"); }
                @Override public boolean knows(byte[] start) {
                    return new String(start, StandardCharsets.US_ASCII).startsWith("FLAT ");
                }
                @Override public Dimension size(Path file) throws IOException {
                    String[] words = Files.readString(file).strip().split(" ");
                    return new Dimension(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
                }
                @Override public BufferedImage read(Path file) throws IOException {
                    String[] words = Files.readString(file).strip().split(" ");
                    if (words.length < 4) { throw new IOException("it has no colour"); }
                    if (words[3].equals("none")) { throw new AssertionError("eleven"); }
                    Dimension size = size(file);
                    BufferedImage image = new BufferedImage(size.width, size.height, BufferedImage.TYPE_INT_RGB);
                    for (int x = 0; x < size.width; x++) {
                        for (int y = 0; y < size.height; y++) { image.setRGB(x, y, Integer.parseInt(words[3], 16)); }
                    }
                    return image;
                }
            }
            """;

    private Workflow loading(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("picture.flat"), text);
        return Workflow.parse("""
                {"format": 1, "title": "Load", "nodes": {
                  "load": {"type": "graft/images/load", "version": 1, "settings": {"file": "FILE"}},
                  "save": {"type": "graft/images/save", "version": 1},
                  "other": {"type": "graft/images/load", "version": 1},
                  "keep": {"type": "graft/images/save", "version": 1}
                 }, "wires": [
                  {"from": "load.image", "to": "save.images"}, {"from": "other.image", "to": "keep.images"}
                 ]}
                """.replace("FILE", file.toString().replace("\\", "/")), "it");
    }

    private String failure() {
        return events(NodeFailed.class).map(NodeFailed::problem).findFirst().orElseThrow();
    }

    @Test
    void aPictureFormatIsReadIsNamedWhenItThrowsAndGoesWithItsPlugin() throws Exception {
        install("pictures", FLAT);
        assertThat(run(loading("FLAT 8 4 123456")).outcome()).isEqualTo(Outcome.DONE);
        assertThat(pixels("load")).hasSize(32).containsOnly(0xFF123456);
        assertThat(ImageFile.list(folder)).containsExactly(folder.resolve("picture.flat"));
        assertThat(ImageFile.size(folder.resolve("picture.flat"))).isEqualTo(new Dimension(8, 4));

        assertThat(run(loading("FLAT 8 4")).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(failure()).contains("picture.flat: the picture is damaged (it has no colour)");
        assertThat(run(loading("FLAT 8 4 none")).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(failure())
                .contains("this is a fault of the plugin pictures 1.0.0")
                .contains("eleven");
        assertThat(events(RunEvent.Wrote.class).map(RunEvent.Wrote::node)).containsExactly("keep");

        isRefused(FLAT, "another plugin offers a choice with the id stranger/flat");
        store().remove("pictures");
        library.refresh();
        events.clear(); // a failure holds the classes that it came out of
        assertThat(library.pinned()).isEmpty();
        assertThatTheCheckRefuses(
                loading("FLAT 8 4 123456"),
                "picture.flat: it is no picture of a format that is known here",
                "install the plugin that reads it");
        assertThat(ImageFile.isPicture(folder.resolve("picture.flat"))).isFalse();
    }

    /** Calls the factors of a LoRA {@code mine/layer/up} and {@code mine/layer/down}. */
    private static final String MINE = """
            package stranger;
            import graft.adapter.*;
            import graft.file.SafeTensors;
            import graft.file.SafeTensors.*;
            import java.util.*;
            import org.pf4j.Extension;
            @Extension
            public final class Mine implements AdapterFormat {
                @Override public String id() { return "stranger/mine"; }
                @Override public String title() { return "Mine"; }
                @Override public boolean knows(SafeTensors file) {
                    return file.names().stream().allMatch(name -> name.startsWith("mine/"));
                }
                @Override public Lora read(SafeTensors file) {
                    Map<String, Lora.Part> parts = new LinkedHashMap<>();
                    for (String name : file.names()) {
                        if (name.endsWith("/down")) {
                            String layer = name.split("/")[1];
                            Lora.Values down = values(file, name);
                            Lora.Values up = values(file, "mine/" + layer + "/up");
                            parts.put(layer, new Lora.LowRank(down, up, Optional.empty(), down.shape()[0]));
                        }
                    }
                    return Lora.of("mine", Map.of("denoiser", parts), Map.of());
                }
                private static Lora.Values values(SafeTensors file, String name) {
                    return new Lora.Values(file.floats(name), file.entry(name).shape());
                }
                @Override public List<Tensor> tensors(Lora lora, DType dtype) {
                    List<Tensor> tensors = new ArrayList<>();
                    lora.layers("denoiser").forEach((layer, part) -> {
                        Lora.LowRank low = (Lora.LowRank) part;
                        tensors.add(Tensor.of("mine/" + layer + "/down", dtype, low.down().shape(), low.down().numbers()));
                        tensors.add(Tensor.of("mine/" + layer + "/up", dtype, low.up().shape(), low.up().numbers()));
                    });
                    return tensors;
                }
            }
            """;

    private static Workflow converting(Path file, String format) {
        return Workflow.parse(
                """
                {"format": 1, "title": "Convert", "nodes": {
                  "load": {"type": "graft/lora/load", "version": 1, "settings": {"file": "FILE"}},
                  "save": {"type": "graft/lora/save", "version": 1, "settings": {"precision": "fp32", "format": "FORMAT"}}
                 }, "wires": [{"from": "load.lora", "to": "save.lora"}]}
                """.replace("FILE", file.toString().replace("\\", "/")).replace("FORMAT", format), "it");
    }

    private Path saved() {
        return events(RunEvent.Wrote.class).findFirst().orElseThrow().file();
    }

    @Test
    void anAdapterFormatIsWrittenAndReadAndGoesWithItsPlugin() throws Exception {
        Path given = folder.resolve("given.safetensors");
        SafeTensors.write(
                given,
                List.of(
                        Tensor.of("lora_unet_mid_to_k.lora_down.weight", DType.F32, new long[] {1, 3}, new float[] {
                            1, 2, 3
                        }),
                        Tensor.of(
                                "lora_unet_mid_to_k.lora_up.weight", DType.F32, new long[] {2, 1}, new float[] {4, 5}),
                        Tensor.of("lora_unet_mid_to_k.alpha", DType.F32, new long[0], new float[] {1})),
                Map.of());
        install("adapters", MINE);
        assertThat(run(converting(given, "stranger/mine")).outcome()).isEqualTo(Outcome.DONE);
        Map<String, List<Float>> mine = savedLora();
        assertThat(mine)
                .containsOnly(
                        Map.entry("mine/mid_to_k/down", List.of(1f, 2f, 3f)),
                        Map.entry("mine/mid_to_k/up", List.of(4f, 5f)));
        Path between = saved();
        assertThat(run(converting(between, "kohya")).outcome()).isEqualTo(Outcome.DONE);
        assertThat(savedLora())
                .containsEntry("lora_unet_mid_to_k.lora_down.weight", List.of(1f, 2f, 3f))
                .containsEntry("lora_unet_mid_to_k.lora_up.weight", List.of(4f, 5f));
        isRefused(MINE, "another plugin offers a choice with the id stranger/mine");
        goesWithItsPlugin("adapters", converting(given, "stranger/mine"), "Setting format cannot be \"stranger/mine\"");
        assertThatTheCheckRefuses(
                converting(between, "kohya"),
                "none of its tensors is part of one",
                "install the plugin that reads this one");
    }
}
