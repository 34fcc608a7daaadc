package graft.app.editor.inspector;

import static org.assertj.core.api.Assertions.assertThat;

import graft.file.BuiltIn;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
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
        assertThat(facts.kind()).isEqualTo(FileFacts.Kind.LORA);
        assertThat(facts.words()).containsExactly("sks dog", "grass");
        assertThat(facts.facts()).containsEntry("Rank", "16");
    }

    @Test
    void aSmallFileOfVectorsIsAnEmbedding() {
        assertThat(FileFacts.of(written("pot.safetensors", "emb_params", Map.of()))
                        .kind())
                .isEqualTo(FileFacts.Kind.EMBEDDING);
    }

    @Test
    void metadataOfAnotherShapeIsNoReasonToFail() {
        assertThat(FileFacts.of(written("odd.safetensors", "lora_a.lora_up.weight", Map.of("ss_tag_frequency", "[1]")))
                        .words())
                .isEmpty();
    }

    @Test
    void whatShipsIsKnown() {
        assertThat(FileFacts.of(BuiltIn.path("builtin:emoji-sd")).kind()).isEqualTo(FileFacts.Kind.MODEL);
        FileFacts pictures = FileFacts.of(BuiltIn.path("builtin:samples/subject-teapot"));
        assertThat(pictures.kind()).isEqualTo(FileFacts.Kind.FOLDER);
        assertThat(pictures.facts()).containsEntry("Pictures", "5");
    }
}
