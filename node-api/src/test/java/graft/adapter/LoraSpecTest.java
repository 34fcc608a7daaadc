package graft.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.Golden;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.model.CheckpointSpec;
import graft.model.Parts;
import graft.model.SchedulerConfig;
import graft.node.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LoraSpecTest {

    private static final CheckpointSpec MODEL = model("sd1", 768);

    private static CheckpointSpec model(String family, int width) {
        return new CheckpointSpec(
                family,
                family.equals("sdxl") ? Map.of("text", 768, "text_2", 1280) : Map.of("text", width),
                width,
                4,
                4,
                8,
                77,
                "epsilon",
                SchedulerConfig.STABLE_DIFFUSION,
                Path.of("model"));
    }

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"lora_kohya", "lora_peft", "lora_diffusers_alpha_is_rank"})
    void theWidthOfTheTextIsReadFromTheHeaderInEverySpelling(String name) {
        try (SafeTensors trained = SafeTensors.open(Golden.path("training/expected.safetensors"))) {
            String keys = "lora.init.mid_block.attentions.0.transformer_blocks.0.attn2.to_k.lora_A.weight";
            int width = (int) trained.entry(keys).shape()[1];
            assertThat(LoraSpec.of(Golden.path("training/" + name + ".safetensors")))
                    .returns(OptionalInt.of(width), LoraSpec::contextWidth)
                    .returns(name, LoraSpec::name);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lora_kohya", "lora_peft", "lora_diffusers", "lora_diffusers_metadata"})
    void twoTextEncodersAreReadFromTheHeaderInEverySpelling(String name) {
        LoraSpec spec = LoraSpec.of(Golden.path("sdxl-training/" + name + ".safetensors"));
        assertThat(spec.texts()).containsExactlyInAnyOrder(Parts.TEXT, Parts.TEXT_2);
        assertThat(spec.contextWidth()).isPresent();
        assertThatCode(() -> spec.checkFits(model("sdxl", spec.contextWidth().getAsInt())))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> spec.checkFits(model("sd1", 768)))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("this model's are 768 wide (Stable Diffusion 1.x)");
    }

    @Test
    void whatChangesASecondTextEncoderIsRefusedByAModelOfOneNamingBothFamilies() {
        LoraSpec spec = new LoraSpec("two", OptionalInt.empty(), Set.of(Parts.TEXT_2));
        assertThatCode(() -> spec.checkFits(model("sdxl", 2048))).doesNotThrowAnyException();
        assertThatThrownBy(() -> spec.checkFits(model("sd2", 1024)))
                .isInstanceOf(Problem.class)
                .hasMessage(
                        "Cannot apply the LoRA two to this model: it was trained for Stable Diffusion XL, whose second text"
                                + " encoder it changes, and this model is of Stable Diffusion 2.x; use it with a model of that family,"
                                + " or choose a LoRA that was trained for this one.");
    }

    @Test
    void filesWithoutSuchLayersFitAnyModelAsFarAsIsKnown() {
        Path file = folder.resolve("other.safetensors");
        SafeTensors.write(
                file,
                List.of(
                        Tensor.of("lora_unet_conv_in.lora_down.weight", DType.F32, new long[] {1, 2}, new float[2]),
                        Tensor.of("lora_unet_x_attn2_to_k.lora_down.weight", DType.F32, new long[] {2}, new float[2])),
                Map.of());

        LoraSpec spec = LoraSpec.of(file);

        assertThat(spec.contextWidth()).isEmpty();
        assertThatCode(() -> spec.checkFits(MODEL)).doesNotThrowAnyException();
    }

    @Test
    void anotherFamilyIsNamed() {
        assertThatThrownBy(() -> new LoraSpec("xl", OptionalInt.of(2048)).checkFits(MODEL))
                .isInstanceOf(Problem.class)
                .hasMessage(
                        "Cannot apply the LoRA xl to this model: it was trained for a model whose text states are 2048"
                                + " wide (Stable Diffusion XL) and this model's are 768 wide (Stable Diffusion 1.x); use it with a model of that width, or choose a"
                                + " LoRA that was trained for this one.");
        CheckpointSpec xl = model("sdxl", 2048);
        assertThatCode(() -> new EmbeddingSpec("g", 1280).checkFits(xl)).doesNotThrowAnyException();
        assertThatThrownBy(() -> new EmbeddingSpec("wide", 1024).checkFits(xl))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("its vectors are 1024 wide")
                .hasMessageContaining("768")
                .hasMessageContaining("1280");
        assertThatThrownBy(() -> new EmbeddingSpec("turned", Map.of(Parts.TEXT, 1280, Parts.TEXT_2, 768)).checkFits(xl))
                .isInstanceOf(Problem.class);
        assertThatThrownBy(() -> new EmbeddingSpec("<xl>", 1280).checkFits(MODEL))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("its vectors are 1280 wide (Stable Diffusion XL) and the model's are 768 wide");
    }
}
