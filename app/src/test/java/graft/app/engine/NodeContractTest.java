package graft.app.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import graft.app.engine.RunEvent.NodeFailed;
import graft.app.engine.RunEvent.NodeFinished;
import graft.app.engine.RunEvent.NodeSkipped;
import graft.app.engine.RunEvent.Outcome;
import graft.app.plugin.NodeLibrary;
import graft.app.plugin.PluginStore;
import graft.app.plugin.Sha512;
import graft.app.plugin.TestPlugin;
import graft.app.workflow.Workflow;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Run;
import graft.node.Setting;
import graft.node.testing.NodeTrial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a node can say of itself, from a real archive: former ids, fingerprints, lists, lazy inputs, anything, choices. */
class NodeContractTest {

    private static final String NODE = """
            package strange;
            import graft.node.*;
            import java.nio.file.*;
            import java.util.*;
            @NodeType(id = "test/%2$s", title = "%1$s", category = "test", help = "A test."%3$s)
            public final class %1$s implements Node {
                %4$s
            }
            """;

    @TempDir
    private static Path home;

    private static NodeLibrary library;

    @TempDir
    private Path folder;

    private final List<RunEvent> events = Collections.synchronizedList(new ArrayList<>());
    private final Cache cache = Cache.keepAll();

    private static String node(String name, String more, String body) {
        return NODE.formatted(name, name.toLowerCase(java.util.Locale.ROOT), more, body);
    }

    @BeforeAll
    static void install() throws IOException {
        Path plugins = Files.createDirectories(home.resolve("plugins"));
        Path archive = TestPlugin.of("strange", "1.0.0")
                .source(node("Blend", ", version = 3, formerly = {\"test/mix\", \"test/join\"}", """
                        @Setting(formerly = "glue") String between = "+";
                        @Input(formerly = "texts") List<String> parts;
                        @Output(formerly = "text") String blended;
                        @Override public void migrate(int version, com.google.gson.JsonObject settings) {
                            if (version < 3 && settings.has("glue")) {
                                settings.addProperty("glue", settings.get("glue").getAsString().repeat(2));
                            }
                        }
                        @Override public void run(Run run) { blended = String.join(between, parts); }
                        """))
                .source(node("Tinge", ", deprecated = \"Use Blend, which does the same.\"", """
                        @Output String text;
                        @Override public void run(Run run) { text = "tinged"; }
                        """))
                .source(node("Page", "", """
                        @Setting String file = "";
                        @Output String text;
                        @Override public String fingerprint() throws Exception {
                            return Files.readString(Path.of(file)).lines().findFirst().get();
                        }
                        @Override public void run(Run run) throws Exception { text = Files.readString(Path.of(file)); }
                        """))
                .source(node("Write", ", output = true", """
                        @Setting String text = "";
                        @Override public void run(Run run) throws Exception {
                            Path file = run.folder().resolve(text + ".txt");
                            Files.writeString(file, text);
                            run.wrote(file);
                        }
                        """))
                .source(node("Words", "", """
                        @Setting String text = "";
                        @Output List<String> words;
                        @Override public void run(Run run) {
                            words = text.isEmpty() ? List.of() : List.of(text.split(" "));
                        }
                        """))
                .source(node("Pair", "", """
                        @Input String left;
                        @Input String right;
                        @Setting int times = 1;
                        @Output String both;
                        @Output List<String> letters;
                        @Override public void run(Run run) {
                            if (left.equals("bad")) {
                                throw new Problem("cannot pair", "it is bad", "take another");
                            }
                            both = (left + right).repeat(times);
                            letters = List.of(left, right);
                        }
                        """))
                .source(node("Pick", "", """
                        @Setting boolean first = true;
                        @Input String hint;
                        @Input(lazy = true) String one;
                        @Input(lazy = true) String two;
                        @Output String picked;
                        @Override public List<String> needs() {
                            return hint.equals("none") ? List.of() : hint.equals("odd") ? List.of("three")
                                    : List.of(first ? "one" : "two");
                        }
                        @Override public void run(Run run) { picked = hint + one + two; }
                        """))
                .source(node("Pass", "", """
                        @Input Object anything;
                        @Output(as = "anything") Object same;
                        @Override public void run(Run run) { same = anything; }
                        """))
                .source(node("Swap", "", """
                        @Input Object one;
                        @Output(as = "one") Object other;
                        @Override public void run(Run run) { other = 7; }
                        """))
                .source(node("Styled", ", output = true", """
                        enum Mode { PLAIN, FANCY, WILD }
                        @Setting Mode mode = Mode.PLAIN;
                        @Setting(shownBy = "mode=fancy|wild") String curl = "round";
                        @Setting(shownBy = {"mode!=plain", "curl=round"}) double turns = 2;
                        @Setting(choicesBy = "brushes") String brush = "";
                        @Setting String folder = "";
                        List<String> brushes() throws Exception {
                            if (folder.equals("broken")) { throw new IllegalStateException("the shelf is empty"); }
                            if (folder.equals("twice")) { return List.of("fine", "fine"); }
                            return folder.isEmpty() ? List.of("fine", "broad") : List.of("sponge");
                        }
                        @Override public void run(Run run) { run.log(mode + " " + turns); }
                        """))
                .source(node("Kinds", "", """
                        enum Brush { FINE, BROAD }
                        record Stroke(
                                @Setting(help = "Where.") String at,
                                @Setting(min = 1, max = 9) int width,
                                @Setting Brush brush,
                                @Setting java.awt.Color ink,
                                @Setting Path stencil) {
                            Stroke {
                                if (at.equals("nowhere")) { throw new IllegalArgumentException("no place"); }
                            }
                        }
                        @Setting List<String> names = List.of("one");
                        @Setting List<Path> files = List.of();
                        @Setting(min = 0) List<Double> weights = List.of(1.0);
                        @Setting java.awt.Color paper = java.awt.Color.WHITE;
                        @Setting List<Stroke> strokes = List.of();
                        @Output String said;
                        @Override public void run(Run run) {
                            said = String.join("-", names) + files.size() + weights + paper.getRed() + strokes.stream()
                                    .map(each -> each.at() + each.width() + each.brush() + each.ink().getBlue()).toList();
                        }
                        """))
                .build(home.resolve("strange.jar"));
        PluginStore store = new PluginStore(plugins, "0.1.0");
        try (var plan = store.planFile(archive, Optional.of(Sha512.of(archive)), store.known())) {
            store.install(plan);
        }
        library = NodeLibrary.load(plugins, "0.1.0");
        assertThat(library.failures()).isEmpty();
    }

