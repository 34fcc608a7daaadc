package graft.app.editor.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.swing.edt.GuiActionRunner.execute;

import com.formdev.flatlaf.FlatLaf;
import com.google.gson.JsonPrimitive;
import graft.app.editor.Commands;
import graft.app.editor.OpensWindows;
import graft.app.editor.canvas.GraphCanvas;
import graft.app.editor.canvas.NodeState;
import graft.app.workflow.Edits;
import graft.app.workflow.Port;
import graft.app.workflow.Subgraph;
import graft.app.workflow.Subgraphs;
import graft.app.workflow.Workflow;
import java.awt.Component;
import java.awt.Container;
import java.awt.Point;
import java.awt.Rectangle;
import java.awt.event.ActionEvent;
import java.awt.event.KeyEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.swing.AbstractButton;
import javax.swing.JComboBox;
import javax.swing.JDialog;
import javax.swing.JList;
import javax.swing.JSlider;
import javax.swing.JSpinner;
import javax.swing.JTable;
import javax.swing.JToolBar;
import javax.swing.JTree;
import javax.swing.text.JTextComponent;
import org.assertj.swing.core.MouseButton;
import org.assertj.swing.data.TableCell;
import org.assertj.swing.fixture.DialogFixture;
import org.assertj.swing.fixture.JListFixture;
import org.assertj.swing.fixture.JTableFixture;
import org.assertj.swing.fixture.JTextComponentFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a person does with the window, by mouse and keyboard. */
@OpensWindows
class MainWindowTest {

    @TempDir
    private Path config;

    @Test
    void theFirstStartEverOpensTheLoraTemplate() {
        try (OpenedEditor editor = new OpenedEditor(config, Session.FIRST)) {
            editor.awaitWorkflow();
            assertThat(editor.workflow().title()).isEqualTo("Train a LoRA");
            editor.await("the session is kept", () -> Files.exists(config.resolve("session.json")));
            assertThat(Session.read(config.resolve("session.json")).started()).isTrue();
        }
    }

    @Test
    void aSettingOfATemplateIsTypedAndTakenBack() {
        try (OpenedEditor editor = new OpenedEditor(config, OpenedEditor.begun())) {
            editor.openTemplate("text-to-image");
            Workflow before = editor.workflow();
            editor.clickNode("sample");
            JTextComponentFixture steps = editor.frame().textBox("setting.steps");
            steps.requireText("25");
            steps.deleteText().enterText("31");
            assertThat(editor.workflow().nodes().get("sample").settings().get("steps"))
                    .hasToString("31");
            steps.pressKey(KeyEvent.VK_CONTROL)
                    .pressAndReleaseKeys(KeyEvent.VK_Z)
                    .releaseKey(KeyEvent.VK_CONTROL);
            steps.requireText("25");
            assertThat(editor.workflow()).isEqualTo(before);
        }
    }

    @Test
    void whatASubgraphShowsOutsideIsAForm() {
        try (OpenedEditor editor = new OpenedEditor(config, OpenedEditor.begun())) {
            editor.openTemplate("text-to-image");
            execute(() -> editor.window().current().orElseThrow().document().edit("Fold", workflow -> {
                Workflow folded = Edits.toSubgraph(workflow, Set.of("sample", "decode"), "Draw")
                        .workflow();
                String name = folded.subgraphs().keySet().iterator().next();
                return Edits.expose(folded, name, new Port("count", "Count", "sample", "steps"), true);
            }));
            String outer = editor.workflow().nodes().entrySet().stream()
                    .filter(node -> Subgraph.isType(node.getValue().type()))
                    .findFirst()
                    .orElseThrow()
                    .getKey();
            editor.clickNode(outer);
            JTextComponentFixture count = editor.frame().textBox("setting.count");
            count.requireText("25");
            count.deleteText().enterText("31");
            assertThat(Subgraphs.flatten(editor.workflow())
                            .nodes()
                            .get(outer + ".sample")
                            .settings()
                            .get("steps"))
                    .hasToString("31");
        }
    }

