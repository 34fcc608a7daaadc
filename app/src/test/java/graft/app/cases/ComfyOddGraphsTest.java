package graft.app.cases;

import static graft.app.cases.ComfyModesTest.json;
import static graft.app.cases.ComfyModesTest.node;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import graft.app.cases.CaseFolder.Answer;
import graft.app.workflow.Comment;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of ComfyUI as people have them: each gives the picture that it gives there, or a sentence. */
class ComfyOddGraphsTest {

    @TempDir
    private Path folder;

    private CaseFolder odd;

    @BeforeEach
    void copy() {
        odd = CaseFolder.of("21-comfy-odd-graphs", folder);
    }

    /** The plain one, of another case. */
    private Answer plain(String... more) {
        return CaseFolder.of("20-comfy-modes", folder).run("no_lora.json", more).done();
    }

    @Test
    void notesObjectLinksAndLinksTwiceChangeNothingInThePicture() {
        Answer plain = plain();
        for (String file : new String[] {"notes.json", "object_links.json", "duplicate_link_id.json"}) {
            assertThat(odd.run(file).done().farthest(plain)).as(file).isZero();
        }
    }

    @Test
    void notesBecomeCommentsWithTheirWords() {
        Workflow opened = Workflow.read(odd.path(odd.opened("notes.json")));
        assertThat(opened.comments()).extracting(Comment::text).containsExactly("remember the milk", "# hi");
    }

    @Test
    void aPrimitivesValueIsThatOfTheSettingThatItIsWiredTo() {
        Answer primitive = odd.run("primitive_seed.json").done();
        assertThat(primitive.farthest(plain("--set", "sample.seed=33"))).isZero();
        assertThat(primitive.said()).contains("PrimitiveNode 12").contains("seed");
    }

    @Test
    void partOfTheNoiseIsWalkedInAllOfTheStepsThatAreAskedFor() {
        WorkflowNode sample =
                Workflow.read(odd.path(odd.opened("denoise_half.json"))).nodes().get("sample");
        assertThat(sample.settings())
                .containsEntry("steps", new JsonPrimitive(12))
                .containsEntry("denoise", new JsonPrimitive(0.5));
        odd.run("denoise_half.json").done();
    }

    @Test
    void aSeedThatChangesAfterEachRunDoesSoInTheWindow() {
        Workflow opened = Workflow.read(odd.path(odd.opened("randomize.json")));
        assertThat(opened.nodes().get("sample").extra().get("seedControl")).isEqualTo(json("{\"seed\": \"random\"}"));
        assertThat(odd.run("randomize.json").done().farthest(plain())).isZero();
    }

    @Test
    void whatAPromptSaysInComfyUisWordsIsNamed() {
        Answer checked = odd.check("prompt_syntax.json");
        checked.warns("encode", "embedding lampword", "left out unless Add Embedding gives it");
    }

