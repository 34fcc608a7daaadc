package graft.app.editor.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.swing.edt.GuiActionRunner.execute;

import com.google.gson.JsonPrimitive;
import graft.app.editor.OpensWindows;
import graft.app.plugin.NodeLibrary;
import graft.app.plugin.PluginStore;
import graft.app.plugin.Sha512;
import graft.app.plugin.TestPlugin;
import graft.app.workflow.Place;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import java.awt.event.KeyEvent;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.swing.AbstractButton;
import javax.swing.JComboBox;
import javax.swing.JComponent;
import javax.swing.JLabel;
import javax.swing.JList;
import javax.swing.JTable;
import javax.swing.text.JTextComponent;
import org.assertj.swing.fixture.DialogFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stranger's node in the window: settings that others show, choices that it finds, lists, colours, tables, its plugin's texts. */
@OpensWindows
class StrangersFormTest {

    @TempDir
    private Path work;

    private NodeLibrary library() throws IOException {
        ByteArrayOutputStream icon = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB), "png", icon);
        Path archive = TestPlugin.of("strange", "1.0.0")
                .source("""
                        package strange;
                        import graft.node.*;
                        import java.util.List;
                        @NodeType(id = "strange/styled", title = "Styled", category = "test", help = "A test.",
                                deprecated = "Use Plain.", output = true)
                        public final class Styled implements Node {
                            enum Mode { PLAIN, FANCY }
                            record Stroke(@Setting String at, @Setting(min = 1, max = 9) int width) {}
                            @Setting Mode mode = Mode.PLAIN;
                            @Setting(shownBy = "mode=fancy", group = "curls") String curl = "round";
                            @Setting(choicesBy = "brushes") String brush = "old";
                            @Setting List<String> names = List.of("one");
                            @Setting java.awt.Color paper = java.awt.Color.WHITE;
                            @Setting List<Stroke> strokes = List.of();
                            List<String> brushes() { return List.of("fine", "broad"); }
                            @Override public void run(Run run) {}
                        }
                        """)
                .entry("icon.png", icon.toByteArray())
                .entry("docs/styled.md", "# Styled\n<html><b>no page".getBytes(StandardCharsets.UTF_8))
                .entry(
                        "templates/start.json",
                        Workflow.EMPTY.withTitle("Begin").toJson().getBytes(StandardCharsets.UTF_8))
                .build(work.resolve("strange.jar"));
        Path plugins = Files.createDirectories(work.resolve("plugins"));
        PluginStore store = new PluginStore(plugins, "0.1.0");
        try (var plan = store.planFile(archive, Optional.of(Sha512.of(archive)), store.known())) {
            store.install(plan);
        }
        return NodeLibrary.load(plugins, "0.1.0");
    }

    private static <C extends JComponent> C found(OpenedEditor editor, String name, Class<C> type) {
        return editor.robot().finder().findByName(editor.frame().target(), name, type, false);
    }

    private static String saved(OpenedEditor editor, String setting) {
        return String.valueOf(editor.workflow().nodes().get("node").settings().get(setting));
    }

    private static String words(JComboBox<String> box, String choice) {
        return execute(
                () -> ((JLabel) box.getRenderer().getListCellRendererComponent(new JList<>(), choice, -1, false, false))
                        .getText());
    }

    @Test
    void itsFormIsAsItSaysAndWhatIsEditedIsSaved() throws Exception {
        Path file = work.resolve("styled.json");
        Workflow.EMPTY
                .withNodes(Map.of("node", WorkflowNode.of("strange/styled", 1, new Place(0, 0))))
                .write(file);
        try (NodeLibrary library = library();
                OpenedEditor editor = new OpenedEditor(work.resolve("config"), OpenedEditor.begun(), library)) {
            editor.await("its template is offered", () -> !editor.robot()
                    .finder()
                    .findAll(OpenedEditor.named("template.strange.start.json"))
                    .isEmpty());
            assertThat(execute(() -> found(editor, "start.templates.strange", JLabel.class)
                            .getText()))
                    .isEqualTo("From the plugin strange");
            execute(() -> editor.window().open(file));
            editor.awaitWorkflow();
            execute(() -> editor.canvas().select(Set.of("node")));
            editor.robot().waitForIdle();

            JTextComponent curl = found(editor, "setting.curl", JTextComponent.class);
            assertThat(execute(() -> curl.isShowing())).isFalse();
            JComboBox<?> mode = found(editor, "setting.mode", JComboBox.class);
            execute(() -> mode.setSelectedItem("fancy"));
            editor.await("what it shows is there", curl::isShowing);
            execute(() -> curl.setText("square"));
            execute(() -> mode.setSelectedItem("plain"));
            editor.await("it is hidden again", () -> !curl.isShowing());
            assertThat(saved(editor, "curl")).isEqualTo("\"square\"");

            @SuppressWarnings("unchecked")
            JComboBox<String> brush = found(editor, "setting.brush", JComboBox.class);
            editor.await("the node was asked", () -> brush.getItemCount() == 3);
            assertThat(words(brush, "old")).isEqualTo("old (no more there)");
            assertThat(words(brush, "broad")).isEqualTo("broad");
            execute(() -> brush.setSelectedItem("broad"));
            assertThat(saved(editor, "brush")).isEqualTo("\"broad\"");

            JTextComponent names = found(editor, "setting.names", JTextComponent.class);
            execute(() -> names.setText("one\ntwo, three"));
            assertThat(saved(editor, "names")).isEqualTo("[\"one\",\"two, three\"]");
            JTextComponent paper = found(editor, "setting.paper", JTextComponent.class);
            execute(() -> paper.setText("#00ff80"));
            assertThat(saved(editor, "paper")).isEqualTo("\"#00FF80\"");

            JTable strokes = found(editor, "setting.strokes", JTable.class);
            execute(() ->
                    found(editor, "setting.strokes.add", AbstractButton.class).doClick());
            execute(() -> strokes.setValueAt("top", 0, 0));
            execute(() -> strokes.setValueAt("12", 0, 1));
            assertThat(execute(() -> strokes.getValueAt(0, 1))).isEqualTo("1");
            execute(() -> strokes.setValueAt("4", 0, 1));
            assertThat(saved(editor, "strokes")).isEqualTo("[{\"at\":\"top\",\"width\":4}]");
            editor.awaitCanvas();
            editor.press(KeyEvent.VK_Z, KeyEvent.VK_CONTROL);
            assertThat(saved(editor, "strokes")).isEqualTo("[{\"at\":\"top\",\"width\":1}]");
            assertThat(execute(() -> strokes.getValueAt(0, 1))).isEqualTo("1");
            execute(() -> editor.window()
                    .current()
                    .orElseThrow()
                    .document()
                    .edit("Row", workflow -> workflow.with("node", "mode", new JsonPrimitive("fancy"))));
            editor.await("it is shown by an edit from elsewhere", curl::isShowing);

            execute(() -> found(editor, "inspector.doc", AbstractButton.class).doClick());
            DialogFixture page = editor.dialog("inspector.doc.dialog");
            assertThat(page.textBox("inspector.doc.text").text()).isEqualTo("# Styled\n<html><b>no page");
            execute(() -> page.target().dispose());
        }
    }
}
