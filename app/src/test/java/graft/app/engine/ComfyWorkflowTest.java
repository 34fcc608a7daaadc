package graft.app.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonPrimitive;
import graft.app.plugin.NodeLibrary;
import graft.app.user.ModelFolders;
import graft.app.workflow.Place;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import graft.file.PngFile;
import graft.node.Problem;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workflows of ComfyUI, checked against the nodes that the build has made. */
class ComfyWorkflowTest {

    private static final NodeLibrary LIBRARY =
            NodeLibrary.load(Path.of("").toAbsolutePath().resolveSibling("plugins"), "0.1.0");

    private static final String PROMPT = """
            {"3": {"class_type": "KSampler", "inputs": {"seed": 156680208700286, "steps": 20, "cfg": 8.0,
                   "sampler_name": "dpmpp_2m", "scheduler": "karras", "denoise": 1.0, "model": ["10", 0],
                   "positive": ["6", 0], "negative": ["7", 0], "latent_image": ["5", 0]}},
             "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "builtin:emoji-sd"}},
             "5": {"class_type": "EmptyLatentImage", "inputs": {"width": 64, "height": 64, "batch_size": 2}},
             "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a glass bottle", "clip": ["10", 1]}},
             "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "text", "clip": ["10", 1]}},
             "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
             "9": {"class_type": "SaveImage", "inputs": {"filename_prefix": "ComfyUI", "images": ["8", 0]}},
             "10": {"class_type": "LoraLoader", "inputs": {"lora_name": "mine.safetensors", "strength_model": 0.8,
                   "strength_clip": 0.5, "model": ["4", 0], "clip": ["4", 1]}}}
            """;

    private static final String DRAWN = """
            {"last_node_id": 4, "last_link_id": 9, "version": 0.4, "nodes": [
              {"id": 1, "type": "CheckpointLoaderSimple", "pos": [0, 0], "widgets_values": ["builtin:emoji-sd"]},
              {"id": 2, "type": "Reroute", "pos": [200, 0], "inputs": [{"name": "", "type": "*", "link": 1}]},
              {"id": 3, "type": "CLIPTextEncode", "pos": [400, 10.5], "widgets_values": ["a bird"],
               "inputs": [{"name": "clip", "type": "CLIP", "link": 2}, {"name": "text", "link": null}]},
              {"id": 4, "type": "KSampler", "pos": [800, 0],
               "widgets_values": [7, "randomize", 12, 5.5, "uni_pc", "normal", 0.5],
               "inputs": [{"name": "positive", "type": "CONDITIONING", "link": 3}]},
              {"id": 5, "type": "FancyThing", "pos": [0, 300], "widgets_values": ["kept", 3]}],
             "links": [[1, 1, 1, 2, 0, "CLIP"], [2, 2, 0, 3, 0, "CLIP"], [3, 3, 0, 4, 1, "CONDITIONING"]]}
            """;

    @Test
    void itsFilesAreToldFromGraftsAndFromAnythingElse(@TempDir Path folder) throws IOException {
        assertThat(ComfyWorkflow.isOne(Files.writeString(folder.resolve("api.json"), PROMPT)))
                .isTrue();
        assertThat(ComfyWorkflow.isOne(Files.writeString(folder.resolve("drawn.json"), DRAWN)))
                .isTrue();
        Path workflows = Path.of("").toAbsolutePath().resolveSibling("workflows");
        assertThat(ComfyWorkflow.isOne(workflows.resolve("train-lora.json"))).isFalse();
        assertThat(ComfyWorkflow.isOne(Files.writeString(folder.resolve("words.json"), "no JSON {")))
                .isFalse();
        assertThat(ComfyWorkflow.isOne(folder.resolve("missing.png"))).isFalse();
        BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
        Path theirs = folder.resolve("theirs.png");
        PngFile.write(theirs, image, Map.of("prompt", PROMPT, "workflow", DRAWN));
        assertThat(ComfyWorkflow.isOne(theirs)).isTrue();
        Path ours = folder.resolve("ours.png");
        PngFile.write(ours, image, Map.of("prompt", PROMPT, "workflow", Workflow.EMPTY.toJson()));
        assertThat(ComfyWorkflow.isOne(ours)).isFalse();
    }

    @Test
    void aWorkflowOfCoreNodesRunsAsOneOfGraft() {
        ComfyWorkflow imported = ComfyWorkflow.parse(PROMPT, "api.json", LIBRARY, ModelFolders.NONE);
        assertThat(imported.kept()).isEmpty();
        Workflow workflow = imported.workflow();
        assertThat(workflow.nodes())
                .containsOnlyKeys("sample", "load", "empty", "encode", "encode2", "decode", "save", "add-lora", "lora");
        assertThat(workflow.nodes().get("sample").settings())
                .containsEntry("seed", new JsonPrimitive(156680208700286L))
                .containsEntry("spacing", new JsonPrimitive("comfy_karras"));
        assertThat(workflow.wires())
                .contains(
                        new Wire("add-lora", "stacked", "encode", "model"),
                        new Wire("add-lora", "stacked", "empty", "model"),
                        new Wire("encode2", "conditioning", "sample", "negative"));
        List<String> findings = new Engine(LIBRARY, Cache.none())
                .check(workflow).findings().stream().map(Finding::node).toList();
        // All that is wrong is that the LoRA's file is not there.
        assertThat(findings).containsOnly("lora");
    }

    @Test
    void theDrawnFormatKeepsPlacesPassesReroutesAndStrangersStay() {
        ComfyWorkflow imported = ComfyWorkflow.parse(DRAWN, "drawn.json", LIBRARY, ModelFolders.NONE);
        Workflow workflow = imported.workflow();
        assertThat(imported.kept()).containsExactly("FancyThing");
        assertThat(workflow.notes()).contains("FancyThing");
        assertThat(workflow.nodes()).containsOnlyKeys("load", "encode", "sample", "FancyThing");
        assertThat(workflow.nodes().get("FancyThing").type()).isEqualTo("comfyui/FancyThing");
        assertThat(workflow.nodes().get("encode").place().orElseThrow().y()).isEqualTo(10.5);
        assertThat(workflow.nodes().get("sample").settings())
                .containsEntry("sampler", new JsonPrimitive("uni_pc"))
                .containsEntry("spacing", new JsonPrimitive("normal"))
                .containsEntry("denoise", new JsonPrimitive(0.5));
        assertThat(workflow.wires())
                .containsExactly(
                        // It is led through where the reroute was.
                        new Wire("load", "model", "encode", "model", List.of(new Place(200, 0))),
                        new Wire("encode", "conditioning", "sample", "positive"));
        assertThat(Workflow.parse(workflow.toJson(), "again.json")).isEqualTo(workflow);
    }

    @Test
    void anythingElseIsRefusedInWords() {
        for (String text :
                List.of("", "[]", "{}", "{\"a\": 1}", "{\"nodes\": [], \"links\": []}", "{\"nodes\": [3]}")) {
            assertThatThrownBy(() -> ComfyWorkflow.parse(text, "any.json", LIBRARY, ModelFolders.NONE))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("any.json");
        }
    }
}