    @AfterAll
    static void close() {
        library.close();
    }

    @AfterEach
    void letGo() {
        cache.close();
        assertThat(cache.resources()).isZero();
    }

    private RunResult run(Workflow workflow) throws InterruptedException {
        events.clear();
        Engine engine = new Engine(library, cache);
        Plan plan = engine.check(workflow);
        assertThat(plan.findings()).noneMatch(Finding::isError);
        return engine.run(plan, new RunOptions(folder.resolve("runs"), "cpu", events::add));
    }

    private <E extends RunEvent> Stream<E> events(Class<E> type) {
        return List.copyOf(events).stream().filter(type::isInstance).map(type::cast);
    }

    private List<String> written() {
        return events(RunEvent.Wrote.class)
                .map(event -> event.file().getFileName().toString().replace(".txt", ""))
                .toList();
    }

    private List<String> finished() {
        return events(NodeFinished.class).map(NodeFinished::node).toList();
    }

    private static List<String> sentences(Plan plan) {
        return plan.findings().stream().map(Finding::sentence).toList();
    }

    // --- former ids, and what is there for old workflows alone

    @Test
    void aFormerIdOpensWithItsSettingsWiresAndVersion() throws Exception {
        Workflow old = new Sketch()
                .node("words", "words", "text", "a b")
                .node("mixed", 2, "mix", "glue", "-")
                .node("write", "write")
                .wire("words.words", "mixed.texts")
                .wire("mixed.text", "write.text")
                .done();
        assertThat(run(old).outcome()).isEqualTo(Outcome.DONE);
        assertThat(written()).containsExactly("a--b");
        Plan plan = new Engine(library, cache).check(old);
        assertThat(plan.workflow().nodes().get("mixed").type()).isEqualTo("test/blend");
        assertThat(plan.workflow().nodes().get("mixed").version()).isEqualTo(3);
        assertThat(plan.workflow().wires()).anyMatch(wire -> wire.to().equals("mixed.parts"));
        assertThat(library.node("test/join").orElseThrow().id()).isEqualTo("test/blend");
        assertThat(library.pluginOf("test/join").orElseThrow().id()).isEqualTo("strange");
        assertThat(library.ids()).doesNotContain("test/join");
    }

