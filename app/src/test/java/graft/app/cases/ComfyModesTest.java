package graft.app.cases;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import graft.app.cases.CaseFolder.Answer;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes of ComfyUI that are muted or bypassed take no part in the picture, and stay so in what is saved. */
class ComfyModesTest {

    private static final int MUTED = 2;
    private static final int BYPASSED = 4;

    @TempDir
    private Path folder;

    private CaseFolder modes;

    @BeforeEach
    void copy() {
        modes = CaseFolder.of("20-comfy-modes", folder);
    }

    static JsonObject node(JsonObject workflow, int id) {
        return workflow.getAsJsonArray("nodes").asList().stream()
                .map(each -> each.getAsJsonObject())
                .filter(node -> node.get("id").getAsInt() == id)
                .findFirst()
                .orElseThrow();
    }

    static JsonObject json(String text) {
        return JsonParser.parseString(text).getAsJsonObject();
    }

    @Test
    void aBypassedLoraDoesNotActInTheFileNorInWhatTheEditorSavesOfIt() {
        Answer without = modes.run("no_lora.json").done();
        assertThat(modes.run("lora_bypassed.json").done().farthest(without)).isZero();
        assertThat(modes.run(modes.opened("lora_bypassed.json")).done().farthest(without))
                .isZero();
        assertThat(modes.run("lora_active.json").done().farthest(without)).isPositive();
    }

    @Test
    void aBypassedNodeThatGraftHasNotHandsOnWhatIsOfItsKind() {
        // Its first input is a CLIP, which is a model of Graft too; what goes on is the MODEL.
        modes.vary("lora_active.json", "fancy.json", workflow -> {
            JsonObject fancy = node(workflow, 10);
            fancy.addProperty("type", "FancyPatch");
            fancy.addProperty("mode", BYPASSED);
            JsonArray sockets = new JsonArray();
            sockets.add(json("{\"name\": \"clip.of\", \"type\": \"CLIP\", \"link\": 11}"));
            sockets.add(json("{\"name\": \"model.of\", \"type\": \"MODEL\", \"link\": 10}"));
            fancy.add("inputs", sockets);
            JsonArray outputs = new JsonArray();
            outputs.add(json("{\"name\": \"MODEL\", \"type\": \"MODEL\", \"links\": [3]}"));
            outputs.add(json("{\"name\": \"CLIP\", \"type\": \"CLIP\", \"links\": [1, 2]}"));
            fancy.add("outputs", outputs);
        });
        Answer fancy = modes.run("fancy.json").done();
        assertThat(fancy.farthest(modes.run("no_lora.json"))).isZero();
        assertThat(fancy.said()).contains("FancyPatch");
    }

    @Test
    void aMutedSaveImageWritesNothing() {
        modes.vary("no_lora.json", "two.json", workflow -> {
            JsonObject second = node(workflow, 9).deepCopy();
            second.addProperty("id", 19);
            second.addProperty("mode", MUTED);
            second.add("widgets_values", JsonParser.parseString("[\"muted\"]"));
            workflow.getAsJsonArray("nodes").add(second);
        });
        assertThat(modes.run("two.json").done().pictures()).hasSize(1);
        assertThat(modes.run(modes.opened("two.json")).done().pictures()).hasSize(1);
    }

    @Test
    void aWorkflowOfWhichAllThatSavesIsMutedRunsNothing() {
        modes.vary("no_lora.json", "none.json", workflow -> node(workflow, 9).addProperty("mode", MUTED));
        modes.run("none.json").refused("There is nothing to run");
    }

    @Test
    void whatNeedsAMutedNodeIsRefused() {
        modes.vary(
                "lora_active.json", "muted.json", workflow -> node(workflow, 10).addProperty("mode", MUTED));
        modes.run("muted.json").refused("add-lora", "muted");
    }

    @Test
    void aNegativePromptThatIsLeftOutIsSaid() {
        modes.vary(
                "no_lora.json", "negative.json", workflow -> node(workflow, 7).addProperty("mode", BYPASSED));
        modes.check("negative.json").warns("sample", "negative", "CLIPTextEncode 7");
    }
}
