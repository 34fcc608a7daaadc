package graft.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class OriginalLayoutTest {

    /** Blocks 10 and 11 come after 9, not after 1. */
    @Test
    void blockNumbersAreCountedAndNotSortedAsText() {
        List<String> keys = List.of(
                "model.diffusion_model.input_blocks.3.0.op.weight",
                "model.diffusion_model.input_blocks.9.0.op.weight",
                "model.diffusion_model.input_blocks.10.0.in_layers.0.weight",
                "model.diffusion_model.output_blocks.11.1.proj_in.weight");
        assertThat(OriginalLayout.unet(keys))
                .containsEntry("down_blocks.0.downsamplers.0.conv.weight", keys.get(0))
                .containsEntry("down_blocks.2.downsamplers.0.conv.weight", keys.get(1))
                .containsEntry("down_blocks.3.resnets.0.norm1.weight", keys.get(2))
                .containsEntry("up_blocks.3.attentions.2.proj_in.weight", keys.get(3));
    }

    @Test
    void oldMergesOfTheTextEncoderLeaveOutItsFirstName() {
        assertThat(OriginalLayout.textEncoder(List.of(
                        "cond_stage_model.transformer.encoder.layers.0.mlp.fc1.weight",
                        "cond_stage_model.transformer.text_model.embeddings.position_ids")))
                .isEqualTo(Map.of(
                        "text_model.encoder.layers.0.mlp.fc1.weight",
                        "cond_stage_model.transformer.encoder.layers.0.mlp.fc1.weight"));
    }

    @Test
    void whatIsNoWeightOfTheModelIsLeftOut() {
        List<String> keys = List.of(
                "model_ema.diffusion_modelinput_blocks00weight",
                "first_stage_model.loss.logvar",
                "alphas_cumprod",
                "model.diffusion_model.out.2.bias");
        assertThat(OriginalLayout.unet(keys)).isEqualTo(Map.of("conv_out.bias", keys.get(3)));
        assertThat(OriginalLayout.vae(keys)).isEmpty();
    }

    @Test
    void aKeyThatTheLayoutDoesNotKnowKeepsItsNameForTheLoaderToRefuse() {
        assertThat(OriginalLayout.unet(List.of("model.diffusion_model.new_part.weight")))
                .isEqualTo(Map.of("new_part.weight", "model.diffusion_model.new_part.weight"));
    }
}
