package graft.app.editor.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.swing.edt.GuiActionRunner.execute;

import com.google.gson.JsonPrimitive;
import graft.app.editor.Commands;
import graft.app.editor.Hands;
import graft.app.editor.OpensWindows;
import graft.app.plugin.NodeLibrary;
import graft.app.sweep.SweepFolder;
import graft.app.sweep.SweepOutcome;
import graft.app.sweep.SweepPlan;
import graft.app.sweep.SweepProcess;
import graft.app.sweep.SweepRequest;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.file.Folder;
import graft.job.JobBatch;
import graft.job.JobPlace;
import graft.job.JobWatch;
import graft.node.Choices;
import graft.node.Setting;
import java.awt.Color;
import java.awt.Component;
import java.awt.KeyboardFocusManager;
import java.awt.Point;
import java.awt.Rectangle;
import java.awt.Toolkit;
import java.awt.datatransfer.DataFlavor;
import java.awt.event.ActionEvent;
import java.awt.event.KeyEvent;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.swing.AbstractButton;
import javax.swing.JPopupMenu;
import javax.swing.JProgressBar;
import javax.swing.SwingUtilities;
import javax.swing.text.JTextComponent;
import org.assertj.swing.core.MouseButton;
import org.assertj.swing.fixture.DialogFixture;
import org.assertj.swing.fixture.JPopupMenuFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many settings from the window: asked for in a form, run in a process of its own, looked at in the end. */
@OpensWindows
class SweepWindowTest {

    /** A picture without a model: the processes are what it is about. */
    private static final String COPY = """
            {"format": 1, "title": "Copy", "nodes": {
              "load": {"type": "graft/images/load", "settings": {"file": "FILE"}},
              "scale": {"type": "graft/image/scale", "settings": {"width": 32, "height": 32}},
              "save": {"type": "graft/images/save", "settings": {"name": "copy"}}},
             "wires": [{"from": "load.image", "to": "scale.images"}, {"from": "scale.scaled", "to": "save.images"}]}
            """;

    @TempDir
    private Path config;

    @TempDir
    private Path home;

    private OpenedEditor editor;
    private DialogFixture form;

    @AfterEach
    void close() {
        editor.close();
        // A sweep that was told to end may still write into the folder.
        Hands.await("no sweep is under way", () -> SweepProcess.in(folder()).isEmpty());
    }

    private void open(Path file) {
        editor = new OpenedEditor(config, OpenedEditor.begun(), file);
        editor.awaitFileWork();
        editor.awaitWorkflow();
    }

    private Path copy() throws IOException {
        BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
        image.setRGB(3, 3, Color.RED.getRGB());
        Path picture = home.resolve("a.png");
        ImageIO.write(image, "png", picture.toFile());
        return Files.writeString(
                home.resolve("copy.json"),
                COPY.replace("FILE", picture.toString().replace("\\", "\\\\")));
    }

    /** The shipped training, for one step, without what draws. */
    private Path training() {
        Workflow shipped = Workflow.read(OpenedEditor.WORKFLOWS.resolve("train-lora.json"));
        List<String> kept = List.of("model", "pictures", "captions", "train", "losses");
        Map<String, WorkflowNode> nodes = new LinkedHashMap<>(shipped.nodes());
        nodes.keySet().retainAll(kept);
        assertThat(nodes.keySet()).containsExactlyInAnyOrderElementsOf(kept);
        Path file = home.resolve("copy.json");
        shipped.withNodes(nodes)
                .withWires(shipped.wires().stream()
                        .filter(wire -> kept.contains(wire.fromNode()) && kept.contains(wire.toNode()))
                        .toList())
                .with("train", "steps", new JsonPrimitive(1))
                .write(file);
        return file;
    }

    private Path folder() {
        return config.resolve("runs/sweep_copy");
    }

    private void ask() {
        perform(Commands.SWEEP);
        form = editor.dialog("sweep");
    }

    private void perform(Commands command) {
        execute(() -> editor.window()
                .action(command)
                .orElseThrow()
                .actionPerformed(new ActionEvent(editor, ActionEvent.ACTION_PERFORMED, "")));
    }

    private static Component focus() {
        return KeyboardFocusManager.getCurrentKeyboardFocusManager().getFocusOwner();
    }

    private void awaitFocus(String name) {
        editor.await(name + " has the keyboard", () -> focus() != null && name.equals(focus().getName()));
    }

    private void type(String words) {
        editor.robot().enterText(words);
        editor.robot().waitForIdle();
    }

    private JTextComponent text(String name) {
        // Shown or not yet.
        return editor.robot().finder().findByName(form.target(), name, JTextComponent.class, false);
    }

    /** Looks for a setting by its title and says what it is to be. */
    private void vary(String title, String values) {
        form.textBox("sweep.row.1.setting").click();
        type(title);
        editor.press(KeyEvent.VK_ENTER);
        awaitFocus("sweep.row.1.values");
        values(values);
    }

    private void values(String values) {
        form.textBox("sweep.row.1.values").setText(values);
    }

    private void awaitSummary(String words) {
        Hands.awaitWords(words, () -> text("sweep.summary").getText());
    }

