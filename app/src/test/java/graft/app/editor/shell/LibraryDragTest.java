package graft.app.editor.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.swing.edt.GuiActionRunner.execute;

import graft.app.editor.OpensWindows;
import graft.app.editor.canvas.GraphCanvas;
import java.awt.Point;
import java.awt.Rectangle;
import java.awt.event.KeyEvent;
import java.nio.file.Path;
import javax.swing.JComponent;
import javax.swing.JList;
import javax.swing.JTree;
import org.assertj.swing.core.MouseButton;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is dragged from a shelf to the canvas lies where it was let go. */
@OpensWindows
class LibraryDragTest {

    @TempDir
    private static Path config;

    private static OpenedEditor editor;

    @BeforeAll
    static void open() {
        editor = new OpenedEditor(config, OpenedEditor.begun());
        editor.await("it is there", () -> editor.window().frame().isActive());
        editor.press(KeyEvent.VK_N, KeyEvent.VK_CONTROL);
        editor.awaitWorkflow();
        editor.awaitCanvas();
    }

    @AfterAll
    static void close() {
        editor.close();
    }

    /** Drags a thing from its shelf, and lets it go over the canvas. */
    private static void drag(JComponent shelf, Point from, Point to) {
        GraphCanvas canvas = editor.canvas();
        editor.robot().pressMouse(shelf, from);
        editor.robot().moveMouse(shelf, new Point(from.x + 15, from.y + 3));
        editor.robot().moveMouse(canvas, new Point(to.x - 9, to.y - 9));
        editor.robot().moveMouse(canvas, to);
        editor.robot().releaseMouse(MouseButton.LEFT_BUTTON);
    }

    @Test
    void aNodeLiesWhereItWasLetGo() {
        editor.press(KeyEvent.VK_N);
        JTree nodes = editor.frame().tree("library.nodes").target();
        editor.frame().textBox("library.filter").enterText("save lora");
        editor.await("it is found", () -> nodes.getRowCount() == 2);
        Rectangle row = execute(() -> nodes.getRowBounds(1));
        Point to = new Point(300, 200);
        drag(nodes, new Point(row.x + 10, row.y + row.height / 2), to);
        editor.await("it is there", () -> editor.workflow().nodes().size() == 1);
        String node = editor.workflow().nodes().keySet().iterator().next();
        assertThat(editor.workflow().nodes().get(node).type()).isEqualTo("graft/lora/save");
        Rectangle place = execute(() -> editor.canvas().place(node).orElseThrow());
        assertThat(place.x).isCloseTo(to.x, within(2));
        assertThat(place).matches(box -> box.contains(to.x + 3, to.y));
        editor.press(KeyEvent.VK_Z, KeyEvent.VK_CONTROL);
        assertThat(editor.workflow().nodes()).isEmpty();

        editor.awaitCanvas();
        editor.press(KeyEvent.VK_M);
        JList<?> models = editor.frame().list("library.models").target();
        editor.await(
                "the built-in model is on the shelf", () -> models.getModel().getSize() > 0);
        Rectangle first = execute(() -> models.getCellBounds(0, 0));
        drag(models, new Point(first.x + 20, first.y + first.height / 2), to);
        editor.await("it is there", () -> editor.workflow().nodes().size() == 1);
        assertThat(editor.workflow().nodes().values()).singleElement().satisfies(each -> assertThat(
                        each.settings().get("file").getAsString())
                .startsWith("builtin:"));
    }
}
