package graft.app.editor.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.swing.edt.GuiActionRunner.execute;

import graft.app.editor.Commands;
import graft.app.editor.OpensWindows;
import graft.app.editor.canvas.NodeState;
import graft.app.editor.inspector.Inspector;
import graft.app.editor.run.RunDock;
import graft.file.Folder;
import java.awt.Point;
import java.awt.Rectangle;
import java.awt.event.KeyEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.swing.JMenu;
import javax.swing.JMenuItem;
import javax.swing.JSplitPane;
import org.assertj.swing.core.MouseButton;
import org.assertj.swing.fixture.JPopupMenuFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs up to a node into a folder of one's own, the files of late, and a window that comes back as it was. */
@OpensWindows
class WorkbenchTest {

    @TempDir
    private Path config;

    private OpenedEditor editor;

    private void open(Session session) {
        editor = new OpenedEditor(config, session, OpenedEditor.WORKFLOWS.resolve("text-to-image.json"));
        editor.awaitWorkflow();
        editor.awaitFileWork();
        editor.awaitCanvas();
    }

    @AfterEach
    void close() {
        editor.close();
    }

    @Test
    void aNodesMenuRunsUpToItIntoTheWorkflowsOwnFolder() throws IOException {
        open(OpenedEditor.begun());
        execute(() -> editor.canvas().select(Set.of()));
        editor.frame().textBox("inspector.workflow.runs").enterText("mine");
        assertThat(editor.workflow().extra().get("runs").getAsString()).isEqualTo("mine");

        editor.awaitCanvas();
        Rectangle node = execute(() -> {
            editor.canvas().centerOn("sample");
            return editor.canvas().place("sample").orElseThrow();
        });
        editor.robot()
                .click(editor.canvas(), new Point(node.x + node.width / 2, node.y + 8), MouseButton.RIGHT_BUTTON, 1);
        new JPopupMenuFixture(editor.robot(), editor.robot().findActivePopupMenu())
                .menuItem("canvas.menu.run-to-here")
                .click();
        editor.await(
                "it ran",
                () -> editor.state("sample") == NodeState.Kind.DONE || editor.state("sample") == NodeState.Kind.CACHED);
        assertThat(editor.state("save")).isEqualTo(NodeState.Kind.FRESH);
        assertThat(Folder.entries(config.resolve("runs").resolve("mine"))).hasSize(1);
    }

    @Test
    void theFilesOfLateAreInTheMenuAndThoseThatAreGoneSaySo() {
        Path gone = config.resolve("gone.json");
        open(OpenedEditor.begun().opened(gone));
        JMenu recent = recentMenu();
        List<String> words = labels(recent);
        assertThat(words)
                .startsWith("text-to-image.json", "gone.json (missing)")
                .contains("Clear what is missing", "Clear all");
        execute(() -> ((JMenuItem) recent.getMenuComponent(1)).doClick());
        editor.await("it is said", () -> editor.said().stream()
                .anyMatch(said -> said != null && said.startsWith(gone + " is not there any more.")));
        execute(() -> ((JMenuItem) recent.getMenuComponent(3)).doClick());
        assertThat(labels(recent)).doesNotContain("gone.json (missing)").contains("text-to-image.json");
    }

    private JMenu recentMenu() {
        JMenu file = editor.window().frame().getJMenuBar().getMenu(0);
        for (int i = 0; i < file.getItemCount(); i++) {
            if (file.getItem(i) instanceof JMenu menu && "menu.recent".equals(menu.getName())) {
                return menu;
            }
        }
        throw new AssertionError("there is no menu of files of late");
    }

    private static List<String> labels(JMenu menu) {
        return execute(() -> {
            menu.setSelected(false);
            menu.setSelected(true);
            List<String> labels = new ArrayList<>();
            for (int i = 0; i < menu.getItemCount(); i++) {
                if (menu.getItem(i) != null) {
                    labels.add(menu.getItem(i).getText());
                }
            }
            menu.setSelected(false);
            return labels;
        });
    }

    @Test
    void focusModeGivesBackAllThatWasShown() {
        open(OpenedEditor.begun());
        execute(() -> editor.canvas().select(Set.of("sample")));
        editor.press(KeyEvent.VK_N);
        editor.awaitCanvas();
        editor.press(KeyEvent.VK_Q);
        editor.awaitCanvas();
        LibraryPanel library = editor.robot().finder().findByType(LibraryPanel.class);
        Inspector inspector = editor.robot().finder().findByType(Inspector.class);
        RunDock runs = editor.robot().finder().findByType(RunDock.class);
        execute(() -> ((JSplitPane) library.getParent()).setDividerLocation(310));
        editor.robot().waitForIdle();
        List<Integer> sizes = execute(() -> List.of(library.getWidth(), inspector.getWidth(), runs.getHeight()));

        editor.press(KeyEvent.VK_F);
        editor.await("little is left", () -> !library.isShowing() && !inspector.isShowing() && !runs.isShowing());
        editor.awaitCanvas();
        editor.press(KeyEvent.VK_F);
        editor.await("all is back", () -> library.isShowing() && inspector.isShowing() && runs.isShowing());
        assertThat(execute(() -> List.of(library.getWidth(), inspector.getWidth(), runs.getHeight())))
                .isEqualTo(sizes);
        assertThat(execute(() -> editor.canvas().selected())).containsExactly("sample");
        assertThat(execute(() -> editor.window()
                        .action(Commands.FOCUS_MODE)
                        .orElseThrow()
                        .isEnabled()))
                .isTrue();
    }
}
