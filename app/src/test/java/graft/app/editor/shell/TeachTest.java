package graft.app.editor.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.swing.edt.GuiActionRunner.execute;

import graft.app.editor.OpensWindows;
import graft.app.editor.canvas.NodeState;
import graft.app.editor.run.RunDock;
import graft.app.workflow.Workflow;
import java.awt.Color;
import java.awt.Component;
import java.awt.Graphics2D;
import java.awt.KeyboardFocusManager;
import java.awt.Point;
import java.awt.Rectangle;
import java.awt.event.KeyEvent;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import javax.imageio.ImageIO;
import org.assertj.swing.fixture.DialogFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way from a folder of pictures to what a trained model draws. */
@OpensWindows
class TeachTest {

    @TempDir
    Path config;

    @TempDir
    Path home;

    private Path folder;
    private OpenedEditor editor;

    @BeforeEach
    void open() throws IOException {
        folder = Files.createDirectories(home.resolve("my cup"));
        for (int i = 1; i <= 4; i++) {
            BufferedImage image = new BufferedImage(80, 80, BufferedImage.TYPE_INT_RGB);
            Graphics2D graphics = image.createGraphics();
            graphics.setColor(new Color(40 * i, 90, 200 - 30 * i));
            graphics.fillRect(0, 0, 80, 80);
            graphics.setColor(Color.WHITE);
            graphics.fillRoundRect(20, 25, 30, 40, 8, 8);
            graphics.drawOval(45, 32, 16, 20);
            graphics.dispose();
            ImageIO.write(image, "png", folder.resolve("cup-" + i + ".png").toFile());
        }
        editor = new OpenedEditor(config, OpenedEditor.begun());
        editor.awaitFileWork();
    }

    @AfterEach
    void close() {
        editor.close();
    }

    private static String text(Workflow workflow, String node, String setting) {
        return workflow.nodes().get(node).settings().get(setting).getAsString();
    }

    private void awaitFound(DialogFixture guide) {
        editor.await(
                "the pictures are found",
                () -> guide.button("teach.go").target().isEnabled());
    }

    /** Few enough for a test: the way is the same. */
    private void awaitTrained() {
        editor.await("the pictures after it are drawn", () -> editor.state("save-grid") == NodeState.Kind.DONE);
        RunDock dock = editor.robot().finder().findByType(RunDock.class);
        editor.await("they are in front", () -> dock.selected() == RunDock.Tab.PICTURES);
        // What was learnt of the same pictures before is not learnt again.
        assertThat(editor.state("train")).isIn(NodeState.Kind.DONE, NodeState.Kind.CACHED);
    }

    @Test
    void byMouseFromTheStartPageToThePicturesOfTheTraining() throws IOException {
        Files.writeString(folder.resolve("cup-5.heic"), "of a telephone");
        editor.frame().button("start.teach").click();
        DialogFixture guide = editor.dialog("teach");
        guide.textBox("teach.folder").setText(folder.toString());
        awaitFound(guide);
        assertThat(guide.textBox("teach.found").target().getText()).isEqualTo("4 pictures, learnt at 64×64 pixels");
        assertThat(guide.textBox("teach.wrong").target().getText()).contains("cup-5.heic");
        assertThat(guide.textBox("teach.class.text").target().getText()).isEqualTo("cup");
        guide.radioButton("teach.method.lora").click();
        guide.button("teach.build").click();
        editor.awaitWorkflow();

        Workflow built = editor.workflow();
        assertThat(built.title()).isEqualTo("My cup: LoRA");
        assertThat(text(built, "pictures", "folder")).isEqualTo(folder.toString());
        assertThat(text(built, "train", "steps")).isEqualTo("200");
        editor.awaitCanvas();
        assertThat(execute(() -> editor.canvas().zoom())).isGreaterThanOrEqualTo(0.8);

        click("train");
        editor.frame().textBox("setting.steps").setText("3");
        click("after");
        editor.frame().textBox("setting.steps").setText("2");
        editor.frame().button("tool.run").click();
        awaitTrained();
    }

