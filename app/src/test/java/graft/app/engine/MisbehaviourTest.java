package graft.app.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import graft.app.engine.RunEvent.NodeFailed;
import graft.app.engine.RunEvent.NodeFinished;
import graft.app.engine.RunEvent.Outcome;
import graft.app.plugin.NodeLibrary;
import graft.app.plugin.PluginStore;
import graft.app.plugin.TestPlugin;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Plugins that misbehave, from real archives: the host survives each, says who it was, and the rest of the graph finishes. */
@Timeout(600)
class MisbehaviourTest {

    @TempDir
    private Path folder;

    private final List<RunEvent> events = Collections.synchronizedList(new ArrayList<>());
    private final Cache cache = Cache.none();
    private NodeLibrary library;

    private static final String NODE = """
            package bad;
            import graft.node.*;
            @NodeType(id = "bad/node/%1$s", title = "Bad", category = "test", help = "Misbehaves.", output = true)
            public final class Bad implements Node {
                %2$s
            }
            """;

    private static final String GOOD = """
            package good;
            import graft.node.*;
            @NodeType(id = "good/node/works", title = "Works", category = "test", help = "Works.", output = true)
            public final class Works implements Node {
                @Override public void run(Run run) { run.log("fine"); }
            }
            """;

    @AfterEach
    void close() {
        cache.close();
        if (library != null) {
            library.close();
        }
    }

    /** A library with a plugin whose only node has that body, installed, and a good one. */
    private Engine engine(String name, String body) throws IOException {
        Path plugins = Files.createDirectories(folder.resolve("plugins"));
        TestPlugin.of("good", "1.0.0").source(GOOD).build(plugins.resolve("good.jar"));
        Path archive = TestPlugin.of("bad-" + name, "1.0.0")
                .with("Plugin-Provider", "Mallory")
                .source(NODE.formatted(name, body))
                .build(folder.resolve("bad.jar"));
        PluginStore store = new PluginStore(plugins, "0.1.0");
        try (var plan = store.planFile(archive, Optional.of(graft.app.plugin.Sha512.of(archive)), store.known())) {
            store.install(plan);
        }
        TestPlugin.bundle(plugins);
        library = NodeLibrary.load(plugins, "0.1.0");
        assertThat(library.failures()).isEmpty();
        return new Engine(library, cache);
    }

    private static Workflow workflow(String... types) {
        Map<String, WorkflowNode> nodes = new LinkedHashMap<>();
        for (String type : types) {
            String id = type.substring(type.lastIndexOf('/') + 1);
            nodes.put(id, new WorkflowNode(type, 1, Map.of(), "", Optional.empty(), new JsonObject()));
        }
        return new Workflow("Bad", "", nodes, List.<Wire>of(), new JsonObject());
    }

    private RunResult run(Engine engine, Workflow workflow) throws InterruptedException {
        Plan plan = engine.check(workflow);
        assertThat(plan.findings()).isEmpty();
        return engine.run(plan, new RunOptions(folder.resolve("runs"), "cpu", events::add));
    }

    private <E extends RunEvent> Stream<E> events(Class<E> type) {
        return List.copyOf(events).stream().filter(type::isInstance).map(type::cast);
    }

    private void failsAndTheRestFinishes(String name, String body, String sentence) throws Exception {
        Engine engine = engine(name, body);
        RunResult result = run(engine, workflow("bad/node/" + name, "good/node/works"));
        assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(events(NodeFailed.class)).singleElement().satisfies(failed -> assertThat(failed.problem())
                .contains("this is a fault of the plugin bad-" + name + " 1.0.0")
                .contains(sentence)
                .contains("report it to Mallory, or go without the plugin by `graft plugins disable bad-" + name));
        assertThat(events(NodeFinished.class).map(NodeFinished::node)).containsExactly("works");
        // The engine is free for the next run.
        assertThat(run(engine, workflow("good/node/works")).outcome()).isEqualTo(Outcome.DONE);
    }

    @Test
    void aNodeThatThrowsWhateverThereIs() throws Exception {
        failsAndTheRestFinishes(
                "throws",
                "@Override public void run(Run run) { throw new AssertionError(\"seven\"); }",
                "(AssertionError: seven)");
    }

