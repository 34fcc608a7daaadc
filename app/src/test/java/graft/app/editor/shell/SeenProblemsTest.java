package graft.app.editor.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.swing.edt.GuiActionRunner.execute;

import com.google.gson.JsonPrimitive;
import graft.app.editor.Commands;
import graft.app.editor.OpensWindows;
import graft.app.editor.canvas.NodeState;
import graft.app.engine.Finding;
import graft.app.plugin.NodeLibrary;
import graft.app.worker.TestNodes;
import graft.app.workflow.Edits;
import graft.app.workflow.Subgraph;
import graft.app.workflow.Workflow;
import graft.file.PngFile;
import java.awt.Component;
import java.awt.Container;
import java.awt.event.ActionEvent;
import java.awt.event.WindowEvent;
import java.awt.event.WindowListener;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import javax.swing.Action;
import javax.swing.JButton;
import javax.swing.JTabbedPane;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong is marked where it is, goes with its cause, and is counted alike wherever it is counted. */
@OpensWindows
class SeenProblemsTest {

    /** What Problems is among the tabs of the dock. */
    private static final int PROBLEMS = 3;

    @TempDir
    private Path config;

    private OpenedEditor open(String shipped) throws IOException {
        return open(Workflow.read(OpenedEditor.WORKFLOWS.resolve(shipped + ".json")));
    }

    private OpenedEditor open(Workflow workflow) throws IOException {
        OpenedEditor editor = new OpenedEditor(config, OpenedEditor.begun(), write(workflow));
        editor.awaitWorkflow();
        editor.awaitFileWork();
        return editor;
    }

    private Path write(Workflow workflow) throws IOException {
        Path file = config.resolve("mine.json");
        Files.writeString(file, workflow.toJson());
        return file;
    }

    private static void edit(OpenedEditor editor, UnaryOperator<Workflow> edit) {
        execute(() -> editor.window().current().orElseThrow().document().edit("Edit", edit));
    }

    private static void perform(OpenedEditor editor, Commands command) {
        execute(() -> editor.window().action(command).orElseThrow().actionPerformed(new ActionEvent(editor, 0, "")));
    }

    private static List<String> marks(OpenedEditor editor, String node) {
        return editor.window().current().orElseThrow().canvas().marks(node);
    }

    private static void awaitMark(OpenedEditor editor, String node, String words) {
        editor.await(node + " is marked: " + words, () -> marks(editor, node).stream()
                .anyMatch(mark -> mark.contains(words)));
    }

    private static void awaitNoProblem(OpenedEditor editor) {
        editor.await(
                "nothing is wrong any more",
                () -> editor.window().current().orElseThrow().findings().isEmpty()
                        && counted(editor).equals("No problems"));
        assertCounts(editor, 0, "No problems");
    }

    private static String counted(OpenedEditor editor) {
        return editor.robot()
                .finder()
                .findByName("status.problems", JButton.class)
                .getText();
    }

    /** The count is the same in the status line, on the tab of the dock, and by counting the cards. */
    private static void assertCounts(OpenedEditor editor, int count, String words) {
        if (shownTab(editor) != PROBLEMS) {
            perform(editor, Commands.PROBLEMS);
        }
        editor.robot().waitForIdle();
        assertThat(execute(() -> counted(editor))).isEqualTo(words);
        assertThat(execute(() -> editor.frame().tabbedPane("runs.tabs").target().getTitleAt(PROBLEMS)))
                .isEqualTo(count == 0 ? "Problems" : "Problems (" + count + ")");
        assertThat(execute(() -> cards(editor))).isEqualTo(count);
    }

    /** Which tab of the dock is in front; -1 while it is put away. */
    private static int shownTab(OpenedEditor editor) {
        return editor.robot().finder().findAll(OpenedEditor.named("runs.tabs")).stream()
                .filter(Component::isShowing)
                .map(JTabbedPane.class::cast)
                .mapToInt(JTabbedPane::getSelectedIndex)
                .findFirst()
                .orElse(-1);
    }

    private static int cards(OpenedEditor editor) {
        return (int) editor.robot().finder().findAll(OpenedEditor.named("problems.cards")).stream()
                .flatMap(cards -> Arrays.stream(((Container) cards).getComponents()))
                .map(Component::getName)
                .filter(name -> name != null && name.startsWith("problem."))
                .count();
    }