    private void start() {
        AbstractButton start = form.button("sweep.start").target();
        editor.await("it may start", start::isEnabled);
        execute(() -> start.doClick());
    }

    private void awaitBar(String words) {
        JProgressBar bar = editor.robot().finder().findByName("sweep.run.bar", JProgressBar.class, false);
        Hands.awaitWords(words, bar::getString);
    }

    @Test
    void theFormSaysAtOnceWhatIsWrongHowManyJobsThereAreAndTheCommandThatDoesTheSame() throws Exception {
        open(copy());
        ask();
        awaitSummary("Choose a setting");
        form.button("sweep.start").requireDisabled();

        vary("wid", "32,0.5");
        assertThat(text("sweep.row.1.setting").getText()).isEqualTo("scale.width");
        Hands.awaitWords("0.5: it takes a whole number", () -> text("sweep.row.1.problem")
                .getText());
        awaitSummary("red above");
        values("16..64:3");
        awaitSummary("3 jobs");
        assertThat(form.label("sweep.row.1.count").text()).isEqualTo("3 values");
        values("16..64");
        form.radioButton("sweep.random").click();
        awaitSummary("20 jobs");

        assertThat(text("sweep.command").getText())
                .isEqualTo("graft sweep " + folder().resolve("copy.json")
                        + " --vary scale.width=16..64 --random 20 --seed 0 --out " + folder());
        assertThat(folder()).doesNotExist();
        form.button("sweep.copy").click();
        editor.awaitFileWork();
        assertThat(Toolkit.getDefaultToolkit().getSystemClipboard().getData(DataFlavor.stringFlavor))
                .isEqualTo(execute(() -> text("sweep.command").getText()));
        assertThat(Workflow.read(folder().resolve("copy.json"))).isEqualTo(editor.workflow());
    }

    @Test
    void aSettingsMenuOnTheCanvasBeginsTheFormWithItsValueAndKeepsItForTheNextTime() throws IOException {
        open(copy());
        Rectangle at = execute(() -> {
            editor.canvas().fit();
            return editor.canvas().place("scale").orElseThrow();
        });
        editor.robot().click(editor.canvas(), new Point(at.x + at.width / 2, at.y + 6), MouseButton.RIGHT_BUTTON, 1);
        JPopupMenu menu = editor.robot().findActivePopupMenu();
        new JPopupMenuFixture(editor.robot(), menu).menuItem("canvas.menu.vary").click();
        form = editor.dialog("sweep");
        awaitFocus("sweep.row.1.setting");
        assertThat(text("sweep.row.1.setting").getText()).isEqualTo("scale.");
        type("hei");
        editor.press(KeyEvent.VK_ENTER);
        awaitFocus("sweep.row.1.values");
        assertThat(text("sweep.row.1.values").getText()).isEqualTo("32");
        type(",48");
        awaitSummary("2 jobs");

        editor.press(KeyEvent.VK_ESCAPE);
        editor.await("it is closed", () -> !form.target().isShowing());
        ask();
        assertThat(text("sweep.row.1.setting").getText()).isEqualTo("scale.height");
        assertThat(text("sweep.row.1.values").getText()).isEqualTo("32,48");
    }

    @Test
    void whatAnotherSessionAskedForIsThereAgain() throws IOException {
        Path file = copy();
        SweepRequest asked = new SweepRequest(
                List.of("scale.width=16,32", "scale.method=area"),
                List.of(),
                List.of(),
                0,
                0,
                "",
                "save.number",
                true,
                SweepRequest.HERE,
                List.of(),
                3);
        try (NodeLibrary library = NodeLibrary.load(OpenedEditor.HOME.resolve("plugins"), "0.1.0")) {
            SweepFolder.open(folder()).describe(SweepPlan.of(asked, Workflow.read(file), library), file);
        }
        open(file);
        ask();
        awaitSummary("2 jobs");
        assertThat(execute(() -> text("sweep.command").getText()))
                .contains("--vary scale.width=16,32 --vary scale.method=area --score save.number --least --at-once 3");
    }

    /** A place as a plugin offers it. */
    public static final class Cluster implements JobPlace {

        @Setting(help = "Which part of it.")
        String partition = "";

        @Setting(min = 0, max = 8, unit = "GPUs", help = "Of each job.")
        int gpus = 1;

        @Override
        public String id() {
            return "test/cluster";
        }

        @Override
        public String title() {
            return "Cluster";
        }

        @Override
        public void check(JobBatch batch) {}

        @Override
        public void run(JobBatch batch, JobWatch watch) {}
    }

    @Test
    void aPlaceOfAPluginHasItsSettingsInTheForm() throws IOException {
        Cluster cluster = new Cluster();
        Choices.add(cluster);
        try {
            open(copy());
            ask();
            vary("wid", "16,32");
            form.comboBox("sweep.place").selectItem("Cluster");
            form.textBox("setting.partition").setText("a b");
            Hands.awaitWords("--on test/cluster --with 'partition=a b' --out", () -> text("sweep.command")
                    .getText());
            awaitSummary("2 jobs");
            form.comboBox("sweep.place").selectItem("This machine");
            Hands.awaitWords(
                    "scale.width=16,32 --out", () -> text("sweep.command").getText());
        } finally {
            Choices.remove(cluster);
        }
    }

