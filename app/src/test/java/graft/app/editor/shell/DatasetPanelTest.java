package graft.app.editor.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.swing.edt.GuiActionRunner.execute;

import com.google.gson.JsonPrimitive;
import graft.app.editor.OpensWindows;
import graft.app.engine.Cache;
import graft.app.engine.Engine;
import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Place;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.train.data.Dataset;
import graft.train.data.DatasetSpec;
import java.awt.Color;
import java.awt.Component;
import java.awt.Graphics2D;
import java.awt.Point;
import java.awt.Rectangle;
import java.awt.event.KeyEvent;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.swing.JTable;
import javax.swing.JTextArea;
import org.assertj.swing.core.MouseButton;
import org.assertj.swing.fixture.DialogFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures with captions, corrected beside each other; what a run without a window then trains on is the same. */
@OpensWindows
class DatasetPanelTest {

    @TempDir
    Path config;

    @TempDir
    Path pictures;

    private OpenedEditor editor;

    @BeforeEach
    void open() throws IOException {
        picture("barn.png", 80, 40, "a red barn in a field");
        picture("cat.png", 40, 40, "a cat in a basket");
        picture("dog.png", 60, 60, "");
        Workflow workflow = Workflow.EMPTY
                .withNodes(Map.of(
                        "pictures",
                        WorkflowNode.of("graft/images/folder", 1, new Place(60, 80))
                                .with("folder", new JsonPrimitive(pictures.toString()))
                                .with("width", new JsonPrimitive(64))
                                .with("height", new JsonPrimitive(64)),
                        "keep",
                        WorkflowNode.of("graft/caption/save", 1, new Place(460, 80))))
                .withWires(List.of(new Wire("pictures", "images", "keep", "images")));
        Path file = config.resolve("dataset.json");
        workflow.write(file);
        editor = new OpenedEditor(config, OpenedEditor.begun(), file);
        editor.awaitWorkflow();
    }

    @AfterEach
    void close() {
        editor.close();
    }