    @NodeType(id = "test/tinge", title = "Tinge", category = "test", help = "Has the id.")
    static final class OfToday implements Node {
        @Override
        public void run(Run run) {}
    }

    @NodeType(id = "test/smear", title = "Smear", category = "test", help = "Had it.", formerly = "test/tinge")
    static final class Former implements Node {
        @Override
        public void run(Run run) {}
    }

    @Test
    void anIdOfTodayIsNobodysFormerOne() throws Exception {
        try (NodeLibrary both = NodeLibrary.of(List.of(Former.class, OfToday.class))) {
            assertThat(both.node("test/tinge").orElseThrow().title()).isEqualTo("Tinge");
        }
        Path thief = TestPlugin.of("thief", "1.0.0")
                .source(node("Smear", ", formerly = \"graft/latents/sample\"", "public void run(Run run) {}"))
                .build(folder.resolve("thief.jar"));
        PluginStore store = new PluginStore(folder.resolve("plugins"), "0.1.0");
        try (var plan = store.planFile(thief, Optional.of(Sha512.of(thief)), store.known())) {
            assertThatThrownBy(() -> store.install(plan))
                    .hasMessageContaining("its id \"graft/latents/sample\" begins with graft/");
        }
    }

    @Test
    void aDeprecatedNodeWorksAndIsMarked() throws Exception {
        Workflow workflow = new Sketch()
                .node("tinge", "tinge")
                .node("write", "write")
                .wire("tinge.text", "write.text")
                .done();
        assertThat(sentences(new Engine(library, cache).check(workflow)))
                .containsExactly("tinge: Tinge is there for old workflows alone: Use Blend, which does the same.");
        assertThat(run(workflow).outcome()).isEqualTo(Outcome.DONE);
        assertThat(written()).containsExactly("tinged");
    }

    // --- fingerprints

    @Test
    void whatANodeSaysThatItDependsOnDecidesWhetherItRuns() throws Exception {
        Path page = Files.writeString(folder.resolve("page"), "1\nfirst");
        Workflow workflow = new Sketch()
                .node("page", "page", "file", page.toString())
                .node("pass", "pass")
                .node("words", "words")
                .node("blend", "blend")
                .node("write", "write")
                .wire("page.text", "pass.anything")
                .wire("pass.same", "words.text")
                .wire("words.words", "blend.parts")
                .wire("blend.blended", "write.text")
                .done();
        // A file's name has no line break.
        Workflow counted = workflow.with("blend", "between", new JsonPrimitive("_"));
        Files.writeString(page, "1 first");
        assertThat(run(counted).outcome()).isEqualTo(Outcome.DONE);
        assertThat(written()).containsExactly("1_first");
        run(counted);
        assertThat(finished()).containsExactly("write");
        Files.writeString(page, "2 second");
        Engine engine = new Engine(library, cache);
        assertThat(engine.states(counted, "cpu").get("page").reason())
                .isEqualTo("it says that something else that it depends on changed");
        run(counted);
        assertThat(finished()).containsExactly("page", "pass", "words", "blend", "write");
        assertThat(written()).containsExactly("2_second");
    }

