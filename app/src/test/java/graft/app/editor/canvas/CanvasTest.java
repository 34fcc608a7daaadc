package graft.app.editor.canvas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import graft.app.ForeignModels;
import graft.app.editor.CommandKeys;
import graft.app.editor.Commands;
import graft.app.editor.Hands;
import graft.app.editor.Keymap;
import graft.app.editor.OpensWindows;
import graft.app.editor.Theme;
import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Mode;
import graft.app.workflow.OpenWorkflow;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.file.BuiltIn;
import graft.file.PngFile;
import graft.node.Problem;
import java.awt.KeyboardFocusManager;
import java.awt.Point;
import java.awt.Rectangle;
import java.awt.event.KeyEvent;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import javax.swing.Action;
import javax.swing.JFrame;
import javax.swing.JMenuItem;
import javax.swing.JPopupMenu;
import javax.swing.KeyStroke;
import org.assertj.swing.core.MouseButton;
import org.assertj.swing.core.Robot;
import org.assertj.swing.edt.FailOnThreadViolationRepaintManager;
import org.assertj.swing.edt.GuiActionRunner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person does on the canvas with mouse and keyboard, in a window. */
@OpensWindows
class CanvasTest {

    private final NodeLibrary library = Shipped.LIBRARY;
    private final List<String> told = new ArrayList<>();
    private String confirmed = "";
    private Keymap keymap = Keymap.DEFAULT;
    private Robot robot;
    private JFrame frame;
    private GraphCanvas canvas;
    private OpenWorkflow document;
    private CommandKeys keys;

    @BeforeAll
    static void watchTheThread() {
        FailOnThreadViolationRepaintManager.install();
    }

    @BeforeEach
    void open() {
        robot = Hands.robot();
        open(Workflow.EMPTY);
    }

    private void open(Workflow workflow) {
        document = OpenWorkflow.unkept(workflow);
        frame = GuiActionRunner.execute(() -> {
            Theme.DARK.install(Theme.ACCENT);
            canvas = new GraphCanvas(document, library, new CanvasContext() {
                @Override
                public void open(Path file) {
                    told.add("open " + file.getFileName());
                }

                @Override
                public void tell(Problem problem) {
                    told.add(problem.getMessage());
                }

                @Override
                public boolean confirm(String question, String yes) {
                    told.add(question);
                    return yes.equals(confirmed);
                }

                @Override
                public Keymap keymap() {
                    return keymap;
                }
            });
            JFrame made = new JFrame("Canvas");
            made.setUndecorated(true);
            made.add(canvas);
            made.setSize(1880, 1000);
            keys = new CommandKeys(
                    made,
                    () -> keymap,
                    command -> Optional.<Action>ofNullable(canvas.getActionMap().get(command.id())));
            KeyboardFocusManager.getCurrentKeyboardFocusManager().addKeyEventDispatcher(keys);
            return made;
        });
        robot.showWindow(frame, null, false);
        GuiActionRunner.execute(() -> canvas.requestFocusInWindow());
        robot.waitForIdle();
    }

    @AfterEach
    void close() {
        KeyboardFocusManager.getCurrentKeyboardFocusManager().removeKeyEventDispatcher(keys);
        robot.cleanUp();
    }

    // --- what hands do
    // ------------------------------------------------------------------------------------------------

    private static <T> T edt(Callable<T> read) {
        return GuiActionRunner.execute(read);
    }

    private void click(Point point, int times) {
        robot.click(canvas, point, MouseButton.LEFT_BUTTON, times);
    }

    private void drag(Point from, Point to) {
        robot.moveMouse(canvas, from);
        robot.pressMouse(canvas, from, MouseButton.LEFT_BUTTON);
        hover(from, to);
        robot.releaseMouse(MouseButton.LEFT_BUTTON);
    }