    @Test
    void aFileOfComfyUiOpensAsAWorkflowWithoutAFile() throws IOException {
        Path file = Files.writeString(config.resolve("theirs.json"), """
                {"1": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "builtin:emoji-sd"}},
                 "2": {"class_type": "FancyThing", "inputs": {"model": ["1", 0]}}}
                """);
        try (OpenedEditor editor = new OpenedEditor(config, OpenedEditor.begun(), file)) {
            editor.awaitWorkflow();
            assertThat(editor.workflow().title()).isEqualTo("theirs");
            assertThat(editor.workflow().nodes().get("load").type()).isEqualTo("graft/model/load");
            assertThat(editor.workflow().notes()).contains("no counterpart of these nodes: FancyThing");
            assertThat(editor.said()).anySatisfy(words -> assertThat(words).contains("FancyThing", "notes"));
            assertThat(editor.window().current().orElseThrow().document().file())
                    .isEmpty();
        }
    }

    @Test
    void aKeyOfAnotherCommandIsToldOfAndChangesHands() throws IOException {
        try (OpenedEditor editor = new OpenedEditor(config, OpenedEditor.begun())) {
            editor.openTemplate("text-to-image");
            JToolBar tools = editor.frame().toolBar("tools").target();
            execute(() -> editor.window()
                    .action(Commands.SETTINGS)
                    .orElseThrow()
                    .actionPerformed(new ActionEvent(this, 0, "")));
            DialogFixture settings = editor.dialog("settings");
            settings.list("settings.pages").selectItem("Keys");
            JTableFixture table = settings.table("settings.keys.table");
            table.selectCell(TableCell.row(rowOf(Commands.FOCUS_MODE)).column(0));
            settings.textBox("settings.keys.capture").pressAndReleaseKeys(KeyEvent.VK_F2);
            settings.label("settings.keys.conflict")
                    .requireText("F2 is a key of “Rename”, which loses it when you assign it here.");
            settings.button("settings.keys.assign").click();
            settings.close();
            editor.await("the settings are kept", () -> Files.exists(config.resolve("settings.json")));
            Preferences kept = Preferences.read(config.resolve("settings.json"));
            assertThat(kept.keymap().words(Commands.FOCUS_MODE)).isEqualTo("F2");
            assertThat(kept.keymap().keys(Commands.RENAME)).isEmpty();
            editor.clickNode("sample");
            editor.robot().pressAndReleaseKeys(KeyEvent.VK_F2);
            editor.await("the tools are out of the way", () -> !tools.isVisible());
        }
    }

    private static int rowOf(Commands command) {
        return Arrays.asList(Commands.values()).indexOf(command);
    }

    @Test
    void lettersGoIntoTextsAndAreCommandsElsewhere() {
        try (OpenedEditor editor = new OpenedEditor(config, OpenedEditor.begun())) {
            editor.openTemplate("text-to-image");
            JToolBar tools = editor.frame().toolBar("tools").target();
            editor.clickNode("prompt");
            JTextComponentFixture prompt = editor.frame().textBox("setting.prompt");
            prompt.deleteText().enterText("fir tree");
            prompt.requireText("fir tree");
            assertThat(tools.isVisible()).isTrue();
            editor.clickNode("sample");
            editor.robot().pressAndReleaseKeys(KeyEvent.VK_F);
            editor.await("the tools are out of the way", () -> !tools.isVisible());
        }
    }

    @Test
    void escapeLeadsFromWhatStandsBesideBackToTheCanvas() {
        try (OpenedEditor editor = new OpenedEditor(config, OpenedEditor.begun())) {
            editor.openTemplate("text-to-image");
            GraphCanvas canvas = editor.window().current().orElseThrow().canvas();
            editor.clickNode("prompt");
            editor.frame().textBox("setting.prompt").focus().pressAndReleaseKeys(KeyEvent.VK_ESCAPE);
            editor.await("the canvas has the keyboard", canvas::isFocusOwner);
            assertThat(execute(canvas::selected)).containsExactly("prompt");
            editor.robot().pressAndReleaseKeys(KeyEvent.VK_W);
            JTextComponentFixture filter = editor.frame().textBox("library.filter");
            editor.await("the filter has the keyboard", () -> filter.target().isFocusOwner());
            filter.enterText("sweep").requireText("sweep");
            JListFixture shelf = editor.frame().list("library.workflows").requireItemCount(1);
            editor.robot().pressAndReleaseKeys(KeyEvent.VK_DOWN);
            editor.await("the shelf has the keyboard", () -> shelf.target().isFocusOwner());
            shelf.requireSelection(0);
            editor.robot().pressAndReleaseKeys(KeyEvent.VK_ESCAPE);
            editor.await("the canvas has the keyboard", canvas::isFocusOwner);
            editor.robot().pressAndReleaseKeys(KeyEvent.VK_N);
            editor.await(
                    "another shelf shows all", () -> filter.target().getText().isEmpty());
        }
    }

