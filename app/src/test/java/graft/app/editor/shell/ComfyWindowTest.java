package graft.app.editor.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.swing.edt.GuiActionRunner.execute;

import com.formdev.flatlaf.FlatSystemProperties;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import graft.app.comfy.ComfyPictures;
import graft.app.editor.Commands;
import graft.app.editor.OpensWindows;
import graft.app.workflow.WorkflowNode;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.swing.JMenuItem;
import javax.swing.SwingUtilities;
import org.assertj.swing.fixture.JFileChooserFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workflows of ComfyUI come in and go out by the window as by the command line. */
@OpensWindows
class ComfyWindowTest {

    private static final String RAN = """
            {"4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "builtin:emoji-sd"}},
             "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a %s pot", "clip": ["4", 1]}}}
            """;

    @TempDir
    private Path config;

    @BeforeEach
    void chooseInAWindowOfOurs() {
        System.setProperty(FlatSystemProperties.USE_SYSTEM_FILE_CHOOSER, "false");
    }

    @AfterEach
    void leaveIt() {
        System.clearProperty(FlatSystemProperties.USE_SYSTEM_FILE_CHOOSER);
    }

    @Test
    void picturesThatAreDroppedOpenAsTheWorkflowsInside() throws IOException {
        Path photo = ComfyPictures.jpeg(config.resolve("red.jpg"), ran("red"));
        Path web = ComfyPictures.webp(config.resolve("blue.webp"), ran("blue"));
        try (OpenedEditor editor = new OpenedEditor(config, OpenedEditor.begun())) {
            editor.openTemplate("text-to-image");
            for (Path picture : List.of(photo, web)) {
                int before = editor.window().open().size();
                editor.drop(picture);
                editor.await(picture + " is open", () -> editor.window().open().size() > before);
                editor.awaitFileWork();
            }
            List<String> prompts = execute(() -> editor.window().open().stream()
                    .flatMap(tab -> tab.document().workflow().nodes().values().stream())
                    .filter(node -> node.type().equals("graft/prompt/encode"))
                    .map(ComfyWindowTest::prompt)
                    .toList());
            assertThat(prompts).contains("a red pot", "a blue pot");
        }
    }

    private static byte[] ran(String colour) {
        return ComfyPictures.exif(
                Map.of(ComfyPictures.MODEL, "prompt:" + RAN.formatted(colour)), ByteOrder.LITTLE_ENDIAN);
    }

    private static String prompt(WorkflowNode node) {
        return node.settings().get("prompt").getAsString();
    }

    /** In the form that is chosen; the second time what scripts send. */
    @Test
    void theWorkflowInFrontIsExported() throws IOException {
        Path theirs = Files.writeString(config.resolve("theirs.json"), RAN.formatted("green"));
        try (OpenedEditor editor = new OpenedEditor(config, OpenedEditor.begun(), theirs)) {
            editor.awaitWorkflow();
            editor.awaitFileWork();
            JsonObject drawn = exported(editor, config.resolve("drawn.json"), "Drawing");
            assertThat(drawn.getAsJsonArray("nodes")).hasSize(2);
            JsonObject api = exported(editor, config.resolve("api.json"), "API format");
            assertThat(api).isEqualTo(JsonParser.parseString(RAN.formatted("green")));
            assertThat(api.getAsJsonObject("6").getAsJsonObject("inputs").get("text"))
                    .isEqualTo(new JsonPrimitive("a green pot"));
        }
    }

    /** @param form as the question before offers it */
    private static JsonObject exported(OpenedEditor editor, Path file, String form) throws IOException {
        JMenuItem item = editor.robot()
                .finder()
                .findByName(editor.window().frame(), "item." + Commands.EXPORT_COMFY.id(), JMenuItem.class, false);
        // By the item itself, and not waited for: the dialog that it opens is answered first.
        SwingUtilities.invokeLater(item::doClick);
        editor.answer(form);
        JFileChooserFixture chooser = editor.chooser();
        execute(() -> chooser.target().setSelectedFile(file.toFile()));
        chooser.approve();
        editor.await("it is written", () -> Files.isRegularFile(file));
        editor.awaitFileWork();
        return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    }
}
