package graft.app.comfy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import graft.app.workflow.Comment;
import graft.app.workflow.Group;
import graft.app.workflow.Look;
import graft.app.workflow.Mode;
import graft.app.workflow.Place;
import graft.app.workflow.Port;
import graft.app.workflow.Size;
import graft.app.workflow.Subgraph;
import graft.app.workflow.Subgraphs;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.file.PngFile;
import graft.model.SchedulerConfig;
import graft.node.Problem;
import graft.sample.NoiseSchedule;
import graft.sample.Sampler;
import graft.sample.Spacing;
import graft.sample.StepPlan;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every form in which ComfyUI saves is taken over whole, and what has no place in a workflow of Graft is kept and named. */
class ComfyFormsTest {

    static String text(String name) {
        try (InputStream in = ComfyFormsTest.class.getResourceAsStream("/graft/app/cases/comfy-forms/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Translation read(String name) {
        return ComfyFile.parse(text(name), name, type -> true);
    }

    private static List<String> sentences(Translation translation) {
        return translation.remarks().stream().map(Remark::sentence).toList();
    }

    private static JsonElement json(String text) {
        return JsonParser.parseString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nested-subgraphs.json", "same-flat.json", "strangers.json"})
    void whatOpensIsSavedAndOpensAgainEqual(String name) {
        Workflow workflow = read(name).workflow();
        Workflow again = Workflow.parse(workflow.toJson(), name);
        assertThat(again).isEqualTo(workflow);
        assertThat(again.toJson()).isEqualTo(workflow.toJson());
    }

    /** As ComfyUI's default workflow has it: a node without values takes those that the class has there. */
    @Test
    void whatIsNotSaidIsAsThere() {
        String drawn = """
                {"version": 0.4, "links": [], "nodes": [{"id": 9, "type": "SaveImage", "pos": [0, 0]},
                  {"id": 10, "type": "SaveImage", "pos": [0, 400], "widgets_values": ["cats"]}]}
                """;
        assertThat(ComfyFile.parse(drawn, "drawn.json", type -> true)
                        .workflow()
                        .nodes()
                        .values())
                .extracting(node -> node.settings().get("name").getAsString())
                .containsExactly("ComfyUI", "cats");
    }

    @Test
    void subgraphsWithinSubgraphsAreThoseOfGraft() {
        Workflow workflow = read("nested-subgraphs.json").workflow();
        Subgraph draw = workflow.subgraphs().get("0b6e6e3c-aaaa-4000-8000-000000000001");
        assertThat(draw.title()).isEqualTo("Draw");
        assertThat(draw.inputs())
                .contains(
                        new Port("clip-text-encoder", "words", "Words", "clip"),
                        new Port("clip-text-encoder", "words", "encode", "model"),
                        new Port("steps", "", "sample", "steps"));
        assertThat(draw.outputs()).containsExactly(new Port("LATENT", "", "sample", "samples"));
        WorkflowNode outer = workflow.nodes().get("Draw");
        assertThat(outer.title()).isEqualTo("Draw it");
        assertThat(outer.look().colour()).isEqualTo("#332222");
        Workflow flat = Subgraphs.flatten(workflow);
        assertThat(flat.wires())
                .contains(
                        new Wire("load", "model", "Draw.Words.encode", "model"),
                        new Wire("load", "model", "Draw.sample", "model"),
                        new Wire("Draw.Words.encode", "conditioning", "Draw.sample", "positive"),
                        new Wire("Draw.sample", "samples", "decode", "latents"));
    }

    @Test
    void theValuesOfASubgraphsNodeReachTheNodesWithin() {
        Map<String, WorkflowNode> flat =
                Subgraphs.flatten(read("nested-subgraphs.json").workflow()).nodes();
        assertThat(flat.get("Draw.Words.encode").settings())
                .containsEntry("prompt", new JsonPrimitive("emoji of a fox"));
        // Ten steps at half of the noise are the last ten of twenty.
        assertThat(flat.get("Draw.sample").settings())
                .containsEntry("steps", new JsonPrimitive(20))
                .containsEntry("denoise", new JsonPrimitive(0.5))
                .containsEntry("sampler", new JsonPrimitive("comfy_ddim"));
    }

    @Test
    void groupsNotesTitlesColoursAndSizesAreTakenOver() {
        Workflow nested = read("nested-subgraphs.json").workflow();
        assertThat(nested.groups())
                .containsExactly(new Group("group", "All of it", "#3f789e", new Place(-20, -80), new Size(1400, 600)));
        assertThat(nested.comments())
                .containsExactly(new Comment("note", "# Two\nlines", new Place(0, 300), new Size(210, 88), "#665533"));
        Workflow strange = read("strangers.json").workflow();
        WorkflowNode maker = strange.nodes().get("Image-Maker-v");
        assertThat(maker.title()).isEqualTo("From text");
        assertThat(maker.place()).contains(new Place(10, 20));
        assertThat(maker.look()).isEqualTo(new Look(Optional.of(new Size(210, 60)), true, "#abcdef", true));
        assertThat(strange.comments()).extracting(Comment::text).containsExactly("Read me\n\nfirst of all");
        assertThat(strange.groups()).extracting(Group::colour).containsExactly("#AA8888");
    }

    @Test
    void nodesThatGraftHasNotKeepTheirValuesSocketsModesAndWires() {
        Translation read = read("strangers.json");
        Workflow workflow = read.workflow();
        assertThat(read.kept()).containsExactly("Image Maker.v2", "Batch", "ImageCompare");
        WorkflowNode maker = workflow.nodes().get("Image-Maker-v");
        assertThat(maker.type()).isEqualTo("comfyui/Image Maker.v2");
        assertThat(maker.settings())
                .containsEntry("seed", new JsonPrimitive(4))
                .containsEntry("mode.type", new JsonPrimitive("a.b"));
        assertThat(workflow.nodes().get("Batch").settings()).containsEntry("of", json("[\"first\", 0]"));
        assertThat(workflow.nodes().get("Batch").mode()).isEqualTo(Mode.MUTED);
        assertThat(workflow.wires())
                .contains(
                        new Wire(
                                "Image-Maker-v",
                                "IMAGE.first",
                                "Batch",
                                "images.image0",
                                List.of(new Place(150, 0), new Place(200, 10))),
                        new Wire("Image-Maker-v", "output1", "Batch", "images.image1"),
                        new Wire("Image-Maker-v", "IMAGE.first_2", "Batch", "input2"),
                        // What Save Image hands on is what came in.
                        new Wire("Batch", "IMAGE", "ImageCompare", "a"));
    }

    @Test
    void nothingOfTheFileIsLost() {
        JsonObject root = json(text("strangers.json")).getAsJsonObject();
        Workflow workflow = read("strangers.json").workflow();
        JsonObject rest = workflow.extra().getAsJsonObject("comfyui");
        root.asMap().forEach((field, value) -> {
            if (!field.equals("nodes")) {
                assertThat(rest.get(field)).as(field).isEqualTo(value);
            }
        });
        List<JsonElement> nodes = workflow.nodes().values().stream()
                .map(node -> node.extra().get("comfyui"))
                .toList();
        assertThat(root.getAsJsonArray("nodes"))
                .allMatch(node ->
                        nodes.contains(node) || rest.getAsJsonArray("nodes").contains(node));
    }

    @Test
    void whatIsNotTakenOverIsNamedByNodeAndWire() {
        Translation read = read("strangers.json");
        assertThat(sentences(read))
                .anyMatch(sentence -> sentence.contains("Image Maker.v2"))
                .anyMatch(sentence -> sentence.contains("the group flat"));
        assertThat(read.workflow().notes()).contains("Image Maker.v2", "Batch", "ImageCompare", "the group flat");
        assertThat(sentences(read("same-flat.json"))).anyMatch(sentence -> sentence.contains("_about"));
    }

    @Test
    void aPictureGivesWhatWasDrawnWithTheValuesThatRan(@TempDir Path folder) {
        String ran = """
                {"first": {"class_type": "Image Maker.v2", "inputs": {"seed": 5, "resolved": "a fox"}}}""";
        Path picture = folder.resolve("no ending");
        PngFile.write(
                picture,
                new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB),
                Map.of("workflow", text("strangers.json"), "prompt", ran));
        assertThat(ComfyFile.isOne(picture)).isTrue();
        Workflow workflow = ComfyFile.read(picture, type -> true).workflow();
        assertThat(workflow.groups()).hasSize(1);
        assertThat(workflow.nodes().get("Image-Maker-v").settings())
                .containsEntry("seed", new JsonPrimitive(5))
                .containsEntry("resolved", new JsonPrimitive("a fox"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"nodes\": [3], \"links\": []} | node 1 of its list",
                "{\"nodes\": [{\"id\": 1}], \"links\": []} | its node 1 has no type",
                "{\"nodes\": [{\"type\": \"A\"}], \"links\": []} | node 1 of its list has no id",
                "{\"nodes\": [{\"id\": 1, \"type\": \"A\"}], \"links\": []} {} | after its end",
                "{\"nodes\": [{\"id\": 1 | it is no JSON",
                "[] | no object"
            })
    void whatIsNoneIsRefusedInASentence(String textAndReason) {
        String[] parts = textAndReason.split(" \\| ", -1);
        assertThatThrownBy(() -> ComfyFile.parse(parts[0], "theirs.json", type -> true))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("theirs.json")
                .hasMessageContaining(parts[1]);
    }

    @Test
    void aSubgraphThatHoldsItselfOpens() {
        Workflow workflow = ComfyFile.parse("""
                        {"version": 0.4, "nodes": [{"id": 1, "type": "loop"}], "links": [], "definitions": {"subgraphs": [
                          {"id": "loop", "name": "Loop", "nodes": [{"id": 1, "type": "loop"}], "links": []}]}}
                        """, "loop.json", type -> true).workflow();
        assertThat(workflow.subgraphs()).containsOnlyKeys("loop");
        assertThat(Workflow.parse(workflow.toJson(), "again")).isEqualTo(workflow);
    }

    /** comfy/samplers.py: int(steps / denoise) steps are planned, and the last of them walked. */
    @Property
    void asManyStepsAreWalkedAsAreAskedFor(
            @ForAll @IntRange(min = 1, max = 100) int steps, @ForAll @IntRange(min = 10, max = 99) int percent) {
        double denoise = percent / 100.0;
        SamplerSteps plan = SamplerSteps.of(
                        Map.of("steps", new JsonPrimitive(steps), "denoise", new JsonPrimitive(denoise)))
                .orElseThrow();
        assertThat(plan.planned()).isEqualTo((int) (steps / denoise));
        StepPlan walk = StepPlan.of(
                Sampler.DDIM,
                Spacing.LEADING,
                NoiseSchedule.of(SchedulerConfig.STABLE_DIFFUSION),
                plan.planned(),
                plan.denoise());
        assertThat(walk.calls()).isEqualTo(steps);
    }

    /** As ComfyUI's window does when it queues a drawing; its server takes the letters of the API format. */
    @Test
    void choicesInAPromptAreMadeByANode() {
        String drawn = """
                {"version": 0.4, "links": [], "nodes": [
                  {"id": 1, "type": "CLIPTextEncode", "pos": [100, 500], "widgets_values": ["a {red|{sky |deep }blue} pot // as ever"]},
                  {"id": 2, "type": "CLIPTextEncode", "widgets_values": ["a \\\\{red|blue}"]}]}
                """;
        Workflow workflow = ComfyFile.parse(drawn, "drawn.json", type -> true).workflow();
        assertThat(workflow.nodes()).containsOnlyKeys("encode", "encode2", "wildcards");
        assertThat(workflow.wires()).containsExactly(new Wire("wildcards", "chosen", "encode", "prompt"));
        WorkflowNode wildcards = workflow.nodes().get("wildcards");
        assertThat(wildcards.type()).isEqualTo("graft/prompt/wildcards");
        assertThat(wildcards.settings())
                .containsExactly(Map.entry("text", new JsonPrimitive("a {red|{sky |deep }blue} pot ")));
        assertThat(wildcards.extra().toString()).isEqualTo("{\"seedControl\":{\"seed\":\"random\"}}");
        assertThat(wildcards.place()).contains(new Place(100, 340));
        assertThat(ComfyFile.parse(drawn, "drawn.json", type -> !type.equals("graft/prompt/wildcards"))
                        .workflow()
                        .nodes())
                .containsOnlyKeys("encode", "encode2");

        Workflow sent = ComfyFile.parse("""
                {"1": {"class_type": "CLIPTextEncode", "inputs": {"text": "a {red|blue} pot"}}}
                """, "sent.json", type -> true).workflow();
        assertThat(sent.nodes()).containsOnlyKeys("encode");
    }
}
