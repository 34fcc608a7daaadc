package graft.app.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.adapter.LoraFile;
import graft.app.engine.RunEvent.NodeFailed;
import graft.app.engine.RunEvent.NodeFinished;
import graft.app.plugin.NodeLibrary;
import graft.app.plugin.PluginFailure;
import graft.app.plugin.PluginStore;
import graft.app.plugin.TestPlugin;
import graft.app.workflow.Workflow;
import graft.file.BuiltIn;
import graft.file.ImageFile;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.model.Checkpoint;
import graft.node.Choice;
import graft.node.Choices;
import graft.node.SettingSchema;
import graft.sample.NoiseSpacing;
import graft.sample.SamplerMethod;
import graft.train.optimizer.OptimizerMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Extensions and nodes that misbehave, all from one archive: each is left out, passed over or fails what uses it, its plugin is named,
 * and the rest goes on.
 */
class StrangeExtensionsTest {

    /** What it takes to be each thing that a plugin may offer; a method that comes after another of its name takes its place. */
    private static final Map<String, List<String>> WHOLE = Map.of(
            "SamplerMethod",
            List.of(
                    "public Walk walk() { return Walk.SIGMAS; }",
                    "public Solver solver(StepPlan plan, StepNoise noise) { return null; }"),
            "NoiseSpacing",
            List.of("public double[] sigmas(NoiseSchedule s, double most, double least, int steps) { return null; }"),
            "OptimizerMethod",
            List.of(
                    "public Optimizer create(List<ParameterGroup> g, Hyperparameters n, ai.djl.ndarray.NDManager m) { return null; }",
                    "public double stateBytes() { return 8; }"),
            "PictureFormat",
            List.of(
                    "public List<String> endings() { return List.of(\"odd\"); }",
                    "public boolean knows(byte[] start) { return false; }",
                    "public java.awt.Dimension size(Path file) { return null; }",
                    "public java.awt.image.BufferedImage read(Path file) { return null; }"),
            "AdapterFormat",
            List.of(
                    "public boolean knows(SafeTensors file) { return false; }",
                    "public Lora read(SafeTensors file) { return null; }",
                    "public List<SafeTensors.Tensor> tensors(Lora lora, SafeTensors.DType dtype) { return null; }"),
            "Family",
            List.of(
                    "public boolean knows(Path file) { return false; }",
                    "public OpenedModel open(Path file) { return null; }",
                    "public boolean isIn(LayerGroup g, String part, String module, long[] weight) { return false; }"),
            "Captioner",
            List.of(
                    "public List<Path> check(Task task) { return null; }",
                    "public String version(Task task) { return null; }",
                    "public Writer open(Task task, graft.tensor.Compute compute) { return null; }"));

    private static final List<String> NAMED =
            List.of("public String id() { return \"odd/%s\"; }", "public String title() { return \"%s\"; }");

    private static final String IMPORTS = """
            package odd;
            import graft.adapter.*; import graft.file.*; import graft.model.*; import graft.node.*; import graft.picture.*;
            import graft.sample.*; import graft.train.optimizer.*; import graft.vision.*;
            import java.nio.file.Path; import java.util.*;
            """;

    @TempDir
    private static Path folder;

    private static NodeLibrary library;
    private static final Cache CACHE = Cache.keepAll();
    private final List<RunEvent> events = Collections.synchronizedList(new ArrayList<>());

    /** A class of that extension point: whole, but for what is said in place of a method, or beside them. */
    private static String extension(String name, String point, String... strange) {
        StringBuilder text = new StringBuilder(IMPORTS)
                .append("@org.pf4j.Extension public class %s implements %s {\n".formatted(name, point));
        List<String> members = new ArrayList<>();
        NAMED.forEach(member -> members.add(member.formatted(name.toLowerCase(java.util.Locale.ROOT))));
        members.addAll(WHOLE.get(point));
        for (String member : members) {
            String method = member.substring(0, member.indexOf('('));
            if (Stream.of(strange).noneMatch(each -> each.startsWith(method + "("))) {
                text.append(member).append('\n');
            }
        }
        Stream.of(strange).forEach(member -> text.append(member).append('\n'));
        return text.append("}\n").toString();
    }