    @Test
    void theBestOfTwoTrainingsIsOpenedAsAWorkflow() {
        open(training());
        ask();
        vary("learning rate", "1e-4,1e-3");
        editor.robot().focusAndWaitForFocusGain(form.textBox("sweep.score.text").target());
        type("losses.loss");
        awaitSummary("2 jobs");
        start();
        awaitBar("2 of 2 jobs are done");
        SweepOutcome outcome = SweepOutcome.in(folder()).orElseThrow();
        assertThat(outcome.problems()).isEmpty();
        assertThat(text("sweep.run.best").getText()).contains("Best: train.learningRate=", "losses.loss");
        assertThat(Files.exists(outcome.page())).isTrue();

        form.button("sweep.best").click();
        editor.awaitFileWork();
        Workflow best = Workflow.read(outcome.best().orElseThrow().workflow());
        editor.await("it is in front", () -> editor.window()
                .current()
                .orElseThrow()
                .document()
                .workflow()
                .title()
                .contains("the best"));
        assertThat(editor.workflow().nodes()).isEqualTo(best.nodes());
    }

    @Test
    void aSweepThatIsStoppedGoesOnInItsFolderAndTheStatusBarBringsItsFormBack() throws IOException {
        open(copy());
        // Nobody has saved that.
        execute(() -> editor.window()
                .current()
                .orElseThrow()
                .document()
                .edit("Height", workflow -> workflow.with("scale", "height", new JsonPrimitive(24))));
        ask();
        vary("wid", "1..40");
        form.spinner("sweep.at-once").enterTextAndCommit("1");
        awaitSummary("40 jobs");
        start();
        awaitBar("of 40 ended");
        editor.press(KeyEvent.VK_ESCAPE);
        editor.await("the form is gone", () -> !form.target().isShowing());
        AbstractButton back = editor.robot().finder().findByName("status.sweep", AbstractButton.class);
        Hands.awaitWords("of 40", back::getText);
        execute(() -> back.doClick());
        form = editor.dialog("sweep");
        form.button("sweep.stop").click();
        awaitBar("Stopped: ");
        SweepOutcome stopped = SweepOutcome.in(folder()).orElseThrow();
        assertThat(stopped.done()).isBetween(1, 39);
        assertThat(SweepFolder.asked(folder()).orElseThrow().vary()).containsExactly("scale.width=1..40");
        assertThat(SweepProcess.in(folder())).isEmpty();

        form.button("sweep.back").click();
        values("1..2");
        awaitSummary("2 jobs");
        start();
        awaitBar("2 of 2 jobs are done");
        assertThat(text("sweep.run.said").getText()).contains("1 of 2 jobs had ended before");
        Path result = folder().resolve("jobs/0001/result");
        Path picture = Folder.tree(result).stream()
                .filter(file -> file.toString().endsWith(".png"))
                .findFirst()
                .orElseThrow();
        assertThat(ImageIO.read(picture.toFile()).getHeight()).isEqualTo(24);
    }

    @Test
    void whatFailedSaysWhyAndIsTriedAgain() throws IOException {
        open(copy());
        Path whole = home.resolve("a.png");
        Path damaged = home.resolve("b.png");
        byte[] bytes = Files.readAllBytes(whole);
        Files.write(damaged, Arrays.copyOf(bytes, bytes.length - 30));
        ask();
        vary("load.file", whole + "," + damaged);
        awaitSummary("2 jobs");
        start();
        awaitBar("1 of 2 jobs are done");
        assertThat(text("sweep.run.problems").getText()).contains("0002", "b.png", "damaged");

        Files.copy(whole, damaged, StandardCopyOption.REPLACE_EXISTING);
        form.button("sweep.retry").click();
        awaitBar("2 of 2 jobs are done");
        assertThat(text("sweep.run.problems").getText()).isEmpty();
    }

    @Test
    void whoQuitsIsAskedAndWhatIsDoneStays() throws IOException {
        open(copy());
        ask();
        vary("wid", "1..40");
        form.spinner("sweep.at-once").enterTextAndCommit("1");
        awaitSummary("40 jobs");
        start();
        awaitBar("of 40 ended");
        Optional<SweepProcess> process = SweepProcess.in(folder());
        assertThat(process).isPresent();

        editor.robot().pressAndReleaseKeys(KeyEvent.VK_ESCAPE);
        editor.await("the form is gone", () -> !form.target().isShowing());
        execute(() -> SwingUtilities.invokeLater(() -> perform(Commands.QUIT)));
        editor.answer("Cancel");
        assertThat(SweepProcess.in(folder())).isPresent();
        execute(() -> SwingUtilities.invokeLater(() -> perform(Commands.QUIT)));
        editor.answer("Stop and quit");
        Hands.await("it has ended", () -> SweepProcess.in(folder()).isEmpty());
        assertThat(SweepOutcome.in(folder()).orElseThrow().done()).isBetween(1, 39);
    }
}
