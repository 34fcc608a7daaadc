package graft.file;

import static org.assertj.core.api.Assertions.assertThat;

import graft.file.OriginalLayout.Cut;
import graft.file.OriginalLayout.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
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
        assertThat(OriginalLayout.clip(
                        List.of(
                                "cond_stage_model.transformer.encoder.layers.0.mlp.fc1.weight",
                                "cond_stage_model.transformer.text_model.embeddings.position_ids"),
                        OriginalLayout.CLIP))
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
        assertThat(OriginalLayout.vae(keys, OriginalLayout.VAE)).isEmpty();
    }

    @Test
    void aKeyThatIsOfNoPartOfTheUnetIsLeftOut() {
        assertThat(OriginalLayout.unet(List.of("model.diffusion_model.new_part.weight")))
                .isEmpty();
    }

    @Test
    void queriesKeysAndValuesOfOpenClipLieInOneTensor() {
        String fused = "conditioner.embedders.1.model.transformer.resblocks.31.attn.in_proj_weight";
        Map<String, Place> places = OriginalLayout.openClip(
                List.of(
                        fused,
                        "conditioner.embedders.1.model.text_projection",
                        "conditioner.embedders.1.model.positional_embedding",
                        "conditioner.embedders.1.model.logit_scale"),
                OriginalLayout.OPEN_CLIP_XL);
        String layer = "text_model.encoder.layers.31.self_attn.";
        assertThat(places)
                .isEqualTo(Map.of(
                        layer + "q_proj.weight",
                        new Place(fused, Cut.QUERIES),
                        layer + "k_proj.weight",
                        new Place(fused, Cut.KEYS),
                        layer + "v_proj.weight",
                        new Place(fused, Cut.VALUES),
                        "text_projection.weight",
                        new Place("conditioner.embedders.1.model.text_projection", Cut.TRANSPOSED),
                        "text_model.embeddings.position_embedding.weight",
                        Place.whole("conditioner.embedders.1.model.positional_embedding")));
        assertThat(Cut.KEYS.shape(new long[] {96, 32})).containsExactly(32, 32);
        assertThat(Cut.VALUES.shape(new long[] {96})).containsExactly(32);
        assertThat(Cut.TRANSPOSED.shape(new long[] {48, 32})).containsExactly(32, 48);
    }

    /** Models of any depth: what is written is read under the names that it had. */
    @Property
    void whatIsWrittenIsFoundUnderItsOldNames(
            @ForAll @IntRange(min = 1, max = 5) int levels,
            @ForAll @IntRange(min = 1, max = 3) int layers,
            @ForAll @IntRange(min = 1, max = 33) int textLayers) {
        List<String> unet =
                new ArrayList<>(List.of("conv_in.weight", "conv_out.bias", "time_embedding.linear_2.weight"));
        for (int level = 0; level < levels; level++) {
            for (int layer = 0; layer < layers + 1; layer++) {
                String within = layer < layers ? "down_blocks." + level : "mid_block";
                unet.add(within + (layer < layers ? ".resnets." + layer : ".resnets.1") + ".time_emb_proj.weight");
                unet.add(within + ".attentions.0.transformer_blocks." + layer + ".attn2.to_k.weight");
                unet.add("up_blocks." + level + ".resnets." + layer + ".conv_shortcut.bias");
                unet.add("up_blocks." + level + ".attentions." + layer + ".proj_in.weight");
            }
            if (level < levels - 1) {
                unet.add("down_blocks." + level + ".downsamplers.0.conv.weight");
                unet.add("up_blocks." + level + ".upsamplers.0.conv.bias");
            }
        }
        List<String> distinct = unet.stream().distinct().toList();
        Map<String, String> written = OriginalLayout.unetToWrite(distinct);
        assertThat(written.values()).doesNotHaveDuplicates();
        if (levels > 1) { // nothing else tells how many layers a level has
            assertThat(OriginalLayout.unet(written.values())).isEqualTo(written);
        }

        List<String> text = new ArrayList<>(List.of(
                "text_model.embeddings.token_embedding.weight",
                "text_model.embeddings.position_embedding.weight",
                "text_model.final_layer_norm.bias",
                "text_projection.weight"));
        for (int layer = 0; layer < textLayers; layer++) {
            for (String part : List.of(
                    "layer_norm1",
                    "layer_norm2",
                    "mlp.fc1",
                    "mlp.fc2",
                    "self_attn.out_proj",
                    "self_attn.q_proj",
                    "self_attn.k_proj",
                    "self_attn.v_proj")) {
                text.add("text_model.encoder.layers." + layer + "." + part + ".weight");
                text.add("text_model.encoder.layers." + layer + "." + part + ".bias");
            }
        }
        for (String prefix : List.of(OriginalLayout.OPEN_CLIP, OriginalLayout.OPEN_CLIP_XL)) {
            Map<String, List<String>> tensors = OriginalLayout.openClipToWrite(text, prefix);
            Map<String, Place> places = OriginalLayout.openClip(tensors.keySet(), prefix);
            assertThat((Iterable<String>) places.keySet()).containsExactlyInAnyOrderElementsOf(text);
            tensors.forEach((tensor, made) ->
                    made.forEach(key -> assertThat(places.get(key).tensor()).isEqualTo(tensor)));
        }
        List<String> clip = text.subList(0, 3);
        for (String prefix : List.of(OriginalLayout.CLIP, OriginalLayout.CLIP_XL)) {
            Map<String, String> tensors = OriginalLayout.clipToWrite(clip, prefix);
            assertThat(OriginalLayout.clip(tensors.values(), prefix)).isEqualTo(tensors);
        }
    }
}