    private static String node(String name, String body) {
        return IMPORTS + """
                @NodeType(id = "odd/node/%1$s", title = "Odd %1$s", category = "test", help = "Odd.", output = true)
                public final class Node%1$s implements Node { %2$s }
                """.formatted(name, body);
    }

    /** A setting's default, and the node's work; says its id until what is given is so. */
    private static final String OWN = """
            static final class Own implements SamplerMethod {
                int asked;
                public String id() { if (%s) { throw new IllegalStateException("asked too often"); } return "odd/own"; }
                public String title() { return "Own"; }
                public Walk walk() { return Walk.SIGMAS; }
                public Solver solver(StepPlan plan, StepNoise noise) { return null; }
            }
            public void run(Run run) {}
            """;

    private static final String CONVERTER = """
            %1$s@org.pf4j.Extension public final class To%2$s implements Converter<%2$s, %3$s> {
                public Class<%2$s> from() { return %2$s.class; }
                @SuppressWarnings("unchecked") public Class<%3$s> to() { return (Class<%3$s>) (Class<?>) %3$s.class; }
                @SuppressWarnings("unchecked") public %3$s convert(%2$s value) { %4$s }
            }
            """;

    @BeforeAll
    static void load() throws IOException {
        Path plugins = TestPlugin.built(folder.resolve("plugins"));
        TestPlugin odd = TestPlugin.of("odd", "1.0.0").with("Plugin-Provider", "Mallory");
        // left out as they are loaded
        Stream.of(
                        extension("TitleNull", "SamplerMethod", "public String title() { return null; }"),
                        extension("TitleDeep", "SamplerMethod", "public String title() { return title(); }"),
                        extension("TitleLines", "SamplerMethod", "public String title() { return \"a\\nb\"; }"),
                        extension(
                                "TitleLong",
                                "SamplerMethod",
                                "public String title() { return \"x\".repeat(1 << 20); }"),
                        extension("IdDies", "NoiseSpacing", "public String id() { throw new ThreadDeath(); }"),
                        extension("IdOdd", "NoiseSpacing", "public String id() { return \"../up\"; }"),
                        extension("WalkNull", "SamplerMethod", "public Walk walk() { return null; }"),
                        extension("BytesNaN", "OptimizerMethod", "public double stateBytes() { return Double.NaN; }"),
                        extension(
                                "EndingsNull",
                                "PictureFormat",
                                "public List<String> endings() { return Arrays.asList(\"a\", null); }"),
                        extension(
                                "EndingsMany",
                                "PictureFormat",
                                "public List<String> endings() { return Collections.nCopies(1000000, \"a\"); }"),
                        extension(
                                "Linked",
                                "Captioner",
                                "static { if (true) throw new UnsatisfiedLinkError(\"no odd\"); }"),
                        extension(
                                "Made",
                                "Captioner",
                                "public Made() throws Exception { throw new Exception(\"not today\"); }"),
                        extension(
                                "Foreign",
                                "Captioner",
                                "public Foreign() { throw new Odd(); }",
                                "static final class Odd extends Error { public String getMessage() { throw new Odd(); } }"))
                .forEach(odd::source);
        // there, and strange when they are asked
        Stream.of(
                        extension(
                                "Changing",
                                "SamplerMethod",
                                "static int asked;",
                                "public String id() { return \"odd/changing\" + (asked++ == 0 ? \"\" : asked); }",
                                "public boolean equals(Object o) { throw new IllegalStateException(\"equals\"); }",
                                "public int hashCode() { throw new IllegalStateException(\"hash\"); }",
                                "public String toString() { throw new IllegalStateException(\"string\"); }"),
                        extension(
                                "Takes",
                                "SamplerMethod",
                                "public boolean takes(NoiseSpacing s) { throw new Error(\"takes\"); }"),
                        extension("Silent", "NoiseSpacing"),
                        extension("Hash", "OptimizerMethod"),
                        extension(
                                "Knows",
                                "PictureFormat",
                                "public boolean knows(byte[] start) { return knows(start); }"),
                        extension(
                                "Reads",
                                "PictureFormat",
                                "public boolean knows(byte[] start) { return start[0] == 'O'; }"),
                        extension(
                                "Keys",
                                "AdapterFormat",
                                "public boolean knows(SafeTensors file) { throw new LinkageError(\"keys\"); }"),
                        extension(
                                "Kin",
                                "Family",
                                "public boolean knows(Path file) { throw new OutOfMemoryError(\"kin\"); }"),
                        extension("Says", "Captioner"),
                        extension("Mine", "Captioner", "public String title() { return \"BLIP\"; }"))
                .forEach(odd::source);
        odd.source(CONVERTER.formatted(IMPORTS, "Number", "Mask", "return (Mask) (Object) null;"));
        odd.source(CONVERTER.formatted(IMPORTS, "String", "Images", "throw new ThreadDeath();"));
        odd.source(CONVERTER.formatted(
                IMPORTS,
                "Boolean",
                "Images",
                "return new Images(List.of(new Picture(1, 1, new float[] {0, Float.NaN, 0})));"));
        odd.source(node("truth", "@Output boolean truth; public void run(Run run) { truth = true; }"));
        odd.source(IMPORTS + """
                @org.pf4j.Extension public final class Draws implements ValuePreview<Number> {
                    public Class<Number> type() { return Number.class; }
                    public Optional<java.awt.image.BufferedImage> draw(Number value) { return null; }
                }
                """);
        odd.source(IMPORTS + """
                @SocketType(id = "odd/thing", title = "Thing", color = "#336699") public final class Thing implements Resource {
                    public List<Resource> uses() { return Arrays.asList((Resource) null); }
                    public void close() { throw new Error("close"); }
                }
                """);
        odd.source(node("number", "@Output double number = 1; public void run(Run run) {}"));
        odd.source(node("text", "@Output String text = \"a\"; public void run(Run run) {}"));
        odd.source(node("masked", "@Input Mask mask; public void run(Run run) {}"));
        odd.source(node("pictured", "@Input Images images; public void run(Run run) {}"));
        odd.source(node("nan", "@Output double number; public void run(Run run) { number = Double.NaN; }"));
        odd.source(
                node(
                        "problem",
                        "static final class Odd extends RuntimeException { public String getMessage() { throw new Odd(); } }"
                                + "public void run(Run run) { throw new Problem(\"it rains\", \"clouds\", \"wait\").causedBy(new Odd()); }"));
        odd.source(node("thing", "@Output Thing thing; public void run(Run run) { thing = new Thing(); }"));
        odd.source(node(
                "constructor",
                "private static int made; public Nodeconstructor() { if (made++ > 0) throw new Odd(); }"
                        + "static final class Odd extends RuntimeException { public String toString() { throw new Odd(); } }"
                        + "public void run(Run run) {}"));
        odd.source(
                node(
                        "closed",
                        "@Output Latents latents; public void run(Run run) { latents = new Latents("
                                + "graft.tensor.Compute.of(\"cpu\").newManager().zeros(new ai.djl.ndarray.types.Shape(1, 4, 8, 8)), true); latents.close(); }"));
        odd.source(
                node(
                        "flat",
                        "@Output Latents latents; public void run(Run run) { latents = new Latents("
                                + "graft.tensor.Compute.of(\"cpu\").newManager().zeros(new ai.djl.ndarray.types.Shape(4, 8)), true); }"));
        odd.source(node("default", "@Setting SamplerMethod sampler = new Own();" + OWN.formatted("++asked > 1")));
        odd.source(node("faceless", "@Setting SamplerMethod sampler = new Own();" + OWN.formatted("true")));
        odd.source(node(
                "lora",
                "@Output Lora lora; public void run(Run run) { lora = Lora.of(\"it\", Map.of(\"denoiser\", Map.of(\"a\","
                        + " Lora.Part.lowRank(new float[] {1}, new long[] {1, 1}, new float[] {Float.NaN}, new long[] {1, 1}, 1))),"
                        + " Map.of()); }"));
        odd.source(node(
                "changed",
                "@Input Checkpoint model; @Output Checkpoint changed; public void run(Run run) {"
                        + " var bad = model.compute().newManager().ones(new ai.djl.ndarray.types.Shape(1, 1)).mul(Float.NaN);"
                        + " changed = model.with(Map.of(\"denoiser\", Patches.of(Map.of(\"mid\", List.of(new Change.Replacement(bad, bad, 1))))),"
                        + " model.addedTokens(), List.of()); }"));
        odd.source(node(
                "weights",
                "@Input Checkpoint model; @Output Checkpoint changed; public void run(Run run) {"
                        + " var own = model.network().copy(model.compute(), graft.tensor.Precision.FP32);"
                        + " own.weights().arrays().get(3).muli(Float.NaN); changed = model.withNetwork(own); }"));
        odd.source(node("writes", "@Input Latents latents; public void run(Run run) { latents.array().addi(1); }"));
        odd.source(
                node("closes", "@Input Conditioning conditioning; public void run(Run run) { conditioning.close(); }"));
        odd.source(node(
                "learns",
                "@Input Checkpoint model; public void run(Run run) {"
                        + " model.encoder(\"text\").weights().arrays().get(0).muli(2); }"));
        odd.source(node(
                "looks",
                "@Input Latents latents; public void run(Run run) {"
                        + " try (var sum = latents.array().sum()) { run.log(\"sum \" + sum.getFloat()); } }"));
        Path archive = odd.build(folder.resolve("odd.jar"));
        new PluginStore(plugins, Versions.graft()).develop(archive, true);
        library = NodeLibrary.load(plugins, Versions.graft());
    }

