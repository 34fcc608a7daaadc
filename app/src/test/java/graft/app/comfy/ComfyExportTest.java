package graft.app.comfy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import graft.app.engine.LibrarySockets;
import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Workflow;
import graft.node.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What came from ComfyUI goes back as it came, and what was made here goes there as far as there is anything like it. */
class ComfyExportTest {

    private static final NodeLibrary LIBRARY =
            NodeLibrary.load(Path.of("").toAbsolutePath().resolveSibling("plugins"), "0.1.0");

    private static final ComfyExport EXPORT =
            new ComfyExport(LIBRARY::node, new LibrarySockets(LIBRARY), (setting, file) -> Optional.of(file)
                    .filter(name -> !name.startsWith("builtin:")));

    /** The nodes and wires of text-to-image, without what enters the sampler and what becomes of its latents. */
    private static final String BASE = """
            "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "sd15.safetensors"}},
            "5": {"class_type": "EmptyLatentImage", "inputs": {"width": 512, "height": 768, "batch_size": 2}},
            "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a (glass:1.2) bottle", "clip": ["4", 1]},
                  "_meta": {"title": "Positive"}},
            "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "text", "clip": ["4", 1]}},
            "9": {"class_type": "SaveImage", "inputs": {"filename_prefix": "ComfyUI", "images": ["8", 0]}},
            "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
            """;

    private static String sampler(String changes) {
        JsonObject inputs = JsonParser.parseString("""
                {"seed": 156680208700286, "steps": 20, "cfg": 8.0, "sampler_name": "dpmpp_2m_sde_gpu",
                 "scheduler": "karras", "denoise": 1.0, "model": ["4", 0], "positive": ["6", 0], "negative": ["7", 0],
                 "latent_image": ["5", 0]}""").getAsJsonObject();
        JsonParser.parseString(changes).getAsJsonObject().asMap().forEach(inputs::add);
        return "\"3\": {\"class_type\": \"KSampler\", \"inputs\": " + inputs + "}";
    }

    private static JsonObject sent(String nodes) {
        return JsonParser.parseString("{" + nodes + "}").getAsJsonObject();
    }

    private static Workflow opened(JsonObject prompt) {
        Workflow opened =
                ComfyFile.parse(prompt.toString(), "api.json", type -> true).workflow();
        return Workflow.parse(opened.toJson(), "saved.json");
    }

    private static JsonObject prompt(Workflow workflow) {
        return JsonParser.parseString(EXPORT.prompt(workflow)).getAsJsonObject();
    }

    private static void comesBack(String nodes) {
        JsonObject theirs = sent(nodes);
        assertThat(graph(prompt(opened(theirs)))).isEqualTo(graph(theirs));
    }

    /** Each node with all that enters it in place of ids, and how often. */
    private static Map<String, Integer> graph(JsonObject prompt) {
        Map<String, Integer> nodes = new TreeMap<>();
        prompt.keySet().forEach(id -> nodes.merge(node(prompt, id), 1, Integer::sum));
        return nodes;
    }

    private static String node(JsonObject prompt, String id) {
        JsonObject node = prompt.getAsJsonObject(id);
        Map<String, String> inputs = new TreeMap<>();
        for (Map.Entry<String, JsonElement> each :
                node.getAsJsonObject("inputs").entrySet()) {
            inputs.put(
                    each.getKey(),
                    each.getValue() instanceof JsonArray link
                            ? node(prompt, link.get(0).getAsString()) + "/" + link.get(1)
                            : each.getValue().toString());
        }
        return node.get("class_type").getAsString() + inputs + (node.has("_meta") ? node.get("_meta") : "");
    }