    private void hover(Point from, Point to) {
        robot.moveMouse(canvas, new Point((from.x + to.x) / 2, (from.y + to.y) / 2));
        robot.moveMouse(canvas, to);
        robot.moveMouse(canvas, new Point(to.x + 1, to.y));
        robot.moveMouse(canvas, to);
    }

    private void type(String text) {
        robot.enterText(text);
    }

    private void press(int key, int... held) {
        for (int each : held) {
            robot.pressKey(each);
        }
        robot.pressAndReleaseKey(key);
        for (int each : held) {
            robot.releaseKey(each);
        }
    }

    private void add(Point at, String words) {
        click(at, 2);
        type(words);
        press(KeyEvent.VK_ENTER);
    }

    private void dropWire(Point from, Point to, String words) {
        drag(from, to);
        type(words);
        press(KeyEvent.VK_ENTER);
    }

    private Point output(String node, String id) {
        return edt(() -> canvas.socket(node, id, true).orElseThrow());
    }

    private Point input(String node, String id) {
        return edt(() -> canvas.socket(node, id, false).orElseThrow());
    }

    private Point title(String node) {
        Rectangle place = edt(() -> canvas.place(node).orElseThrow());
        return new Point(place.x + place.width / 2, place.y + 14);
    }

    private Point row(String node, String setting) {
        Rectangle row = edt(() -> canvas.row(node, setting).orElseThrow());
        return new Point(row.x + row.width / 2, row.y + row.height / 2);
    }

    private Workflow workflow() {
        return edt(document::workflow);
    }

    // --- tests
    // --------------------------------------------------------------------------------------------------------

    @Test
    void textToImageIsBuiltFromAnEmptyCanvasAndUndone() {
        add(new Point(40, 100), "load model");
        dropWire(output("load", "model"), new Point(350, 90), "encode prompt");
        dropWire(output("load", "model"), new Point(350, 420), "empty lat");
        dropWire(output("encode", "conditioning"), new Point(680, 90), "sample");
        drag(output("empty", "latents"), input("sample", "latents"));
        // Dropped on the node's body, a wire finds the first input that it fits.
        drag(output("load", "model"), title("sample"));
        dropWire(output("sample", "samples"), new Point(1010, 90), "decode");
        drag(output("load", "model"), title("decode"));
        dropWire(output("decode", "images"), new Point(1340, 90), "save image");
        click(row("empty", "width"), 1);
        press(KeyEvent.VK_A, KeyEvent.VK_CONTROL);
        type("64");
        press(KeyEvent.VK_TAB);
        press(KeyEvent.VK_A, KeyEvent.VK_CONTROL);
        type("96");
        press(KeyEvent.VK_ENTER);

        Workflow built = workflow();
        assertThat(built.nodes().values())
                .extracting(node -> node.type())
                .containsExactly(
                        "graft/model/load",
                        "graft/prompt/encode",
                        "graft/latents/empty",
                        "graft/latents/sample",
                        "graft/latents/decode",
                        "graft/images/save");
        assertThat(built.wires())
                .extracting(wire -> wire.from() + " → " + wire.to())
                .containsExactlyInAnyOrder(
                        "load.model → encode.model",
                        "load.model → empty.model",
                        "load.model → sample.model",
                        "load.model → decode.model",
                        "encode.conditioning → sample.positive",
                        "empty.latents → sample.latents",
                        "sample.samples → decode.latents",
                        "decode.images → save.images");
        assertThat(built.nodes().get("empty").settings().get("width").getAsInt())
                .isEqualTo(64);
        assertThat(built.nodes().get("empty").settings().get("height").getAsInt())
                .isEqualTo(96);

        click(new Point(900, 800), 1);
        int steps = 0;
        while (edt(() -> document.history().canUndo())) {
            press(KeyEvent.VK_Z, KeyEvent.VK_CONTROL);
            assertThat(++steps).isLessThan(40);
        }
        assertThat(workflow()).isEqualTo(Workflow.EMPTY);
    }