    @AfterAll
    static void close() {
        CACHE.close();
        library.close();
    }

    private static List<String> reasons() {
        return library.failures().stream()
                .filter(failure -> failure.plugin().equals("odd"))
                .map(PluginFailure::reason)
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "TitleNull   | odd.TitleNull.title of the plugin odd answers nothing",
                "TitleDeep   | StackOverflowError",
                "TitleLines  | odd.TitleLines.title of the plugin odd is no plain line of 1 to 200 characters",
                "TitleLong   | odd.TitleLong.title of the plugin odd is no plain line of 1 to 200 characters",
                "IdDies      | ThreadDeath",
                "IdOdd       | its id \"../up\" is not of the form owner/name in small letters, as in odd/mine",
                "WalkNull    | odd.WalkNull.walk of the plugin odd answers nothing",
                "BytesNaN    | odd.BytesNaN.stateBytes of the plugin odd is no number",
                "EndingsNull | odd.EndingsNull.endings of the plugin odd is no list of at most 100 plain lines",
                "EndingsMany | odd.EndingsMany.endings of the plugin odd is no list of at most 100 plain lines",
                "Linked      | no odd",
                "Made        | not today",
                "Foreign     | it says nothing of why"
            })
    void whatDoesNotSayWhatItIsIsLeftOutAlone(String type, String reason) {
        assertThat(reasons()).contains("its class odd." + type + " is left out: " + reason);
    }

    /** Its id is asked once, as its node is loaded. */
    @Test
    void aDefaultThatIsAPluginsOwnIsAskedOnce() {
        assertThat(reasons()).anySatisfy(reason -> assertThat(reason)
                .contains("its class odd.Nodefaceless is left out", "asked too often"));
        SettingSchema sampler = library.node("odd/node/default")
                .orElseThrow()
                .setting("sampler")
                .orElseThrow();
        for (int i = 0; i < 3; i++) {
            assertThat(sampler.toJson(sampler.defaultValue()).getAsString()).isEqualTo("odd/own");
        }
        assertThat(new Engine(library, CACHE)
                        .check(workflow("{\"odd\": {\"type\": \"odd/node/default\", \"version\": 1}}", ""))
                        .findings())
                .filteredOn(Finding::isError)
                .isEmpty();
    }

    @Test
    void theRestOfThePluginIsThere() {
        assertThat(library.ids()).contains("odd/node/looks", "graft/images/load");
        assertThat(reasons().stream().filter(reason -> reason.contains("left out")))
                .hasSize(14);
        assertThat(Choices.named(SamplerMethod.class, "odd/changing")).isPresent();
        assertThat(Choices.named(NoiseSpacing.class, "odd/silent")).isPresent();
        assertThat(Choices.named(OptimizerMethod.class, "odd/hash")).isPresent();
    }

    @Test
    void whatIsEqualToWhatIsNotTheExtensionsToSay() {
        Choice changing = Choices.named(SamplerMethod.class, "odd/changing").orElseThrow();
        assertThat(changing.id()).isEqualTo("odd/changing");
        assertThat(changing.hashCode()).isEqualTo(changing.hashCode());
        assertThat(changing.equals(
                        Choices.named(SamplerMethod.class, "odd/changing").orElseThrow()))
                .isTrue();
        assertThat(changing.toString()).isEqualTo("odd.Changing");
    }

    @Test
    void oneThatCannotSayWhetherAFileIsItsIsPassedOverAndNamed() throws Exception {
        Path text = Files.writeString(folder.resolve("text.png"), "no picture");
        assertThatThrownBy(() -> ImageFile.size(text))
                .hasMessageContaining("no picture of a format that is known here");
        assertThat(Checkpoint.inspect(BuiltIn.path("builtin:emoji-sd"))).isNotNull();
        Path file = folder.resolve("keys.safetensors");
        SafeTensors.write(file, List.of(Tensor.of("odd.one", DType.F32, new long[] {1}, new float[] {1})), Map.of());
        assertThatThrownBy(() -> LoraFile.read(file)).hasMessageContaining("keys.safetensors");
        // The three are told of once, however often they are asked.
        assertThatThrownBy(() -> ImageFile.size(text))
                .hasMessageContaining("no picture of a format that is known here");
        assertThat(library.passedOver())
                .extracting(PluginFailure::reason)
                .containsOnlyOnce(
                        "odd.Knows was passed over: StackOverflowError",
                        "odd.Kin was passed over: kin",
                        "odd.Keys was passed over: keys");
        assertThat(new Engine(library, CACHE)
                        .check(workflow("{\"number\": {\"type\": \"odd/node/number\", \"version\": 1}}", ""))
                        .findings())
                .extracting(Finding::sentence)
                .contains("Of the plugin odd, odd.Knows was passed over: StackOverflowError.");
    }

    private static Workflow workflow(String nodes, String wires) {
        return Workflow.parse(
                "{\"format\": 1, \"title\": \"Odd\", \"nodes\": " + nodes + ", \"wires\": [" + wires + "]}",
                "odd.json");
    }

    private static String sampled(String setting, String choice) {
        return """
                {"model": {"type": "graft/model/load", "version": 1},
                 "prompt": {"type": "graft/prompt/encode", "version": 1, "settings": {"prompt": "a"}},
                 "canvas": {"type": "graft/latents/empty", "version": 1, "settings": {"width": 64, "height": 64}},
                 "sample": {"type": "graft/latents/sample", "version": 1, "settings": {"%s": "%s", "steps": 2}}}
                """.formatted(setting, choice);
    }

    private static final String SAMPLED = """
            {"from": "model.model", "to": "prompt.model"}, {"from": "model.model", "to": "sample.model"},
            {"from": "model.model", "to": "canvas.model"}, {"from": "prompt.conditioning", "to": "sample.positive"},
            {"from": "canvas.latents", "to": "sample.latents"}
            """;

    private static void faultNamesThePlugin(Workflow workflow, String fault) {
        Plan plan = new Engine(library, CACHE).check(workflow);
        assertThat(plan.findings())
                .filteredOn(Finding::isError)
                .as(plan.findings().toString())
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.plugin()).contains("odd");
                    assertThat(finding.sentence()).contains("fault of the plugin odd 1.0.0", fault);
                });
    }

    @Test
    void aNodeThatIsCheckedWithAStrangeChoiceNamesItsPlugin() {
        faultNamesThePlugin(workflow(sampled("sampler", "odd/takes"), SAMPLED), "(Error: takes)");
        faultNamesThePlugin(
                workflow(sampled("spacing", "odd/silent"), SAMPLED),
                "(odd.Silent.sigmas of the plugin odd answers nothing)");
        faultNamesThePlugin(workflow("""
                        {"pictures": {"type": "graft/images/folder", "version": 1, "settings": {"folder": "builtin:samples/subject-teapot"}},
                         "captions": {"type": "graft/caption/blip", "version": 1, "settings": {"captioner": "odd/says"}},
                         "save": {"type": "graft/caption/save", "version": 1}}
                        """, """
                        {"from": "pictures.images", "to": "captions.images"}, {"from": "captions.captioned", "to": "save.images"}
                        """), "(odd.Says.check of the plugin odd answers nothing)");
    }

    @Test
    void aPictureThatItsFormatDoesNotGiveNamesThePlugin() throws Exception {
        Path file = Files.writeString(folder.resolve("o.odd"), "Odd");
        faultNamesThePlugin(
                workflow("""
                        {"load": {"type": "graft/images/load", "version": 1, "settings": {"file": "%s"}},
                         "save": {"type": "graft/images/save", "version": 1}}
                        """.formatted(file.toString().replace("\\", "/")), """
                        {"from": "load.image", "to": "save.images"}
                        """),
                "odd.Reads.size of the plugin odd answers nothing");
    }

    private RunResult run(Workflow workflow) throws InterruptedException {
        Engine engine = new Engine(library, CACHE);
        Plan plan = engine.check(workflow);
        assertThat(plan.runnable()).as(plan.findings().toString()).isTrue();
        return engine.run(plan, new RunOptions(folder.resolve("runs"), "cpu", events::add));
    }

    private <E extends RunEvent> List<E> events(Class<E> type) {
        return List.copyOf(events).stream()
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nan         | its output number is NaN, which is no number",
                "thing       | NullPointerException",
                "constructor | its constructor or an initialiser of a field throws Odd",
                "closed      | its output latents is closed already",
                "lora        | its output lora holds NaN or infinite numbers",
                "flat        | its output latents is float32 of the shape (4, 8), not float32 [n,c,h,w]"
            })
    void aNodeThatGivesWhatIsOfNoUseIsNamed(String name, String fault) throws Exception {
        run(workflow(
                "{\"odd\": {\"type\": \"odd/node/%s\", \"version\": 1}, \"number\": {\"type\": \"odd/node/number\", \"version\": 1}}"
                        .formatted(name),
                ""));
        assertThat(events(NodeFailed.class)).singleElement().satisfies(failed -> assertThat(failed.problem())
                .contains("this is a fault of the plugin odd 1.0.0", fault, "report it to Mallory"));
        assertThat(events(NodeFinished.class)).extracting(NodeFinished::node).contains("number");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "changed | its output changed changes mid by NaN or infinite numbers",
                "weights | its output changed is of no use: its weight "
            })
    void aModelOfWhichNothingGoodComesIsItsMakers(String name, String fault) throws Exception {
        run(workflow("""
                {"model": {"type": "graft/model/load", "version": 1}, "odd": {"type": "odd/node/%s", "version": 1}}
                """.formatted(name), "{\"from\": \"model.model\", \"to\": \"odd.model\"}"));
        assertThat(events(NodeFailed.class)).singleElement().satisfies(failed -> assertThat(failed.problem())
                .contains("this is a fault of the plugin odd 1.0.0", fault));
    }

    @Test
    void whatANodeSaysInWordsIsSaidWhateverLiesBeneath() throws Exception {
        run(workflow("{\"odd\": {\"type\": \"odd/node/problem\", \"version\": 1}}", ""));
        assertThat(events(NodeFailed.class)).extracting(NodeFailed::problem).containsExactly("It rains: clouds; wait.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "number | masked   | number | mask   | odd.ToNumber.convert of the plugin odd answers nothing",
                "text   | pictured | text   | images | ThreadDeath",
                "truth  | pictured | truth  | images | odd.ToBoolean.convert of the plugin odd answers what holds a picture with NaN"
            })
    void aConverterThatConvertsToNothingIsNamed(String from, String to, String output, String input, String fault)
            throws Exception {
        run(workflow(
                """
                {"%1$s": {"type": "odd/node/%1$s", "version": 1}, "%2$s": {"type": "odd/node/%2$s", "version": 1}}
                """.formatted(from, to),
                "{\"from\": \"%s.%s\", \"to\": \"%s.%s\"}".formatted(from, output, to, input)));
        assertThat(events(NodeFailed.class)).singleElement().satisfies(failed -> assertThat(failed.problem())
                .contains("this is a fault of the plugin odd 1.0.0", fault));
    }

    @Test
    void aPreviewThatDrawsNothingIsAWarningThatNamesThePlugin() throws Exception {
        run(workflow("{\"number\": {\"type\": \"odd/node/number\", \"version\": 1}}", ""));
        assertThat(events(RunEvent.Warning.class)).singleElement().satisfies(warning -> {
            assertThat(warning.plugin()).isEqualTo("odd");
            assertThat(warning.sentence()).contains("odd.Draws.draw of the plugin odd answers nothing");
        });
    }

    /** The node before is run again, and those that it is not for go on. */
    private void spoils(String name, String input, String before) throws Exception {
        String nodes = sampled("sampler", "euler").replace("}}}", "}},") + """
                "decode": {"type": "graft/latents/decode", "version": 1}, "save": {"type": "graft/images/save", "version": 1},
                "odd": {"type": "odd/node/%s", "version": 1}, "looks": {"type": "odd/node/looks", "version": 1}}
                """.formatted(name);
        Workflow workflow = workflow(nodes, SAMPLED + """
                        , {"from": "model.model", "to": "decode.model"}, {"from": "sample.samples", "to": "decode.latents"},
                        {"from": "decode.images", "to": "save.images"}, {"from": "%s", "to": "odd.%s"},
                        {"from": "canvas.latents", "to": "looks.latents"}
                        """.formatted(before, input));
        run(workflow);
        assertThat(events(NodeFailed.class)).singleElement().satisfies(failed -> assertThat(failed.problem())
                .contains(
                        "this is a fault of the plugin odd 1.0.0",
                        "it wrote to, or closed, what came in from " + before + ", which others use too"));
        events.clear();
        run(workflow);
        assertThat(events(RunEvent.NodeStarted.class))
                .extracting(RunEvent.NodeStarted::node)
                .contains(before.substring(0, before.indexOf('.')));
    }

    @Test
    void latentsThatAreWrittenToAreNobodysAnyMore() throws Exception {
        spoils("writes", "latents", "canvas.latents");
    }

    @Test
    void conditioningThatIsClosedIsNobodysAnyMore() throws Exception {
        spoils("closes", "conditioning", "prompt.conditioning");
    }

    @Test
    void weightsThatAreWrittenToAreNobodysAnyMore() throws Exception {
        spoils("learns", "model", "model.model");
    }
}