    /** Choices of prompts go back into the text, where ComfyUI's window makes them; its server would read the letters. */
    @Test
    void choicesGoBackIntoTheText() {
        String drawn = """
                {"version": 0.4, "links": [], "nodes": [
                  {"id": 4, "type": "CheckpointLoaderSimple", "pos": [0, 0], "widgets_values": ["sd15.safetensors"],
                   "outputs": [{"name": "MODEL", "type": "MODEL"}, {"name": "CLIP", "type": "CLIP"}]},
                  {"id": 6, "type": "CLIPTextEncode", "pos": [400, 0], "inputs": [{"name": "clip", "type": "CLIP", "link": 1}],
                   "widgets_values": ["a {red|blue} pot"]}]}
                """.replace("\"links\": []", "\"links\": [[1, 4, 1, 6, 0, \"CLIP\"]]");
        Workflow opened = ComfyFile.parse(drawn, "drawn.json", type -> true).workflow();
        assertThat(opened.nodes().values()).anyMatch(node -> node.type().equals("graft/prompt/wildcards"));
        Workflow chosen = opened.with("wildcards", "seed", new JsonPrimitive(5));
        assertThat(JsonParser.parseString(EXPORT.drawn(chosen))).isEqualTo(JsonParser.parseString(drawn));

        Workflow other = chosen.with("wildcards", "text", new JsonPrimitive("a {pink|grey} pot"));
        assertThat(EXPORT.drawn(other)).contains("\"a {pink|grey} pot\"").doesNotContain("wildcards", "red");
        assertThatThrownBy(() -> EXPORT.prompt(chosen))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("ComfyUI's server makes no choices, as wildcards does for encode");
        Workflow files = other.with("wildcards", "folder", new JsonPrimitive("wildcards"));
        assertThatThrownBy(() -> EXPORT.drawn(files))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("ComfyUI's window has no files of choices");
    }

    @Test
    void modelsThatGuideOtherwiseComeBack() {
        comesBack(BASE + """
                "20": {"class_type": "PerturbedAttentionGuidance", "inputs": {"model": ["4", 0], "scale": 2.5}},
                "21": {"class_type": "FreeU", "inputs": {"model": ["20", 0], "b1": 1.1, "b2": 1.2, "s1": 0.9, "s2": 0.2}},
                "22": {"class_type": "FreeU_V2", "inputs": {"model": ["21", 0], "b1": 1.3, "b2": 1.4, "s1": 0.9, "s2": 0.2}},
                "23": {"class_type": "SelfAttentionGuidance", "inputs": {"model": ["22", 0], "scale": 0.75, "blur_sigma": 2.5}},
                "24": {"class_type": "RescaleCFG", "inputs": {"model": ["23", 0], "multiplier": 0.6}},
                "25": {"class_type": "HyperTile", "inputs": {"model": ["24", 0], "tile_size": 512, "swap_size": 2,
                       "max_depth": 1, "scale_depth": true}},
                "26": {"class_type": "CLIPTextEncode", "inputs": {"text": "", "clip": ["4", 1]}},
                "27": {"class_type": "PerpNeg", "inputs": {"model": ["25", 0], "empty_conditioning": ["26", 0], "neg_scale": 1.5}},
                """ + sampler("{\"model\": [\"27\", 0]}"));
    }

