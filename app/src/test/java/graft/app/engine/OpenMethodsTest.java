package graft.app.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import graft.app.engine.RunEvent.NodeFailed;
import graft.app.engine.RunEvent.NodeFinished;
import graft.app.engine.RunEvent.NodePreview;
import graft.app.engine.RunEvent.NodeProgress;
import graft.app.engine.RunEvent.Outcome;
import graft.app.plugin.NodeLibrary;
import graft.app.plugin.PluginStore;
import graft.app.plugin.Sha512;
import graft.app.plugin.TestPlugin;
import graft.app.workflow.Workflow;
import graft.file.SafeTensors;
import graft.node.SettingSchema;
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
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a stranger's plugin changes in drawing and training, from the archive of the example and one of another that fails: it
 * counts, its own settings count, a failure is its plugin's, and a workflow outlives its absence.
 */
class OpenMethodsTest {

    @TempDir
    private static Path folder;

    private static final List<RunEvent> EVENTS = Collections.synchronizedList(new ArrayList<>());

    private static Path plugins;
    private static NodeLibrary library;
    private static Engine engine;

    /** Each fails in its own way. */
    private static final String BAD_LOSS = """
            package stranger;
            import ai.djl.ndarray.NDArray;
            import graft.node.Setting;
            import graft.train.LossMethod;
            import org.pf4j.Extension;
            @Extension
            public final class BadLoss implements LossMethod {
                @Setting String by = "throwing";
                private int batches;
                @Override public String id() { return "stranger/bad-loss"; }
                @Override public double weight(int timestep, graft.sample.NoiseSchedule schedule) {
                    return by.equals("weight") ? Double.NaN : 1;
                }
                @Override public String title() { return "Bad"; }
                @Override public NDArray distances(Predicted batch) {
                    if (by.equals("throwing")) { throw new AssertionError("eleven"); }
                    NDArray error = batch.prediction().sub(batch.target());
                    return switch (by) {
                        case "nothing" -> null;
                        case "detached" -> error.square().stopGradient();
                        case "nought" -> error.mul(error.zerosLike());
                        case "nan" -> error.div(error.zerosLike());
                        case "late" -> batches++ == 0 ? error.square() : error.div(error.zerosLike());
                        case "weight" -> error.square();
                        default -> batch.prediction().mean(new int[] {3});
                    };
                }
            }
            """;

    private static final String BAD_HOOK = """
            package stranger;
            import ai.djl.ndarray.NDArray;
            import graft.model.*;
            import graft.node.*;
            import java.util.List;
            @NodeType(id = "stranger/models/bad-hook", title = "Bad Hook", category = "test", help = "Fails.")
            public final class BadHook implements Node {
                @Input Checkpoint model;
                @Setting boolean throwing = true;
                @Output Checkpoint hooked;
                @Override public void run(Run run) {
                    boolean throwsIt = throwing;
                    hooked = model.with(new NetworkHook() {
                        @Override public NDArray block(String block, NDArray output, NetworkPass pass) {
                            if (throwsIt) { throw new AssertionError("twelve"); }
                            return output.get(":, 0:1");
                        }
                    }, List.of());
                }
            }
            """;

    private static final String BAD_CURVE = """
            package stranger;
            import graft.node.Setting;
            import graft.train.*;
            import org.pf4j.Extension;
            @Extension
            public final class BadCurve implements RateCurve {
                @Setting double by = -1;
                @Override public String id() { return "odd/bad-curve"; }
                @Override public String title() { return "Bad"; }
                @Override public double factor(double done, RateSchedule schedule) {
                    while (by == 7 && done > 0.5 && Boolean.getBoolean("graft.test.curve")) { // does not come back
                        Thread.onSpinWait();
                    }
                    return by;
                }
            }
            """;

    private static final String BAD_RULE = """
            package stranger;
            import graft.train.data.CaptionEdit;
            import org.pf4j.Extension;
            @Extension
            public final class BadRule implements CaptionEdit {
                @Override public String id() { return "stranger/bad-rule"; }
                @Override public String title() { return "Bad"; }
                @Override public String edited(String caption, String picture) { throw new AssertionError("thirteen"); }
            }
            """;

    private static final String BAD_AUGMENTATION = """
            package stranger;
            import graft.node.Setting;
            import graft.picture.Picture;
            import graft.tensor.KeyedRandom;
            import graft.train.data.Augmentation;
            import org.pf4j.Extension;
            @Extension
            public final class BadAugmentation implements Augmentation {
                @Setting String by = "throwing";
                @Override public String id() { return "stranger/bad-augmentation"; }
                @Override public String title() { return "Bad"; }
                @Override public Picture varied(Picture picture, KeyedRandom random) {
                    float[] rgb = picture.rgb().clone();
                    switch (by) {
                        case "throwing": throw new AssertionError("fourteen");
                        case "nothing": return null;
                        case "half": return new Picture(1, 1, new float[3]);
                        default: rgb[7] = Float.NaN;
                    }
                    return new Picture(picture.width(), picture.height(), rgb);
                }
            }
            """;