    private static void awaitCards(OpenedEditor editor, int count) {
        editor.await(count + " cards", () -> cards(editor) == count);
    }

    private static Workflow unwired(Workflow workflow, String node, String input) {
        return workflow.withWires(workflow.wires().stream()
                .filter(wire -> !wire.to().equals(node + "." + input))
                .toList());
    }

    private void run(OpenedEditor editor) {
        perform(editor, Commands.RUN);
        editor.await("the run is over", () -> editor.window().action(Commands.CANCEL).stream()
                .noneMatch(Action::isEnabled));
    }

    @Test
    void anInputWithoutAWireIsMarkedBeforeAndAfterARefusedRunUntilItHasOne() throws IOException {
        try (OpenedEditor editor = open("text-to-image")) {
            awaitNoProblem(editor);
            edit(editor, workflow -> unwired(workflow, "sample", "model"));
            awaitMark(editor, "sample", "has nothing at its input model");
            assertCounts(editor, 1, "1 problem");
            run(editor);
            awaitMark(editor, "sample", "has nothing at its input model");
            assertCounts(editor, 1, "1 problem");
            perform(editor, Commands.UNDO);
            awaitNoProblem(editor);
            assertThat(execute(() -> marks(editor, "sample"))).isEmpty();
        }
    }

    @Test
    void aRunThatIsRefusedBeforeAnyCheckLeavesTheMarkAndOneCard() throws IOException {
        try (OpenedEditor editor = open("text-to-image")) {
            awaitNoProblem(editor);
            execute(() -> {
                editor.window()
                        .current()
                        .orElseThrow()
                        .document()
                        .edit("Cut", workflow -> unwired(workflow, "sample", "positive"));
                editor.window().action(Commands.RUN).orElseThrow().actionPerformed(new ActionEvent(editor, 0, ""));
            });
            awaitMark(editor, "sample", "has nothing at its input positive");
            editor.await("the run is over", () -> editor.window().action(Commands.CANCEL).stream()
                    .noneMatch(Action::isEnabled));
            awaitCards(editor, 1);
            assertCounts(editor, 1, "1 problem");
            perform(editor, Commands.UNDO);
            awaitNoProblem(editor);
        }
    }