    /** Its guider becomes a model that enters the sampler, as the class before it was one. */
    @Test
    void aPerpendicularGuiderIsAModelHere() {
        JsonObject theirs = sent(BASE.replace("[\"3\", 0]", "[\"40\", 1]") + """
                "40": {"class_type": "SamplerCustomAdvanced", "inputs": {"noise": ["41", 0], "guider": ["42", 0],
                       "sampler": ["43", 0], "sigmas": ["44", 0], "latent_image": ["5", 0]}},
                "41": {"class_type": "RandomNoise", "inputs": {"noise_seed": 156680208700286}},
                "42": {"class_type": "PerpNegGuider", "inputs": {"cfg": 8.0, "neg_scale": 1.5, "model": ["4", 0],
                       "positive": ["6", 0], "negative": ["7", 0], "empty_conditioning": ["45", 0]}},
                "43": {"class_type": "KSamplerSelect", "inputs": {"sampler_name": "dpmpp_2m_sde"}},
                "44": {"class_type": "BasicScheduler", "inputs": {"scheduler": "karras", "steps": 20, "denoise": 1.0,
                       "model": ["4", 0]}},
                "45": {"class_type": "CLIPTextEncode", "inputs": {"text": "", "clip": ["4", 1]}}
                """);
        JsonObject one = sent(BASE + """
                "45": {"class_type": "CLIPTextEncode", "inputs": {"text": "", "clip": ["4", 1]}},
                "42": {"class_type": "PerpNeg", "inputs": {"neg_scale": 1.5, "model": ["4", 0], "empty_conditioning": ["45", 0]}},
                """ + sampler("{\"sampler_name\": \"dpmpp_2m_sde\", \"model\": [\"42\", 0]}"));
        assertThat(graph(prompt(opened(theirs)))).isEqualTo(graph(one));
        theirs.add(
                "50",
                JsonParser.parseString("{\"class_type\": \"A.Stranger\", \"inputs\": {\"guider\": [\"42\", 0]}}"));
        // What else wants a guider gets none from a model.
        assertThat(ComfyFile.parse(theirs.toString(), "api.json", type -> true).kept())
                .contains("SamplerCustomAdvanced", "PerpNegGuider");
    }

    @Test
    void textToImageComesBackWithItsIds() {
        JsonObject theirs = sent(BASE + sampler("{}"));
        JsonObject back = prompt(opened(theirs));
        assertThat(back.asMap()).isEqualTo(theirs.asMap());
    }

    @Test
    void imageToImageComesBack() {
        comesBack(BASE + """
                "10": {"class_type": "LoadImage", "inputs": {"image": "cat.png"}},
                "11": {"class_type": "VAEEncode", "inputs": {"pixels": ["10", 0], "vae": ["4", 2]}},
                """ + sampler("{\"denoise\": 0.87, \"latent_image\": [\"11\", 0]}"));
    }

    @Test
    void lorasComeBackWithWhatIsLedPastThem() {
        comesBack(BASE.replace("\"clip\": [\"4\", 1]", "\"clip\": [\"12\", 1]")
                + """
                "12": {"class_type": "LoraLoader", "inputs": {"lora_name": "style/a.safetensors", "strength_model": 0.8,
                       "strength_clip": 0.5, "model": ["4", 0], "clip": ["4", 1]}},
                "13": {"class_type": "LoraLoaderModelOnly", "inputs": {"lora_name": "lcm.safetensors",
                       "strength_model": 1.0, "model": ["12", 0]}},
                """
                + sampler("{\"model\": [\"13\", 0], \"sampler_name\": \"lcm\", \"scheduler\": \"sgm_uniform\"}"));
    }

    @Test
    void controlNetsAndClipSkipComeBack() {
        comesBack(BASE.replace("\"clip\": [\"4\", 1]", "\"clip\": [\"14\", 0]")
                + """
                "14": {"class_type": "CLIPSetLastLayer", "inputs": {"stop_at_clip_layer": -2, "clip": ["4", 1]}},
                "15": {"class_type": "ControlNetLoader", "inputs": {"control_net_name": "canny.pth"}},
                "16": {"class_type": "LoadImage", "inputs": {"image": "cat.png"}},
                "17": {"class_type": "Canny", "inputs": {"low_threshold": 0.4, "high_threshold": 0.8, "image": ["16", 0]}},
                "18": {"class_type": "ControlNetApplyAdvanced", "inputs": {"strength": 0.7, "start_percent": 0.0,
                       "end_percent": 0.8, "positive": ["6", 0], "negative": ["7", 0], "control_net": ["15", 0],
                       "image": ["17", 0]}},
                "19": {"class_type": "ControlNetApply", "inputs": {"strength": 0.5, "conditioning": ["18", 0],
                       "control_net": ["15", 0], "image": ["16", 0]}},
                """
                + sampler("{\"positive\": [\"19\", 0], \"negative\": [\"18\", 1]}"));
    }