    @Test
    void escapeClosesADialogOfWordsAlone() {
        try (OpenedEditor editor = new OpenedEditor(config, OpenedEditor.begun())) {
            editor.openTemplate("text-to-image");
            execute(() -> editor.window()
                    .action(Commands.SHORTCUTS)
                    .orElseThrow()
                    .actionPerformed(new ActionEvent(this, 0, "")));
            DialogFixture shortcuts = editor.dialog("shortcuts");
            editor.await(
                    "it has the keyboard",
                    () -> ((JDialog) shortcuts.target()).getContentPane().isFocusOwner());
            editor.robot().pressAndReleaseKeys(KeyEvent.VK_ESCAPE);
            editor.await("it is closed", () -> !shortcuts.target().isVisible());
        }
    }

    /** What has the keyboard is read out by its name. */
    @Test
    void whatTakesTheKeyboardHasAName() {
        try (OpenedEditor editor = new OpenedEditor(config, OpenedEditor.begun())) {
            editor.openTemplate("train-lora");
            List<String> nameless = new ArrayList<>();
            for (Commands command :
                    List.of(Commands.NODES, Commands.MODELS, Commands.QUEUE, Commands.PROBLEMS, Commands.LOG)) {
                execute(() ->
                        editor.window().action(command).orElseThrow().actionPerformed(new ActionEvent(this, 0, "")));
                for (String node : List.of("train", "captions", "pictures", "grid")) {
                    execute(() -> {
                        editor.window().current().orElseThrow().canvas().select(Set.of(node));
                        nameless.addAll(nameless(editor.window().frame().getContentPane()));
                    });
                }
            }
            assertThat(nameless).isEmpty();
        }
    }

    private static List<String> nameless(Container within) {
        List<String> found = new ArrayList<>();
        for (Component each : within.getComponents()) {
            boolean control = each instanceof AbstractButton
                    || (each instanceof JTextComponent text && text.isFocusable())
                    || each instanceof JList
                    || each instanceof JTree
                    || each instanceof JTable
                    || each instanceof JComboBox
                    || each instanceof JSlider
                    || each instanceof JSpinner;
            if (control
                    && each.isFocusable()
                    && isBlank(each.getAccessibleContext().getAccessibleName())) {
                found.add(each.getClass().getName() + " " + each.getName() + " in " + within.getName());
            }
            if (each instanceof Container container && !(each instanceof JSpinner) && !(each instanceof JComboBox)) {
                found.addAll(nameless(container));
            }
        }
        return found;
    }

    private static boolean isBlank(String name) {
        return name == null || name.isBlank();
    }

    @Test
    void bothThemesCanBeChangedForEachOther() {
        try (OpenedEditor editor = new OpenedEditor(config, OpenedEditor.begun())) {
            editor.openTemplate("train-lora");
            editor.clickNode("train");
            for (Preferences.Look look :
                    new Preferences.Look[] {Preferences.Look.LIGHT, Preferences.Look.DARK, Preferences.Look.LIGHT}) {
                execute(() -> editor.window().apply(Preferences.DEFAULT.withLook(look)));
                editor.await("the theme is there", () -> FlatLaf.isLafDark() == (look == Preferences.Look.DARK));
                editor.robot().waitForIdle();
            }
        }
    }

    @Test
    void aTemplateRunsToAPictureOnTheBuiltInModel() {
        try (OpenedEditor editor = new OpenedEditor(config, OpenedEditor.begun())) {
            editor.openTemplate("text-to-image");
            execute(() -> editor.window().current().orElseThrow().document().edit("Less", workflow -> workflow.with(
                            "sample", "steps", new JsonPrimitive(2))
                    .with("canvas", "batch", new JsonPrimitive(1))));
            editor.frame().button("tool.run").click();
            editor.await("a picture is written", () -> !written(".png").isEmpty());
            GraphCanvas canvas = editor.window().current().orElseThrow().canvas();
            editor.await("its node is done", () -> canvas.state("save").kind() == NodeState.Kind.DONE);
            editor.await(
                    "all is over",
                    () -> !editor.frame().button("tool.cancel").target().isEnabled());
        }
    }

