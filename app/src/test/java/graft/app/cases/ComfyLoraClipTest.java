package graft.app.cases;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import graft.app.cases.CaseFolder.Answer;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A LoRA of ComfyUI whose CLIP is not that of its model acts on each where it is wired. */
class ComfyLoraClipTest {

    @TempDir
    private Path folder;

    private CaseFolder clips;

    @BeforeEach
    void copy() {
        clips = CaseFolder.of("23-comfy-lora-clip-from-elsewhere", folder);
    }

    private static void input(JsonObject workflow, String node, String input, String from, int slot) {
        JsonArray link = new JsonArray();
        link.add(from);
        link.add(slot);
        workflow.getAsJsonObject(node).getAsJsonObject("inputs").add(input, link);
    }

    @Test
    void aClipThatIsLedPastAnEarlierLoraIsReadWithoutIt() {
        Answer right = clips.run("right.json").done();
        assertThat(clips.run("workflow.json").done().farthest(right)).isZero();
        assertThat(clips.run(clips.opened("workflow.json")).done().farthest(right))
                .isZero();
        clips.vary("workflow.json", "through.json", workflow -> input(workflow, "11", "clip", "10", 1));
        assertThat(clips.run("through.json").done().farthest(right)).isPositive();
    }

    @Test
    void aModelThatIsLedPastAnEarlierLoraIsDrawnWithoutIt() {
        // The text's LoRA on the CLIP alone: nothing of the UNet's.
        clips.vary("workflow.json", "text.json", workflow -> {
            input(workflow, "11", "clip", "10", 1);
            input(workflow, "11", "model", "4", 0);
            workflow.getAsJsonObject("11").getAsJsonObject("inputs").addProperty("strength_model", 0.0);
        });
        clips.vary("right.json", "text-right.json", workflow -> workflow.getAsJsonObject("10")
                .getAsJsonObject("inputs")
                .addProperty("lora_name", "text.safetensors"));
        assertThat(clips.run("text.json").done().farthest(clips.run("text-right.json")))
                .isZero();
    }

    @Test
    void threeInARowOfWhichTheLastTakesTheFirstsClip() {
        clips.vary("workflow.json", "three.json", workflow -> {
            JsonObject third = workflow.getAsJsonObject("11").deepCopy();
            third.getAsJsonObject("inputs").addProperty("strength_clip", 0.0);
            third.getAsJsonObject("inputs").addProperty("strength_model", 0.0);
            workflow.add("12", third);
            input(workflow, "12", "model", "11", 0);
            input(workflow, "12", "clip", "11", 1);
            for (String prompt : new String[] {"6", "7"}) {
                input(workflow, prompt, "clip", "12", 1);
            }
            input(workflow, "3", "model", "12", 0);
        });
        assertThat(clips.run("three.json").done().farthest(clips.run("right.json")))
                .isZero();
    }

    @Test
    void aLoraOfTheModelAloneLeavesThePrompt() {
        clips.vary("right.json", "model-only.json", workflow -> {
            JsonObject lora = workflow.getAsJsonObject("10");
            lora.addProperty("class_type", "LoraLoaderModelOnly");
            lora.getAsJsonObject("inputs").remove("clip");
            lora.getAsJsonObject("inputs").remove("strength_clip");
            input(workflow, "6", "clip", "4", 1);
            input(workflow, "7", "clip", "4", 1);
        });
        assertThat(clips.run("model-only.json").done().farthest(clips.run("right.json")))
                .isZero();
    }

    @Test
    void theClipOfASecondCheckpointReadsThePrompts() {
        clips.vary("right.json", "two.json", workflow -> {
            workflow.add("12", workflow.getAsJsonObject("4").deepCopy());
            input(workflow, "10", "clip", "12", 1);
        });
        Workflow opened = Workflow.read(clips.path(clips.opened("two.json")));
        assertThat(opened.wires())
                .contains(
                        new Wire("load", "model", "add-lora", "model"),
                        new Wire("load2", "model", "add-lora2", "model"),
                        new Wire("add-lora", "stacked", "sample", "model"),
                        new Wire("add-lora2", "stacked", "encode", "model"),
                        new Wire("add-lora2", "stacked", "encode2", "model"));
        assertThat(clips.run("two.json").done().farthest(clips.run("right.json")))
                .isZero();
    }
}