    private static final String BAD_MEASURE = """
            package stranger;
            import graft.node.Setting;
            import graft.score.*;
            import java.util.*;
            import org.pf4j.Extension;
            @Extension
            public final class BadMeasure implements ScoreMeasure {
                @Setting String by = "throwing";
                @Override public String id() { return "stranger/bad-measure"; }
                @Override public String title() { return "<b>Bad</b>"; }
                @Override public String help() { return "Fails."; }
                @Override public boolean moreIsBetter() { return true; }
                @Override public List<Double> values(
                        Questions questions, List<Score.Example> examples, Score.Drawings drawings) {
                    return switch (by) {
                        case "throwing" -> throw new AssertionError("fifteen");
                        case "few" -> List.of();
                        case "null" -> Arrays.asList((Double) null);
                        case "nan" -> List.of(Double.NaN);
                        default -> List.of(0.5);
                    };
                }
            }
            """;

    private static final String BAD_SAMPLER = """
            package stranger;
            import ai.djl.ndarray.NDArray;
            import graft.node.Setting;
            import graft.sample.*;
            import java.util.*;
            import org.pf4j.Extension;
            @Extension
            public final class BadSampler implements SamplerMethod {
                @Setting String by = "null";
                @Override public String id() { return "stranger/bad-sampler"; }
                @Override public String title() { return "Bad"; }
                @Override public Walk walk() { return Walk.SIGMAS; }
                @Override public Solver solver(StepPlan plan, StepNoise noise) {
                    return new Solver() {
                        private NDArray earlier;
                        @Override public Step step(int call, NDArray latents, Guess guess) {
                            NDArray before = earlier;
                            earlier = latents.mul(2f);
                            NDArray next = latents.mul(1f);
                            switch (by) {
                                case "null": return null;
                                case "few": return new Step(latents.get(":, 0:1"), guess.clean());
                                case "closed": next.close(); break;
                                case "blind": return new Step(next, null);
                                case "nan": next.muli(Float.NaN); break;
                                case "large": next.muli(1e38f).muli(1e38f); break;
                                case "unkept": if (before != null) { next = before.add(latents); } break;
                                default:
                            }
                            return new Step(next, guess.clean());
                        }
                        @Override public List<NDArray> kept() { return by.equals("keeps") ? null : List.of(); }
                    };
                }
            }
            """;

    private static final String BAD_WALK = """
            package stranger;
            import ai.djl.ndarray.NDArray;
            import graft.node.Setting;
            import graft.sample.*;
            import java.util.*;
            import org.pf4j.Extension;
            @Extension
            public final class BadWalk implements SamplerMethod {
                @Setting String by = "null";
                @Override public String id() { return "stranger/bad-walk"; }
                @Override public String title() { return "Bad"; }
                @Override public Walk walk() { return Walk.FREE; }
                @Override public Optional<SigmaSampler> sigmaSampler() {
                    return Optional.of((walk, noisy) -> switch (by) {
                        case "null" -> null;
                        case "few" -> noisy.get(":, 0:1");
                        case "nan" -> walk.arrived(walk.sigma(1), noisy.mul(Float.NaN), walk.clean(noisy, walk.sigma(0)));
                        case "asks" -> walk.clean(noisy.mul(Float.NaN), walk.sigma(0));
                        case "ends" -> noisy.mul(Float.NaN);
                        default -> {
                            NDArray earlier = noisy.mul(2f);
                            NDArray next = noisy.mul(1f);
                            walk.arrived(walk.sigma(1), next, next);
                            yield earlier.add(next);
                        }
                    });
                }
            }
            """;

    private static final String BAD_OPTIMISER = """
            package stranger;
            import ai.djl.ndarray.*;
            import graft.node.Setting;
            import graft.train.optimizer.*;
            import java.util.*;
            import org.pf4j.Extension;
            @Extension
            public final class BadOptimiser implements OptimizerMethod {
                @Setting String by = "nan";
                @Override public String id() { return "stranger/bad-optimiser"; }
                @Override public String title() { return "Bad"; }
                @Override public double stateBytes() { return 0; }
                @Override public Optimizer create(List<ParameterGroup> groups, Hyperparameters numbers, NDManager manager) {
                    return new Optimizer() {
                        private int steps;
                        @Override public void step(List<NDArray> gradients, double rate) {
                            float factor = ++steps == 2 && by.equals("nan") ? Float.NaN : 1.5f;
                            ParameterGroup.weights(groups).forEach(weight -> weight.muli(factor));
                            if (by.equals("closed")) {
                                ParameterGroup.weights(groups).get(0).close();
                            }
                        }
                        @Override public Map<String, NDArray> state() {
                            return by.equals("null") || (by.equals("late") && steps > 0)
                                    ? null
                                    : by.equals("value") ? Collections.singletonMap("mean", null) : Map.of();
                        }
                        @Override public void after(long taken) {}
                    };
                }
            }
            """;

    /** What its class declares as a setting cannot be one. */
    private static final String BAD_SETTING = """
            package stranger;
            import ai.djl.ndarray.NDArray;
            import graft.node.Setting;
            import graft.train.LossMethod;
            import org.pf4j.Extension;
            @Extension
            public final class BadSetting implements LossMethod {
                @Setting(min = 2) double low = 1;
                @Override public String id() { return "stranger/bad-setting"; }
                @Override public String title() { return "Bad"; }
            }
            """;

