package graft.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.Golden;
import graft.adapter.EmbeddingFile.Form;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.model.Parts;
import graft.node.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
        return values(EmbeddingFile.read(Golden.path("training/" + name)));
    }

    private static float[] values(Embedding embedding) {
        return Embedding.flat(embedding.vectors());
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

    @Test
    void whatIsSomethingElseIsRefusedByItsName() throws IOException {
        assertRefused(Golden.resource("/golden/training/lora_kohya.safetensors"), "it is a LoRA");
        assertRefused(Golden.path("sd15/single_file.safetensors"), "it is a Stable Diffusion 1.x model");
        assertRefused(
                Golden.path("sd15/vae/diffusion_pytorch_model.safetensors"), "it is a VAE; choose an embedding file");
        assertRefused(Files.writeString(folder.resolve("w.json"), "{\"nodes\": []}"), "it is a workflow");
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
        assertThat(values(embedding))
                .containsExactly(-.5f, -.375f, -.25f, -.125f, 0, .125f, .25f, .375f, .5f, .625f, .75f, .875f);
    }

    @Test
    void oneVectorNeedsNoSecondDimension() {
        assertThat(values(read("vector.bin"))).containsExactly(-.5f, -.375f, -.25f, -.125f);
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

            assertThat(values(EmbeddingFile.read(file))).containsExactly(1, 2, 3, 4);
        }
        try (SafeTensors kohya = SafeTensors.open(folder.resolve("KOHYA.safetensors"));
                SafeTensors diffusers = SafeTensors.open(folder.resolve("DIFFUSERS.safetensors"))) {
            assertThat(kohya.names()).containsExactly("emb_params");
            assertThat(diffusers.names()).containsExactly("<pot>");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sdxl.safetensors", "sdxl.pt"})
    void thoseOfBothTextEncodersAreInOneFile(String name) {
        Embedding both = read(name);
        assertThat(both.word()).isEqualTo("sdxl");
        assertThat(both.parts()).containsExactly(Parts.TEXT, Parts.TEXT_2);
        assertThat(both.vectors(Parts.TEXT)).hasSameSizeAs(both.vectors(Parts.TEXT_2));
    }

    @Test
    void thoseOfBothTextEncodersAreWrittenAsOneFileOrAsDiffusersTwo() {
        Embedding both = Embedding.of(
                "<pot>",
                Map.of(
                        Parts.TEXT, List.of(new float[] {1, 2}, new float[] {3, 4}),
                        Parts.TEXT_2, List.of(new float[] {5, 6, 7}, new float[] {8, 9, 10})));
        List<Path> one = EmbeddingFile.write(folder.resolve("pot.safetensors"), both, Form.KOHYA);
        List<Path> two =
                EmbeddingFile.write(folder.resolve("learned_embeds-steps-500.safetensors"), both, Form.DIFFUSERS);

        assertThat(names(one.get(0))).containsExactlyInAnyOrder("clip_l", "clip_g");
        assertThat(two)
                .extracting(file -> file.getFileName().toString())
                .containsExactly("learned_embeds-steps-500.safetensors", "learned_embeds_2-steps-500.safetensors");
        assertThat(names(two.get(0))).containsExactly("<pot>");
        assertThat(names(two.get(1))).containsExactly("<pot>");
        // Whichever of the two is chosen, the other is found beside it.
        for (Path file : List.of(one.get(0), two.get(0), two.get(1))) {
            Embedding back = EmbeddingFile.read(file);
            assertThat(Embedding.flat(back.vectors(Parts.TEXT))).containsExactly(1, 2, 3, 4);
            assertThat(Embedding.flat(back.vectors(Parts.TEXT_2))).containsExactly(5, 6, 7, 8, 9, 10);
            assertThat(back.word()).isEqualTo(file.equals(one.get(0)) ? "pot" : "<pot>");
        }
        assertThat(EmbeddingFile.files(two.get(1))).containsExactlyInAnyOrderElementsOf(two);
        assertThat(EmbeddingFile.files(one.get(0))).isEqualTo(one);
    }

    @Test
    void twoFilesOfOneWordAndOneWidthAreTwoEmbeddings() {
        for (String name : List.of("pot.safetensors", "pot_2.safetensors")) {
            SafeTensors.write(folder.resolve(name), List.of(tensor("<pot>", 1, 4)), Map.of());
        }
        assertThat(EmbeddingFile.read(folder.resolve("pot.safetensors")).parts())
                .containsExactly(Parts.TEXT);
        assertThat(EmbeddingFile.read(folder.resolve("pot_2.safetensors")).word())
                .isEqualTo("pot_2");
    }

    private static Set<String> names(Path file) {
        try (SafeTensors tensors = SafeTensors.open(file)) {
            return Set.copyOf(tensors.names());
        }
    }

    /** OneTrainer keeps what it trained beside a LoRA in the LoRA's file. */
    @Test
    void thoseBundledWithALoraAreReadByTheirWord() {
        Path one = written(
                tensor("bundle_emb.pot.clip_l", 2, 4),
                tensor("bundle_emb.pot.clip_g", 2, 6),
                tensor("bundle_emb.pot.clip_g_out", 2, 6),
                tensor("lora_te1_text_model_encoder_layers_0_mlp_fc1.alpha"));
        assertThat(EmbeddingFile.read(one).word()).isEqualTo("pot");
        assertThat(EmbeddingFile.read(one).spec().widths()).isEqualTo(Map.of(Parts.TEXT, 4, Parts.TEXT_2, 6));
        assertThat(LoraFile.bundled(one)).containsExactly("pot");
        Path two = written(tensor("bundle_emb.pot.emp_params", 2, 4), tensor("bundle_emb.cup.emp_params", 1, 4));
        assertRefused(two, "several are bundled with the LoRA (cup, pot); give the word of one of them");
        assertThat(EmbeddingFile.read(two, "cup").vectors()).hasSize(1);
        assertThat(EmbeddingFile.read(two, "pot").vectors()).hasSize(2);
    }

    @Test
    void otherFilesAreRefusedInWords() {
        assertRefused(
                written(tensor("clip_l", 1, 4), tensor("clip_g", 1, 6), tensor("t5xxl", 1, 8)),
                "it has vectors for a T5 text encoder, as Stable Diffusion 3 and Flux have");
        assertRefused(written(tensor("clip_l", 1, 4), tensor("clip_g", 2, 2, 2)), "nor one matrix of vectors (");
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
