package graft.app.editor.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.swing.edt.GuiActionRunner.execute;

import graft.app.editor.OpensWindows;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import java.awt.Rectangle;
import java.awt.event.KeyEvent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.swing.DefaultListCellRenderer;
import javax.swing.JList;
import org.assertj.swing.fixture.JTextComponentFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who has no mouse draws a graph all the same. */
@OpensWindows
class KeyboardWiringTest {

    private static final int ALT = KeyEvent.VK_ALT;

    @TempDir
    private Path config;

    private OpenedEditor editor;

    @BeforeEach
    void open() {
        editor = new OpenedEditor(config, OpenedEditor.begun());
        editor.await("it is there", () -> editor.window().frame().isActive());
        editor.press(KeyEvent.VK_N, KeyEvent.VK_CONTROL);
        editor.awaitWorkflow();
        editor.awaitCanvas();
    }

    @AfterEach
    void close() {
        editor.close();
    }

    /** Types into the search that is open, and takes the first that it finds. */
    private void add(String words) {
        JTextComponentFixture field = editor.frame().textBox("canvas.search.text");
        editor.await("one can search", () -> field.target().isFocusOwner());
        field.enterText(words);
        editor.press(KeyEvent.VK_ENTER);
        editor.awaitCanvas();
    }

    /** A wire from the output of what is selected to a new node. */
    private void onTo(String words) {
        editor.press(KeyEvent.VK_RIGHT, ALT);
        editor.press(KeyEvent.VK_ENTER);
        add(words);
    }

    private void awaitSocket(String socket) {
        editor.await(
                "the keyboard is at " + socket,
                () -> editor.canvas().focusedSocket().orElse("").equals(socket));
    }

    private void awaitList() {
        editor.await(
                "there are sockets to choose from",
                () -> editor.robot().finder().findAll(OpenedEditor.named("canvas.sockets.text")).stream()
                        .anyMatch(field -> field.isFocusOwner()));
    }

    private String offered(int row) {
        JList<?> list = (JList<?>) editor.robot().finder().findByName("canvas.sockets.list");
        return execute(
                () -> list.getCellRenderer() instanceof DefaultListCellRenderer drawn ? drawn(list, drawn, row) : "");
    }

    private static String drawn(JList<?> list, DefaultListCellRenderer renderer, int row) {
        @SuppressWarnings("unchecked")
        JList<Object> all = (JList<Object>) list;
        renderer.getListCellRendererComponent(all, all.getModel().getElementAt(row), row, false, false);
        return renderer.getText();
    }

