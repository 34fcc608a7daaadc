package graft.app.editor.inspector;

import static org.assertj.core.api.Assertions.assertThat;

import graft.file.BuiltIn;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.model.FileKind;
import graft.picture.Picture;
import graft.picture.Thumbnail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileFactsTest {

    @TempDir
    private Path folder;

    private Path written(String name, String tensor, Map<String, String> metadata) {
        Path file = folder.resolve(name);
        SafeTensors.write(file, List.of(Tensor.of(tensor, DType.F32, new long[] {2}, new float[] {1, 2})), metadata);
        return file;
    }

    @Test
    void aLoraSaysItsRankAndTheWordsThatCallItUp() {
        FileFacts facts = FileFacts.of(written(
                "dog.safetensors",
                "lora_unet_mid.lora_down.weight",
                Map.of("ss_network_dim", "16", "ss_tag_frequency", "{\"img\": {\"sks dog\": 12, \"grass\": 3}}")));
        assertThat(facts.role()).isEqualTo(FileKind.Role.ADAPTER);
        assertThat(facts.words()).containsExactly("sks dog", "grass");
        assertThat(facts.facts()).containsEntry("Rank", "16");
    }

    @Test
    void aSmallFileOfVectorsIsAnEmbedding() {
        assertThat(FileFacts.of(written("pot.safetensors", "emb_params", Map.of()))
                        .role())
                .isEqualTo(FileKind.Role.EMBEDDING);
    }

    @Test
    void metadataOfAnotherShapeIsNoReasonToFail() {
        assertThat(FileFacts.of(written("odd.safetensors", "lora_a.lora_up.weight", Map.of("ss_tag_frequency", "[1]")))
                        .words())
                .isEmpty();
    }

    @Test
    void whatShipsIsKnown() {
        assertThat(FileFacts.of(BuiltIn.path("builtin:emoji-sd")).role()).isEqualTo(FileKind.Role.MODEL);
        FileFacts pictures = FileFacts.of(BuiltIn.path("builtin:samples/subject-teapot"));
        assertThat(pictures.role()).isEqualTo(FileKind.Role.PICTURES);
        assertThat(pictures.facts()).containsEntry("Pictures", "5");
    }

    @Test
    void aLoraSaysWhichModelsItIsFor() {
        Path file = folder.resolve("xl.safetensors");
        SafeTensors.write(
                file,
                List.of(Tensor.of(
                        "lora_unet_input_blocks_4_1_transformer_blocks_0_attn2_to_k.lora_down.weight",
                        DType.F32,
                        new long[] {1, 2048},
                        new float[2048])),
                Map.of("modelspec.trigger_phrase", "ohwx dog", "modelspec.usage_hint", "best at 0.8"));
        FileFacts facts = FileFacts.of(file);
        assertThat(facts.family()).isEqualTo("Stable Diffusion XL");
        assertThat(facts.facts())
                .containsEntry("Made for", "Stable Diffusion XL")
                .containsEntry("How to use it", "best at 0.8");
        assertThat(facts.line()).startsWith("LoRA for Stable Diffusion XL · ohwx dog · ");
    }

    @Test
    void theWordsThatOtherProgramsKeepBesideAFileAreIts() throws IOException {
        Path lora = written("cat.safetensors", "lora_unet_mid.lora_down.weight", Map.of());
        Files.writeString(folder.resolve("cat.civitai.info"), "{\"trainedWords\": [\"mycat\", \"fluffy\"]}");
        assertThat(FileFacts.of(lora).words()).containsExactly("mycat", "fluffy");
        Files.writeString(folder.resolve("cat.json"), "{\"activation text\": \"a mycat\"}");
        assertThat(FileFacts.of(lora).words()).containsExactly("a mycat");
        Files.writeString(folder.resolve("cat.json"), "no JSON {");
        Files.writeString(folder.resolve("cat.civitai.info"), "[]");
        assertThat(FileFacts.of(lora).words()).isEmpty();
    }

    @Test
    void thePictureInsideAFileIsItsOwn() {
        Picture red = new Picture(512, 256, new float[512 * 256 * 3]);
        Path file = written(
                "dog.safetensors", "lora_unet_mid.lora_down.weight", Map.of("modelspec.thumbnail", Thumbnail.of(red)));
        assertThat(FileFacts.picture(file).orElseThrow().getWidth()).isEqualTo(256);
        Path odd = written(
                "odd.safetensors",
                "lora_unet_mid.lora_down.weight",
                Map.of("modelspec.thumbnail", "data:image/png;base64,AAAA"));
        assertThat(FileFacts.picture(odd)).isEmpty();
    }
}