    @Test
    void upscalingAndTheOtherVaeComeBack() {
        comesBack(BASE.replace("\"vae\": [\"4\", 2]", "\"vae\": [\"20\", 0]").replace("[\"3\", 0]", "[\"22\", 0]")
                + """
                "20": {"class_type": "VAELoader", "inputs": {"vae_name": "mse.safetensors"}},
                "21": {"class_type": "LatentUpscale", "inputs": {"upscale_method": "nearest-exact", "width": 1024,
                       "height": 1536, "crop": "disabled", "samples": ["3", 0]}},
                "22": {"class_type": "KSamplerAdvanced", "inputs": {"add_noise": "enable", "noise_seed": 5, "steps": 20,
                       "cfg": 7.5, "sampler_name": "uni_pc_bh2", "scheduler": "normal", "start_at_step": 10,
                       "end_at_step": 10000, "return_with_leftover_noise": "disable", "model": ["4", 0],
                       "positive": ["6", 0], "negative": ["7", 0], "latent_image": ["21", 0]}},
                "23": {"class_type": "UpscaleModelLoader", "inputs": {"model_name": "RealESRGAN_x4plus.pth"}},
                "24": {"class_type": "ImageUpscaleWithModel", "inputs": {"upscale_model": ["23", 0], "image": ["8", 0]}},
                "25": {"class_type": "ImageScale", "inputs": {"upscale_method": "lanczos", "width": 1024, "height": 0,
                       "crop": "center", "image": ["24", 0]}},
                "26": {"class_type": "SaveImage", "inputs": {"filename_prefix": "big", "images": ["25", 0]}},
                """
                + sampler("{\"denoise\": 0.5}"));
    }

    @Test
    void strangersGoBackWithTheirValuesAndWires() {
        comesBack(BASE + """
                "30": {"class_type": "A.Stranger", "inputs": {"model": ["4", 0], "list": {"__value__": ["a", 1]},
                       "deep": {"a": null}, "b": 0.10}},
                """ + sampler("{\"model\": [\"30\", 1]}"));
    }

    @Test
    void aPartsOfASamplerGoBackAsOne() {
        JsonObject theirs = sent(BASE.replace("[\"3\", 0]", "[\"40\", 1]") + """
                "40": {"class_type": "SamplerCustomAdvanced", "inputs": {"noise": ["41", 0], "guider": ["42", 0],
                       "sampler": ["43", 0], "sigmas": ["44", 0], "latent_image": ["5", 0]}},
                "41": {"class_type": "RandomNoise", "inputs": {"noise_seed": 156680208700286}},
                "42": {"class_type": "CFGGuider", "inputs": {"cfg": 8.0, "model": ["4", 0], "positive": ["6", 0],
                       "negative": ["7", 0]}},
                "43": {"class_type": "KSamplerSelect", "inputs": {"sampler_name": "dpmpp_2m_sde"}},
                "44": {"class_type": "BasicScheduler", "inputs": {"scheduler": "karras", "steps": 20, "denoise": 1.0,
                       "model": ["4", 0]}}
                """);
        JsonObject one = sent(BASE + sampler("{\"sampler_name\": \"dpmpp_2m_sde\"}"));
        assertThat(graph(prompt(opened(theirs)))).isEqualTo(graph(one));
        theirs.getAsJsonObject("44").getAsJsonObject("inputs").add("model", JsonParser.parseString("[\"9\", 0]"));
        // Sigmas of another model are no walk of this one.
        assertThat(ComfyFile.parse(theirs.toString(), "api.json", type -> true).kept())
                .contains("SamplerCustomAdvanced", "RandomNoise", "BasicScheduler");
    }

