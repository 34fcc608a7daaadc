package graft.app.editor.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.swing.edt.GuiActionRunner.execute;

import graft.app.editor.Commands;
import graft.app.editor.Hands;
import graft.app.editor.OpensWindows;
import graft.app.editor.canvas.NodeState;
import graft.app.plugin.NodeLibrary;
import graft.app.plugin.PluginStore;
import graft.app.plugin.Sha512;
import graft.app.plugin.TestPlugin;
import graft.app.workflow.Workflow;
import java.awt.Component;
import java.awt.event.ActionEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.swing.JPanel;
import javax.swing.JTabbedPane;
import javax.swing.JTextArea;
import javax.swing.JTextPane;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Strangers' plugins that misbehave, from real archives, in one window: it lives, names the plugin, finishes what does not need
 * the node, lets the plugin be disabled where it is named, and leaves the workflow as it was.
 */
@OpensWindows
class MisbehavingPluginsTest {

    /** Set while nodes may go on looping, and cleared so that the tests that follow have the processor. */
    private static final String LOOPS = "graft.test.loops";

    private static final String FAILS = "graft.test.fails";

    private static final String NODE = """
            package bad;
            import graft.node.*;
            @NodeType(id = "bad/node/%1$s", title = "Bad", category = "test", help = "Misbehaves.", output = true)
            public final class Bad implements Node {
                %2$s
            }
            """;

    private static final String RUNS = "@Override public void run(Run run) {}";

    private static final String LOOP = "while (Boolean.getBoolean(\"" + LOOPS + "\")) { Thread.onSpinWait(); }";

    @TempDir
    private Path work;

    private final List<Path> workflows = new ArrayList<>();
    private PluginStore store;
    private NodeLibrary library;

    @AfterEach
    void letGo() {
        System.clearProperty(LOOPS);
        System.clearProperty(FAILS);
        if (library != null) {
            library.close();
        }
    }

    private void install(TestPlugin plugin, String name) throws IOException {
        Path archive = plugin.build(work.resolve(name + ".jar"));
        try (var plan = store.planFile(archive, Optional.of(Sha512.of(archive)), store.known())) {
            store.install(plan);
        }
    }

    /** Installs a plugin with a node of that body, and writes a workflow with it and a node that works. */
    private void bad(String name, String body) throws IOException {
        install(
                TestPlugin.of("bad-" + name, "1.0.0")
                        .with("Plugin-Provider", "Mallory")
                        .source(NODE.formatted(name, body)),
                name);
        Path file = work.resolve(name + ".json");
        Files.writeString(file, """
                {"format": 1, "title": "%1$s", "nodes": {
                  "bad": {"type": "bad/node/%1$s", "version": 1, "at": [40, 60]},
                  "works": {"type": "good/node/works", "version": 1, "at": [40, 260]}}, "wires": []}
                """.formatted(name));
        workflows.add(file);
    }

    @Test
    void theEditorOutlivesThemAll() throws Exception {
        store = new PluginStore(Files.createDirectories(work.resolve("plugins")), "0.1.0");
        install(TestPlugin.of("good", "1.0.0").source("""
                package good;
                import graft.node.*;
                @NodeType(id = "good/node/works", title = "Works", category = "test", help = "Works.", output = true)
                public final class Works implements Node {
                    @Override public void run(Run run) { run.log("fine"); }
                }
                """), "good");
        bad(
                "static",
                "static { if (Boolean.getBoolean(\"" + FAILS + "\")) { throw new IllegalStateException(\"one\"); } }"
                        + RUNS);
        bad("initialiser", """
                static final class Table { static final int[] VALUES = new int[-1]; }
                @Override public void run(Run run) { run.log("" + Table.VALUES.length); }
                """);
        bad(
                "constructor",
                "public Bad() { if (Boolean.getBoolean(\"" + FAILS
                        + "\")) { throw new IllegalStateException(\"two\"); } }" + RUNS);
        bad(
                "configure",
                "@Override public void configure(Specs specs) { throw new AssertionError(\"three\"); }" + RUNS);
        bad("run", "@Override public void run(Run run) { throw new StackOverflowError(\"four\"); }");
        bad("exit", "@Override public void run(Run run) { System.exit(3); }");
        bad("threads", """
                @Override public void run(Run run) {
                    Thread thread = new Thread(() -> { %s }, "crumb");
                    thread.setDaemon(true);
                    thread.start();
                }
                """.formatted(LOOP.replace("Thread.onSpinWait();", "Thread.yield();")));
        bad(
                "prints",
                "@Override public void run(Run run) { System.out.println(\"hello\"); System.err.println(\"you\"); }");
        bad("ponders", "@Override public void configure(Specs specs) { " + LOOP + " }" + RUNS);
        bad("loops", "@Override public void run(Run run) { run.log(\"looping\"); " + LOOP + " }");
        library = NodeLibrary.load(work.resolve("plugins"), "0.1.0");
        assertThat(library.failures()).isEmpty();
        System.setProperty(LOOPS, "true");
        System.setProperty(FAILS, "true");
        try (OpenedEditor editor = new OpenedEditor(
                work.resolve("config"), OpenedEditor.begun(), library, workflows.toArray(Path[]::new))) {
            // Its class is loaded anew, and fails this time.
            store.setEnabled("bad-static", false);
            library.refresh();
            store.setEnabled("bad-static", true);
            library.refresh();
            tried(
                    editor,
                    "static",
                    "It is of the plugin bad-static 1.0.0, which did not load: its class bad.Bad is left out: one.");
            tried(
                    editor,
                    "initialiser",
                    "This is a fault of the plugin bad-initialiser 1.0.0 (ExceptionInInitializerError");
            tried(
                    editor,
                    "constructor",
                    "This is a fault of the plugin bad-constructor 1.0.0 (IllegalArgumentException");
            tried(editor, "configure", "This is a fault of the plugin bad-configure 1.0.0 (AssertionError: three)");
            tried(editor, "run", "This is a fault of the plugin bad-run 1.0.0 (StackOverflowError: four)");
            tried(editor, "exit", "This is a fault of the plugin bad-exit 1.0.0 (it called System.exit(3)");
            tried(editor, "threads", "Of the plugin bad-threads, it left the thread crumb running");
            tried(
                    editor,
                    "ponders",
                    "This is a fault of the plugin bad-ponders 1.0.0 (it did not come back within 10 s");
            tried(editor, "loops", "Tell the author of the plugin bad-loops");
            printed(editor);
        }
    }