    @Test
    void aNodeThatCannotSayWhatItDependsOnRunsAnewAndIsNamed() throws Exception {
        Workflow workflow = new Sketch()
                .node("page", "page", "file", folder.resolve("none").toString())
                .node("write", "write")
                .wire("page.text", "write.text")
                .done();
        assertThat(run(workflow).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(events(RunEvent.Warning.class)).anySatisfy(warning -> {
            assertThat(warning.sentence()).startsWith("Page could not tell what it depends on and runs anew: ");
            assertThat(warning.plugin()).isEqualTo("strange");
        });
    }

    // --- lists

    @Test
    void aNodeRunsOnceForEachValueAndAShorterListRepeatsItsLast() throws Exception {
        Workflow workflow = new Sketch()
                .node("left", "words", "text", "a b c")
                .node("right", "words", "text", "x y")
                .node("pair", "pair")
                .node("all", "blend", "between", ",")
                .node("write", "write")
                .wire("left.words", "pair.left")
                .wire("right.words", "pair.right")
                .wire("pair.both", "all.parts")
                .wire("all.blended", "write.text")
                .done();
        assertThat(run(workflow).outcome()).isEqualTo(Outcome.DONE);
        assertThat(written()).containsExactly("ax,by,cy");
        // Lists of lists are one list, in order; a setting takes turns too, and what writes writes each.
        Workflow letters = new Sketch()
                .node("left", "words", "text", "a b c")
                .node("right", "words", "text", "x y")
                .node("pair", "pair")
                .node("write", "write")
                .wire("left.words", "pair.left")
                .wire("right.words", "pair.right")
                .wire("pair.letters", "write.text")
                .done();
        assertThat(run(letters).outcome()).isEqualTo(Outcome.DONE);
        assertThat(written()).containsExactly("a", "x", "b", "y", "c", "y");
        assertThat(finished()).containsOnlyOnce("write");
    }

    @Test
    void ofAnEmptyListNothingRunsAndAFailureNamesTheValue() throws Exception {
        Workflow workflow = new Sketch()
                .node("left", "words", "text", "")
                .node("right", "words", "text", "x y")
                .node("pair", "pair")
                .node("write", "write")
                .wire("left.words", "pair.left")
                .wire("right.words", "pair.right")
                .wire("pair.both", "write.text")
                .done();
        assertThat(run(workflow).outcome()).isEqualTo(Outcome.DONE);
        assertThat(written()).isEmpty();
        assertThat(run(workflow.with("left", "text", new JsonPrimitive("a bad b")))
                        .outcome())
                .isEqualTo(Outcome.FAILED);
        assertThat(events(NodeFailed.class)).singleElement().satisfies(failed -> assertThat(failed.problem())
                .startsWith("Cannot pair: it is bad"));
        assertThat(events(RunEvent.Warning.class).map(RunEvent.Warning::sentence))
                .containsExactly("It ended at value 2 of 3.");
    }

    @NodeType(id = "test/things", title = "Things", category = "test", help = "Makes many.")
    static final class Things implements Node {
        @Setting
        int count = 3;

        @Output
        List<TestNodes.Thing> things;

        @Override
        public void run(Run run) {
            things = IntStream.range(0, count)
                    .mapToObj(i -> new TestNodes.Thing("thing" + i))
                    .toList();
        }
    }

    @NodeType(id = "test/borrow", title = "Borrow", category = "test", help = "Uses one; fails of the second.")
    static final class Borrow implements Node {
        @Setting
        String fails = "";

        @Input
        TestNodes.Thing thing;

        @Output
        TestNodes.Thing view;

        @Output
        TestNodes.Thing same;

        @Override
        public void run(Run run) {
            view = new TestNodes.Thing("view of " + thing.name(), thing);
            same = thing;
            if (thing.name().equals(fails)) {
                throw new IllegalStateException("it is " + fails);
            }
        }
    }

    @Test
    void theValuesOfAListAreFreedAsOthersAreAndOfAFailureNothingStays() throws Exception {
        try (NodeLibrary things =
                NodeLibrary.of(List.of(Things.class, Borrow.class, TestNodes.Save.class, TestNodes.Join.class))) {
            Workflow workflow = new Sketch()
                    .node("things", "things")
                    .node("borrow", "borrow")
                    .node("join", "join")
                    .node("save", "save")
                    .wire("things.things", "borrow.thing")
                    .wire("borrow.view", "join.things")
                    .wire("join.names", "save.text")
                    .wire("borrow.same", "save.thing")
                    .done();
            int before = TestNodes.Thing.OPEN.get();
            for (Workflow each : List.of(workflow, workflow.with("borrow", "fails", new JsonPrimitive("thing1")))) {
                boolean fails = !each.equals(workflow);
                try (Cache none = Cache.none();
                        Cache all = Cache.keepAll()) {
                    for (Cache kept : List.of(none, all)) {
                        Engine engine = new Engine(things, kept);
                        RunOptions options = new RunOptions(folder.resolve("runs"), "cpu", events::add);
                        assertThat(engine.run(engine.check(each), options).outcome())
                                .isEqualTo(fails ? Outcome.FAILED : Outcome.DONE);
                        assertThat(kept.resources()).isEqualTo(kept == none ? 0 : fails ? 3 : 6);
                        assertThat(TestNodes.Thing.OPEN.get() - before).isEqualTo(kept.resources());
                    }
                }
                assertThat(TestNodes.Thing.OPEN.get()).isEqualTo(before);
            }
        }
    }

    // --- lazy inputs

    private static Workflow picking(String hint) {
        return new Sketch()
                .node("hint", "words", "text", hint)
                .node("one", "words", "text", "1")
                .node("deep", "words", "text", "2")
                .node("two", "pair")
                .node("pick", "pick")
                .node("write", "write")
                .wire("hint.words", "pick.hint")
                .wire("one.words", "pick.one")
                .wire("deep.words", "two.left")
                .wire("deep.words", "two.right")
                .wire("two.both", "pick.two")
                .wire("pick.picked", "write.text")
                .done();
    }

    @Test
    void whatNobodyAskedForDoesNotRun() throws Exception {
        assertThat(run(picking("h")).outcome()).isEqualTo(Outcome.DONE);
        assertThat(finished()).containsExactly("hint", "one", "pick", "write");
        assertThat(written()).containsExactly("h1null");
        assertThat(events(NodeSkipped.class).map(NodeSkipped::node)).containsExactlyInAnyOrder("deep", "two");
        Engine engine = new Engine(library, cache);
        assertThat(engine.states(picking("h"), "cpu").get("pick").kind()).isEqualTo(PlannedState.Kind.CACHED);
        // What it did not ask for may change.
        run(picking("h").with("deep", "text", new JsonPrimitive("3")));
        assertThat(finished()).containsExactly("write");
        assertThat(run(picking("h").with("pick", "first", new JsonPrimitive(false)))
                        .outcome())
                .isEqualTo(Outcome.DONE);
        assertThat(finished()).containsExactly("deep", "two", "pick", "write");
        assertThat(written()).containsExactly("hnull22");
        assertThat(run(picking("none")).outcome()).isEqualTo(Outcome.DONE);
        assertThat(finished()).containsExactly("hint", "pick", "write");
    }

    @Test
    void aNodeThatAsksForWhatItHasNotFailsByName() throws Exception {
        assertThat(run(picking("odd")).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(events(NodeFailed.class)).singleElement().satisfies(failed -> assertThat(failed.problem())
                .contains("plugin strange")
                .contains("its needs() names three, which is no lazy input of it"));
    }

    // --- anything

    @Test
    void whatIsWiredInDecidesWhatGoesOn() throws Exception {
        Workflow workflow = new Sketch()
                .node("words", "words", "text", "a b")
                .node("pass", "pass")
                .node("again", "pass")
                .node("pair", "pair")
                .node("write", "write")
                .wire("words.words", "pass.anything")
                .wire("pass.same", "again.anything")
                .wire("again.same", "pair.left")
                .wire("again.same", "pair.right")
                .wire("pair.both", "write.text")
                .done();
        assertThat(run(workflow).outcome()).isEqualTo(Outcome.DONE);
        assertThat(written()).containsExactly("aa", "bb");
        Workflow wrong = workflow.withWires(Stream.concat(
                        workflow.wires().stream(),
                        new Sketch().wire("again.same", "pair.times").done().wires().stream())
                .toList());
        assertThat(sentences(new Engine(library, cache).check(wrong)))
                .containsExactly("pair.times: The wire from again.same does not fit pair.times: it carries Text, and"
                        + " Number is wanted; wire an output of the kind Number to it.");
    }

    // --- lists, colours, tables

    private static final String STROKES = "[{\"at\":\"top\",\"width\":3,\"brush\":\"broad\",\"ink\":\"#000011\","
            + "\"stencil\":null},{\"at\":\"foot\",\"width\":1,\"brush\":\"fine\",\"ink\":\"#000000\",\"stencil\":\"a b\"}]";

    private static Workflow kinds() {
        return new Sketch()
                .node("kinds", "kinds")
                .node("write", "write")
                .wire("kinds.said", "write.text")
                .done();
    }

    @Test
    void listsColoursAndTablesAreSavedRunAndCount() throws Exception {
        assertThat(run(kinds()).outcome()).isEqualTo(Outcome.DONE);
        assertThat(written()).containsExactly("one0[1.0]255[]");
        Workflow set = kinds().with("kinds", "names", JsonParser.parseString("[\"a\",\"b\"]"))
                .with("kinds", "files", new JsonPrimitive("x.png"))
                .with("kinds", "paper", new JsonPrimitive("#10203040"))
                .with("kinds", "strokes", JsonParser.parseString(STROKES));
        Path file = folder.resolve("set.json");
        set.write(file);
        Workflow read = Workflow.read(file);
        assertThat(read).isEqualTo(set);
        assertThat(run(read).outcome()).isEqualTo(Outcome.DONE);
        assertThat(written()).containsExactly("a-b1[1.0]16[top3BROAD17, foot1FINE0]");
        run(read);
        assertThat(finished()).containsExactly("write");
        run(read.with("kinds", "strokes", JsonParser.parseString(STROKES.replace("\"width\":3", "\"width\":4"))));
        assertThat(written()).containsExactly("a-b1[1.0]16[top4BROAD17, foot1FINE0]");
        Plan plan = new Engine(library, cache).check(read);
        assertThat(plan.workflow().nodes().get("kinds").settings().get("strokes"))
                .hasToString(STROKES);
        assertThat(plan.workflow().nodes().get("kinds").settings().get("files")).hasToString("[\"x.png\"]");
        NodeTrial.of(library.node("test/kinds").orElseThrow().create().getClass())
                .checkSettings();
    }

    @Test
    void aListOnAWireFillsASettingThatIsOne() throws Exception {
        Workflow workflow = new Sketch()
                .node("words", "words", "text", "x y z")
                .node("kinds", "kinds")
                .node("write", "write")
                .wire("words.words", "kinds.names")
                .wire("kinds.said", "write.text")
                .done();
        assertThat(run(workflow).outcome()).isEqualTo(Outcome.DONE);
        assertThat(written()).containsExactly("x-y-z0[1.0]255[]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "names|7|Setting names cannot be 7: it takes a list of texts",
                "names|[1]|Setting names cannot be [1]: it takes a list of texts",
                "paper|\"red\"|Setting paper cannot be \"red\": it takes a colour such as #FF8800",
                "strokes|\"top\"|it takes a list of rows with at, width, brush, ink, stencil",
                "strokes|[{\"widht\":1}]|Row 1 of setting strokes cannot be had: there is no column widht",
                "strokes|[{},{\"width\":12}]|Row 2 of setting strokes cannot be had: setting width cannot be 12",
                "strokes|[{\"at\":\"nowhere\"}]|at \"nowhere\", width null, brush null, ink null, stencil null"
            })
    void whatTheyCannotBeIsSaid(String setting, String value, String said) {
        Workflow workflow = kinds().with("kinds", setting, JsonParser.parseString(value));
        assertThat(sentences(new Engine(library, cache).check(workflow)))
                .singleElement()
                .asString()
                .startsWith("kinds." + setting + ": ")
                .contains(said);
    }

    @Test
    void whatIsHandedOnOfAnotherKindThanTheCheckWentByIsNamed() throws Exception {
        Workflow workflow = new Sketch()
                .node("words", "words", "text", "a")
                .node("swap", "swap")
                .node("pair", "pair")
                .node("write", "write")
                .wire("words.words", "swap.one")
                .wire("swap.other", "pair.left")
                .wire("words.words", "pair.right")
                .wire("pair.both", "write.text")
                .done();
        assertThat(run(workflow).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(events(NodeFailed.class)).singleElement().satisfies(failed -> assertThat(failed.problem())
                .isEqualTo("Input left of Pair was given no Text: swap handed on something of another kind than comes"
                        + " in at its one; wire things of one kind to swap."));
    }

    // --- what is shown, and what there is to choose from

    @Test
    void choicesAreFoundWhenTheyAreAskedForAndAKeptValueStays() throws Exception {
        Workflow workflow =
                new Sketch().node("styled", "styled", "brush", "broad").done();
        Engine engine = new Engine(library, cache);
        assertThat(engine.check(workflow).findings()).isEmpty();
        assertThat(FoundChoices.of(library, workflow.nodes().get("styled"), "brush")
                        .all())
                .containsExactly("fine", "broad");
        Workflow elsewhere = workflow.with("styled", "folder", new JsonPrimitive("shelf"));
        assertThat(sentences(engine.check(elsewhere)))
                .containsExactly(
                        "styled.brush: the setting brush is \"broad\", which is not among what there is to choose from");
        assertThat(run(elsewhere).outcome()).isEqualTo(Outcome.DONE);
        assertThat(engine.check(elsewhere)
                        .workflow()
                        .nodes()
                        .get("styled")
                        .settings()
                        .get("brush"))
                .isEqualTo(new JsonPrimitive("broad"));
        Workflow broken = workflow.with("styled", "folder", new JsonPrimitive("broken"));
        assertThat(FoundChoices.of(library, broken.nodes().get("styled"), "brush")
                        .failure())
                .get()
                .asString()
                .startsWith(
                        "Styled could not find what there is to choose from for brush: this is a fault of the plugin"
                                + " strange 1.0.0 (IllegalStateException: the shelf is empty)");
        Workflow twice = workflow.with("styled", "folder", new JsonPrimitive("twice"));
        assertThat(FoundChoices.of(library, twice.nodes().get("styled"), "brush")
                        .failure())
                .get()
                .asString()
                .contains("or is in it already");
    }

    @Test
    void aHiddenSettingKeepsItsValueAndCounts() throws Exception {
        Workflow workflow = new Sketch()
                .node("styled", "styled", "curl", "square", "turns", 7)
                .done();
        graft.app.editor.NodeFace face = new graft.app.editor.Faces(library).of(workflow, workflow, "styled");
        assertThat(hidden(face, workflow)).containsExactlyInAnyOrder("curl", "turns");
        Workflow fancy = workflow.with("styled", "mode", new JsonPrimitive("fancy"));
        assertThat(hidden(face, fancy)).containsExactly("turns");
        assertThat(hidden(face, fancy.with("styled", "curl", new JsonPrimitive("round"))))
                .isEmpty();
        assertThat(face.hidden(setting -> setting.toJson(setting.defaultValue()), name -> name.equals("mode")))
                .isEmpty();
        assertThat(run(workflow).outcome()).isEqualTo(Outcome.DONE);
        assertThat(events(RunEvent.Log.class).map(RunEvent.Log::sentence)).contains("PLAIN 7.0");
    }

    private static Set<String> hidden(graft.app.editor.NodeFace face, Workflow workflow) {
        return face.hidden(
                setting -> Optional.ofNullable(
                                workflow.nodes().get("styled").settings().get(setting.id()))
                        .orElseGet(() -> setting.toJson(setting.defaultValue())),
                name -> false);
    }
}
