package graft.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.Golden;
import graft.adapter.EmbeddingFile.Form;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.node.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On files as A1111, kohya, OneTrainer and diffusers write them. */
final class EmbeddingFileTest {

    @TempDir
    private Path folder;

    private static Embedding read(String name) {
        return EmbeddingFile.read(Golden.resource("/embeddings/" + name));
    }

    private static float[] golden(String name) {
        return EmbeddingFile.read(Golden.path("training/" + name)).values();
    }

    private Path written(Tensor... tensors) {
        Path file = folder.resolve("mine.safetensors");
        SafeTensors.write(file, List.of(tensors), Map.of());
        return file;
    }

    private static Tensor tensor(String name, long... shape) {
        int size = 1;
        for (long dimension : shape) {
            size *= (int) dimension;
        }
        return Tensor.of(name, DType.F32, shape, new float[size]);
    }

    private static void assertRefused(Path file, String part) {
        assertThatThrownBy(() -> EmbeddingFile.read(file))
                .isInstanceOf(Problem.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(part);
    }

    @Test
    void theReferenceEmbeddingIsTheSameInAllItsForms() throws Exception {
        float[] expected;
        try (SafeTensors vectors = SafeTensors.open(Golden.path("training/expected.safetensors"))) {
            expected = vectors.floats("ti.final");
        }
        assertThat(golden("ti_kohya.safetensors")).containsExactly(expected);
        assertThat(golden("ti_diffusers.safetensors")).containsExactly(expected);
        assertThat(golden("ti_a1111.pt")).containsExactly(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bare.pt",
                "bfloat16.bin",
                "diffusers.bin",
                "half.bin",
                "kohya.pt",
                "learned_embeds-steps-500.bin",
                "learned_embeds.safetensors",
                "legacy.pt",
                "numpy-step.pt",
                "onetrainer.safetensors",
                "parameter-dict.pt",
                "wrapped.pt"
            })
    void everyFormHoldsTheSameThreeVectors(String name) {
        Embedding embedding = read(name);

        assertThat(embedding.width()).isEqualTo(4);
        assertThat(embedding.values())
                .containsExactly(-.5f, -.375f, -.25f, -.125f, 0, .125f, .25f, .375f, .5f, .625f, .75f, .875f);
    }

    @Test
    void oneVectorNeedsNoSecondDimension() {
        assertThat(read("vector.bin").values()).containsExactly(-.5f, -.375f, -.25f, -.125f);
        assertThat(read("vector.bin").vectors()).hasSize(1);
    }

    @Test
    void theWordIsTheFilesNameAndOfDiffusersNamelessFilesTheOneInside() {
        assertThat(read("parameter-dict.pt").word()).isEqualTo("parameter-dict");
        assertThat(read("diffusers.bin").word()).isEqualTo("diffusers");
        assertThat(read("learned_embeds.safetensors").word()).isEqualTo("<cat-toy>");
        assertThat(read("learned_embeds-steps-500.bin").word()).isEqualTo("<cat-toy>");
    }

    @Test
    void whatIsWrittenIsReadBackInEitherForm() throws Exception {
        Embedding embedding = Embedding.of("<pot>", List.of(new float[] {1, 2}, new float[] {3, 4}));
        for (Form form : Form.values()) {
            Path file = folder.resolve(form + ".safetensors");
            EmbeddingFile.write(file, embedding, form);

            assertThat(EmbeddingFile.read(file).values()).containsExactly(1, 2, 3, 4);
        }
        try (SafeTensors kohya = SafeTensors.open(folder.resolve("KOHYA.safetensors"));
                SafeTensors diffusers = SafeTensors.open(folder.resolve("DIFFUSERS.safetensors"))) {
            assertThat(kohya.names()).containsExactly("emb_params");
            assertThat(diffusers.names()).containsExactly("<pot>");
        }
    }

    @Test
    void otherFilesAreRefusedInWords() {
        assertRefused(Golden.resource("/embeddings/sdxl.safetensors"), "it is for SDXL");
        assertRefused(Golden.resource("/embeddings/sdxl.pt"), "it is for SDXL");
        assertRefused(Golden.resource("/embeddings/malicious.pt"), "could run a program");
        assertRefused(written(tensor("a", 1), tensor("b", 1)), "nor one matrix of vectors (a, b)");
        assertRefused(written(tensor("a", 2, 2, 2)), "nor one matrix of vectors (a)");
        assertRefused(written(tensor("a", 0, 4)), "nor one matrix of vectors (a)");
        assertRefused(
                written(Tensor.of("a", DType.F32, new long[] {2}, new float[] {1, Float.NaN})),
                "its vectors hold NaN; use another, since its training had failed");
        assertRefused(folder.resolve("none.pt"), "there is no such file");
    }
}