    @Test
    void aNodeThatRecursesWithoutEnd() throws Exception {
        failsAndTheRestFinishes("recurses", "@Override public void run(Run run) { run(run); }", "(StackOverflowError)");
    }

    @Test
    void aNodeThatFailsInAStaticInitialiserOfAClassThatItNeeds() throws Exception {
        failsAndTheRestFinishes("initialiser", """
                        static final class Table { static final int[] VALUES = new int[-1]; }
                        @Override public void run(Run run) { run.log("" + Table.VALUES.length); }
                        """, "ExceptionInInitializerError");
    }

    @Test
    void aNodeThatExits() throws Exception {
        failsAndTheRestFinishes(
                "exits",
                "@Override public void run(Run run) { System.exit(3); }",
                "(it called System.exit(3), which would end the whole program)");
    }

    @Test
    void aNodeThatExitsByAMethodReference() throws Exception {
        failsAndTheRestFinishes(
                "refers",
                "@Override public void run(Run run) { java.util.stream.IntStream.of(3).forEach(System::exit); }",
                "System.exit(3)");
    }

    @Test
    void aNodeThatHaltsIsNotEvenLoaded() throws Exception {
        Engine engine = engine("halts", """
                static final class Killer { static void kill() { Runtime.getRuntime().halt(3); } }
                @Override public void run(Run run) { Killer.kill(); }
                """);
        assertThat(run(engine, workflow("bad/node/halts", "good/node/works")).outcome())
                .isEqualTo(Outcome.FAILED);
        assertThat(events(NodeFailed.class).map(NodeFailed::problem))
                .singleElement()
                .asString()
                .contains("would end the whole program (Runtime.exit or halt)");
        assertThat(events(NodeFinished.class).map(NodeFinished::node)).containsExactly("works");
    }

    @Test
    void aNodeThatFailsWhileItIsChecked() throws Exception {
        Engine engine = engine("configures", """
                @Override public void configure(Specs specs) { throw new AssertionError("eight"); }
                @Override public void run(Run run) {}
                """);
        assertThat(engine.check(workflow("bad/node/configures")).findings())
                .singleElement()
                .extracting(Finding::sentence)
                .asString()
                .startsWith(
                        "configures: Bad failed while it was checked: this is a fault of the plugin bad-configures 1.0.0"
                                + " (AssertionError: eight); report it to Mallory");
    }

    @Test
    void whatANodePrintsIsInTheLogUnderItsName() throws Exception {
        Engine engine = engine("prints", """
                @Override public void run(Run run) throws Exception {
                    System.out.println("hello");
                    System.err.print("no end");
                    System.err.println();
                    Thread other = new Thread(() -> System.out.println("from a thread"));
                    other.start();
                    other.join();
                    for (int i = 0; i < 5000; i++) { System.out.println(i); }
                }
                """);
        RunResult result = run(engine, workflow("bad/node/prints"));
        assertThat(result.outcome()).isEqualTo(Outcome.DONE);
        List<String> lines =
                events(RunEvent.Log.class).map(RunEvent.Log::sentence).toList();
        assertThat(lines).startsWith("printed: hello", "printed: no end", "printed: from a thread");
        assertThat(lines).hasSize(1001).endsWith("printed more than 1000 lines; the rest is left out");
        assertThat(Files.readString(result.folder().resolve("log.txt"))).contains("prints: printed: hello");
    }

