package graft.app.editor.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.swing.edt.GuiActionRunner.execute;

import graft.app.editor.OpensWindows;
import graft.app.workflow.Edits;
import graft.app.workflow.Port;
import graft.app.workflow.Subgraph;
import graft.app.workflow.Workflow;
import java.awt.Point;
import java.awt.Rectangle;
import java.awt.event.KeyEvent;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import javax.swing.JList;
import javax.swing.JMenu;
import javax.swing.JMenuItem;
import org.assertj.swing.core.MouseButton;
import org.assertj.swing.fixture.JPopupMenuFixture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a subgraph shows outside is seen at the edges of its inside, and renamed and ordered there or from its node. */
@OpensWindows
class SubgraphEdgesTest {

    @TempDir
    private static Path config;

    private static OpenedEditor editor;
    private static Workflow fresh;

    @BeforeAll
    static void open() {
        Workflow whole = Workflow.read(OpenedEditor.WORKFLOWS.resolve("text-to-image.json"));
        Path file = config.resolve("folded.json");
        Edits.toSubgraph(whole, Set.of("sample", "decode"), "Draw").workflow().write(file);
        editor = new OpenedEditor(config, OpenedEditor.begun(), file);
        editor.awaitWorkflow();
        fresh = editor.workflow();
    }

    @AfterAll
    static void close() {
        editor.close();
    }

    @BeforeEach
    void begin() {
        execute(() -> {
            editor.window().current().orElseThrow().document().edit("Again", workflow -> fresh);
            editor.canvas().select(Set.of("draw"));
        });
        editor.awaitCanvas();
    }

    private static Subgraph draw() {
        return editor.workflow().subgraphs().get("draw");
    }

    private static List<String> order() {
        return List.copyOf(draw().inputSockets().keySet());
    }

    private static JList<?> edge(String side) {
        return (JList<?>) editor.robot().finder().findByName("canvas.edge." + side);
    }

    private static void click(JList<?> edge, int row) {
        Rectangle cell = execute(() -> edge.getCellBounds(row, row));
        editor.robot().click(edge, new Point(cell.x + cell.width / 2, cell.y + cell.height / 2));
        editor.await("the edge has the keyboard", edge::isFocusOwner);
    }

    @Test
    void withinItTheyAreRenamedAndMovedAndThatIsUndone() {
        assertThat(editor.robot()
                        .finder()
                        .findAll(
                                component -> String.valueOf(component.getName()).startsWith("canvas.edge.")
                                        && component.isShowing()))
                .isEmpty();
        editor.press(KeyEvent.VK_ENTER);
        JList<?> inputs = edge("inputs");
        editor.await(
                "the inputs are seen",
                () -> inputs.isShowing() && inputs.getModel().getSize() == order().size());
        assertThat(edge("outputs").isShowing()).isTrue();
        List<String> before = order();

        click(inputs, 0);
        editor.press(KeyEvent.VK_F2);
        editor.frame().textBox("canvas.edge.rename").deleteText().enterText("Which model");
        editor.press(KeyEvent.VK_ENTER);
        assertThat(draw().inputSockets().get(before.get(0)))
                .extracting(Port::title)
                .containsOnly("Which model");
        assertThat(editor.workflow().wires()).isEqualTo(fresh.wires());

        editor.await("the edge has the keyboard", inputs::isFocusOwner);
        editor.press(KeyEvent.VK_DOWN, KeyEvent.VK_ALT);
        assertThat(order()).startsWith(before.get(1), before.get(0));
        Rectangle first = execute(() -> inputs.getCellBounds(0, 0));
        Rectangle third = execute(() -> inputs.getCellBounds(2, 2));
        editor.robot().pressMouse(inputs, new Point(first.x + 20, first.y + 10));
        editor.robot().moveMouse(inputs, new Point(third.x + 20, third.y + 12));
        editor.robot().releaseMouse(MouseButton.LEFT_BUTTON);
        assertThat(order()).startsWith(before.get(0), before.get(2), before.get(1));
        assertThat(Workflow.parse(editor.workflow().toJson(), "again")).isEqualTo(editor.workflow());

        editor.press(KeyEvent.VK_Z, KeyEvent.VK_CONTROL);
        editor.press(KeyEvent.VK_Z, KeyEvent.VK_CONTROL);
        editor.press(KeyEvent.VK_Z, KeyEvent.VK_CONTROL);
        assertThat(editor.workflow()).isEqualTo(fresh);
        editor.press(KeyEvent.VK_ESCAPE);
        editor.press(KeyEvent.VK_ESCAPE);
        editor.await("outside no edge is seen", () -> !inputs.isShowing());
    }

    @Test
    void fromOutsideTheyAreMovedByTheMenuOfTheNode() {
        List<String> before = order();
        Rectangle node = execute(() -> {
            editor.canvas().centerOn("draw");
            return editor.canvas().place("draw").orElseThrow();
        });
        editor.robot()
                .click(editor.canvas(), new Point(node.x + node.width / 2, node.y + 8), MouseButton.RIGHT_BUTTON, 1);
        new JPopupMenuFixture(editor.robot(), editor.robot().findActivePopupMenu())
                .menuItem("canvas.menu.sockets")
                .click();
        editor.robot().waitForIdle();
        JMenu socket = (JMenu) editor.robot().finder().findByName("canvas.menu.socket." + before.get(0));
        execute(() -> ((JMenuItem) socket.getMenuComponent(2)).doClick());
        editor.await("it is moved", () -> order().indexOf(before.get(0)) == 1);
        editor.press(KeyEvent.VK_ESCAPE);
        editor.press(KeyEvent.VK_ESCAPE);
        editor.press(KeyEvent.VK_ESCAPE);
    }
}
