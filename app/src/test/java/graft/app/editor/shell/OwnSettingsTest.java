package graft.app.editor.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.swing.edt.GuiActionRunner.execute;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import graft.app.editor.OpensWindows;
import graft.app.plugin.NodeLibrary;
import graft.app.plugin.PluginStore;
import graft.app.plugin.TestPlugin;
import java.awt.Component;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.swing.JComboBox;
import javax.swing.JTextField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sampler of a plugin's whose settings the form shows beneath the choice of it. */
@OpensWindows
class OwnSettingsTest {

    private static final String NODE = """
            package mine;
            import graft.node.*;
            import graft.sample.*;
            @NodeType(id = "mine/draw/with", title = "Draw", category = "test", help = "Draws.", output = true)
            public final class With implements Node {
                @Setting SamplerMethod sampler = Sampler.EULER;
                @Override public void run(Run run) {}
            }
            """;

    private static final String SAMPLER = """
            package mine;
            import graft.node.Setting;
            import graft.sample.*;
            import org.pf4j.Extension;
            @Extension
            public final class Wavy implements SamplerMethod {
                @Setting(min = 0, max = 1, help = "How wavy.") double eta = 0.5;
                @Setting boolean both = true;
                @Override public String id() { return "mine/wavy"; }
                @Override public String title() { return "Wavy"; }
                @Override public Walk walk() { return Walk.SIGMAS; }
            }
            """;

    @TempDir
    private Path work;

    private static List<Component> shown(OpenedEditor editor, String name) {
        return editor.robot().finder().findAll(OpenedEditor.named(name)).stream()
                .filter(Component::isShowing)
                .toList();
    }

    private static JsonElement saved(OpenedEditor editor) {
        return editor.window()
                .current()
                .orElseThrow()
                .document()
                .workflow()
                .nodes()
                .get("draw")
                .settings()
                .get("sampler");
    }

    private static void choose(OpenedEditor editor, String sampler) {
        execute(() -> ((JComboBox<?>) shown(editor, "setting.sampler").get(0)).setSelectedItem(sampler));
    }

    @Test
    void theyComeWithTheChoiceAreSavedInItAndGoWithIt() throws Exception {
        Path plugins = Files.createDirectories(work.resolve("plugins"));
        Path archive =
                TestPlugin.of("mine", "1.0.0").source(NODE).source(SAMPLER).build(work.resolve("mine.jar"));
        new PluginStore(plugins, "0.1.0").develop(archive, true);
        Path file = work.resolve("draw.json");
        Files.writeString(file, """
                {"format": 1, "nodes": {"draw": {"type": "mine/draw/with", "version": 1, "at": [40, 60]}}, "wires": []}
                """);
        try (NodeLibrary library = NodeLibrary.load(plugins, "0.1.0");
                OpenedEditor editor = new OpenedEditor(work.resolve("config"), OpenedEditor.begun(), library, file)) {
            editor.awaitWorkflow();
            editor.clickNode("draw");
            editor.await("the form has the choice", () -> !shown(editor, "setting.sampler")
                    .isEmpty());
            assertThat(shown(editor, "setting.sampler.eta")).isEmpty();

            choose(editor, "mine/wavy");
            editor.await("the form has its settings", () -> !shown(editor, "setting.sampler.both")
                    .isEmpty());
            assertThat(saved(editor)).isEqualTo(JsonParser.parseString("\"mine/wavy\""));
            execute(() -> ((JTextField) shown(editor, "setting.sampler.eta").get(0)).setText("0.25"));
            assertThat(saved(editor))
                    .isEqualTo(JsonParser.parseString("{\"id\": \"mine/wavy\", \"eta\": 0.25, \"both\": true}"));
            assertThat(editor.window().current().orElseThrow().findings()).isEmpty();
            // the box shows it all the same, and choosing it once more takes nothing away
            choose(editor, "mine/wavy");
            assertThat(saved(editor).isJsonObject()).isTrue();

            editor.robot().click(execute(() -> shown(editor, "setting.sampler.eta.reset")
                    .get(0)));
            editor.await("all is as by default", () -> saved(editor).isJsonPrimitive());
            choose(editor, "heun");
            editor.await("its settings are gone", () -> shown(editor, "setting.sampler.eta")
                    .isEmpty());
            assertThat(saved(editor)).isEqualTo(JsonParser.parseString("\"heun\""));
        }
    }
}
