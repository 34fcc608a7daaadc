package graft.app.editor.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.swing.edt.GuiActionRunner.execute;

import graft.app.editor.Commands;
import graft.app.editor.OpensWindows;
import graft.file.BuiltIn;
import java.awt.event.ActionEvent;
import java.awt.event.KeyEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.swing.text.JTextComponent;
import org.assertj.swing.fixture.DialogFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders of models that a person adds in the settings: their models are offered by name, and workflows find them. */
@OpensWindows
class ModelFoldersDialogTest {

    @TempDir
    private Path config;

    @TempDir
    private Path folder;

    private Path ui() throws IOException {
        Path models = Files.createDirectories(folder.toRealPath().resolve("ui/models/diffusers/sub"));
        Files.createSymbolicLink(models.resolve("emoji"), BuiltIn.path("builtin:emoji-sd"));
        return folder.toRealPath().resolve("ui");
    }

    private static Path workflow(Path into, String model) throws IOException {
        String text = Files.readString(OpenedEditor.WORKFLOWS.resolve("text-to-image.json"));
        assertThat(text).contains("\"builtin:emoji-sd\"");
        return Files.writeString(into.resolve("named.json"), text.replace("\"builtin:emoji-sd\"", '"' + model + '"'));
    }

    private static DialogFixture folders(OpenedEditor editor) {
        execute(() -> editor.window()
                .action(Commands.SETTINGS)
                .orElseThrow()
                .actionPerformed(new ActionEvent(editor, 0, "")));
        DialogFixture settings = editor.dialog("settings");
        settings.list("settings.pages").selectItem("Folders of models");
        return settings;
    }

    /** Types once the dialog has the keyboard, which it may get back late from a box that stood over it. */
    private static void type(OpenedEditor editor, DialogFixture settings, Path place) {
        JTextComponent field = settings.textBox("settings.folders.place").target();
        editor.await("the dialog has the keyboard", () -> {
            if (!field.isFocusOwner()) {
                field.requestFocus();
            }
            return field.isFocusOwner();
        });
        settings.textBox("settings.folders.place").setText(place.toString());
        settings.textBox("settings.folders.place").pressAndReleaseKeys(KeyEvent.VK_ENTER);
    }

    @Test
    void whatLiesInAFolderIsFoundByNameAndOffered() throws IOException {
        Path ui = ui();
        Path file = workflow(config, "sub/emoji");
        try (OpenedEditor editor = new OpenedEditor(config, OpenedEditor.begun(), file)) {
            editor.awaitWorkflow();
            DialogFixture settings = folders(editor);
            type(editor, settings, ui);
            assertThat(settings.list("settings.folders.list").contents()).containsExactly(ui.toString());
            settings.close();
            editor.await("the settings are kept", () -> Files.exists(config.resolve("settings.json")));
            assertThat(Preferences.read(config.resolve("settings.json")).folders())
                    .containsExactly(ui);

            editor.clickNode("model");
            editor.await(
                    "the named model is known",
                    () -> editor.robot().finder().findAll(OpenedEditor.named("setting.file.facts")).stream()
                            .anyMatch(each -> each.isShowing()));
            editor.frame().button("setting.file.known").click();
            DialogFixture picker = editor.dialog("file-picker");
            editor.await(
                    "what is there is listed",
                    () -> picker.list("file-picker.list").target().getModel().getSize() >= 2);
            picker.textBox("file-picker.filter").setText("sub/emoji");
            editor.await(
                    "one is left",
                    () -> picker.list("file-picker.list").target().getModel().getSize() == 1);
            picker.button("files.choose").click();
            editor.frame().textBox("setting.file").requireText("sub/emoji");
            assertThat(editor.workflow()
                            .nodes()
                            .get("model")
                            .settings()
                            .get("file")
                            .getAsString())
                    .isEqualTo("sub/emoji");
        }
    }

    @Test
    void aFileThatIsNoYamlIsToldOfAndNotAdded() throws IOException {
        Path bad = Files.writeString(folder.resolve("extra_model_paths.yaml"), "a:\n\tloras: x\n");
        Path good = Files.writeString(folder.resolve("good.yaml"), "a: {base_path: /no/such, loras: x}\n");
        try (OpenedEditor editor = new OpenedEditor(config, OpenedEditor.begun())) {
            DialogFixture settings = folders(editor);
            type(editor, settings, bad);
            editor.answer("OK");
            type(editor, settings, folder.resolve("none"));
            editor.answer("OK");
            assertThat(settings.list("settings.folders.list").contents()).isEmpty();
            settings.textBox("settings.folders.place")
                    .requireText(folder.resolve("none").toString());
            type(editor, settings, good);
            assertThat(settings.list("settings.folders.list").contents()).containsExactly(good.toString());
            Files.delete(good);
            settings.close();
            assertThat(folders(editor).list("settings.folders.list").contents()).containsExactly(good + " (not there)");
        }
    }
}