    @Test
    void aFileThatIsMissingIsMarkedUntilItIsThere() throws IOException {
        Path folder = config.resolve("pictures");
        Workflow workflow = Workflow.read(OpenedEditor.WORKFLOWS.resolve("train-lora.json"))
                .with("pictures", "folder", new JsonPrimitive(folder.toString()));
        try (OpenedEditor editor = open(workflow)) {
            awaitMark(editor, "pictures", folder.toString());
            run(editor);
            awaitMark(editor, "pictures", folder.toString());
            Files.createDirectories(folder);
            PngFile.write(folder.resolve("a.png"), new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB), Map.of());
            Files.writeString(folder.resolve("a.txt"), "a pot");
            // The user comes back from the file manager.
            execute(() -> {
                WindowEvent back = new WindowEvent(editor.window().frame(), WindowEvent.WINDOW_ACTIVATED);
                for (WindowListener listener : editor.window().frame().getWindowListeners()) {
                    listener.windowActivated(back);
                }
            });
            editor.await("it is marked no more", () -> marks(editor, "pictures").isEmpty());
        }
    }

    @Test
    void aRefusedValueIsMarkedAtItsNodeAndGoesWithTheValue() throws IOException {
        try (OpenedEditor editor = open("train-lora")) {
            edit(editor, workflow -> workflow.with("train", "rank", new JsonPrimitive(0))
                    .with("before", "steps", new JsonPrimitive("many")));
            awaitMark(editor, "train", "rank cannot be 0");
            awaitMark(editor, "before", "steps");
            List<Finding> found =
                    execute(() -> editor.window().current().orElseThrow().findings());
            assertThat(found).extracting(Finding::socket).contains("rank", "steps");
            assertCounts(editor, found.size(), found.size() + " problems");
            edit(editor, workflow -> workflow.with("train", "rank", new JsonPrimitive(4)));
            editor.await("one is left", () -> marks(editor, "train").isEmpty());
            assertThat(execute(() -> marks(editor, "before"))).isNotEmpty();
        }
    }

    @Test
    void whatIsWrongWithinASubgraphIsMarkedOnItsBoxAndWithin() throws IOException {
        Workflow workflow = Workflow.read(OpenedEditor.WORKFLOWS.resolve("text-to-image.json"));
        Workflow folded =
                Edits.toSubgraph(workflow, Set.of("sample", "decode"), "Draw").workflow();
        String name = folded.subgraphs().keySet().iterator().next();
        Workflow broken = Edits.within(folded, name, inside -> inside.with("sample", "steps", new JsonPrimitive(0)));
        String box = broken.nodes().entrySet().stream()
                .filter(node -> Subgraph.isType(node.getValue().type()))
                .findFirst()
                .orElseThrow()
                .getKey();
        try (OpenedEditor editor = open(broken)) {
            awaitMark(editor, box, "steps cannot be 0");
            execute(() -> {
                editor.window().current().orElseThrow().canvas().select(Set.of(box));
                editor.window()
                        .action(Commands.ENTER_SUBGRAPH)
                        .orElseThrow()
                        .actionPerformed(new ActionEvent(editor, 0, ""));
            });
            awaitMark(editor, "sample", "steps cannot be 0");
            assertThat(execute(() -> marks(editor, "decode"))).isEmpty();
        }
    }

    @Test
    void anEmptyCanvasHasNoProblemAndARunOfItSaysWhyNot() {
        try (OpenedEditor editor = new OpenedEditor(config, OpenedEditor.begun())) {
            editor.awaitFileWork();
            perform(editor, Commands.NEW);
            editor.awaitWorkflow();
            awaitNoProblem(editor);
            run(editor);
            awaitCards(editor, 1);
            assertCounts(editor, 1, "1 problem");
            edit(editor, workflow -> Workflow.read(OpenedEditor.WORKFLOWS.resolve("text-to-image.json")));
            awaitNoProblem(editor);
        }
    }

    @Test
    void warningsAreCountedBesideAndClosingTheTabTakesAllAway() throws IOException {
        try (OpenedEditor editor = open("text-to-image")) {
            edit(editor, workflow -> {
                Workflow longer = workflow.with("prompt", "prompt", new JsonPrimitive("pot ".repeat(100)));
                return unwired(longer, "sample", "model");
            });
            editor.await("an error and warnings", () -> editor.window().current().orElseThrow().findings().stream()
                    .anyMatch(Finding::isError));
            List<Finding> found =
                    execute(() -> editor.window().current().orElseThrow().findings());
            long warnings = found.stream().filter(each -> !each.isError()).count();
            assertCounts(
                    editor,
                    found.size(),
                    "1 problem" + (warnings == 0 ? "" : warnings == 1 ? ", 1 warning" : ", " + warnings + " warnings"));
            perform(editor, Commands.SAVE);
            editor.awaitFileWork();
            perform(editor, Commands.CLOSE);
            awaitCards(editor, 0);
            assertThat(execute(() ->
                            editor.frame().tabbedPane("runs.tabs").target().getTitleAt(PROBLEMS)))
                    .isEqualTo("Problems");
        }
    }

    @Test
    void theCardOfAFailedNodeGoesWhenTheNodeIsChanged() throws IOException {
        NodeLibrary library = TestNodes.library();
        Path file = write(TestNodes.workflow("test/steps", 0));
        try (OpenedEditor editor = new OpenedEditor(config, OpenedEditor.begun(), library, file)) {
            editor.awaitWorkflow();
            run(editor);
            editor.await("it failed", () -> editor.state("work") == NodeState.Kind.FAILED);
            assertCounts(editor, 1, "1 problem");
            edit(editor, workflow -> Edits.rename(workflow, "work", "Called otherwise"));
            editor.robot().waitForIdle();
            assertCounts(editor, 1, "1 problem");
            edit(editor, workflow -> workflow.with("work", "steps", new JsonPrimitive(1)));
            awaitNoProblem(editor);
            editor.await("nor is it marked", () -> editor.state("work") != NodeState.Kind.FAILED);
        }
    }
}