    @Test
    void aThreadThatANodeLeavesIsNamedAfterIt() throws Exception {
        Engine engine = engine("leaks", """
                @Override public void run(Run run) {
                    Thread thread = new Thread(() -> {
                        try { Thread.sleep(60000); } catch (InterruptedException e) { return; }
                    }, "crumb");
                    thread.setDaemon(true);
                    thread.start();
                }
                """);
        run(engine, workflow("bad/node/leaks"));
        assertThat(events(RunEvent.Warning.class))
                .containsExactly(new RunEvent.Warning(
                        "leaks",
                        "Of the plugin bad-leaks, it left the thread crumb running, which may hold memory for good.",
                        "bad-leaks"));
        List<Thread> left = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("leaks: crumb"))
                .toList();
        assertThat(left).hasSize(1);
        left.get(0).interrupt();
    }

    @Test
    void aNodeThatFailsWhileItIsCheckedFailsInTheRunAndTheRestFinishes() throws Exception {
        Engine engine = engine("configures", """
                @Override public void configure(Specs specs) { throw new AssertionError("eight"); }
                @Override public void run(Run run) {}
                """);
        Plan plan = engine.check(workflow("bad/node/configures", "good/node/works"));
        assertThat(plan.runnable()).isTrue();
        RunResult result = engine.run(plan, new RunOptions(folder.resolve("runs"), "cpu", events::add));
        assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(events(NodeFailed.class).map(NodeFailed::plugin)).containsExactly("bad-configures");
        assertThat(events(NodeFinished.class).map(NodeFinished::node)).containsExactly("works");
    }

    @Test
    void aPluginThatNoLongerLoadsFailsItsNodeAndWhatNeedsItAndTheRestFinishes() throws Exception {
        Engine engine = engine("static", """
                static { if (Boolean.getBoolean("graft.test.fails")) { throw new IllegalStateException("six"); } }
                @Output int number;
                @Override public void run(Run run) { number = 1; }
                """);
        TestPlugin.of("needs", "1.0.0").source("""
                package needs;
                import graft.node.*;
                @NodeType(id = "needs/number/show", title = "Show", category = "test", help = "Works.", output = true)
                public final class Show implements Node {
                    @Input(optional = true) Integer number;
                    @Setting int size = 3;
                    @Override public void run(Run run) { run.log("shown " + number); }
                }
                """).build(folder.resolve("plugins/needs.jar"));
        TestPlugin.bundle(folder.resolve("plugins"));
        PluginStore store = library.store().orElseThrow();
        System.setProperty("graft.test.fails", "true");
        try {
            store.setEnabled("bad-static", false);
            library.refresh();
            store.setEnabled("bad-static", true);
            library.refresh();
        } finally {
            System.clearProperty("graft.test.fails");
        }
        Map<String, WorkflowNode> nodes =
                new LinkedHashMap<>(workflow("bad/node/static", "needs/number/show", "good/node/works")
                        .nodes());
        nodes.put("sized", nodes.get("show"));
        Workflow workflow = new Workflow(
                "Bad",
                "",
                nodes,
                List.of(new Wire("static", "number", "show", "number"), new Wire("static", "number", "sized", "size")),
                new JsonObject());
        Plan plan = engine.check(workflow);
        assertThat(plan.findings()).anySatisfy(finding -> {
            assertThat(finding.sentence())
                    .contains("it is of the plugin bad-static 1.0.0, which did not load")
                    .contains("six");
            assertThat(finding.plugin()).contains("bad-static");
        });
        assertThat(plan.runnable()).isTrue();
        RunResult result = engine.run(plan, new RunOptions(folder.resolve("runs"), "cpu", events::add));
        assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(events(NodeFailed.class).map(NodeFailed::node)).containsExactly("static");
        assertThat(events(RunEvent.NodeSkipped.class).map(RunEvent.NodeSkipped::why))
                .containsExactly("it needs what static did not give", "it needs what static did not give");
        assertThat(events(NodeFinished.class).map(NodeFinished::node)).containsExactly("works");
    }

    @Test
    void aCheckThatDoesNotEndIsGivenUpOnceAndTheRestRuns() throws Exception {
        Engine engine = engine("ponders", """
                public static volatile boolean stop;
                public static volatile int times;
                @Override public void configure(Specs specs) {
                    times++;
                    while (!stop) { Thread.onSpinWait(); }
                    specs.warn("too late");
                }
                @Override public void run(Run run) {}
                """);
        Workflow workflow = workflow("bad/node/ponders", "good/node/works");
        Class<?> type = library.node("bad/node/ponders").orElseThrow().create().getClass();
        try {
            assertThat(engine.check(workflow).findings()).singleElement().satisfies(finding -> {
                assertThat(finding.sentence())
                        .contains("Bad failed while it was checked: this is a fault of the plugin bad-ponders 1.0.0")
                        .contains("it did not come back within 10 s")
                        .contains("its thread \"check of ponders, left behind\" goes on until Graft ends");
                assertThat(finding.plugin()).contains("bad-ponders");
            });
            // The second check does not ask it again, and so has nothing to wait for.
            RunResult result =
                    engine.run(engine.check(workflow), new RunOptions(folder.resolve("runs"), "cpu", events::add));
            assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(type.getField("times").get(null)).isEqualTo(1);
            assertThat(events(NodeFailed.class).map(NodeFailed::node)).containsExactly("ponders");
            assertThat(events(NodeFinished.class).map(NodeFinished::node)).containsExactly("works");
        } finally {
            type.getField("stop").set(null, true);
        }
        while (Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("check of ponders, left behind"))) {
            Thread.sleep(5);
        }
        // It came back: it is asked again.
        assertThat(engine.check(workflow).findings().stream().map(Finding::sentence))
                .containsExactly("ponders: too late");
    }

    @Test
    void aNodeThatLoopsIsLeftBehindAndTheRestFinishes() throws Exception {
        Engine engine = engine("loops", """
                public static volatile boolean stop;
                @Output String text;
                @Override public void run(Run run) {
                    run.log("looping");
                    while (!stop) { Thread.onSpinWait(); }
                    run.log("back");
                }
                """);
        Plan plan = engine.check(workflow("bad/node/loops", "good/node/works"));
        Class<?> type = library.node("bad/node/loops").orElseThrow().create().getClass();
        RunHandle handle = engine.start(plan, new RunOptions(folder.resolve("runs"), "cpu", events::add));
        while (events(RunEvent.Log.class).findAny().isEmpty()) {
            Thread.sleep(5);
        }
        handle.cancel();
        handle.leaveBehind();
        assertThat(handle.join().outcome()).isEqualTo(Outcome.CANCELLED);
        assertThat(events(NodeFailed.class)).singleElement().satisfies(failed -> {
            assertThat(failed.problem())
                    .startsWith("Bad was left behind: it has gone on for")
                    .contains("the plugin bad-loops");
            assertThat(failed.plugin()).isEqualTo("bad-loops");
        });
        assertThat(events(NodeFinished.class).map(NodeFinished::node)).containsExactly("works");
        assertThat(run(engine, workflow("good/node/works")).outcome()).isEqualTo(Outcome.DONE);
        type.getField("stop").set(null, true);
        while (Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("loops, left behind"))) {
            Thread.sleep(5);
        }
        assertThat(events(RunEvent.Log.class).map(RunEvent.Log::sentence)).doesNotContain("back");
    }

    @Test
    void whatIsLeftBehindGoesOnUsingWhatItWasGiven() throws Exception {
        Path plugins = Files.createDirectories(folder.resolve("plugins"));
        TestPlugin.of("lends", "1.0.0").source("""
                package lender;
                import graft.node.*;
                @SocketType(id = "lender/book", title = "Book", color = "#123456")
                public final class Book implements Resource {
                    public static volatile int open;
                    public Book() { open++; }
                    @Override public void close() { open--; }
                }
                """).source("""
                package lender;
                import graft.node.*;
                @NodeType(id = "lender/book/lend", title = "Lend", category = "test", help = "Works.")
                public final class Lend implements Node {
                    @Output Book book;
                    @Override public void run(Run run) { book = new Book(); }
                }
                """).source("""
                package lender;
                import graft.node.*;
                @NodeType(id = "lender/book/read", title = "Read", category = "test", help = "Loops.", output = true)
                public final class Read implements Node {
                    public static volatile boolean stop;
                    @Input Book book;
                    @Override public void run(Run run) {
                        run.log("reading");
                        while (!stop) { Thread.onSpinWait(); }
                    }
                }
                """).build(plugins.resolve("lends.jar"));
        TestPlugin.bundle(plugins);
        library = NodeLibrary.load(plugins, "0.1.0");
        assertThat(library.failures()).isEmpty();
        Workflow lent = workflow("lender/book/lend", "lender/book/read")
                .withWires(List.of(new Wire("lend", "book", "read", "book")));
        Class<?> reader =
                library.node("lender/book/read").orElseThrow().create().getClass();
        Class<?> book = reader.getClassLoader().loadClass("lender.Book");
        Engine engine = new Engine(library, cache);
        RunHandle handle = engine.start(engine.check(lent), new RunOptions(folder.resolve("runs"), "cpu", events::add));
        while (events(RunEvent.Log.class).findAny().isEmpty()) {
            Thread.sleep(5);
        }
        handle.leaveBehind();
        assertThat(handle.join().outcome()).isEqualTo(Outcome.FAILED);
        assertThat(book.getField("open").get(null)).isEqualTo(1);
        reader.getField("stop").set(null, true);
        while (!book.getField("open").get(null).equals(0)) {
            Thread.sleep(5);
        }
    }

    @Test
    void aNodeThatDoesNotStopIsNamed() throws Exception {
        List<RunEvent> said = new ArrayList<>();
        boolean[] asked = {false};
        Engine engine = engine("silent", "@Override public void run(Run run) {}");
        Plan.Step step = engine.check(workflow("bad/node/silent")).steps().get(0);
        try (NodeWatch watch = new NodeWatch(
                        () -> asked[0], at -> library.strangerOf(at.schema().id()), said::add);
                NodeWatch.Turn turn = watch.begin(step)) {
            long second = 1_000_000_000;
            long start = System.nanoTime();
            watch.look(start + 60 * second);
            assertThat(said).isEmpty();
            watch.look(start + 121 * second);
            assertThat(said).singleElement().asString().contains("at work for 121 s, without a word for 121 s");
            asked[0] = true;
            watch.look(start + 130 * second);
            watch.look(start + 151 * second);
            watch.look(start + 190 * second);
            assertThat(said).hasSize(2);
            assertThat(said.get(1).toString())
                    .contains("Bad, of the plugin bad-silent, was asked to stop 21 s ago and is still at work.");
            assertThat(turn).isNotNull();
        }
    }

    @Test
    void aConverterJoinsWhatDoesNotFitAndItsResultIsFreed() throws Exception {
        Path plugins = Files.createDirectories(folder.resolve("plugins"));
        TestPlugin.of("converts", "1.0.0")
                .source("""
                package stranger;
                import graft.node.*;
                @SocketType(id = "stranger/word", title = "Word", color = "#123456")
                public final class Word implements Resource {
                    public static int open;
                    public final String text;
                    public Word(String text) { this.text = text; open++; }
                    @Override public void close() { open--; }
                }
                """)
                .source("""
                package stranger;
                import graft.node.*;
                import org.pf4j.Extension;
                @Extension
                public final class ToWord implements Converter<Number, Word> {
                    @Override public Class<Number> from() { return Number.class; }
                    @Override public Class<Word> to() { return Word.class; }
                    @Override public Word convert(Number value) { return new Word("<" + value + ">"); }
                }
                """)
                .source("""
                package stranger;
                import graft.node.*;
                @NodeType(id = "stranger/number/give", title = "Give", category = "test", help = "Works.")
                public final class Give implements Node {
                    @Output int number;
                    @Override public void run(Run run) { number = 7; }
                }
                """)
                .source("""
                package stranger;
                import graft.node.*;
                @NodeType(id = "stranger/word/show", title = "Show", category = "test", help = "Works.", output = true)
                public final class Show implements Node {
                    @Input Word word;
                    @Override public void run(Run run) { run.log(word.text + " of " + Word.open); }
                }
                """)
                .build(plugins.resolve("converts.jar"));
        TestPlugin.bundle(plugins);
        library = NodeLibrary.load(plugins, "0.1.0");
        assertThat(library.failures()).isEmpty();
        Map<String, WorkflowNode> nodes =
                workflow("stranger/number/give", "stranger/word/show").nodes();
        Workflow joined = new Workflow(
                "Converts", "", nodes, List.of(new Wire("give", "number", "show", "word")), new JsonObject());
        assertThat(run(new Engine(library, cache), joined).outcome()).isEqualTo(Outcome.DONE);
        assertThat(events(RunEvent.Log.class).map(RunEvent.Log::sentence)).containsExactly("<7> of 1");
        Class<?> word = library.node("stranger/word/show")
                .orElseThrow()
                .inputs()
                .get(0)
                .kind()
                .type();
        assertThat(word.getField("open").get(null)).isEqualTo(0);
    }

    @Test
    void aRunLeavesALockAndDifferencesAreNamed() throws Exception {
        Engine engine = engine("locked", "@Override public void run(Run run) {}");
        RunResult result = run(engine, workflow("bad/node/locked"));
        PluginLock lock =
                PluginLock.read(result.folder().resolve("plugins.lock.json")).orElseThrow();
        assertThat(lock.plugins()).singleElement().satisfies(plugin -> {
            assertThat(plugin.id()).isEqualTo("bad-locked");
            assertThat(plugin.version()).isEqualTo("1.0.0");
        });
        assertThat(lock.differences(library)).isEmpty();
        assertThat(new PluginLock(List.of(
                                new PluginLock.Pinned("bad-locked", "0.9.0", "00"),
                                new PluginLock.Pinned("bad-locked", "1.0.0", "00"),
                                new PluginLock.Pinned("gone", "1.0.0", "00")))
                        .differences(library))
                .containsExactly(
                        "The workflow was made with bad-locked 0.9.0, and 1.0.0 is here.",
                        "The workflow was made with another build of bad-locked 1.0.0 than the one here.",
                        "The workflow was made with gone 1.0.0, which is not here.");
    }

    @Test
    void aMissingNodeNamesThePluginThatBringsIt() throws Exception {
        Engine engine = engine("away", "@Override public void run(Run run) {}");
        Path plugins = folder.resolve("plugins");
        new PluginStore(plugins, "0.1.0").setEnabled("bad-away", false);
        library.refresh();
        Workflow workflow = workflow("bad/node/away");
        assertThat(engine.check(workflow).findings())
                .extracting(Finding::sentence)
                .containsExactly(
                        "away: There is no node type bad/node/away: it is of the plugin bad-away 1.0.0, which is"
                                + " disabled; enable it with `graft plugins enable bad-away`.");
        new PluginStore(plugins, "0.1.0").remove("bad-away");
        library.refresh();
        assertThat(engine.check(workflow).findings())
                .extracting(Finding::sentence)
                .containsExactly(
                        "away: There is no node type bad/node/away: it is of the plugin bad-away 1.0.0, which was removed;"
                                + " install it again from " + folder.resolve("bad.jar") + ", where it came from.");
        String json = workflow.toJson();
        assertThat(Workflow.parse(json, "it").toJson()).isEqualTo(json);
    }

    // --- what strangers answer, and what they leave behind

    @Test
    void aNodeThatLeavesTheThreadInterruptedFailsNobodyElse() throws Exception {
        Path plugins = Files.createDirectories(folder.resolve("plugins"));
        TestPlugin.of("writes", "1.0.0").source("""
                package writes;
                import graft.node.*;
                @NodeType(id = "writes/node/file", title = "Writes", category = "test", help = "Writes.", output = true)
                public final class Writes implements Node {
                    @Override public void run(Run run) throws Exception {
                        java.nio.file.Path file = java.nio.file.Files.createDirectories(run.folder()).resolve("a.txt");
                        try (var out = java.nio.channels.FileChannel.open(
                                file, java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.WRITE)) {
                            out.write(java.nio.ByteBuffer.wrap(new byte[3]));
                        }
                    }
                }
                """).build(plugins.resolve("writes.jar"));
        Engine engine =
                engine("interrupts", "@Override public void run(Run run) { Thread.currentThread().interrupt(); }");
        RunResult result = run(engine, workflow("bad/node/interrupts", "writes/node/file"));
        assertThat(events(NodeFailed.class).map(NodeFailed::problem)).isEmpty();
        assertThat(result.outcome()).isEqualTo(Outcome.DONE);
    }

    @Test
    void aFailureThatCannotBeTold() throws Exception {
        failsAndTheRestFinishes("mute", """
                static final class Mute extends RuntimeException {
                    @Override public String getMessage() { throw new IllegalStateException("not even this"); }
                    @Override public String toString() { throw new IllegalStateException("nor this"); }
                    @Override public Throwable getCause() { return this; }
                    @Override public boolean equals(Object other) { throw new IllegalStateException("nor that"); }
                }
                @Override public void run(Run run) { throw new Mute(); }
                """, "(Mute: it says nothing of why)");
    }

    @Test
    void aFailureOfAClassWithoutAName() throws Exception {
        failsAndTheRestFinishes("nameless", """
                @Override public void run(Run run) { throw new RuntimeException("why") { }; }
                """, "(Bad$1: why)");
    }

    @Test
    void aFailureWhoseCausesLieInARing() throws Exception {
        failsAndTheRestFinishes("ring", """
                @Override public void run(Run run) {
                    RuntimeException one = new RuntimeException("one");
                    RuntimeException two = new RuntimeException("two", one);
                    one.initCause(two);
                    throw one;
                }
                """, "(RuntimeException: one)");
    }

    @Test
    void aFailureWhoseMessageNeverComes() throws Exception {
        failsAndTheRestFinishes("endless", """
                static final class Endless extends Error {
                    @Override public String getMessage() {
                        try { Thread.sleep(Long.MAX_VALUE); } catch (InterruptedException e) { throw new IllegalStateException(e); }
                        return "";
                    }
                }
                @Override public void run(Run run) { throw new Endless(); }
                """, "(Endless: it says nothing of why)");
    }

    @Test
    void aPictureThatAStrangerSpoilsIsItsOwn() throws Exception {
        Path plugins = Files.createDirectories(folder.resolve("plugins"));
        TestPlugin.of("shows", "1.0.0").source("""
                        package shows;
                        import graft.node.*;
                        import graft.picture.*;
                        @NodeType(id = "shows/node/makes", title = "Makes", category = "test", help = "Makes.")
                        public final class Makes implements Node {
                            @Output Images images;
                            @Override public void run(Run run) {
                                images = new Images(java.util.List.of(new Picture(1, 1, new float[] {1f, 1f, 1f})));
                            }
                        }
                        """).source("""
                        package shows;
                        import graft.node.*;
                        import graft.picture.*;
                        @NodeType(id = "shows/node/tells", title = "Tells", category = "test", help = "Tells.", output = true)
                        public final class Tells implements Node {
                            @Input Images images;
                            @Override public void run(Run run) { run.log("red " + images.pictures().get(0).rgb()[0]); }
                        }
                        """).build(plugins.resolve("shows.jar"));
        Engine engine = engine("spoils", """
                @Input graft.picture.Images images;
                @Override public void run(Run run) { java.util.Arrays.fill(images.pictures().get(0).rgb(), 0f); }
                """);
        Map<String, WorkflowNode> nodes = new LinkedHashMap<>();
        for (String type : List.of("shows/node/makes", "bad/node/spoils", "shows/node/tells")) {
            nodes.put(
                    type.substring(type.lastIndexOf('/') + 1),
                    new WorkflowNode(type, 1, Map.of(), "", Optional.empty(), new JsonObject()));
        }
        List<Wire> wires = List.of(
                new Wire("makes", "images", "spoils", "images"), new Wire("makes", "images", "tells", "images"));
        assertThat(run(engine, new Workflow("Spoilt", "", nodes, wires, new JsonObject()))
                        .outcome())
                .isEqualTo(Outcome.DONE);
        assertThat(events(RunEvent.Log.class).map(RunEvent.Log::sentence)).contains("red 1.0");
    }

    @Test
    void aPictureThatIsNoneIsTheFaultOfItsMaker() throws Exception {
        failsAndTheRestFinishes("nan", """
                @Output graft.picture.Images images;
                @Override public void run(Run run) {
                    images = new graft.picture.Images(
                            java.util.List.of(new graft.picture.Picture(1, 1, new float[] {0f, Float.NaN, 0f})));
                }
                """, "its output images holds a picture with NaN or infinite numbers");
    }

    @Test
    void aConverterThatCannotSayOfWhatIsLeftOutAndWiresAreAsTheyWere() throws Exception {
        Path plugins = Files.createDirectories(folder.resolve("plugins"));
        TestPlugin.of("turns", "1.0.0").source("""
                        package turns;
                        import graft.node.*;
                        @org.pf4j.Extension
                        public final class Turns implements Converter<String, Number> {
                            @Override public Class<String> from() { throw new IllegalStateException("from nowhere"); }
                            @Override public Class<Number> to() { return Number.class; }
                            @Override public Number convert(String text) { return 1; }
                        }
                        """).good("turns/node/good").build(plugins.resolve("turns.jar"));
        TestPlugin.bundle(plugins);
        library = NodeLibrary.load(plugins, "0.1.0");
        assertThat(library.failures()).singleElement().satisfies(failure -> assertThat(failure.reason())
                .isEqualTo("its class turns.Turns is left out: from nowhere"));
        assertThat(library.node("turns/node/good")).isPresent();
    }

    @Test
    void whateverIsThrownWhileAPluginLoadsLeavesTheOthers() throws Exception {
        Path plugins = Files.createDirectories(folder.resolve("plugins"));
        for (String thrown : List.of("new Error(\"odd\")", "new OutOfMemoryError(\"odd\")", "new ThreadDeath()")) {
            String name = "p" + thrown.length();
            TestPlugin.of(name, "1.0.0")
                    .source(NODE.formatted(
                            name,
                            "static { boom(); } static void boom() { throw %s; } @Override public void run(Run run) {}"
                                    .formatted(thrown)))
                    .build(plugins.resolve(name + ".jar"));
        }
        TestPlugin.of("good", "1.0.0").source(GOOD).build(plugins.resolve("good.jar"));
        TestPlugin.bundle(plugins);
        library = NodeLibrary.load(plugins, "0.1.0");
        assertThat(library.failures()).hasSize(3);
        assertThat(library.node("good/node/works")).isPresent();
    }

    @Test
    void aColourThatIsNoneIsRefusedWithItsNode() throws Exception {
        Path plugins = Files.createDirectories(folder.resolve("plugins"));
        TestPlugin.of("paints", "1.0.0").source("""
                        package paints;
                        import graft.node.*;
                        @NodeType(id = "paints/node/red", title = "Red", category = "test", help = "Red.")
                        public final class Red implements Node {
                            @SocketType(id = "paints/red", title = "Red", color = "red\u2026") public record Of(int red) {}
                            @Output Of red;
                            @Override public void run(Run run) { red = new Of(1); }
                        }
                        """).build(plugins.resolve("paints.jar"));
        TestPlugin.bundle(plugins);
        library = NodeLibrary.load(plugins, "0.1.0");
        assertThat(library.failures()).singleElement().satisfies(failure -> assertThat(failure.reason())
                .contains("is not of the form #RRGGBB"));
    }

    @Test
    void settingsThatAreMigratedWithoutEndAreToldOfAndTheCheckGoesOn() throws Exception {
        Path plugins = Files.createDirectories(folder.resolve("plugins"));
        Path archive = TestPlugin.of("moves", "1.0.0").source("""
                        package moves;
                        import graft.node.*;
                        @NodeType(id = "moves/node/on", title = "On", category = "test", help = "On.", version = 2, output = true)
                        public final class On implements Node {
                            @Override public void migrate(int version, com.google.gson.JsonObject settings) {
                                try { Thread.sleep(Long.MAX_VALUE); } catch (InterruptedException e) { throw new IllegalStateException(e); }
                            }
                            @Override public void run(Run run) {}
                        }
                        """).build(folder.resolve("moves.jar"));
        PluginStore store = new PluginStore(plugins, "0.1.0");
        try (var plan = store.planFile(archive, Optional.of(graft.app.plugin.Sha512.of(archive)), store.known())) {
            store.install(plan);
        }
        library = NodeLibrary.load(plugins, "0.1.0");
        assertThat(new Engine(library, cache).check(workflow("moves/node/on")).findings())
                .extracting(Finding::sentence)
                .anySatisfy(sentence -> assertThat(sentence)
                        .contains(
                                "could not be brought to version 2",
                                "this is a fault of the plugin moves 1.0.0 (it did not come back within 10 s"));
    }
}