    @Test
    void aTrainingThatIsLeftKeepsItsLora() {
        try (OpenedEditor editor = new OpenedEditor(config, OpenedEditor.begun())) {
            editor.openTemplate("train-lora");
            GraphCanvas canvas = editor.window().current().orElseThrow().canvas();
            execute(() -> editor.window()
                    .current()
                    .orElseThrow()
                    .document()
                    .edit("More", workflow -> workflow.with("train", "steps", new JsonPrimitive(5000))));
            // What is drawn beside it would only take time.
            execute(() -> canvas.select(Set.of("lora")));
            execute(() -> editor.window()
                    .action(Commands.RUN_TO_HERE)
                    .orElseThrow()
                    .actionPerformed(new ActionEvent(this, 0, "")));
            editor.await(
                    "the training is under way", () -> canvas.state("train").progress() > 0);
            execute(() -> editor.window().end());
            editor.await("the editor is left", editor::isClosed);
            assertThat(written("teapot.safetensors")).hasSize(1);
        }
    }

    private List<Path> written(String ending) {
        if (!Files.isDirectory(config.resolve("runs"))) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(config.resolve("runs"))) {
            return files.filter(file -> file.toString().endsWith(ending)).toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Test
    void aMiddleClickClosesATab() {
        try (OpenedEditor editor =
                new OpenedEditor(config, OpenedEditor.begun(), OpenedEditor.WORKFLOWS.resolve("text-to-image.json"))) {
            editor.awaitWorkflow();
            execute(() -> editor.frame().target().toFront());
            Rectangle tab =
                    execute(() -> editor.frame().tabbedPane("tabs").target().getBoundsAt(1));
            editor.robot()
                    .click(
                            editor.frame().tabbedPane("tabs").target(),
                            new Point(tab.x + 20, tab.y + 10),
                            MouseButton.MIDDLE_BUTTON,
                            1);
            editor.await("the tab is closed", () -> editor.window().current().isEmpty());
        }
    }

    @Test
    void whatIsSavedOnLeavingIsOpenTheNextTime() throws IOException {
        Path file = Files.copy(OpenedEditor.WORKFLOWS.resolve("text-to-image.json"), config.resolve("mine.json"));
        try (OpenedEditor editor = new OpenedEditor(config, OpenedEditor.begun(), file)) {
            editor.awaitWorkflow();
            execute(() -> editor.window()
                    .current()
                    .orElseThrow()
                    .document()
                    .edit("More", workflow -> workflow.with("sample", "steps", new JsonPrimitive(31))));
            editor.frame().close();
            editor.awaitFileWork(); // then the question is asked
            editor.frame().optionPane().buttonWithText("Save").click();
            editor.await("the editor is left", editor::isClosed);
        }
        assertThat(Workflow.read(file).nodes().get("sample").settings().get("steps"))
                .hasToString("31");
        assertThat(Session.read(config.resolve("session.json")).open())
                .containsExactly(file.toAbsolutePath().normalize().toString());
    }

    @Test
    @Timeout(600)
    void workThatAKilledProcessLeftIsOfferedAndOpens() throws IOException, InterruptedException {
        Process killed = KilledEditor.start(config);
        try {
            while (!hasDraft()) {
                assertThat(killed.isAlive()).isTrue();
                TimeUnit.MILLISECONDS.sleep(100);
            }
        } finally {
            killed.destroyForcibly().waitFor();
        }
        try (OpenedEditor editor = new OpenedEditor(config, OpenedEditor.begun())) {
            editor.await(
                    "the draft is offered",
                    () -> editor.frame()
                                    .robot()
                                    .finder()
                                    .findAll(component ->
                                            String.valueOf(component.getName()).startsWith("draft.open."))
                                    .size()
                            == 1);
            editor.frame().button("draft.open.Text to image").click();
            editor.awaitWorkflow();
            assertThat(editor.workflow().nodes().get("sample").settings().get("steps"))
                    .hasToString("77");
            assertThat(editor.window().current().orElseThrow().document().dirty())
                    .isTrue();
        }
    }

    private boolean hasDraft() throws IOException {
        Path drafts = config.resolve("drafts");
        if (!Files.isDirectory(drafts)) {
            return false;
        }
        try (Stream<Path> files = Files.list(drafts)) {
            return files.anyMatch(file -> file.toString().endsWith(".draft"));
        }
    }
}
