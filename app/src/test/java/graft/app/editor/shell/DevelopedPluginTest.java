package graft.app.editor.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.swing.edt.GuiActionRunner.execute;

import graft.app.editor.OpensWindows;
import graft.app.plugin.NodeLibrary;
import graft.app.plugin.PluginStore;
import graft.app.plugin.TestPlugin;
import java.awt.Component;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plugin that its author builds anew while the editor shows its node. */
@OpensWindows
class DevelopedPluginTest {

    private static final String NODE = """
            package mine;
            import graft.node.*;
            @NodeType(id = "mine/text/say", title = "Say", category = "test", help = "Says it.", output = true)
            public final class Say implements Node {
                @Setting int %s = 3;
                @Override public void run(Run run) {}
            }
            """;

    @TempDir
    private Path work;

    private Path built(String setting) throws IOException {
        return TestPlugin.of("mine", "1.0.0")
                .source(NODE.formatted(setting))
                .build(Files.createDirectories(work.resolve("target")).resolve("mine-1.0.0.jar"));
    }

    private static List<Component> shown(OpenedEditor editor, String name) {
        return editor.robot().finder().findAll(OpenedEditor.named(name)).stream()
                .filter(Component::isShowing)
                .toList();
    }

    @Test
    void aSettingThatIsRenamedIsRenamedInTheFormAndWhatTheWorkflowHasOfTheOldOneCanBeTakenOut() throws IOException {
        Path plugins = Files.createDirectories(work.resolve("plugins"));
        new PluginStore(plugins, "0.1.0").develop(built("loudness"), true);
        Path file = work.resolve("say.json");
        Files.writeString(file, """
                {"format": 1, "nodes": {"say": {"type": "mine/text/say", "version": 1, "at": [40, 60], "settings": {"loudness": 7}}}, "wires": []}
                """);
        try (NodeLibrary library = NodeLibrary.load(plugins, "0.1.0");
                OpenedEditor editor = new OpenedEditor(work.resolve("config"), OpenedEditor.begun(), library, file)) {
            editor.awaitWorkflow();
            editor.clickNode("say");
            editor.await(
                    "the form has it", () -> !shown(editor, "setting.loudness").isEmpty());
            built("volume");
            // The editor looks for itself.
            editor.await("the form has the new one", () -> !shown(editor, "setting.volume")
                    .isEmpty());
            assertThat(shown(editor, "setting.loudness")).isEmpty();
            editor.await("the old one can be taken out", () -> !shown(editor, "inspector.take-out.loudness")
                    .isEmpty());
            editor.robot().click(execute(() -> shown(editor, "inspector.take-out.loudness")
                    .get(0)));
            editor.await("it is gone", () -> editor.window()
                    .current()
                    .orElseThrow()
                    .document()
                    .workflow()
                    .nodes()
                    .get("say")
                    .settings()
                    .isEmpty());
            editor.await(
                    "nothing is wrong any more",
                    () -> shown(editor, "inspector.take-out.loudness").isEmpty()
                            && editor.window()
                                    .current()
                                    .orElseThrow()
                                    .findings()
                                    .isEmpty());
        }
    }
}