    @Test
    void aWireThatDoesNotFitIsRefusedWithItsReason() {
        add(new Point(40, 100), "load model");
        add(new Point(400, 100), "save image");
        Point from = output("load", "model");
        Point to = input("save", "images");
        robot.pressMouse(canvas, from, MouseButton.LEFT_BUTTON);
        hover(from, to);
        assertThat(edt(() -> canvas.mouse().gesture().flatMap(each -> ((WireGesture) each).refusal())))
                .contains("It carries Model, and Image is wanted.");
        robot.releaseMouse(MouseButton.LEFT_BUTTON);
        assertThat(workflow().wires()).isEmpty();
    }

    @Test
    void aValueThatASettingDoesNotTakeIsMarkedWithWhatItTakes() {
        add(new Point(40, 100), "empty lat");
        click(row("empty", "width"), 1);
        press(KeyEvent.VK_A, KeyEvent.VK_CONTROL);
        type("many");
        assertThat(edt(() -> canvas.rowEditor().shownComplaint()).orElseThrow()).startsWith("It takes a whole number");
        press(KeyEvent.VK_ENTER);
        assertThat(edt(() -> canvas.rowEditor().isOpen())).isTrue();
        press(KeyEvent.VK_ESCAPE);
        assertThat(edt(() -> canvas.rowEditor().isOpen())).isFalse();
        assertThat(workflow().nodes().get("empty").settings()).isEmpty();
    }

    @Test
    void keysMuteBypassCollapsePinDuplicateGroupAndDelete() {
        add(new Point(200, 200), "load image");
        int ctrl = KeyEvent.VK_CONTROL;
        press(KeyEvent.VK_M, ctrl);
        assertThat(workflow().nodes().get("load").mode()).isEqualTo(Mode.MUTED);
        press(KeyEvent.VK_B, ctrl);
        assertThat(workflow().nodes().get("load").mode()).isEqualTo(Mode.BYPASSED);
        press(KeyEvent.VK_B, ctrl);
        assertThat(workflow().nodes().get("load").mode()).isEqualTo(Mode.RUN);
        press(KeyEvent.VK_C, KeyEvent.VK_ALT);
        assertThat(workflow().nodes().get("load").look().collapsed()).isTrue();
        press(KeyEvent.VK_P);
        assertThat(workflow().nodes().get("load").look().pinned()).isTrue();
        press(KeyEvent.VK_D, ctrl);
        assertThat(workflow().nodes()).hasSize(2);
        press(KeyEvent.VK_A, ctrl);
        press(KeyEvent.VK_G, ctrl);
        assertThat(workflow().groups()).hasSize(1);
        press(KeyEvent.VK_A, ctrl);
        press(KeyEvent.VK_DELETE);
        assertThat(workflow().nodes()).isEmpty();
        assertThat(workflow().groups()).isEmpty();
    }

    @Test
    void deleteWithNothingSelectedAsksAndThenRemovesEverything() {
        add(new Point(40, 100), "load model");
        dropWire(output("load", "model"), new Point(400, 100), "decode");
        Workflow before = workflow();
        edt(() -> {
            canvas.select(Set.of());
            return true;
        });
        press(KeyEvent.VK_BACK_SPACE);
        assertThat(told).singleElement().asString().startsWith("Nothing is selected.");
        assertThat(workflow()).isEqualTo(before);
        confirmed = "Remove everything";
        press(KeyEvent.VK_BACK_SPACE);
        assertThat(workflow().nodes()).isEmpty();
        assertThat(workflow().wires()).isEmpty();
        press(KeyEvent.VK_Z, KeyEvent.VK_CONTROL);
        assertThat(workflow()).isEqualTo(before);
    }

