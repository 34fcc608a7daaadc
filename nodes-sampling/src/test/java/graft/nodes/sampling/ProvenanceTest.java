package graft.nodes.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import graft.picture.Picture;
import org.junit.jupiter.api.Test;

class ProvenanceTest {

    private static final String WORKFLOW = """
            {"format": 1, "nodes": {
              "model": {"type": "graft/model/load", "settings": {"file": "builtin:emoji-sd"}},
              "words": {"type": "graft/prompt/encode", "settings": {"prompt": "a red apple, 3d"}},
              "not": {"type": "graft/prompt/encode", "settings": {"prompt": "blurry"}},
              "draw": {"type": "graft/latents/sample", "settings": {
                 "seed": 7, "steps": 20, "guidance": 4.5, "sampler": "dpmpp_2m", "spacing": "karras", "denoise": 1.0}},
              "show": {"type": "graft/latents/decode"},
              "save": {"type": "graft/images/save", "settings": {"name": "apple"}}},
             "wires": [
              {"from": "model.model", "to": "words.model"}, {"from": "model.model", "to": "not.model"},
              {"from": "model.model", "to": "draw.model"}, {"from": "words.conditioning", "to": "draw.positive"},
              {"from": "not.conditioning", "to": "draw.negative"}, {"from": "draw.samples", "to": "show.latents"},
              {"from": "model.model", "to": "show.model"}, {"from": "show.images", "to": "save.images"}]}
            """;

    private static final Picture PICTURE = new Picture(64, 32, new float[64 * 32 * 3]);

    @Test
    void parametersReadAsA1111WritesThem() {
        assertThat(Provenance.of(WORKFLOW, "save").parameters(PICTURE, 0, 1)).hasValue("""
                        a red apple, 3d
                        Negative prompt: blurry
                        Steps: 20, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 4.5, Seed: 7, Size: 64x32, Model: emoji-sd""");
    }

    @Test
    void onePictureOfABatchSaysItsPlace() {
        assertThat(Provenance.of(WORKFLOW, "save").parameters(PICTURE, 2, 4).orElseThrow())
                .endsWith("Batch size: 4, Batch pos: 2");
    }

    @Test
    void aPictureThatNoSamplerMadeHasNoParameters() {
        assertThat(Provenance.of(WORKFLOW, "words").parameters(PICTURE, 0, 1)).isEmpty();
    }

    @Test
    void thePromptIsTheGraphInComfysApiFormat() {
        var prompt =
                JsonParser.parseString(Provenance.of(WORKFLOW, "save").prompt()).getAsJsonObject();

        assertThat(prompt.getAsJsonObject("show").get("class_type").getAsString())
                .isEqualTo("graft/latents/decode");
        assertThat(prompt.getAsJsonObject("show").getAsJsonObject("inputs").get("latents"))
                .isEqualTo(JsonParser.parseString("[\"draw\", \"samples\"]"));
        assertThat(prompt.getAsJsonObject("save")
                        .getAsJsonObject("inputs")
                        .get("name")
                        .getAsString())
                .isEqualTo("apple");
    }
}