    private Map<String, String> typesOf(Workflow workflow) {
        return workflow.nodes().entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, each -> each.getValue()
                .type()));
    }

    private List<String> wires() {
        Workflow workflow = editor.workflow();
        Map<String, String> types = typesOf(workflow);
        List<String> wires = new ArrayList<>();
        for (Wire wire : workflow.wires()) {
            wires.add(types.get(wire.fromNode()).replaceFirst(".*/(.*/)", "$1") + "." + wire.output() + " > "
                    + types.get(wire.toNode()).replaceFirst(".*/(.*/)", "$1") + "." + wire.input());
        }
        return wires;
    }

    @Test
    void aPictureFromWordsIsWiredFromAnEmptyCanvas() {
        editor.press(KeyEvent.VK_SPACE, KeyEvent.VK_CONTROL);
        add("load model");
        onTo("encode prompt");
        // Round to the model.
        editor.press(KeyEvent.VK_TAB);
        onTo("encode prompt");
        editor.press(KeyEvent.VK_TAB);
        onTo("empty latents");
        editor.press(KeyEvent.VK_TAB);
        onTo("sample");
        String sample = execute(() -> editor.canvas().selected().iterator().next());

        editor.press(KeyEvent.VK_DOWN, ALT);
        awaitSocket(sample + ".model");
        editor.press(KeyEvent.VK_DOWN, ALT);
        awaitSocket(sample + ".positive");
        editor.press(KeyEvent.VK_ENTER);
        awaitList();
        assertThat(offered(0)).startsWith("Encode Prompt (").endsWith(": Conditioning");
        assertThat(offered(2)).isEqualTo("A new node…");
        editor.press(KeyEvent.VK_ENTER);
        editor.awaitCanvas();
        editor.press(KeyEvent.VK_DOWN, ALT);
        awaitSocket(sample + ".negative");
        editor.press(KeyEvent.VK_ENTER);
        awaitList();
        editor.press(KeyEvent.VK_DOWN);
        editor.press(KeyEvent.VK_ENTER);
        editor.awaitCanvas();
        editor.press(KeyEvent.VK_DOWN, ALT);
        awaitSocket(sample + ".latents");
        editor.press(KeyEvent.VK_ENTER);
        awaitList();
        editor.press(KeyEvent.VK_ENTER);
        editor.awaitCanvas();

        onTo("decode");
        String decode = execute(() -> editor.canvas().selected().iterator().next());
        editor.press(KeyEvent.VK_DOWN, ALT);
        awaitSocket(decode + ".model");
        editor.press(KeyEvent.VK_ENTER);
        awaitList();
        assertThat(offered(0)).isEqualTo("Load Model: Model");
        editor.press(KeyEvent.VK_ENTER);
        editor.awaitCanvas();
        onTo("save image");

        assertThat(wires())
                .containsExactlyInAnyOrder(
                        "model/load.model > prompt/encode.model",
                        "model/load.model > prompt/encode.model",
                        "model/load.model > latents/empty.model",
                        "model/load.model > latents/sample.model",
                        "prompt/encode.conditioning > latents/sample.positive",
                        "prompt/encode.conditioning > latents/sample.negative",
                        "latents/empty.latents > latents/sample.latents",
                        "latents/sample.samples > latents/decode.latents",
                        "model/load.model > latents/decode.model",
                        "latents/decode.images > images/save.images");
        assertThat(editor.workflow().wires().stream()
                        .filter(wire -> wire.output().equals("conditioning"))
                        .map(Wire::fromNode))
                .doesNotHaveDuplicates();
        List<Rectangle> places = editor.workflow().nodes().keySet().stream()
                .map(node -> execute(() -> editor.canvas().place(node).orElseThrow()))
                .toList();
        for (int i = 0; i < places.size(); i++) {
            for (int j = 0; j < i; j++) {
                assertThat(places.get(i).intersects(places.get(j)))
                        .as(places.get(i) + " lies over " + places.get(j))
                        .isFalse();
            }
        }
    }

    @Test
    void aWireIsGivenUpAndTakenOffByKeys() {
        editor.press(KeyEvent.VK_SPACE, KeyEvent.VK_CONTROL);
        add("load model");
        onTo("encode prompt");
        String encode = execute(() -> editor.canvas().selected().iterator().next());
        Workflow wired = editor.workflow();
        assertThat(wired.wires()).hasSize(1);

        editor.press(KeyEvent.VK_DOWN, ALT);
        awaitSocket(encode + ".model");
        editor.press(KeyEvent.VK_DELETE);
        assertThat(editor.workflow().wires()).isEmpty();
        assertThat(editor.workflow().nodes()).hasSize(2);
        editor.press(KeyEvent.VK_ENTER);
        awaitList();
        editor.press(KeyEvent.VK_ESCAPE);
        editor.awaitCanvas();
        awaitSocket(encode + ".model");
        assertThat(editor.workflow().wires()).isEmpty();
        editor.press(KeyEvent.VK_ESCAPE);
        editor.await("no socket", () -> editor.canvas().focusedSocket().isEmpty());
        editor.press(KeyEvent.VK_Z, KeyEvent.VK_CONTROL);
        assertThat(editor.workflow()).isEqualTo(wired);
    }

    /** What such wires go to in the workflows that ship comes before all else that fits. */
    @Test
    void theMostLikelyNodesAreOfferedFirst() {
        editor.press(KeyEvent.VK_SPACE, KeyEvent.VK_CONTROL);
        add("sample");
        editor.press(KeyEvent.VK_RIGHT, ALT);
        editor.press(KeyEvent.VK_ENTER);
        add("");
        assertThat(wires()).containsExactly("latents/sample.samples > latents/decode.latents");
        onTo("");
        assertThat(wires()).anyMatch(wire -> wire.matches("latents/decode.images > images/(save|grid).images"));
    }
}
