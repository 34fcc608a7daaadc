package graft.app.editor.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.swing.edt.GuiActionRunner.execute;

import graft.app.editor.OpensWindows;
import graft.app.editor.canvas.NodeState;
import graft.app.editor.run.RunDock;
import java.awt.Point;
import java.awt.Rectangle;
import java.awt.Toolkit;
import java.awt.datatransfer.DataFlavor;
import java.awt.event.KeyEvent;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import org.assertj.swing.core.MouseButton;
import org.assertj.swing.core.MouseClickInfo;
import org.assertj.swing.fixture.DialogFixture;
import org.assertj.swing.fixture.JPopupMenuFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pictures of a run, on the nodes that made them. */
@OpensWindows
class PicturesOnNodesTest {

    @TempDir
    Path config;

    private OpenedEditor editor;

    @BeforeEach
    void open() {
        editor = new OpenedEditor(config, OpenedEditor.begun(), OpenedEditor.WORKFLOWS.resolve("text-to-image.json"));
        editor.awaitWorkflow();
    }

    @AfterEach
    void close() {
        editor.close();
    }

    private void click(Rectangle at, MouseClickInfo how) {
        editor.robot()
                .click(
                        editor.canvas(),
                        new Point((int) at.getCenterX(), (int) at.getCenterY()),
                        how.button(),
                        how.times());
    }

    @Test
    void theWholeBatchIsShownEnlargedAndCopied() throws Exception {
        editor.awaitCanvas();
        editor.frame().button("tool.run").click();
        editor.await("it is saved", () -> editor.state("save") == NodeState.Kind.DONE);
        RunDock dock = editor.robot().finder().findByType(RunDock.class);
        editor.await("the pictures are in front", () -> dock.selected() == RunDock.Tab.PICTURES);

        for (String node : List.of("sample", "decode", "save")) {
            assertThat(execute(() -> editor.canvas().pictures(node))).as(node).hasSize(4);
        }

        execute(() -> editor.canvas().centerOn("decode"));
        Rectangle third = execute(() -> editor.canvas().pictures("decode").get(2));
        click(third, MouseClickInfo.leftButton().times(2));
        DialogFixture large = editor.dialog("enlarged");
        large.label("enlarged.count").requireText("3 of 4");
        editor.press(KeyEvent.VK_RIGHT);
        large.label("enlarged.count").requireText("4 of 4");
        editor.press(KeyEvent.VK_ESCAPE);
        editor.await("it is closed", () -> !large.target().isShowing());

        editor.robot()
                .click(
                        editor.canvas(),
                        new Point((int) third.getCenterX(), (int) third.getCenterY()),
                        MouseButton.RIGHT_BUTTON,
                        1);
        JPopupMenuFixture menu =
                new JPopupMenuFixture(editor.robot(), editor.robot().findActivePopupMenu());
        assertThat(menu.menuLabels()).startsWith("Open picture", "Save picture as…", "Copy picture");
        menu.menuItemWithPath("Copy picture").click();
        BufferedImage copied =
                (BufferedImage) Toolkit.getDefaultToolkit().getSystemClipboard().getData(DataFlavor.imageFlavor);
        assertThat(copied.getWidth()).isEqualTo(64);

        editor.robot()
                .click(
                        editor.canvas(),
                        new Point((int) third.getCenterX(), (int) third.getCenterY()),
                        MouseButton.RIGHT_BUTTON,
                        1);
        new JPopupMenuFixture(editor.robot(), editor.robot().findActivePopupMenu())
                .menuItemWithPath("Colour", "Red")
                .click();
        editor.await("it is red", () -> "#b5534c"
                .equals(editor.workflow().nodes().get("decode").look().colour()));
    }
}