    @Test
    void byKeyboardAloneFromTheStartPageToThePicturesOfTheTraining() {
        editor.press(KeyEvent.VK_T, KeyEvent.VK_CONTROL);
        DialogFixture guide = editor.dialog("teach");
        awaitFocus("teach.folder");
        type(folder.toString());
        awaitFound(guide);
        tabTo("teach.word");
        editor.press(KeyEvent.VK_A, KeyEvent.VK_CONTROL);
        type("zwx");
        tabTo("teach.class.text");
        editor.press(KeyEvent.VK_A, KeyEvent.VK_CONTROL);
        type("mug");
        tabTo("teach.method.lora");
        tabTo("teach.build");
        editor.press(KeyEvent.VK_SPACE);
        editor.awaitWorkflow();
        assertThat(text(editor.workflow(), "captions", "template"))
                .isEqualTo("a 3d emoji of a {trigger} mug, {caption}");

        editor.awaitCanvas();
        setSteps("train", "3");
        setSteps("after", "2");
        editor.press(KeyEvent.VK_ENTER, KeyEvent.VK_CONTROL);
        awaitTrained();
    }

    @Test
    void goStartsItAtOnceAndTheGuideRemembersWhatWasSaid() {
        editor.press(KeyEvent.VK_T, KeyEvent.VK_CONTROL);
        DialogFixture guide = editor.dialog("teach");
        guide.textBox("teach.folder").setText(folder.toString());
        guide.radioButton("teach.method.embedding").click();
        awaitFound(guide);
        guide.button("teach.go").click();
        editor.awaitWorkflow();
        editor.await("it learns", () -> editor.state("train") == NodeState.Kind.RUNNING);
        editor.frame().button("tool.cancel").click();
        editor.await("it stops", () -> editor.state("train") != NodeState.Kind.RUNNING);

        editor.press(KeyEvent.VK_T, KeyEvent.VK_CONTROL);
        DialogFixture again = editor.dialog("teach");
        again.textBox("teach.folder").requireText(folder.toString());
        again.radioButton("teach.method.embedding").requireSelected();
        editor.press(KeyEvent.VK_ESCAPE);
        editor.await("it is closed", () -> !again.target().isShowing());
    }

    private void click(String node) {
        Rectangle at = execute(() -> {
            editor.canvas().centerOn(node);
            return editor.canvas().place(node).orElseThrow();
        });
        editor.robot().click(editor.canvas(), new Point(at.x + at.width / 2, at.y + 6));
        editor.await("it is selected", () -> editor.canvas().selected().equals(Set.of(node)));
    }

    private void type(String words) {
        editor.robot().enterText(words);
        editor.robot().waitForIdle();
    }

    private static Component focus() {
        return KeyboardFocusManager.getCurrentKeyboardFocusManager().getFocusOwner();
    }

    private void awaitFocus(String name) {
        editor.await(name + " has the keyboard", () -> focus() != null && name.equals(focus().getName()));
    }

    /** Presses Tab until something has the keyboard. */
    private void tabTo(String name) {
        for (int i = 0; i < 20; i++) {
            String at = execute(() -> focus() == null ? "" : String.valueOf(focus().getName()));
            if (at.equals(name)) {
                return;
            }
            Component before = execute(TeachTest::focus);
            editor.press(KeyEvent.VK_TAB);
            editor.await("the keyboard goes on", () -> focus() != null && !focus().equals(before));
        }
        throw new AssertionError("Tab does not reach " + name);
    }

    /** Tab goes from node to node, Enter into its first row and Tab on to the next. */
    private void setSteps(String node, String steps) {
        while (!execute(() -> editor.canvas().selected()).equals(Set.of(node))) {
            editor.press(KeyEvent.VK_TAB);
        }
        editor.press(KeyEvent.VK_ENTER);
        tabTo("canvas.edit.steps");
        editor.press(KeyEvent.VK_A, KeyEvent.VK_CONTROL);
        type(steps);
        editor.press(KeyEvent.VK_ENTER);
        editor.awaitCanvas();
        assertThat(text(editor.workflow(), node, "steps")).isEqualTo(steps);
    }
}