    @Test
    void whatWasChangedHereIsSaidThere() {
        Workflow changed = opened(sent(BASE + sampler("{\"denoise\": 0.87}")))
                .with("sample", "sampler", new JsonPrimitive("comfy_ddim"))
                .with("sample", "spacing", new JsonPrimitive("ddim_uniform"))
                .with("sample", "steps", new JsonPrimitive(30))
                .with("sample", "denoise", new JsonPrimitive(0.5));
        JsonObject inputs = prompt(changed).getAsJsonObject("3").getAsJsonObject("inputs");
        assertThat(inputs.get("sampler_name").getAsString()).isEqualTo("ddim");
        assertThat(inputs.get("scheduler").getAsString()).isEqualTo("ddim_uniform");
        assertThat(inputs.get("steps").getAsInt()).isEqualTo(15);
        assertThat(inputs.get("denoise").getAsDouble()).isEqualTo(0.5);
        assertThat(inputs.get("cfg").getAsDouble()).isEqualTo(8);
    }

    @Test
    void whatComfyUiHasNothingLikeIsNamedAndRefused() {
        Workflow workflow = opened(sent(BASE + sampler("{}")))
                .with("sample", "sampler", new JsonPrimitive("unipc"))
                .with("sample", "guidanceEnd", new JsonPrimitive(0.5))
                .with("load", "file", new JsonPrimitive("builtin:emoji-sd"));
        assertThatThrownBy(() -> EXPORT.prompt(workflow))
                .isInstanceOf(Problem.class)
                .hasMessageContainingAll("unipc", "guidanceEnd", "builtin:emoji-sd");
        Path training = Path.of("").toAbsolutePath().resolveSibling("workflows").resolve("train-lora.json");
        assertThatThrownBy(() -> EXPORT.drawn(Workflow.read(training)))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("Train LoRA (train)");
    }

    @Test
    void anEmptyNegativePromptIsWiredIn() {
        Workflow workflow = opened(sent(BASE + sampler("{}")));
        Workflow without = workflow.withWires(workflow.wires().stream()
                .filter(wire -> !wire.to().equals("sample.negative"))
                .toList());
        JsonObject back = prompt(without);
        String negative = back.getAsJsonObject("3")
                .getAsJsonObject("inputs")
                .getAsJsonArray("negative")
                .get(0)
                .getAsString();
        assertThat(back.getAsJsonObject(negative)
                        .getAsJsonObject("inputs")
                        .get("text")
                        .getAsString())
                .isEmpty();
    }

    @Test
    void aDrawingMadeAnewOpensAsTheSame() {
        JsonObject theirs = sent(BASE + sampler("{\"denoise\": 0.87}"));
        String drawing = EXPORT.drawn(opened(theirs));
        Workflow again = ComfyFile.parse(drawing, "drawn.json", type -> true).workflow();
        assertThat(graph(prompt(again))).isEqualTo(graph(theirs));
        assertThat(again.nodes().keySet()).isEqualTo(opened(theirs).nodes().keySet());
    }

    @ParameterizedTest
    @ValueSource(strings = {"nested-subgraphs.json", "strangers.json"})
    void aDrawingGoesBackAsItWasButForWhatWasChanged(String name) {
        JsonObject theirs = JsonParser.parseString(ComfyFormsTest.text(name)).getAsJsonObject();
        Workflow opened = ComfyFile.parse(theirs.toString(), name, type -> true).workflow();
        JsonObject back = new Rebuilt(opened, type -> true).file().orElseThrow();
        assertThat(back.getAsJsonArray("nodes")).containsExactlyInAnyOrderElementsOf(theirs.getAsJsonArray("nodes"));
        Optional<String> save = opened.nodes().entrySet().stream()
                .filter(each -> each.getValue().type().equals("graft/images/save"))
                .map(Map.Entry::getKey)
                .findFirst();
        if (save.isPresent()) {
            Workflow changed = opened.with(save.get(), "name", new JsonPrimitive("other"));
            JsonObject other = new Rebuilt(changed, type -> true).file().orElseThrow();
            List<String> were = back.getAsJsonArray("nodes").asList().stream()
                    .map(JsonElement::toString)
                    .toList();
            assertThat(other.getAsJsonArray("nodes").asList().stream().map(JsonElement::toString))
                    .filteredOn(node -> !were.contains(node))
                    .singleElement()
                    .asString()
                    .contains("\"other\"");
        }
    }
}