    @BeforeAll
    static void install() throws IOException {
        plugins = TestPlugin.built(folder.resolve("plugins"));
        install(TestPlugin.example().build(folder.resolve("example.jar")));
        install(TestPlugin.of("stranger", "1.0.0")
                .with("Plugin-Provider", "Mallory")
                .source(BAD_LOSS)
                .source(BAD_HOOK)
                .source(BAD_CURVE)
                .source(BAD_RULE)
                .source(BAD_AUGMENTATION)
                .source(BAD_MEASURE)
                .source(BAD_SAMPLER)
                .source(BAD_WALK)
                .source(BAD_OPTIMISER)
                .build(folder.resolve("stranger.jar")));
        library = NodeLibrary.load(plugins, Versions.graft());
        engine = new Engine(library, Cache.none());
    }

    private static void install(Path archive) {
        PluginStore store = new PluginStore(plugins, Versions.graft());
        try (var plan = store.planFile(archive, Optional.of(Sha512.of(archive)), store.known())) {
            store.install(plan);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @AfterAll
    static void close() {
        library.close();
    }

    @BeforeEach
    void forget() {
        EVENTS.clear();
    }

    private static RunResult run(Workflow workflow) throws InterruptedException {
        EVENTS.clear();
        Plan plan = engine.check(workflow);
        assertThat(plan.findings()).filteredOn(Finding::isError).isEmpty();
        return engine.run(plan, new RunOptions(folder.resolve("runs"), "cpu", EVENTS::add));
    }

    private static <E extends RunEvent> Stream<E> events(Class<E> type) {
        return List.copyOf(EVENTS).stream().filter(type::isInstance).map(type::cast);
    }

    private static void failsWith(Workflow workflow, String... words) throws InterruptedException {
        assertThat(run(workflow).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(events(NodeFailed.class)).singleElement().satisfies(failed -> assertThat(failed.problem())
                .contains(words));
    }

    private static JsonElement json(String text) {
        return JsonParser.parseString(text);
    }

    private static Workflow training() {
        return Workflow.parse("""
                {"format": 1, "title": "Train", "nodes": {
                  "model": {"type": "graft/model/load", "version": 1, "settings": {"file": "builtin:emoji-sd"}},
                  "pictures": {"type": "graft/images/folder", "version": 1,
                               "settings": {"folder": "builtin:samples/subject-teapot", "width": 64, "height": 64}},
                  "captions": {"type": "graft/dataset/caption", "version": 1,
                               "settings": {"source": "none", "template": "a teapot"}},
                  "train": {"type": "graft/lora/train", "version": 1,
                            "settings": {"rank": 2, "steps": 2, "batch": 1, "saveEvery": 0, "learningRate": 0.01,
                                         "minSnr": 0}},
                  "save": {"type": "graft/lora/save", "version": 1, "settings": {"precision": "fp32"}}
                 }, "wires": [
                  {"from": "pictures.images", "to": "captions.images"}, {"from": "model.model", "to": "train.model"},
                  {"from": "captions.captioned", "to": "train.images"}, {"from": "train.lora", "to": "save.lora"}
                 ]}
                """, "it");
    }

    /** The losses of the steps of a training. */
    private static List<Double> losses(Workflow workflow) throws InterruptedException {
        assertThat(run(workflow).outcome()).isEqualTo(Outcome.DONE);
        return events(NodeProgress.class)
                .map(progress -> progress.figures().get("loss"))
                .filter(loss -> loss != null)
                .toList();
    }

    private static Workflow drawing() {
        return Workflow.parse("""
                {"format": 1, "title": "Draw", "nodes": {
                  "model": {"type": "graft/model/load", "version": 1, "settings": {"file": "builtin:emoji-sd"}},
                  "hook": {"type": "example/models/sharpen-attention", "version": 1},
                  "prompt": {"type": "graft/prompt/encode", "version": 1, "settings": {"prompt": "a red apple"}},
                  "canvas": {"type": "graft/latents/empty", "version": 1, "settings": {"width": 64, "height": 64}},
                  "sample": {"type": "graft/latents/sample", "version": 1,
                             "settings": {"steps": 2, "sampler": "euler", "spacing": "auto"}},
                  "decode": {"type": "graft/latents/decode", "version": 1},
                  "save": {"type": "graft/images/save", "version": 1}
                 }, "wires": [
                  {"from": "model.model", "to": "prompt.model"}, {"from": "model.model", "to": "canvas.model"},
                  {"from": "model.model", "to": "hook.model"},
                  {"from": "hook.sharpened", "to": "sample.model"}, {"from": "prompt.conditioning", "to": "sample.positive"},
                  {"from": "canvas.latents", "to": "sample.latents"}, {"from": "model.model", "to": "decode.model"},
                  {"from": "sample.samples", "to": "decode.latents"}, {"from": "decode.images", "to": "save.images"}
                 ]}
                """, "it").with("hook", "sharpness", new JsonPrimitive(1));
    }

    private static Workflow drawing(String sampler) {
        return drawing().with("sample", "sampler", json(sampler));
    }

    private static int[] pixels(Workflow workflow) throws InterruptedException {
        assertThat(run(workflow).outcome()).isEqualTo(Outcome.DONE);
        BufferedImage last = events(NodePreview.class)
                .filter(preview -> preview.node().equals("decode"))
                .reduce((one, other) -> other)
                .orElseThrow()
                .images()
                .get(0);
        return last.getRGB(0, 0, last.getWidth(), last.getHeight(), null, 0, last.getWidth());
    }

    private static String error(Workflow workflow) {
        return engine.check(workflow).findings().stream()
                .filter(Finding::isError)
                .map(Finding::sentence)
                .reduce("", String::concat);
    }

    @Test
    void aLossIsAChoiceOfEveryTrainerAndLearns() throws Exception {
        for (String trainer : List.of("graft/lora/train", "graft/dreambooth/train", "graft/embedding/train")) {
            assertThat(library.node(trainer)
                            .orElseThrow()
                            .setting("loss")
                            .orElseThrow()
                            .choices())
                    .contains("squared", "huber", "smooth_l1", "example/log-cosh");
        }
        List<Double> squared = losses(training());
        List<Double> gentle =
                losses(training().with("train", "loss", json("{\"id\": \"example/log-cosh\", \"sharpness\": 0.1}")));
        List<Double> sharp =
                losses(training().with("train", "loss", json("{\"id\": \"example/log-cosh\", \"sharpness\": 10}")));

        // Squares where errors are small beside 1/a; and straight lines, which are below them, elsewhere.
        assertThat(gentle.get(0)).isCloseTo(squared.get(0), Percentage.withPercentage(1.5));
        assertThat(sharp.get(0)).isLessThan(0.9 * squared.get(0)).isPositive();
        // what was learnt by the first step is another thing
        assertThat(sharp.get(1) / squared.get(1)).isNotEqualTo(sharp.get(0) / squared.get(0));
    }

    @Test
    void aLossThatFailsIsItsPluginsFault() throws Exception {
        failsWith(
                training().with("train", "loss", json("\"stranger/bad-loss\"")),
                "this is a fault of the plugin stranger 1.0.0 (AssertionError: eleven)");
        failsWith(badLoss("nothing"), "(stranger.BadLoss.distances of the plugin stranger answers nothing)");
        failsWith(
                badLoss("means"),
                "it gives distances of shape (1, 4, 16), which are neither of each place nor of each sample");
    }

    private static Workflow badLoss(String by) {
        return training().with("train", "loss", json("{\"id\": \"stranger/bad-loss\", \"by\": \"" + by + "\"}"));
    }

    @Test
    void aLossThatTeachesNothingIsNamed() throws Exception {
        String mine = "stranger/bad-loss of the plugin stranger";
        for (String by : List.of("detached", "nought")) {
            failsWith(
                    badLoss(by),
                    "nothing is learnt: the gradient of all that learns was nought in every step by the loss " + mine);
        }
        failsWith(
                badLoss("nan"),
                "Training stopped at step 1: the loss " + mine
                        + " gave NaN or infinite distances for a prediction that is finite; choose another loss, and"
                        + " tell the author of its plugin.");
        failsWith(badLoss("weight"), "(stranger/bad-loss gives the timestep ");
        // What was learnt before is handed on.
        failsWith(
                badLoss("late"),
                "Training stopped at step 2: the loss " + mine
                        + " gave NaN or infinite distances for a prediction that is finite; choose another loss, and"
                        + " tell the author of its plugin; what was learnt up to step 1 is kept.");
        assertThat(events(NodeFinished.class)).extracting(NodeFinished::node).contains("save");
    }

    @Test
    void aSamplersOwnSettingsReachItsWalkAndAreInTheFingerprint() throws Exception {
        int[] euler = pixels(drawing("\"euler\""));
        int[] none = pixels(drawing("{\"id\": \"example/stochastic-euler\", \"eta\": 0}"));
        int[] half = pixels(drawing("\"example/stochastic-euler\""));
        int[] whole = pixels(drawing("{\"id\": \"example/stochastic-euler\", \"eta\": 1}"));
        assertThat(none).isEqualTo(euler);
        assertThat(half).isNotEqualTo(euler).isNotEqualTo(whole);
        assertThat(pixels(drawing("{\"id\": \"example/stochastic-euler\", \"eta\": 0.5}")))
                .isEqualTo(half);

        SettingSchema sampler = library.node("graft/latents/sample")
                .orElseThrow()
                .setting("sampler")
                .orElseThrow();
        assertThat(sampler.settingsOf("example/stochastic-euler"))
                .extracting(SettingSchema::id)
                .containsExactly("eta", "noiseScale");
        assertThat(sampler.settingsOf("euler")).isEmpty();
        // What a key is made of: all that differs, and nothing that does not.
        assertThat(sampler.toJson(sampler.fromJson(json("{\"id\": \"example/stochastic-euler\", \"eta\": 0.5}"))))
                .isEqualTo(json("\"example/stochastic-euler\""));
        assertThat(sampler.toJson(sampler.fromJson(json("{\"id\": \"example/stochastic-euler\", \"eta\": 0.25}"))))
                .isEqualTo(json("{\"id\": \"example/stochastic-euler\", \"eta\": 0.25, \"noiseScale\": 1.0}"));
        try (Cache cache = Cache.keepAll()) {
            Engine keeping = new Engine(library, cache);
            List<Boolean> drawn = new ArrayList<>();
            for (String eta : List.of("0.25", "0.25", "0.75")) {
                EVENTS.clear();
                Workflow workflow = drawing("{\"id\": \"example/stochastic-euler\", \"eta\": " + eta + "}");
                keeping.run(keeping.check(workflow), new RunOptions(folder.resolve("runs"), "cpu", EVENTS::add));
                drawn.add(
                        events(NodeProgress.class).anyMatch(each -> each.node().equals("sample")));
            }
            assertThat(drawn).containsExactly(true, false, true);
        }
    }

    @Test
    void whatASamplersSettingCannotBeIsSaidBeforeARun() {
        assertThat(error(drawing("{\"id\": \"example/stochastic-euler\", \"eta\": 5}")))
                .contains(
                        "sample.sampler: Setting eta cannot be 5: it takes a number, 0 to 1; change it in the workflow,"
                                + " or with --set NODE.sampler.eta=…");
        assertThat(error(drawing("{\"id\": \"example/stochastic-euler\", \"noiseScal\": 1}")))
                .contains("it has eta, noiseScale; perhaps noiseScale is meant");
        assertThat(error(drawing("\"example/stochastic-eular\"")))
                .contains("; perhaps example/stochastic-euler is meant");
        assertThat(error(drawing("{\"id\": \"example/stochastic-euler\", \"churn\": 5}")))
                .contains("There is no setting churn of example/stochastic-euler: it has eta, noiseScale");
        assertThat(error(drawing("{\"id\": \"euler\", \"eta\": 1}")))
                .contains("There is no setting eta of euler: it has none of its own");
        assertThat(error(drawing("{\"id\": \"gone/away\", \"eta\": 1}")))
                .contains("Setting sampler cannot be \"gone/away\"")
                .contains("install the plugin that offers it");
        assertThat(error(drawing("{\"eta\": 1}")))
                .contains("Setting sampler cannot be {\"eta\":1}: its \"id\" is missing");
        assertThatThrownBy(() -> install(
                        TestPlugin.of("other", "1.0.0").source(BAD_SETTING).build(folder.resolve("other.jar"))))
                .hasMessageContaining("its class stranger.BadSetting is left out")
                .hasMessageContaining("its default 1.0 is not in its range");
        String workflow = drawing("{\"id\": \"gone/away\", \"eta\": 1}").toJson();
        assertThat(Workflow.parse(workflow, "it").toJson()).isEqualTo(workflow);
    }

    @Test
    void aSamplerThatGivesNoLatentsIsItsPluginsFault() throws Exception {
        Map<String, String> steps = Map.of(
                "null", "answered no step",
                "few", "gave latents of shape (1, 1, 16, 16) for (1, 4, 16, 16)",
                "closed", "gave latents that are closed",
                "blind", "gave no clean latents",
                "nan", "gave latents of NaN or infinite numbers for guesses that are finite",
                "large", "gave latents of NaN or infinite numbers for guesses that are finite",
                "keeps", "names in kept() what is no array, or is closed",
                "unkept", "used an array that was freed: an array of an earlier step has to be named in kept()");
        for (Map.Entry<String, String> fault : steps.entrySet()) {
            failsWith(
                    drawing("{\"id\": \"stranger/bad-sampler\", \"by\": \"" + fault.getKey() + "\"}"),
                    "this is a fault of the plugin stranger 1.0.0 (stranger/bad-sampler " + fault.getValue() + ")");
        }
        Map<String, String> walks = Map.of(
                "null", "gave no latents",
                "few", "gave latents of shape (1, 1, 16, 16) for (1, 4, 16, 16)",
                "nan", "gave latents of NaN or infinite numbers for guesses that are finite",
                "asks", "gave latents of NaN or infinite numbers for guesses that are finite",
                "ends", "gave latents of NaN or infinite numbers for guesses that are finite",
                "unkept", "used an array that was freed: an array of an earlier step has to be given to arrived()");
        for (Map.Entry<String, String> fault : walks.entrySet()) {
            failsWith(
                    drawing("{\"id\": \"stranger/bad-walk\", \"by\": \"" + fault.getKey() + "\"}"),
                    "this is a fault of the plugin stranger 1.0.0 (stranger/bad-walk " + fault.getValue() + ")");
        }
    }

    private static Workflow badOptimiser(String by) {
        return training()
                .with("train", "saveEvery", new JsonPrimitive(1))
                .with("train", "optimizer", json("{\"id\": \"stranger/bad-optimiser\", \"by\": \"" + by + "\"}"));
    }

    @Test
    void anOptimiserThatSpoilsWeightsIsNamedAndWhatWasLearntBeforeIsKept() throws Exception {
        failsWith(
                badOptimiser("nan"),
                "Training stopped at step 2: the optimiser stranger/bad-optimiser of the plugin stranger made weights NaN or"
                        + " infinite by gradients that are finite; choose another optimiser or a lower learning rate, and"
                        + " tell the author of its plugin; what was learnt up to step 1 is kept.");
        assertThat(events(NodeFinished.class)).extracting(NodeFinished::node).contains("save");
        assertThat(saved().values()).allSatisfy(numbers -> assertThat(numbers).allMatch(Float::isFinite));
    }

    @Test
    void anOptimiserThatClosesWeightsIsNamed() throws Exception {
        failsWith(
                badOptimiser("closed"),
                "fault of the plugin stranger 1.0.0 (stranger/bad-optimiser closed weights that learn)");
    }

    @Test
    void anOptimiserThatGivesNoStateIsNamed() throws Exception {
        failsWith(
                badOptimiser("null"),
                "fault of the plugin stranger 1.0.0 (stranger/bad-optimiser gives null for its state(), which is a map, empty"
                        + " for none)");
        failsWith(
                badOptimiser("value"),
                "fault of the plugin stranger 1.0.0 (stranger/bad-optimiser gives in its state() for \"mean\" nothing)");
        // Nothing that was learnt is lost by it.
        assertThat(run(badOptimiser("late")).outcome()).isEqualTo(Outcome.DONE);
        assertThat(events(RunEvent.Warning.class)).anySatisfy(warning -> assertThat(warning.sentence())
                .contains("The state was not saved, the training goes on: The optimiser stranger/bad-optimiser of the"
                        + " plugin stranger does not give its state"));
    }

    @Test
    void aHookStandsInTheNetworkOfTheModelThatComesOut() throws Exception {
        int[] plain = pixels(drawing());
        assertThat(pixels(drawing().with("hook", "sharpness", new JsonPrimitive(3))))
                .isNotEqualTo(plain);
        assertThat(pixels(drawing()
                        .with("hook", "sharpness", new JsonPrimitive(3))
                        .with("hook", "end", new JsonPrimitive(0))))
                .isEqualTo(plain);
    }

    @Test
    void aHookThatFailsIsItsPluginsFaultAndATrainingTakesNone() throws Exception {
        Workflow bad = Workflow.parse(
                drawing()
                        .toJson()
                        .replace("example/models/sharpen-attention", "stranger/models/bad-hook")
                        .replace("hook.sharpened", "hook.hooked")
                        .replaceAll("\"settings\": \\{\\s*\"sharpness\": 1\\s*\\}", "\"settings\": {}"),
                "it");
        failsWith(bad, "this is a fault of the plugin stranger 1.0.0 (AssertionError: twelve)");
        failsWith(
                bad.with("hook", "throwing", new JsonPrimitive(false)),
                "Cannot draw with the hook stranger.BadHook$1: at conv_in of the network it gives");
        Workflow training = Workflow.parse(
                training()
                        .toJson()
                        .replace("\"save\": {", """
                        "hook": {"type": "example/models/sharpen-attention", "version": 1}, "save": {""")
                        .replace("\"wires\": [", "\"wires\": [{\"from\": \"hook.sharpened\", \"to\": \"train.model\"},")
                        .replaceAll(
                                "\\{\\s*\"from\": \"model.model\",\\s*\"to\": \"train.model\"\\s*\\}",
                                "{\"from\": \"model.model\", \"to\": \"hook.model\"}"),
                "it");
        failsWith(training, "Cannot train on this model: something stands in its network");
    }

    /** The numbers of the file that a training wrote. */
    private static Map<String, List<Float>> saved() {
        Map<String, List<Float>> arrays = new TreeMap<>();
        try (SafeTensors tensors = SafeTensors.open(savedFile())) {
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

    private static Path savedFile() {
        return events(RunEvent.Wrote.class)
                .map(RunEvent.Wrote::file)
                .filter(each -> each.toString().endsWith(".safetensors"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aKindOfAdapterLearnsIsWrittenAndGoneOnFrom() throws Exception {
        Workflow training = training()
                .with("train", "kind", json("\"example/ia3\""))
                .with("save", "format", json("\"example/ia3-file\""));
        assertThat(run(training).outcome()).isEqualTo(Outcome.DONE);
        Map<String, List<Float>> learnt = saved();
        Path file = savedFile();
        assertThat(learnt.keySet())
                .hasSizeGreaterThan(8)
                .allMatch(name -> name.matches("ia3\\.denoiser\\..*\\.attn[12]\\.to_(q|k|v|out\\.0)"));
        assertThat(learnt.values())
                .allSatisfy(factors -> assertThat(factors).anyMatch(factor -> Math.abs(factor) > 1e-3));

        Workflow further = Workflow.parse(
                training.toJson()
                        .replace(
                                "\"save\": {", "\"load\": {\"type\": \"graft/lora/load\", \"version\": 1}, \"save\": {")
                        .replace("\"wires\": [", "\"wires\": [{\"from\": \"load.lora\", \"to\": \"train.start\"},"),
                "it");
        assertThat(run(further.with("load", "file", new JsonPrimitive(file.toString()))
                                .with("train", "steps", new JsonPrimitive(1))
                                .with("train", "learningRate", new JsonPrimitive(1e-4)))
                        .outcome())
                .isEqualTo(Outcome.DONE);
        Map<String, List<Float>> again = saved();
        assertThat(again.keySet()).isEqualTo(learnt.keySet());
        assertThat(again).isNotEqualTo(learnt);
        // AdamW moves no number further than the learning rate
        again.forEach((name, factors) -> {
            for (int i = 0; i < factors.size(); i++) {
                assertThat(factors.get(i)).isCloseTo(learnt.get(name).get(i), within(1.1e-4f));
            }
        });
    }

    @Test
    void aCurveOfTheLearningRateAndItsOwnSettings() throws Exception {
        Workflow training = training()
                .with("train", "steps", new JsonPrimitive(4))
                .with("train", "schedule", json("{\"id\": \"example/step-down\", \"drops\": 1, \"by\": 0.25}"));
        assertThat(run(training).outcome()).isEqualTo(Outcome.DONE);
        assertThat(events(NodeProgress.class)
                        .filter(progress -> progress.figures().containsKey("learning rate"))
                        .map(progress -> progress.figures().get("learning rate")))
                .containsExactly(0.01, 0.01, 0.0025, 0.0025);
        failsWith(
                training.with("train", "schedule", json("\"odd/bad-curve\"")),
                "Cannot train by the schedule odd/bad-curve of the plugin stranger: at step 1 it has the learning rate"
                        + " multiplied by -1.0; choose another schedule, and tell the author of its plugin.");
        failsWith(
                training.with("train", "schedule", json("{\"id\": \"odd/bad-curve\", \"by\": 1e39}")),
                "Cannot train by the schedule odd/bad-curve of the plugin stranger: at step 1 it has the learning rate"
                        + " multiplied by 1.0E39");
        System.setProperty("graft.test.curve", "true");
        try {
            failsWith(
                    training.with("train", "schedule", json("{\"id\": \"odd/bad-curve\", \"by\": 7}")),
                    "fault of the plugin stranger 1.0.0 (stranger.BadCurve.factor of the plugin stranger: it did not come"
                            + " back within 10 s");
        } finally {
            // Nobody can end its thread; it would keep a core busy under all tests that follow.
            System.clearProperty("graft.test.curve");
        }
    }

    private static Workflow captioning(String rule) {
        return Workflow.parse("""
                {"format": 1, "title": "Caption", "nodes": {
                  "pictures": {"type": "graft/images/folder", "version": 1,
                               "settings": {"folder": "builtin:samples/subject-teapot", "width": 64, "height": 64}},
                  "captions": {"type": "graft/dataset/caption", "version": 1,
                               "settings": {"source": "none", "template": "Tea_Pot"}},
                  "edit": {"type": "graft/caption/edit", "version": 1, "settings": {"trigger": "S_1", "rule": RULE}},
                  "save": {"type": "graft/caption/save", "version": 1}
                 }, "wires": [
                  {"from": "pictures.images", "to": "captions.images"}, {"from": "captions.captioned", "to": "edit.images"},
                  {"from": "edit.captioned", "to": "save.images"}
                 ]}
                """.replace("RULE", rule), "it");
    }

    private static List<String> captions(String rule) throws InterruptedException {
        assertThat(run(captioning(rule)).outcome()).isEqualTo(Outcome.DONE);
        return events(RunEvent.Log.class)
                .filter(line -> line.node().equals("edit"))
                .map(RunEvent.Log::sentence)
                .filter(line -> line.contains(".png: "))
                .map(line -> line.replaceFirst(".*\\.png: ", ""))
                .distinct()
                .toList();
    }

    @Test
    void aRuleCorrectsCaptionsAndIsNamedWhenItFails() throws Exception {
        assertThat(captions("\"none\"")).containsExactly("S_1 Tea_Pot");
        assertThat(captions("\"example/tags-to-words\"")).containsExactly("S_1 tea pot");
        assertThat(captions("{\"id\": \"example/tags-to-words\", \"lowercase\": false}"))
                .containsExactly("S_1 Tea Pot");
        assertThat(error(captioning("\"stranger/bad-rule\"")))
                .contains("this is a fault of the plugin stranger 1.0.0 (AssertionError: thirteen)");
    }

    /** The training with its pictures varied. */
    private static Workflow augmented(String how) {
        return Workflow.parse(
                training()
                        .toJson()
                        .replace("\"nodes\": {", """
                                "nodes": {"augment": {"type": "graft/dataset/augment", "version": 1,
                                  "settings": {"flip": false, "variants": 1, "more": HOW}},
                                """.replace("HOW", how))
                        .replaceFirst(
                                "\\{\\s*\"from\": \"captions.captioned\",\\s*\"to\": \"train.images\"\\s*}",
                                "{\"from\": \"captions.captioned\", \"to\": \"augment.images\"},"
                                        + "{\"from\": \"augment.augmented\", \"to\": \"train.images\"}"),
                "it");
    }

    @Test
    void picturesAreVariedAndAWrongAnswerIsItsPluginsFault() throws Exception {
        List<Double> plain = losses(training());
        List<Double> grainy = losses(augmented("{\"id\": \"example/grain\", \"amount\": 0.2}"));
        assertThat(grainy.get(0)).isNotEqualTo(plain.get(0));
        assertThat(losses(augmented("{\"id\": \"example/grain\", \"amount\": 0.2}")))
                .isEqualTo(grainy);
        assertThat(losses(augmented("{\"id\": \"example/grain\", \"amount\": 0}")))
                .isEqualTo(plain);
        assertThat(error(augmented("\"none\""))).contains("Nothing would be varied");
        Map<String, String> faults = Map.of(
                "throwing", "(AssertionError: fourteen)",
                "nothing", "varied of the plugin stranger answers nothing",
                "half", "(stranger/bad-augmentation makes 1×1 pixels of 64×64)",
                "nan", "(stranger/bad-augmentation gives a picture of NaN or infinite numbers)");
        for (Map.Entry<String, String> fault : faults.entrySet()) {
            failsWith(
                    augmented("{\"id\": \"stranger/bad-augmentation\", \"by\": \"" + fault.getKey() + "\"}"),
                    "fault of the plugin stranger 1.0.0",
                    fault.getValue());
        }
    }

    private static Workflow scoring(String measure) {
        return Workflow.parse("""
                {"format": 1, "title": "Score", "nodes": {
                  "model": {"type": "graft/model/load", "version": 1, "settings": {"file": "builtin:emoji-sd"}},
                  "pictures": {"type": "graft/images/folder", "version": 1,
                               "settings": {"folder": "builtin:samples/subject-teapot", "width": 64, "height": 64}},
                  "score": {"type": "graft/score/model", "version": 1,
                            "settings": {"name": "plain", "subject": "sks teapot", "className": "teapot",
                                         "prompts": "a {subject}", "seeds": 1, "steps": 1, "measure": MEASURE}},
                  "compare": {"type": "graft/score/compare", "version": 1}
                 }, "wires": [
                  {"from": "model.model", "to": "score.model"}, {"from": "pictures.images", "to": "score.images"},
                  {"from": "score.score", "to": "compare.scores"}
                 ]}
                """.replace("MEASURE", measure), "it");
    }

    @Test
    void aMeasureStandsBesideTheOthersAndAWrongAnswerIsItsPluginsFault() throws Exception {
        RunResult measured = run(scoring("{\"id\": \"example/contrast\", \"asSeen\": false}"));
        assertThat(measured.outcome()).isEqualTo(Outcome.DONE);
        assertThat(events(RunEvent.Log.class)).anySatisfy(line -> assertThat(line.sentence())
                .matches("plain: fidelity .*, contrast off 0\\.\\d{3} ± 0\\.000\\."));
        double mean = json(Files.readString(found(measured, "report.json")))
                .getAsJsonObject()
                .getAsJsonArray("rows")
                .get(0)
                .getAsJsonObject()
                .get("example/contrast")
                .getAsDouble();
        assertThat(mean).isBetween(0.0, 0.5);
        assertThat(json(Files.readString(found(measured, "score.json")))
                        .getAsJsonObject()
                        .getAsJsonObject("measures")
                        .getAsJsonObject("example/contrast")
                        .get("mean")
                        .getAsDouble())
                .isEqualTo(mean);
        assertThat(Files.readString(found(measured, "report.html")))
                .contains("<th>Contrast off ↓</th>", "of the training pictures. Less is better.");

        RunResult marked = run(scoring("{\"id\": \"stranger/bad-measure\", \"by\": \"well\"}"));
        assertThat(Files.readString(found(marked, "report.html"))).contains("<th>&lt;b&gt;Bad&lt;/b&gt; ↑</th>");
        Map<String, String> faults = Map.of(
                "throwing", "(AssertionError: fifteen)",
                "few", "(stranger/bad-measure gives 0 values of 1 pictures)",
                "null", "(stranger/bad-measure gives null, which is no number, for a picture)",
                "nan", "(stranger/bad-measure gives NaN, which is no number, for a picture)");
        for (Map.Entry<String, String> fault : faults.entrySet()) {
            failsWith(
                    scoring("{\"id\": \"stranger/bad-measure\", \"by\": \"" + fault.getKey() + "\"}"),
                    "fault of the plugin stranger 1.0.0",
                    fault.getValue());
        }
    }

    private static Path found(RunResult result, String name) throws IOException {
        try (Stream<Path> files = Files.walk(result.folder())) {
            return files.filter(file -> file.endsWith(name)).findFirst().orElseThrow();
        }
    }

    @Test
    void withoutItsPluginAWorkflowIsAsItWasAndACheckSaysWhatItLacks() throws Exception {
        Workflow workflow = training()
                .with("train", "kind", json("\"example/ia3\""))
                .with("train", "schedule", json("{\"id\": \"example/step-down\", \"drops\": 1}"))
                .with("train", "loss", json("\"example/log-cosh\""));
        assertThat(engine.check(workflow).findings())
                .filteredOn(Finding::isError)
                .isEmpty();
        PluginStore store = new PluginStore(plugins, Versions.graft());
        Workflow other = training().with("train", "schedule", json("\"odd/bad-curve\""));
        store.setEnabled("stranger", false);
        library.refresh();
        assertThat(error(other))
                .contains(
                        "train.schedule: Setting schedule cannot be \"odd/bad-curve\": it is of the plugin stranger 1.0.0,"
                                + " which is disabled; enable it with `graft plugins enable stranger`.");
        store.remove("stranger");
        store.remove("example");
        library.refresh();
        try {
            assertThat(library.pinned()).isEmpty();
            List<String> errors = engine.check(workflow).findings().stream()
                    .filter(Finding::isError)
                    .map(Finding::sentence)
                    .toList();
            for (String lacks : List.of(
                    "Setting kind cannot be \"example/ia3\"",
                    "Setting schedule cannot be \"example/step-down\"",
                    "Setting loss cannot be \"example/log-cosh\"")) {
                assertThat(errors).anySatisfy(error -> assertThat(error)
                        .contains(lacks
                                + ": it is of the plugin example 1.0.0, which was removed; install it again from "));
            }
            // Whatever its id begins with.
            assertThat(error(other))
                    .contains("it is of the plugin stranger 1.0.0, which was removed; install it again");
            assertThat(Workflow.parse(workflow.toJson(), "it").toJson()).isEqualTo(workflow.toJson());
        } finally {
            install(folder.resolve("example.jar"));
            install(folder.resolve("stranger.jar"));
            library.refresh();
        }
        assertThat(engine.check(workflow).findings())
                .filteredOn(Finding::isError)
                .isEmpty();
    }
}
