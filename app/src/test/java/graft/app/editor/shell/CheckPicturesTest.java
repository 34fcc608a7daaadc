package graft.app.editor.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.swing.edt.GuiActionRunner.execute;

import com.google.gson.JsonPrimitive;
import graft.app.editor.OpensWindows;
import graft.app.workflow.Place;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.file.BuiltIn;
import java.awt.Graphics2D;
import java.awt.event.KeyEvent;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.swing.JButton;
import javax.swing.JTable;
import javax.swing.JTextArea;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with the pictures is listed, and each remedy is one press of a button and one undo. */
@OpensWindows
class CheckPicturesTest {

    @TempDir
    Path config;

    @TempDir
    Path pictures;

    private OpenedEditor editor;

    @BeforeEach
    void open() throws IOException {
        sample("bird", "bird.png", 256, "sks bird");
        sample("bird", "copy.png", 256, "sks parrot");
        sample("house", "house.png", 256, "a house");
        sample("rocket", "rocket.png", 40, "sks rocket");
        wide("wide.png");
        sample("umbrella", "umbrella.png", 256, "sks umbrella" + ", again and again".repeat(40));
        Workflow workflow = Workflow.EMPTY
                .withNodes(Map.of(
                        "pictures",
                        WorkflowNode.of("graft/images/folder", 1, new Place(60, 80))
                                .with("folder", new JsonPrimitive(pictures.toString()))
                                .with("width", new JsonPrimitive(64))
                                .with("height", new JsonPrimitive(64)),
                        "edit",
                        WorkflowNode.of("graft/caption/edit", 1, new Place(460, 80))
                                .with("byHand", new JsonPrimitive("rocket: sks rocket at night"))))
                .withWires(List.of(new Wire("pictures", "images", "edit", "images")));
        Path file = config.resolve("dataset.json");
        workflow.write(file);
        editor = new OpenedEditor(config, OpenedEditor.begun(), file);
        editor.awaitWorkflow();
        editor.awaitCanvas();
        execute(() -> editor.canvas().select(Set.of("pictures")));
        editor.press(KeyEvent.VK_D);
        editor.await(
                "the pictures are there",
                () -> editor.robot().finder().findAll(OpenedEditor.named("dataset.table")).stream()
                        .anyMatch(table -> ((JTable) table).getRowCount() == 6));
        editor.frame().textBox("dataset.trigger").setText("sks");
        editor.frame().toggleButton("dataset.check").click();
    }

    @AfterEach
    void close() {
        editor.close();
    }

    private void sample(String from, String to, int side, String caption) throws IOException {
        Path file = BuiltIn.path("builtin:samples/style-pixel").resolve(from + ".png");
        draw(ImageIO.read(file.toFile()), to, side, side, caption);
    }

    private void wide(String to) throws IOException {
        Path file = BuiltIn.path("builtin:samples/style-pixel").resolve("bicycle.png");
        draw(ImageIO.read(file.toFile()), to, 1000, 200, "sks bicycle");
    }

    private void draw(BufferedImage image, String to, int width, int height, String caption) throws IOException {
        BufferedImage other = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = other.createGraphics();
        graphics.drawImage(image, 0, 0, width, height, null);
        graphics.dispose();
        ImageIO.write(other, "png", pictures.resolve(to).toFile());
        Files.writeString(pictures.resolve(to.replace(".png", ".txt")), caption);
    }

    private boolean lists(String kind) {
        return !editor.robot()
                .finder()
                .findAll(OpenedEditor.named("dataset.fault." + kind))
                .isEmpty();
    }

    private void press(String remedy, String kind) {
        editor.await("the finding is there: " + kind, () -> lists(kind));
        Workflow before = editor.workflow();
        JButton button =
                editor.robot().finder().findByName("dataset.faults." + remedy + "." + kind, JButton.class, false);
        execute(() -> button.doClick());
        editor.await("the finding is gone: " + kind, () -> !lists(kind));
        Workflow after = editor.workflow();
        assertThat(after).isNotEqualTo(before);
        editor.frame().button("tool.undo").click();
        editor.await("one undo brings it back", () -> editor.workflow().equals(before) && lists(kind));
        editor.frame().button("tool.redo").click();
        editor.await("it is gone again", () -> editor.workflow().equals(after) && !lists(kind));
    }

    private String setting(String node, String setting) {
        return String.valueOf(editor.workflow().nodes().get(node).settings().get(setting));
    }

    @Test
    void eachFindingIsMendedByOnePressOfAButton() {
        press("one-caption", "contradicting");
        assertThat(setting("edit", "byHand")).contains("copy.png: sks bird");
        press("keep", "copy");
        press("leave-out", "small");
        assertThat(setting("edit", "leftOut")).isEqualTo("[\"copy.png\",\"rocket.png\"]");
        press("trigger", "no-trigger");
        assertThat(setting("edit", "trigger")).isEqualTo("\"sks\"");
        press("shorten", "too-long");
        assertThat(setting("edit", "byHand")).contains("umbrella.png: sks umbrella, again and again");
        press("leave-out", "cut");

        editor.await(
                "nothing is wrong any more",
                () -> editor.robot().finder().findAll(OpenedEditor.named("dataset.faults.words")).stream()
                        .anyMatch(words -> ((JTextArea) words).getText().startsWith("Nothing is wrong")));
    }

    @Test
    void picturesThatAreCutTooMuchAreTrainedAtTheirOwnShape() {
        editor.await("the finding is there", () -> lists("cut"));
        JButton button = editor.robot().finder().findByName("dataset.faults.buckets.cut", JButton.class, false);
        execute(() -> button.doClick());

        editor.await("each has its shape", () -> setting("pictures", "buckets").equals("true"));
        assertThat(setting("pictures", "bucketStep")).isEqualTo("8");
    }
}
