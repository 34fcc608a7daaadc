package graft.app.cases;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import graft.app.cases.CaseFolder.Answer;
import graft.file.BuiltIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A workflow that names its model and its LoRA as ComfyUI does runs on the folders in which they are collected. */
class ModelFoldersTest {

    @TempDir
    private Path folder;

    private CaseFolder files;
    private Path ui;

    @BeforeEach
    void copy() throws IOException {
        files = CaseFolder.of("20-comfy-modes", folder);
        ui = Files.createDirectories(folder.resolve("ui"));
        Path loras = Files.createDirectories(ui.resolve("models/loras/odd ones"));
        Files.copy(files.path("strong.safetensors"), loras.resolve("strong-1.safetensors"));
        Path models = Files.createDirectories(ui.resolve("models/checkpoints"));
        Files.createSymbolicLink(models.resolve("emoji"), BuiltIn.path("builtin:emoji-sd"));
        named("odd ones\\strong-1.safetensors", "emoji", "named.json");
    }

    /** ComfyUI's workflow with other names of its LoRA and model. */
    private void named(String lora, String model, String to) {
        files.vary("lora_active.json", to, workflow -> {
            values(workflow, 10).set(0, new JsonPrimitive(lora));
            values(workflow, 4).set(0, new JsonPrimitive(model));
        });
    }

    private static JsonArray values(JsonObject workflow, int node) {
        return ComfyModesTest.node(workflow, node).getAsJsonArray("widgets_values");
    }

    @Test
    void namesComeToTheSamePictureAsPaths() {
        Answer byPath = files.run("lora_active.json").done();
        Answer byName = files.run("named.json", "--models", ui.toString()).done();
        assertThat(byName.said()).doesNotContain("model folders");
        assertThat(byName.farthest(byPath)).isZero();
        assertThat(files.run(files.opened("named.json"), "--models", ui.toString())
                        .done()
                        .farthest(byPath))
                .as("saved by the editor")
                .isZero();
    }

    @Test
    void whatIsNamedByAFileOfFoldersIsFound() throws IOException {
        Path paths = Files.writeString(folder.resolve("extra_model_paths.yaml"), """
                mine:
                    base_path: ui
                    is_default: true
                    checkpoints: models/checkpoints/
                    loras: |
                        models/nowhere
                        models/loras
                """);
        assertThat(files.check("named.json", "--models", paths.toString())
                        .done()
                        .said())
                .contains("can run");
    }

    @Test
    void aNameThatIsNowhereIsToldOfWithWhereItWasLookedFor() {
        files.check("named.json").refused("odd ones", "strong-1.safetensors");
        named("strong-1.safetensors", "emoji", "bare.json");
        files.check(
                        "bare.json",
                        "--models",
                        ui.toString(),
                        "--models",
                        files.path(".").toString())
                .refused(
                        "none of that name in the model folders",
                        ui.resolve("models/loras").toString(),
                        "perhaps odd ones/strong-1.safetensors is meant");
        named("odd ones/strong-1.safetensors", "other.safetensors", "other.json");
        files.run("other.json", "--models", ui.toString())
                .refused("other.safetensors", ui.resolve("models/checkpoints").toString());
    }

    @Test
    void ofTwoFilesOfOneNameTheFirstIsTakenAndItIsSaid() throws IOException {
        Path second = folder.resolve("second/loras/odd ones");
        Files.createDirectories(second);
        Files.copy(files.path("strong.safetensors"), second.resolve("strong-1.safetensors"));
        Path first = ui.resolve("models/loras/odd ones/strong-1.safetensors");
        files.check(
                        "named.json",
                        "--models",
                        ui.toString(),
                        "--models",
                        folder.resolve("second").toString())
                .warns(first + " is taken", "not " + second.resolve("strong-1.safetensors"));
    }

    @Test
    void aPlaceThatIsNotThereOrIsNoYamlIsRefused() throws IOException {
        files.run("named.json", "--models", folder.resolve("none").toString())
                .refused("none", "there is no such folder or file");
        Path bad = Files.writeString(folder.resolve("bad.yaml"), "a:\n\tloras: x\n");
        files.run("named.json", "--models", bad.toString()).refused("bad.yaml", "line 2");
    }

    @Test
    void whereABasePathIsMissingTheCheckSaysSo() throws IOException {
        Path paths = Files.writeString(folder.resolve("gone.yaml"), "a: {base_path: /no/such/ui, loras: loras}\n");
        files.vary("lora_active.json", "gone.json", workflow -> values(workflow, 10)
                .set(0, new JsonPrimitive("x.safetensors")));
        files.check("gone.json", "--models", paths.toString())
                .refused("x.safetensors", "/no/such/ui/loras (which is not there)");
    }
}