    @Test
    void menusShowTheKeysThatTheUserChose() {
        add(new Point(200, 200), "load image");
        KeyStroke chosen = KeyStroke.getKeyStroke("ctrl J");
        keymap = Keymap.DEFAULT.with(Commands.MUTE, List.of(chosen));
        JPopupMenu menu = edt(() -> ContextMenu.of(
                canvas.surface(),
                canvas.actions(),
                canvas.search(),
                canvas.hitTest().at(250, 215, 1),
                new Point(250, 215)));
        assertThat(menu.getSubElements())
                .extracting(item -> ((JMenuItem) item.getComponent()).getAccelerator())
                .contains(chosen)
                .doesNotContain(Commands.MUTE.defaultKeys().get(0));
    }

    @Test
    void aConnectedInputIsPulledOutAndPutElsewhere() {
        add(new Point(40, 100), "load model");
        dropWire(output("load", "model"), new Point(400, 100), "decode");
        add(new Point(400, 500), "empty lat");
        drag(input("decode", "model"), input("empty", "model"));
        assertThat(workflow().wires()).containsExactly(new Wire("load", "model", "empty", "model"));
        drag(input("empty", "model"), new Point(900, 700));
        assertThat(workflow().wires()).isEmpty();
    }

    @Test
    void anAltClickOnAWireAddsAReroutePointThatCanBeDragged() {
        add(new Point(40, 100), "load model");
        dropWire(output("load", "model"), new Point(700, 300), "decode");
        Point from = output("load", "model");
        Point to = input("decode", "model");
        Point middle = new Point((from.x + to.x) / 2, (from.y + to.y) / 2);
        robot.pressKey(KeyEvent.VK_ALT);
        click(middle, 1);
        robot.releaseKey(KeyEvent.VK_ALT);
        assertThat(workflow().wires().get(0).via()).hasSize(1);
        drag(middle, new Point(middle.x, middle.y + 120));
        assertThat(workflow().wires().get(0).via().get(0).y())
                .isGreaterThan(edt(() -> canvas.viewport().toCanvasY(middle.y)) + 100);
    }

    @Test
    void nodesMoveInOneStepOfTheUndoListAndAsOneSelection() {
        add(new Point(100, 100), "load model");
        add(new Point(100, 400), "load image");
        Workflow before = workflow();
        press(KeyEvent.VK_A, KeyEvent.VK_CONTROL);
        drag(title("load"), new Point(700, 300));
        Workflow after = workflow();
        assertThat(after.nodes().values())
                .allSatisfy(node -> assertThat(node.place().orElseThrow().x()).isGreaterThan(300));
        press(KeyEvent.VK_Z, KeyEvent.VK_CONTROL);
        assertThat(workflow()).isEqualTo(before);
    }

    @Test
    void aSubgraphIsMadeEnteredEditedAndLeft() {
        add(new Point(40, 100), "load model");
        dropWire(output("load", "model"), new Point(400, 100), "decode");
        click(title("decode"), 1);
        press(KeyEvent.VK_E, KeyEvent.VK_CONTROL, KeyEvent.VK_SHIFT);
        assertThat(workflow().subgraphs()).hasSize(1);
        press(KeyEvent.VK_ENTER);
        assertThat(edt(() -> canvas.shown().nodes().keySet())).containsExactly("decode");
        press(KeyEvent.VK_P);
        press(KeyEvent.VK_ESCAPE);
        assertThat(edt(() -> canvas.shown().nodes().keySet())).contains("load");
        assertThat(workflow()
                        .subgraphs()
                        .values()
                        .iterator()
                        .next()
                        .inside()
                        .nodes()
                        .get("decode")
                        .look()
                        .pinned())
                .isFalse();
    }

