package graft.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import graft.CopiedFolder;
import graft.Golden;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.node.Problem;
import graft.tensor.Compute;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {

    private static final Compute CPU = Compute.choose("cpu");

    private static final String UNET = "unet/diffusion_pytorch_model.safetensors";

    @TempDir
    Path folder;

    @BeforeEach
    void copyModel() throws IOException {
        Compute.prepareThread();
        CopiedFolder.of(Golden.ours("sd15"), folder);
    }

    /** Writes a weights file again with each tensor changed, left out (null) or kept. */
    private void rewrite(String name, UnaryOperator<Tensor> change, Tensor... more) {
        Path file = folder.resolve(name);
        List<Tensor> tensors = new ArrayList<>(List.of(more));
        try (SafeTensors old = SafeTensors.open(file)) {
            for (String key : old.names()) {
                Tensor changed =
                        change.apply(Tensor.of(key, DType.F32, old.entry(key).shape(), old.floats(key)));
                if (changed != null) {
                    tensors.add(changed);
                }
            }
        }
        SafeTensors.write(file, tensors, Map.of());
    }

    private void replaceInConfig(String name, String from, String to) {
        try {
            Path file = folder.resolve(name);
            String text = Files.readString(file);
            assertThat(text).contains(from);
            Files.writeString(file, text.replace(from, to));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void loadUNet() {
        try (Checkpoint model = Checkpoint.load(folder, CPU)) {
            model.network();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16"})
    void weightsOfAnyFloatingTypeBecomeFloat32(DType stored) {
        float[] before;
        try (Checkpoint model = Checkpoint.load(folder, CPU)) {
            before = model.network().weights().get("conv_in.weight").toFloatArray();
        }
        try (SafeTensors old = SafeTensors.open(folder.resolve(UNET))) {
            rewrite(UNET, tensor -> Tensor.of(tensor.name(), stored, tensor.shape(), old.floats(tensor.name())));
        }
        try (Checkpoint model = Checkpoint.load(folder, CPU)) {
            NDArray after = model.network().weights().get("conv_in.weight");
            assertThat(Golden.error(after.toFloatArray(), before)).isLessThan(stored == DType.BF16 ? 2e-2 : 2e-3);
        }
    }

    @Test
    void aMissingWeightIsNamedWithItsFileAndShape() {
        rewrite(UNET, tensor -> tensor.name().equals("conv_in.weight") ? null : tensor);
        assertThatThrownBy(this::loadUNet)
                .isInstanceOf(Problem.class)
                .hasMessageContaining(folder.resolve(UNET).toString())
                .hasMessageContaining("\"conv_in.weight\"")
                .hasMessageContaining(", 4, 3, 3]");
    }

    @Test
    void aWeightOfTheWrongShapeIsNamedWithBothShapes() {
        rewrite(
                UNET,
                tensor -> tensor.name().equals("conv_in.bias")
                        ? Tensor.of(tensor.name(), DType.F32, new long[] {3}, new float[3])
                        : tensor);
        assertThatThrownBy(this::loadUNet)
                .isInstanceOf(Problem.class)
                .hasMessageContaining("\"conv_in.bias\" has shape [3] where [")
                .hasMessageContaining(folder.resolve(UNET).toString());
    }

    @Test
    void aWeightThatTheConfigKnowsNothingOfIsNamed() {
        rewrite(UNET, tensor -> tensor, Tensor.of("conv_in.extra", DType.F32, new long[] {1}, new float[1]));
        assertThatThrownBy(this::loadUNet)
                .isInstanceOf(Problem.class)
                .hasMessageContaining("conv_in.extra")
                .hasMessageContaining(folder.resolve(UNET).toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "unet/config.json | \"act_fn\": \"silu\" | \"act_fn\": \"mish\" | \"act_fn\"",
                "unet/config.json | \"class_embed_type\": null | \"class_embed_type\": \"timestep\" | \"class_embed_type\"",
                "unet/config.json | \"norm_num_groups\": 4 | \"norm_num_groups\": \"four\" | \"norm_num_groups\"",
                "unet/config.json | \"DownBlock2D\" | \"KDownBlock2D\" | \"down_block_types\"",
                "vae/config.json | \"shift_factor\": null | \"shift_factor\": 0.1 | \"shift_factor\"",
                "text_encoder/config.json | quick_gelu | relu | \"hidden_act\""
            })
    void aConfigThatGraftCannotFollowIsNamedByFileAndField(String file, String from, String to, String field) {
        replaceInConfig(file, from, to);
        assertThatThrownBy(() -> {
                    try (Checkpoint model = Checkpoint.load(folder, CPU)) {
                        model.network();
                        model.vae();
                        model.encoder(Parts.TEXT);
                    }
                })
                .isInstanceOf(Problem.class)
                .hasMessageContaining(folder.resolve(file).toString())
                .hasMessageContaining(field);
    }

    @Test
    void aUnetToLearnHasTheSameNumbersAndLeavesTheModelAsItIs() {
        try (Checkpoint model = Checkpoint.load(folder, CPU)) {
            float[] before = model.network().weights().get("conv_in.bias").toFloatArray();
            try (Network learning = model.networkToLearn()) {
                NDArray bias = learning.weights().get("conv_in.bias");
                assertThat(bias.toFloatArray()).containsExactly(before);
                bias.addi(1);
            }
            assertThat(model.network().weights().get("conv_in.bias").toFloatArray())
                    .containsExactly(before);
        }
    }

    @Test
    void whatWasSetAsideIsReadAgain() {
        try (Checkpoint model = Checkpoint.load(folder, CPU)) {
            Network first = model.network();
            float[] before = first.weights().get("conv_in.weight").toFloatArray();
            model.setAside(Parts.DENOISER);
            assertThat(model.network()).isNotSameAs(first);
            assertThat(model.network().weights().get("conv_in.weight").toFloatArray())
                    .containsExactly(before);
        }
    }

    @Test
    void aModelThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> Checkpoint.load(folder.resolve("none"), CPU))
                .isInstanceOf(Problem.class)
                .hasMessageContaining(folder.resolve("none").toString());
        assertThatThrownBy(() -> Checkpoint.load(folder.resolve("unet"), CPU))
                .isInstanceOf(Problem.class)
                .hasMessageContainingAll("a UNet alone", "choose that folder: " + folder);
    }

    @Test
    void aSingleFileWithoutATokenizerBesideItSaysWhereToPutOne() {
        try (Checkpoint model = Checkpoint.load(folder.resolve("single_file.safetensors"), CPU)) {
            assertThatThrownBy(model::tokenizer)
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining(folder.resolve("tokenizer").toString());
        }
    }

    @Test
    void textEncoderKeysMayLackTheirPrefix() {
        rewrite(
                "text_encoder/model.safetensors",
                tensor -> new Tensor(
                        tensor.name().replaceFirst("^text_model\\.", ""),
                        tensor.dtype(),
                        tensor.shape(),
                        tensor.elements()));
        try (Checkpoint model = Checkpoint.load(folder, CPU)) {
            assertThat(model.encoder(Parts.TEXT).moduleNames())
                    .contains("text_model.encoder.layers.0.self_attn.q_proj");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unet/diffusion_pytorch_model.safetensors",
                "text_encoder/model.safetensors",
                "vae/diffusion_pytorch_model.safetensors",
                "unet/config.json",
                "text_encoder/config.json",
                "vae/config.json",
                "scheduler/scheduler_config.json"
            })
    void aByteOfAnyFileIsInTheHash(String name) throws IOException {
        Path file = folder.resolve(name);
        byte[] bytes = Files.readAllBytes(file);
        FileTime time = Files.getLastModifiedTime(file);
        String before = hash();
        // Between two fields of a config, so that it can still be read.
        int at = name.endsWith(".json") ? new String(bytes, UTF_8).indexOf('\n') : bytes.length * 5 / 12;
        int flipped = name.endsWith(".json") ? '\n' ^ ' ' : 1;
        bytes[at] = (byte) (bytes[at] ^ flipped);
        Files.write(file, bytes);
        Files.setLastModifiedTime(file, time);
        assertThat(hash()).isNotEqualTo(before);
        bytes[at] = (byte) (bytes[at] ^ flipped);
        Files.write(file, bytes);
        assertThat(hash()).isEqualTo(before);
    }

    @Test
    void aFileOfTheTokenizerIsInTheHash() throws IOException {
        String before = hash();
        Files.createDirectories(folder.resolve("tokenizer"));
        Files.writeString(folder.resolve("tokenizer/added_tokens.json"), "{}");
        assertThat(hash()).isNotEqualTo(before);
    }

    private String hash() {
        try (Checkpoint model = Checkpoint.load(folder, CPU)) {
            return model.hash();
        }
    }

    @Test
    void twoModelsDifferInTheirHash() {
        try (Checkpoint model = Checkpoint.load(folder, CPU);
                Checkpoint other = Checkpoint.load(Golden.ours("sd21"), CPU);
                Checkpoint same = Checkpoint.load(Golden.ours("sd15"), CPU)) {
            assertThat(model.hash()).isEqualTo(same.hash()).isNotEqualTo(other.hash());
        }
    }
}