    @ParameterizedTest
    @CsvSource({
        "missing_link.json, positive",
        "nan_cfg.json, guidance",
        "null_seed.json, seed",
        "seed_2_63.json, seed",
        "seed_2_64.json, seed",
        "text_link_missing.json, prompt",
        "windows_path.json, file"
    })
    void whatCannotBeMeantIsRefusedByItsName(String file, String setting) {
        odd.run(file).refused(setting);
        odd.run(odd.opened(file)).refused(setting);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dpm_karras.json", "euler_normal.json"})
    void othersRun(String file) {
        odd.run(file).done();
    }

    @Test
    void aMaskIsNoPicture() {
        odd.vary("notes.json", "mask.json", workflow -> {
            node(workflow, 9).add("inputs", JsonParser.parseString("[{\"name\": \"images\", \"link\": 50}]"));
            workflow.getAsJsonArray("nodes").add(json("""
                            {"id": 40, "type": "LoadImage", "widgets_values": ["cat.png", "image"],
                             "outputs": [{"name": "IMAGE", "type": "IMAGE"}, {"name": "MASK", "type": "MASK"}]}"""));
            workflow.getAsJsonArray("links").add(JsonParser.parseString("[50, 40, 1, 9, 0, \"MASK\"]"));
        });
        odd.check("mask.json").refused("load2.mask", "Mask", "Image");
    }

    @Test
    void aPromptThatIsNotWiredInTheFileIsNoEmptyPrompt() {
        odd.vary("notes.json", "negative.json", workflow -> {
            JsonArray links = workflow.getAsJsonArray("links");
            links.asList().removeIf(link -> link.getAsJsonArray().get(0).getAsInt() == 5);
        });
        odd.check("negative.json").refused("negative", "missing");
    }

    @Test
    void aValueThatIsAListIsNoWire() {
        odd.vary("denoise_half.json", "list.json", workflow -> {
            JsonObject encode = workflow.getAsJsonObject("6").getAsJsonObject("inputs");
            encode.add("text", JsonParser.parseString("{\"__value__\": [\"4\", 1]}"));
        });
        odd.check("list.json").refused("prompt");
    }

    @Test
    void subgraphsWithinEachOtherDrawWhatTheSameNodesDrawWithoutThem() {
        CaseFolder forms = CaseFolder.of("comfy-forms", folder);
        Answer flat = forms.run("same-flat.json").done();
        assertThat(forms.run("nested-subgraphs.json").done().farthest(flat)).isZero();
        assertThat(forms.run(forms.opened("nested-subgraphs.json")).done().farthest(flat))
                .isZero();
    }

    @Test
    void whatGraftHasNoNodesForIsNamedAndRunsNothing() {
        CaseFolder.of("comfy-forms", folder).run("strangers.json").refused("Image Maker.v2", "ImageCompare");
    }

    @Test
    void theBodyThatIsSentToAServerIsItsPrompt() {
        odd.vary("dpm_karras.json", "sent.json", workflow -> {
            JsonObject prompt = workflow.deepCopy();
            workflow.keySet().stream().toList().forEach(workflow::remove);
            workflow.add("prompt", prompt);
            workflow.addProperty("client_id", "someone");
        });
        assertThat(odd.run("sent.json").done().farthest(odd.run("dpm_karras.json")))
                .isZero();
    }

    @Test
    void aPictureOfTwoReroutesAndAPreviewBetweenIsThePlainOne() {
        odd.vary("notes.json", "led.json", workflow -> {
            JsonArray nodes = workflow.getAsJsonArray("nodes");
            JsonArray links = workflow.getAsJsonArray("links");
            // images: decode → preview → reroute → reroute → save
            nodes.add(json("""
                    {"id": 50, "type": "PreviewImage", "mode": 4, "inputs": [{"name": "images", "link": 60}],
                     "outputs": [{"name": "images", "type": "IMAGE"}]}"""));
            nodes.add(json("""
                    {"id": 51, "type": "Reroute", "pos": [10, 20], "size": [20, 10], "inputs": [{"name": "", "link": 61}]}"""));
            nodes.add(json("""
                    {"id": 52, "type": "Reroute", "pos": {"0": 30, "1": 40}, "inputs": [{"name": "", "link": 62}]}"""));
            links.add(JsonParser.parseString("[60, 8, 0, 50, 0, \"IMAGE\"]"));
            links.add(JsonParser.parseString("[61, 50, 0, 51, 0, \"IMAGE\"]"));
            links.add(JsonParser.parseString("[62, 51, 0, 52, 0, \"IMAGE\"]"));
            links.add(JsonParser.parseString("[63, 52, 0, 9, 0, \"IMAGE\"]"));
            node(workflow, 9).getAsJsonArray("inputs").get(0).getAsJsonObject().addProperty("link", 63);
        });
        assertThat(odd.run("led.json").done().farthest(plain())).isZero();
    }
}