    @Test
    void theKeyboardAloneAddsSelectsSetsMovesAndCopies() {
        press(KeyEvent.VK_SPACE, KeyEvent.VK_CONTROL);
        type("empty lat");
        press(KeyEvent.VK_ENTER);
        press(KeyEvent.VK_SPACE, KeyEvent.VK_CONTROL);
        type("load mod");
        press(KeyEvent.VK_ENTER);
        press(KeyEvent.VK_TAB);
        assertThat(edt(canvas::selected)).containsExactly("empty");
        press(KeyEvent.VK_ENTER);
        press(KeyEvent.VK_A, KeyEvent.VK_CONTROL);
        type("128");
        press(KeyEvent.VK_ENTER);
        assertThat(workflow().nodes().get("empty").settings().get("width").getAsInt())
                .isEqualTo(128);
        double before = workflow().nodes().get("empty").place().orElseThrow().x();
        press(KeyEvent.VK_RIGHT);
        assertThat(workflow().nodes().get("empty").place().orElseThrow().x()).isEqualTo(before + MoveGesture.GRID);
        press(KeyEvent.VK_C, KeyEvent.VK_CONTROL);
        press(KeyEvent.VK_V, KeyEvent.VK_CONTROL);
        assertThat(workflow().nodes()).hasSize(3);
        assertThat(told).isEmpty();
    }

    @Test
    void theInsideOfASubgraphIsEditedAndShowsOutside() {
        add(new Point(40, 100), "load model");
        dropWire(output("load", "model"), new Point(400, 100), "empty lat");
        press(KeyEvent.VK_E, KeyEvent.VK_CONTROL, KeyEvent.VK_SHIFT);
        String outer = edt(() -> canvas.selected().iterator().next());
        press(KeyEvent.VK_ENTER);
        click(row("empty", "width"), 1);
        press(KeyEvent.VK_A, KeyEvent.VK_CONTROL);
        type("64");
        press(KeyEvent.VK_ENTER);
        press(KeyEvent.VK_ESCAPE);
        assertThat(edt(canvas::shown).nodes()).containsKey(outer);
        assertThat(workflow()
                        .subgraphs()
                        .values()
                        .iterator()
                        .next()
                        .inside()
                        .nodes()
                        .get("empty")
                        .settings()
                        .get("width")
                        .getAsInt())
                .isEqualTo(64);
        press(KeyEvent.VK_Z, KeyEvent.VK_CONTROL);
        press(KeyEvent.VK_Z, KeyEvent.VK_CONTROL);
        assertThat(workflow().nodes().keySet()).containsExactly("load", "empty");
    }

    @Test
    void aClickOnASwitchTurnsItAndADragOnANumberChangesIt() {
        add(new Point(200, 100), "stack adap");
        boolean before = Shipped.type("graft/adapters/stack")
                .setting("on")
                .map(setting -> (Boolean) setting.defaultValue())
                .orElseThrow();
        click(row("stack", "on"), 1);
        assertThat(workflow().nodes().get("stack").settings().get("on").getAsBoolean())
                .isEqualTo(!before);
        add(new Point(600, 100), "empty lat");
        Point row = row("empty", "batch");
        drag(row, new Point(row.x + 40, row.y));
        assertThat(workflow().nodes().get("empty").settings().get("batch").getAsInt())
                .isGreaterThan(5);
        press(KeyEvent.VK_Z, KeyEvent.VK_CONTROL);
        assertThat(workflow().nodes().get("empty").settings()).doesNotContainKey("batch");
    }

    @Test
    void whatIsUnderTheWheelStaysThere() {
        add(new Point(300, 300), "load model");
        Viewport before = edt(canvas::viewport);
        robot.rotateMouseWheel(canvas, -3);
        Point mouse = edt(canvas::getMousePosition);
        Viewport after = edt(canvas::viewport);
        assertThat(after.scale()).isGreaterThan(before.scale());
        assertThat(after.toCanvas(mouse).distance(before.toCanvas(mouse))).isLessThan(1e-6);
    }

    @Test
    void allThatWasSeenIsSeenInASmallerWindowToo() {
        add(new Point(100, 100), "load model");
        add(new Point(1400, 700), "load image");
        click(new Point(900, 900), 1);
        press(KeyEvent.VK_PERIOD);
        resize(900, 500);
        Rectangle seen = edt(() -> new Rectangle(canvas.getSize()));
        assertThat(workflow().nodes().keySet()).hasSize(2).allSatisfy(node -> assertThat(
                        seen.contains(edt(() -> canvas.place(node).orElseThrow())))
                .isTrue());
        edt(() -> {
            canvas.zoomBy(2);
            return true;
        });
        Viewport chosen = edt(canvas::viewport);
        resize(1000, 600);
        assertThat(edt(canvas::viewport)).isEqualTo(chosen);
    }