    private void tried(OpenedEditor editor, String name, String words) throws IOException {
        Path file = work.resolve(name + ".json");
        byte[] bytes = Files.readAllBytes(file);
        Workflow before = turnedTo(editor, name);
        run(editor);
        if (name.equals("loops")) {
            leftBehind(editor);
        }
        awaitDone(editor, name);
        show(editor, "problems", Commands.PROBLEMS);
        Hands.awaitWords(words, () -> problems(editor));
        assertThat(library.canDisable("bad-" + name)).isTrue();
        editor.robot().click(execute(() -> shown(editor, "problem.disable.bad-" + name)
                .get(0)));
        editor.await(
                name + " is disabled",
                () -> !library.canDisable("bad-" + name) && problems(editor).contains("which is disabled"));
        assertThat(store.installed("bad-" + name).orElseThrow().enabled()).isFalse();
        assertThat(editor.workflow()).isEqualTo(before);
        assertThat(execute(
                        () -> editor.window().current().orElseThrow().document().dirty()))
                .isFalse();
        assertThat(file).hasBinaryContent(bytes);
    }

    /** What prints does no harm: it is heard in the log, under the node's name. */
    private void printed(OpenedEditor editor) throws IOException {
        Workflow before = turnedTo(editor, "prints");
        run(editor);
        editor.await(
                "both are done",
                () -> editor.state("works") == NodeState.Kind.DONE && editor.state("bad") == NodeState.Kind.DONE);
        editor.await(
                "the log has what it printed",
                () -> log(editor).contains("bad: printed: hello") && log(editor).contains("bad: printed: you"));
        assertThat(editor.workflow()).isEqualTo(before);
    }

    private Workflow turnedTo(OpenedEditor editor, String name) {
        JTabbedPane tabs = editor.frame().tabbedPane("tabs").target();
        editor.await(name + " is open", () -> tabs.indexOfTab(name) >= 0);
        execute(() -> tabs.setSelectedIndex(tabs.indexOfTab(name)));
        editor.awaitWorkflow();
        return editor.workflow();
    }

    private static void run(OpenedEditor editor) {
        act(editor, Commands.RUN);
    }

    private static void act(OpenedEditor editor, Commands command) {
        execute(() -> editor.window().action(command).orElseThrow().actionPerformed(new ActionEvent(editor, 0, "")));
    }

    private static void leftBehind(OpenedEditor editor) {
        editor.await("it loops", () -> editor.state("bad") == NodeState.Kind.RUNNING);
        act(editor, Commands.STOP_AND_KEEP);
        show(editor, "queue", Commands.QUEUE);
        editor.await("the queue offers to leave it behind", () -> !shown(editor, "queue.leave")
                .isEmpty());
        editor.robot().click(execute(() -> shown(editor, "queue.leave").get(0)));
    }

    private static List<Component> shown(OpenedEditor editor, String name) {
        return editor.robot().finder().findAll(OpenedEditor.named(name)).stream()
                .filter(Component::isShowing)
                .toList();
    }

    private static void awaitDone(OpenedEditor editor, String name) {
        editor.await(name + ": the other node is done", () -> editor.state("works") == NodeState.Kind.DONE);
        editor.await(
                name + ": the run is over",
                () -> !editor.window().action(Commands.CANCEL).orElseThrow().isEnabled());
    }

    /** Shows a panel of the dock: the command puts it away when it is shown already. */
    private static void show(OpenedEditor editor, String panel, Commands command) {
        if (shown(editor, panel).isEmpty()) {
            act(editor, command);
        }
        editor.await(panel + " is shown", () -> !shown(editor, panel).isEmpty());
    }

    /** All that stands in the cards of the problems. */
    private static String problems(OpenedEditor editor) {
        return editor.robot().finder().findAll(OpenedEditor.named("problem.bad")).stream()
                .flatMap(card -> editor.robot().finder().findAll((JPanel) card, JTextArea.class::isInstance).stream())
                .map(area -> ((JTextArea) area).getText())
                .collect(Collectors.joining("\n"));
    }

    private static String log(OpenedEditor editor) {
        return editor.robot().finder().findAll(JTextPane.class::isInstance).stream()
                .map(pane -> ((JTextPane) pane).getText())
                .collect(Collectors.joining("\n"));
    }
}
