package graft.nodes.sampling;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.picture.Picture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    private static Provenance of(String workflow, String node) {
        return Provenance.of(workflow, node, (collection, said) -> said, "");
    }

    @Test
    void parametersReadAsA1111WritesThem() {
        assertThat(of(WORKFLOW, "save").parameters(PICTURE, 0, 1)).hasValue("""
                        a red apple, 3d
                        Negative prompt: blurry
                        Steps: 20, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 4.5, Seed: 7, Size: 64x32, Model: emoji-sd, RNG: CPU""");
    }

    @Test
    void onePictureOfABatchSaysItsPlace() {
        assertThat(of(WORKFLOW, "save").parameters(PICTURE, 2, 4).orElseThrow())
                .endsWith("Batch size: 4, Batch pos: 2");
    }

    @Test
    void aPictureThatNoSamplerMadeHasNoParameters() {
        assertThat(of(WORKFLOW, "words").parameters(PICTURE, 0, 1)).isEmpty();
    }

    @Test
    void thePromptIsTheGraphInComfysApiFormat() {
        var prompt = JsonParser.parseString(of(WORKFLOW, "save").prompt()).getAsJsonObject();

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

    /** A model, two LoRAs of which one is in the model folders, an embedding that the prompt names, another VAE and clip skip. */
    private static final String WITH_FILES = """
            {"format": 1, "nodes": {
              "model": {"type": "graft/model/load", "settings": {"file": "FOLDER/my, model.safetensors", "vae": "sharp.vae.pt"}},
              "style": {"type": "graft/lora/load", "settings": {"file": "FOLDER/ink-style_v1.safetensors"}},
              "add": {"type": "graft/adapters/add-lora", "settings": {"unetStrength": 0.8, "textStrength": 0.8}},
              "dog": {"type": "graft/lora/load", "settings": {"file": "dog.safetensors"}},
              "off": {"type": "graft/lora/load", "settings": {"file": "off.safetensors"}},
              "stack": {"type": "graft/adapters/stack", "settings": {"unetStrength": [1.0, 0.0], "textStrength": [0.5, 0.0]}},
              "skip": {"type": "graft/model/clip-skip", "settings": {"skip": 2}},
              "words": {"type": "graft/prompt/encode", "settings": {"prompt": "a (dog:1.2), embedding:shiny, ink"}},
              "not": {"type": "graft/prompt/encode", "settings": {"prompt": "blurry"}},
              "draw": {"type": "graft/latents/sample", "settings": {"seed": 41, "seeds": "each",
                 "steps": 20, "guidance": 7.0, "sampler": "euler_ancestral", "spacing": "normal", "denoise": 0.6}},
              "show": {"type": "graft/latents/decode"},
              "save": {"type": "graft/images/save"}},
             "wires": [
              {"from": "model.model", "to": "add.model"}, {"from": "style.lora", "to": "add.lora"},
              {"from": "add.stacked", "to": "stack.model"}, {"from": "dog.lora", "to": "stack.loras"},
              {"from": "off.lora", "to": "stack.loras"},
              {"from": "stack.stacked", "to": "skip.model"}, {"from": "skip.model", "to": "words.model"},
              {"from": "skip.model", "to": "not.model"}, {"from": "stack.stacked", "to": "draw.model"},
              {"from": "words.conditioning", "to": "draw.positive"}, {"from": "not.conditioning", "to": "draw.negative"},
              {"from": "draw.samples", "to": "show.latents"}, {"from": "show.images", "to": "save.images"}]}
            """;

    private static Path weights(Path file) {
        byte[] data = ByteBuffer.allocate(16)
                .put(file.getFileName().toString().getBytes(UTF_8), 0, 8)
                .array();
        SafeTensors.write(
                file, List.of(new Tensor("w", DType.F32, new long[] {4}, ByteBuffer.wrap(data))), Map.of("a", "b"));
        return file;
    }

    private static String sha256(byte[] bytes) throws NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static String whole(Path file) throws IOException, NoSuchAlgorithmException {
        return sha256(Files.readAllBytes(file)).substring(0, 10);
    }

    @Test
    void sharingSitesFindWhatWasUsedByItsHashes(@TempDir Path folder) throws IOException, NoSuchAlgorithmException {
        Path model = weights(folder.resolve("my, model.safetensors"));
        Path style = weights(folder.resolve("ink-style_v1.safetensors"));
        Path loras = Files.createDirectories(folder.resolve("loras"));
        Path dog = weights(loras.resolve("dog.safetensors"));
        Path shiny = Files.write(loras.resolve("shiny.pt"), new byte[] {1, 2, 3});
        Path vae = Files.write(loras.resolve("sharp.vae.pt"), new byte[] {4});
        Provenance provenance = Provenance.of(
                WITH_FILES.replace("FOLDER", folder.toString().replace('\\', '/')),
                "save",
                (collection, said) ->
                        Files.exists(loras.resolve(said)) ? loras.resolve(said).toString() : said,
                "0.2.0");

        String parameters = provenance.parameters(PICTURE, 1, 2).orElseThrow();

        SiteReader site = SiteReader.of(parameters);
        assertThat(site.prompt())
                .isEqualTo("a (dog:1.2), embedding:shiny, ink <lora:ink-style_v1:0.8> <lora:dog:0.5:1>");
        assertThat(site.tags()).containsExactly("ink-style_v1 0.8");
        assertThat(site.negative()).isEqualTo("blurry");
        byte[] file = Files.readAllBytes(dog);
        assertThat(site.hashes())
                .containsEntry("model", whole(model))
                .containsEntry("vae", whole(vae))
                .containsEntry("embed:shiny", whole(shiny))
                .containsEntry(
                        "lora:dog",
                        sha256(Arrays.copyOfRange(file, file.length - 16, file.length))
                                .substring(0, 12))
                .hasSize(5);
        assertThat(parameters)
                .contains("\"lora:dog\": \"" + whole(dog) + "\"", "\"lora:ink-style_v1\": \"" + whole(style) + "\"");
        assertThat(site.details())
                .containsEntry("Steps", "20")
                .containsEntry("Sampler", "Euler a")
                .containsEntry("Schedule type", "Normal")
                .containsEntry("CFG scale", "7.0")
                .containsEntry("Seed", "42")
                .containsEntry("Size", "64x32")
                .containsEntry("Model hash", whole(model))
                .containsEntry("Model", "my model")
                .containsEntry("VAE", "sharp.vae.pt")
                .containsEntry("Denoising strength", "0.6")
                .containsEntry("Clip skip", "2")
                .containsEntry(
                        "TI hashes", "shiny: " + sha256(new byte[] {1, 2, 3}).substring(0, 12))
                .containsEntry("Version", "Graft 0.2.0");
    }

    @Test
    void aModelThatWasTrainedInTheRunIsNotTakenForTheOneItCameFrom() {
        String trained = WORKFLOW.replace("\"show\":", "\"train\": {\"type\": \"graft/dreambooth/train\"}, \"show\":")
                .replace(
                        "{\"from\": \"model.model\", \"to\": \"draw.model\"}",
                        "{\"from\": \"model.model\", \"to\": \"train.model\"},"
                                + " {\"from\": \"train.trained\", \"to\": \"draw.model\"}");
        assertThat(of(trained, "save").parameters(PICTURE, 0, 1).orElseThrow()).doesNotContain("Model");
    }

    @Test
    void aSecondPassIsOneOfTheFirstPicture() {
        String second = WORKFLOW.replace("\"show\":", """
                        "empty": {"type": "graft/latents/empty", "settings": {"width": 32, "height": 16}},
                        "larger": {"type": "graft/latents/upscale-by", "settings": {"factor": 2.0}},
                        "again": {"type": "graft/latents/sample", "settings": {"seed": 8, "steps": 12, "denoise": 0.5}},
                        "show":""")
                .replace("{\"from\": \"draw.samples\", \"to\": \"show.latents\"}", """
                        {"from": "empty.latents", "to": "draw.latents"}, {"from": "draw.samples", "to": "larger.latents"},
                        {"from": "larger.latents", "to": "again.latents"}, {"from": "again.samples", "to": "show.latents"}""");
        assertThat(SiteReader.of(of(second, "save").parameters(PICTURE, 0, 1).orElseThrow())
                        .details())
                .containsEntry("Steps", "20")
                .containsEntry("Seed", "7")
                .containsEntry("Size", "32x16")
                .containsEntry("Denoising strength", "0.5")
                .containsEntry("Hires resize", "64x32")
                .containsEntry("Hires steps", "6")
                .containsEntry("Hires upscaler", "Latent");
    }
}