    private void resize(int width, int height) {
        GuiActionRunner.execute(() -> frame.setSize(width, height));
        Hands.await("the window has its size", () -> canvas.getWidth() == width);
        robot.waitForIdle();
    }

    @Test
    void whatIsDroppedFromTheDesktopBecomesANodeThatLoadsItOrAWorkflowOfItsOwn(@TempDir Path folder)
            throws IOException {
        BufferedImage dots = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
        Path picture = folder.resolve("dog.png");
        PngFile.write(picture, dots, Map.of());
        Path pictures = Files.createDirectory(folder.resolve("dogs"));
        Path model = BuiltIn.path("builtin:emoji-sd");
        Path lora = tensor(folder.resolve("dog-lora.safetensors"), "lora_unet_x.lora_up.weight");
        Path embedding = tensor(folder.resolve("dog-word.safetensors"), "emb_params");
        Path workflow = Files.writeString(folder.resolve("w.json"), "{}");
        Path song = Files.writeString(folder.resolve("song.mp3"), "ID3 and so on, longer than a header");
        Path made = folder.resolve("made.png");
        PngFile.write(made, dots, Map.of("workflow", "{}"));
        Path broken = Files.writeString(folder.resolve("broken.safetensors"), "no tensors");
        List<Path> dropped = List.of(picture, pictures, model, lora, embedding, workflow, made, song, broken);
        FileDrop drop = (FileDrop) edt(canvas::getTransferHandler);
        GuiActionRunner.execute(() -> drop.take(dropped, new Point(300, 200)));
        Hands.await("the files are taken", () -> told.size() == 4);
        assertThat(workflow().nodes().values())
                .extracting(
                        WorkflowNode::type,
                        node -> node.settings().values().iterator().next().getAsString())
                .containsExactly(
                        tuple("graft/images/load", picture.toString()),
                        tuple("graft/images/folder", pictures.toString()),
                        tuple("graft/model/load", model.toString()),
                        tuple("graft/lora/load", lora.toString()),
                        tuple("graft/embedding/load", embedding.toString()));
        assertThat(told.subList(0, 2)).containsExactly("open w.json", "open made.png");
        assertThat(told.get(2)).startsWith("Cannot use " + song);
        assertThat(told.get(3)).contains("broken.safetensors");
    }

    @Test
    void modelsOfOtherFamiliesAreRefusedByTheirNameWhenTheyAreDropped(@TempDir Path folder) {
        Map<String, Path> models = new LinkedHashMap<>();
        ForeignModels.files(folder).forEach((name, file) -> models.put(name + ".", file));
        ForeignModels.folders(folder).forEach(models::put);
        FileDrop drop = (FileDrop) edt(canvas::getTransferHandler);
        GuiActionRunner.execute(() -> drop.take(List.copyOf(models.values()), new Point(300, 200)));
        Hands.await("the files are looked at", () -> told.size() == models.size());
        assertThat(workflow().nodes()).isEmpty();
        int at = 0;
        for (Map.Entry<String, Path> each : models.entrySet()) {
            assertThat(told.get(at++))
                    .contains(
                            "Cannot use " + each.getValue(),
                            "it is " + each.getKey().replaceFirst("\\.$", ""));
        }
    }

    /** A safetensors file of one number. */
    private static Path tensor(Path file, String name) throws IOException {
        byte[] header = ("{\"" + name + "\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}")
                .getBytes(StandardCharsets.UTF_8);
        return Files.write(
                file,
                ByteBuffer.allocate(8 + header.length + 4)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(header.length)
                        .put(header)
                        .array());
    }
}