    private void picture(String name, int width, int height, String caption) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(Color.ORANGE);
        graphics.fillOval(width / 4, height / 4, width / 2, height / 2);
        graphics.dispose();
        ImageIO.write(image, "png", pictures.resolve(name).toFile());
        if (!caption.isEmpty()) {
            Files.writeString(pictures.resolve(name.replace(".png", ".txt")), caption);
        }
    }

    private void openPanel() {
        editor.awaitCanvas();
        execute(() -> editor.canvas().select(Set.of("pictures")));
        editor.press(KeyEvent.VK_D);
        awaitRows(3);
    }

    private JTable table() {
        return editor.robot().finder().findByName(editor.frame().target(), "dataset.table", JTable.class, true);
    }

    private void awaitRows(int count) {
        editor.await("the pictures are there", () -> {
            JTable table = tableOrNull();
            return table != null && table.getRowCount() == count;
        });
    }

    private JTable tableOrNull() {
        return editor.robot().finder().findAll(OpenedEditor.named("dataset.table")).stream()
                .map(JTable.class::cast)
                .findFirst()
                .orElse(null);
    }

    /** What a run without a window would train on: file and caption. */
    private List<String> trained() {
        Workflow workflow = editor.workflow();
        String from = workflow.wires().stream()
                .filter(wire -> wire.to().equals("keep.images"))
                .findFirst()
                .orElseThrow()
                .from();
        NodeLibrary library = NodeLibrary.load(OpenedEditor.HOME.resolve("plugins"), "0.1.0");
        int dot = from.indexOf('.');
        return new Engine(library, Cache.none())
                        .known(workflow)
                        .of(from.substring(0, dot), from.substring(dot + 1), DatasetSpec.class)
                        .flatMap(DatasetSpec::dataset)
                        .map(Dataset::items)
                        .orElse(List.of())
                        .stream()
                        .map(item -> item.file().getFileName() + ": " + item.caption())
                        .toList();
    }

    private void click(String button) {
        editor.frame().button(button).click();
    }

    private void clickCaption(int row) {
        JTable table = table();
        Rectangle at = execute(() -> table.getCellRect(row, 1, false));
        editor.robot().click(table, new Point(at.x + 60, at.y + 60));
        editor.robot().waitForIdle();
    }

    private void clickPicture(int row) {
        JTable table = table();
        Rectangle at = execute(() -> table.getCellRect(row, 0, false));
        editor.robot().click(table, new Point(at.x + 60, at.y + 60));
    }

    private void type(String words) {
        editor.frame().robot().enterText(words);
        editor.robot().waitForIdle();
    }

    private JTextArea typing() {
        return editor.robot().finder().findByName("dataset.caption", JTextArea.class, true);
    }

    @Test
    void aCaptionIsTypedInItsPlaceAndOneUndoTakesItBack() {
        openPanel();
        Workflow before = editor.workflow();
        clickCaption(1);
        assertThat(execute(() -> typing().getText())).isEqualTo("a cat in a basket");
        type(" of straw");

        assertThat(trained())
                .containsExactly("barn.png: a red barn in a field", "cat.png: a cat in a basket of straw", "dog.png: ");

        editor.press(KeyEvent.VK_Z, KeyEvent.VK_CONTROL);
        editor.await("it is taken back", () -> editor.window()
                .current()
                .orElseThrow()
                .document()
                .workflow()
                .equals(before));
    }

    @Test
    void theKeyboardAloneGoesFromCaptionToCaption() {
        openPanel();
        editor.press(KeyEvent.VK_F2);
        type(", at noon");
        editor.press(KeyEvent.VK_ENTER);
        type(" alone");
        editor.press(KeyEvent.VK_TAB);
        type("a dog");
        editor.press(KeyEvent.VK_ESCAPE);
        editor.press(KeyEvent.VK_ESCAPE);

        assertThat(trained())
                .containsExactly(
                        "barn.png: a red barn in a field, at noon",
                        "cat.png: a cat in a basket alone",
                        "dog.png: a dog");
        editor.await("the canvas is back", () -> editor.canvas().isShowing());
    }

    @Test
    void aTriggerWordIsPutInFrontOfAllAndTakenAwayAgain() {
        openPanel();
        clickCaption(2);
        type("a sks dog");
        editor.frame().textBox("dataset.trigger").setText("sks");
        click("dataset.trigger.add");
        assertThat(trained())
                .containsExactly(
                        "barn.png: sks a red barn in a field", "cat.png: sks a cat in a basket", "dog.png: a sks dog");

        editor.frame().textBox("dataset.trigger").setText("zwx");
        click("dataset.trigger.add");
        assertThat(trained()).contains("cat.png: zwx a cat in a basket", "dog.png: zwx a sks dog");

        editor.frame().textBox("dataset.trigger").setText("");
        click("dataset.trigger.add");
        assertThat(trained()).contains("cat.png: a cat in a basket", "dog.png: a sks dog");
    }

    @Test
    void wordsAreReplacedInAllCaptionsByOneStep() {
        openPanel();
        Workflow before = editor.workflow();
        editor.frame().textBox("dataset.find").setText("in a");
        editor.frame().textBox("dataset.replace-with").setText("on the");
        click("dataset.replace");

        assertThat(trained()).contains("barn.png: a red barn on the field", "cat.png: a cat on the basket");
        assertThat(editor.said()).contains("2 captions changed");
        click("tool.undo");
        assertThat(editor.workflow()).isEqualTo(before);
    }

    @Test
    void theSelectedPicturesAreLeftOutAndTakenInAgainAndTheirCaptionsReset() {
        openPanel();
        clickPicture(1);
        editor.press(KeyEvent.VK_DELETE);
        editor.await("it is told", () -> editor.frame()
                .label("dataset.count")
                .target()
                .getText()
                .equals("2 of 3 pictures are trained on"));
        assertThat(trained()).containsExactly("barn.png: a red barn in a field", "dog.png: ");
        editor.frame().button("dataset.leave-out").requireText("Take in again").click();
        assertThat(trained()).hasSize(3);

        clickCaption(1);
        type("!");
        click("dataset.select-all");
        click("dataset.own");
        assertThat(trained()).contains("cat.png: a cat in a basket");
        click("dataset.select-all");
        click("dataset.leave-out");
        editor.await(
                "the reason is there",
                () -> !editor.frame().label("dataset.count").target().getText().equals("3 pictures"));
        editor.frame().label("dataset.count").requireText("0 of 3 pictures are trained on");
    }

    @Test
    void aPartOfAPictureIsDrawnWithTheMouseAndNamedWithTheKeyboard() {
        openPanel();
        clickPicture(0);
        click("dataset.crop");
        DialogFixture crop = editor.dialog("crop");
        Component view = crop.robot().finder().findByName(crop.target(), "crop.picture");
        editor.robot().pressMouse(view, new Point(view.getWidth() / 2, view.getHeight() / 2));
        editor.robot().moveMouse(view, new Point(view.getWidth() / 2 + 60, view.getHeight() / 2 + 60));
        editor.robot().moveMouse(view, new Point(view.getWidth() - 2, view.getHeight() - 2));
        editor.robot().releaseMouse(MouseButton.LEFT_BUTTON);
        assertThat(crop.spinner("crop.left").target().getValue()).isEqualTo(40);
        crop.button("crop.ok").click();
        editor.await("it is cropped", () -> crops().contains("\"left\":40"));

        Workflow cropped = editor.workflow();
        awaitTable();
        editor.press(KeyEvent.VK_C);
        DialogFixture again = editor.dialog("crop");
        for (String button : List.of("crop.whole", "crop.ok")) {
            again.button(button).focus();
            editor.press(KeyEvent.VK_SPACE);
        }
        editor.await("all of it is back", () -> crops().equals("[]"));
        click("tool.undo");
        assertThat(editor.workflow()).isEqualTo(cropped);
    }

    private String crops() {
        return String.valueOf(editor.window()
                .current()
                .orElseThrow()
                .document()
                .workflow()
                .nodes()
                .get("pictures")
                .settings()
                .get("crops"));
    }

    private void awaitTable() {
        JTable table = table();
        editor.await("the table has the keyboard", () -> {
            if (!table.isFocusOwner()) {
                table.requestFocus();
            }
            return table.isFocusOwner();
        });
    }

    @Test
    void picturesAreSortedAndTokensCounted() {
        openPanel();
        editor.frame().comboBox("dataset.sort").selectItem("size");
        editor.await("the largest is first", () -> names().equals(List.of("dog.png", "barn.png", "cat.png")));
        editor.frame().comboBox("dataset.sort").selectItem("caption");
        editor.await("by caption", () -> names().equals(List.of("dog.png", "cat.png", "barn.png")));

        clickCaption(0);
        type("a dog");
        editor.frame().label("dataset.tokens").requireText("4 of 77 tokens");
    }

    private List<String> names() {
        JTable table = table();
        return IntStream.range(0, table.getRowCount())
                .mapToObj(row -> table.prepareRenderer(table.getCellRenderer(row, 0), row, 0)
                        .getAccessibleContext()
                        .getAccessibleName())
                .toList();
    }

    @Test
    void whatIsTypedIsInTheFileAndComesBackWithTheTab() {
        openPanel();
        clickCaption(0);
        type(" today");
        editor.press(KeyEvent.VK_S, KeyEvent.VK_CONTROL);
        editor.awaitFileWork();
        assertThat(Workflow.read(config.resolve("dataset.json"))).isEqualTo(editor.workflow());

        JTable table = table();
        editor.press(KeyEvent.VK_PAGE_DOWN, KeyEvent.VK_CONTROL);
        editor.await("the start page is there", () -> !table.isShowing());
        editor.press(KeyEvent.VK_PAGE_DOWN, KeyEvent.VK_CONTROL);
        editor.await(
                "the pictures are there still",
                () -> tableOrNull() != null && tableOrNull().isShowing());
        assertThat(trained()).contains("barn.png: a red barn in a field today");
    }

    @Test
    void theFormsButtonAndADoubleClickOpenItToo() {
        editor.awaitCanvas();
        editor.clickNode("pictures");
        editor.frame().button("inspector.dataset").click();
        awaitRows(3);
        click("dataset.back");
        editor.await("the canvas is back", () -> editor.canvas().isShowing());

        Rectangle node = execute(() -> editor.canvas().place("pictures").orElseThrow());
        editor.robot()
                .click(
                        editor.canvas(),
                        new Point(node.x + node.width / 2, node.y + node.height - 3),
                        MouseButton.LEFT_BUTTON,
                        2);
        awaitRows(3);
    }
}
