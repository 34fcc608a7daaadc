package graft.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import graft.file.ModelHash;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.model.Parts;
import graft.node.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LoraFileTest {

    private static final String TO_Q = "down_blocks.0.attentions.1.transformer_blocks.0.attn1.to_q";
    private static final String TO_OUT = "mid_block.attentions.0.transformer_blocks.0.attn2.to_out.0";
    private static final String CONV = "up_blocks.1.resnets.2.conv1";
    private static final String Q_PROJ = "text_model.encoder.layers.3.self_attn.q_proj";
    private static final String OUT_PROJ = "text_model.encoder.layers.3.self_attn.out_proj";

    /** Two levels of two layers, as far as the names of the layers used here need it. */
    private static final LoraTarget TARGET = LoraTarget.of(Map.of(
            Parts.DENOISER,
            Map.of(
                    TO_Q,
                    new long[] {6, 6},
                    TO_OUT,
                    new long[] {6, 6},
                    CONV,
                    new long[] {6, 6, 3, 3},
                    "down_blocks.0.resnets.0.conv1",
                    new long[] {6, 6, 3, 3},
                    "down_blocks.0.resnets.1.conv1",
                    new long[] {6, 6, 3, 3}),
            Parts.TEXT,
            Map.of(Q_PROJ, new long[] {6, 6}, OUT_PROJ, new long[] {6, 6})));

    @TempDir
    Path folder;

    private static float[] random(int n) {
        Random random = new Random(n);
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = random.nextInt(-100, 100) / 64f;
        }
        return values;
    }

    private static Lora.Part linear(int rank, double alpha) {
        return Lora.Part.lowRank(random(rank * 6), new long[] {rank, 6}, random(6 * rank), new long[] {6, rank}, alpha);
    }

    private Path file(Map<String, String> metadata, Tensor... tensors) {
        Path file = folder.resolve("some-style.safetensors");
        SafeTensors.write(file, List.of(tensors), metadata);
        return file;
    }

    private static Tensor matrix(String name, long... shape) {
        int n = 1;
        for (long dimension : shape) {
            n *= (int) dimension;
        }
        return Tensor.of(name, DType.F32, shape, random(n));
    }

    private Path pair(String down, String up) {
        return file(Map.of(), matrix(down, 2, 6), matrix(up, 6, 2));
    }

    @ParameterizedTest
    @CsvSource({
        "lora_unet_down_blocks_0_attentions_1_transformer_blocks_0_attn1_to_q, .lora_down.weight, .lora_up.weight",
        "lora_unet_input_blocks_2_1_transformer_blocks_0_attn1_to_q, .lora_down.weight, .lora_up.weight",
        "diffusion_model.input_blocks.2.1.transformer_blocks.0.attn1.to_q, .lora_down.weight, .lora_up.weight",
        "diffusion_model.input_blocks.2.1.transformer_blocks.0.attn1.to_q, .lora_A.weight, .lora_B.weight",
        "unet.down_blocks.0.attentions.1.transformer_blocks.0.attn1.to_q, .lora.down.weight, .lora.up.weight",
        "unet.down_blocks.0.attentions.1.transformer_blocks.0.attn1.to_q, .lora_A.weight, .lora_B.weight",
        "unet.down_blocks.0.attentions.1.transformer_blocks.0.attn1.to_q, .lora_A.default.weight, .lora_B.default.weight",
        "base_model.model.unet.down_blocks.0.attentions.1.transformer_blocks.0.attn1.to_q, .lora_A.weight, .lora_B.weight",
        "base_model.model.down_blocks.0.attentions.1.transformer_blocks.0.attn1.to_q, .lora_A.weight, .lora_B.weight",
        "down_blocks.0.attentions.1.transformer_blocks.0.attn1.processor.to_q, _lora.down.weight, _lora.up.weight",
        "unet.down_blocks.0.attentions.1.transformer_blocks.0.attn1.processor.to_q, _lora.down.weight, _lora.up.weight"
    })
    void everySpellingOfAUnetLayerFindsIt(String spelled, String down, String up) {
        Lora lora = LoraFile.read(pair(spelled + down, spelled + up));
        assertThat(lora.layers(Parts.TEXT)).isEmpty();
        assertThat(lora.layers(Parts.DENOISER)).hasSize(1);
        assertThat(TARGET.module(
                        Parts.DENOISER,
                        lora.layers(Parts.DENOISER).keySet().iterator().next()))
                .contains(TO_Q);
    }

    @ParameterizedTest
    @CsvSource({
        "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn2_to_out_0, .lora_down.weight, .lora_up.weight",
        "lora_unet_middle_block_1_transformer_blocks_0_attn2_to_out_0, .lora_down.weight, .lora_up.weight",
        "mid_block.attentions.0.transformer_blocks.0.attn2.processor.to_out, _lora.down.weight, _lora.up.weight",
        "unet.mid_block.attentions.0.transformer_blocks.0.attn2.to_out.0, .lora.down.weight, .lora.up.weight"
    })
    void theLayerAfterAttentionIsFoundWithAndWithoutItsZero(String spelled, String down, String up) {
        Lora lora = LoraFile.read(pair(spelled + down, spelled + up));
        assertThat(TARGET.module(
                        Parts.DENOISER,
                        lora.layers(Parts.DENOISER).keySet().iterator().next()))
                .contains(TO_OUT);
    }

    @ParameterizedTest
    @CsvSource({
        "lora_te_text_model_encoder_layers_3_self_attn_q_proj, .lora_down.weight, .lora_up.weight",
        "lora_te1_text_model_encoder_layers_3_self_attn_q_proj, .lora_down.weight, .lora_up.weight",
        "lora_te_encoder_layers_3_self_attn_q_proj, .lora_down.weight, .lora_up.weight",
        "text_encoder.text_model.encoder.layers.3.self_attn.q_proj, .lora_linear_layer.down.weight, .lora_linear_layer.up.weight",
        "text_encoder.encoder.layers.3.self_attn.q_proj, .lora_linear_layer.down.weight, .lora_linear_layer.up.weight",
        "text_encoder.text_model.encoder.layers.3.self_attn.to_q, _lora.down.weight, _lora.up.weight",
        "base_model.model.text_model.encoder.layers.3.self_attn.q_proj, .lora_A.weight, .lora_B.weight",
        "text_encoder.text_model.encoder.layers.3.self_attn.q_proj, .lora_A.weight, .lora_B.weight"
    })
    void everySpellingOfATextLayerFindsIt(String spelled, String down, String up) {
        Lora lora = LoraFile.read(pair(spelled + down, spelled + up));
        assertThat(lora.layers(Parts.DENOISER)).isEmpty();
        assertThat(TARGET.module(
                        Parts.TEXT, lora.layers(Parts.TEXT).keySet().iterator().next()))
                .contains(Q_PROJ);
    }

    @Test
    void oldTextFilesCallTheLastProjectionToOut() {
        String spelled = "text_encoder.text_model.encoder.layers.3.self_attn.to_out_lora";
        Lora lora = LoraFile.read(pair(spelled + ".down.weight", spelled + ".up.weight"));
        assertThat(TARGET.module(
                        Parts.TEXT, lora.layers(Parts.TEXT).keySet().iterator().next()))
                .contains(OUT_PROJ);
    }

    @Test
    void withoutAlphaItIsTheRankAndAnAlphaOfZeroToo() {
        String name = "lora_unet_" + LoraKey.flatten(TO_Q);
        Path none = file(Map.of(), matrix(name + ".lora_down.weight", 4, 6), matrix(name + ".lora_up.weight", 6, 4));
        assertThat(onlyPart(LoraFile.read(none)).scale()).isEqualTo(1);
        Path zero = file(
                Map.of(),
                matrix(name + ".lora_down.weight", 4, 6),
                matrix(name + ".lora_up.weight", 6, 4),
                Tensor.of(name + ".alpha", DType.F32, new long[0], new float[] {0}));
        assertThat(onlyPart(LoraFile.read(zero)).scale()).isEqualTo(1);
        Path eight = file(
                Map.of(),
                matrix(name + ".lora_down.weight", 4, 6),
                matrix(name + ".lora_up.weight", 6, 4),
                Tensor.of(name + ".alpha", DType.F16, new long[] {1}, new float[] {8}));
        assertThat(onlyPart(LoraFile.read(eight)).scale()).isEqualTo(2);
    }

    @Test
    void peftKeepsAlphaInItsConfigBesideTheFileAndDiffusersInTheMetadata() throws IOException {
        Path file = pair("base_model.model." + TO_Q + ".lora_A.weight", "base_model.model." + TO_Q + ".lora_B.weight");
        Files.writeString(folder.resolve("adapter_config.json"), "{\"r\": 2, \"lora_alpha\": 8, \"use_rslora\": null}");
        assertThat(onlyPart(LoraFile.read(file)).scale()).isEqualTo(4);
        Files.writeString(
                folder.resolve("adapter_config.json"),
                "{\"r\": 2, \"lora_alpha\": 8, \"alpha_pattern\": {\"to_q\": 6}}");
        assertThat(onlyPart(LoraFile.read(file)).scale()).isEqualTo(3);
        Files.writeString(folder.resolve("adapter_config.json"), "{\"r\": 2, \"lora_alpha\": 8, \"use_rslora\": true}");
        assertThat(onlyPart(LoraFile.read(file)).scale()).isCloseTo(8 / Math.sqrt(2), within(1e-12));
        Path own = file(
                Map.of("lora_adapter_metadata", "{\"unet.r\": 2, \"unet.lora_alpha\": 5}"),
                matrix("unet." + TO_Q + ".lora_A.weight", 2, 6),
                matrix("unet." + TO_Q + ".lora_B.weight", 6, 2));
        assertThat(onlyPart(LoraFile.read(own)).scale()).isEqualTo(2.5);
    }

    private static Lora.Part onlyPart(Lora lora) {
        assertThat(lora.layers(Parts.DENOISER)).hasSize(1);
        return lora.layers(Parts.DENOISER).values().iterator().next();
    }

    @ParameterizedTest
    @CsvSource({
        "base_model.model.mid_block.attentions.0.proj_in.lora_E, an AdaLoRA of peft",
        "base_model.model.mid_block.attentions.0.proj_in.vera_lambda_b, an adapter of peft's kind vera",
        "base_model.vblora_vector_bank, an adapter of peft's kind vblora",
        "base_model.model.mid_block.attentions.0.proj_in.glora_A.Xd, an adapter of peft's kind glora",
        "base_model.model.mid_block.attentions.0.proj_in.hra_u, an adapter of peft's kind hra",
        "unet.mid_block.attentions.0.proj_in.c3a_kernel, an adapter of peft's kind c3a",
        "lora_unet_x.lambda_layer, a T-LoRA of LyCORIS",
        "lora_te_text_model_embeddings.lora_embedding_A, a LoRA of a table of embeddings",
        "lora_unet_double_blocks_0_img_attn_qkv.alpha, a LoRA for Flux"
    })
    void otherKindsOfAdapterAreNamed(String tensor, String kind) {
        Path file = file(Map.of(), matrix(tensor, 2, 6));
        assertThatThrownBy(() -> LoraFile.read(file))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("Cannot use " + file + ": it is " + kind);
        // The check of a workflow reads the header alone, and says the same.
        assertThatThrownBy(() -> LoraSpec.of(file))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("Cannot use " + file + ": it is " + kind);
    }

    @Test
    void namesThatNoToolGivesAreListedInOneSentence() {
        String name = "lora_unet_" + LoraKey.flatten(TO_Q);
        Path file = file(
                Map.of(),
                matrix(name + ".lora_down.weight", 2, 6),
                matrix(name + ".lora_up.weight", 6, 2),
                matrix("a", 1),
                matrix("b", 1),
                matrix("c", 1),
                matrix("d", 1));
        assertThatThrownBy(() -> LoraFile.read(file))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("4 of its tensors have names that no known tool gives (a, b, c and 1 more)");
        Path model = file(Map.of(), matrix("conv_in.weight", 2, 6));
        assertThatThrownBy(() -> LoraFile.read(model))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("none of its tensors is part of one (conv_in.weight); choose a LoRA file,");
    }

    @Test
    void halfALayerAndMatricesThatDoNotMeetAreOneSentence() {
        String name = "lora_unet_" + LoraKey.flatten(TO_Q);
        Path half = file(Map.of(), matrix(name + ".lora_down.weight", 2, 6));
        assertThatThrownBy(() -> LoraFile.read(half))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("has only one of its two matrices");
        Path apart = file(Map.of(), matrix(name + ".lora_down.weight", 2, 6), matrix(name + ".lora_up.weight", 6, 3));
        assertThatThrownBy(() -> LoraFile.read(apart))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("has matrices of [2, 6] and [6, 3], which are no LoRA's");
    }

    @Test
    void tensorsThatDoNotBelongTogetherAreOneSentence() {
        String name = "lora_unet_" + LoraKey.flatten(TO_Q);
        Path half = file(Map.of(), matrix(name + ".hada_w1_a", 6, 2), matrix(name + ".hada_w1_b", 2, 6));
        assertThatThrownBy(() -> LoraFile.read(half))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("has no hada_w2_a");
        Path apart = file(
                Map.of(),
                matrix(name + ".lokr_w1", 2, 2),
                matrix(name + ".lokr_w2_a", 3, 2),
                matrix(name + ".lokr_w2_b", 1, 3));
        assertThatThrownBy(() -> LoraFile.read(apart))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("has matrices of [3, 2] and [1, 3], which do not meet");
        Path two = file(Map.of(), matrix(name + ".lora_down.weight", 2, 6), matrix(name + ".diff", 6, 6));
        assertThatThrownBy(() -> LoraFile.read(two))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("has tensors of two kinds, lora and diff");
        Path general = file(Map.of(), matrix(name + ".a1.weight", 6, 2), matrix(name + ".a2.weight", 2, 6));
        assertThatThrownBy(() -> LoraFile.read(general))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("has no b1");
        Path uneven = file(Map.of(), matrix(name + ".oft_blocks", 3, 2, 4));
        assertThatThrownBy(() -> LoraFile.read(uneven))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("has blocks of [3, 2, 4], which are no OFT's");
        Path butterfly = file(Map.of(), matrix(name + ".boft_R", 3, 2, 4, 4), matrix(name + ".boft_s", 6, 1));
        assertThatThrownBy(() -> LoraFile.read(butterfly))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("has blocks of [3, 2, 4, 4], which are no BOFT's");
        Path triangle = file(Map.of(), matrix(name + ".oft_R.weight", 3, 5));
        assertThatThrownBy(() -> LoraFile.read(triangle))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("has blocks of [3, 5], which are no OFT's");
        Path factors = file(
                Map.of(),
                matrix(name + ".weight", 6, 2),
                Tensor.of(name + ".on_input", DType.F32, new long[0], new float[] {0}));
        assertThatThrownBy(() -> LoraFile.read(factors))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("has a weight of [6, 2], which are no factors of an (IA)³");
        Path twice =
                file(Map.of(), matrix(name + ".diff", 6, 6), matrix(name + ".diff_b", 6), matrix(name + ".b_norm", 6));
        assertThatThrownBy(() -> LoraFile.read(twice))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("has more than one change of its bias, diff_b and b_norm");
        Path enlarged = file(
                Map.of(),
                matrix(name + ".lora_down.weight", 2, 6),
                matrix(name + ".lora_up.weight", 6, 2),
                Tensor.of(name + ".reshape_weight", DType.F32, new long[] {2}, new float[] {6, 12}));
        assertThatThrownBy(() -> LoraFile.read(enlarged))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("has a reshape_weight that its other tensors do not fit");
        Path bare = file(Map.of(), matrix(name + ".dora_scale", 6, 1));
        assertThatThrownBy(() -> LoraFile.read(bare))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("has no tensor but " + name + ".dora_scale");
    }

    @ParameterizedTest
    @CsvSource({
        "up_blocks_3_attentions_2_transformer_blocks_0_ff_net_0_proj, up_blocks.3.attentions.2.transformer_blocks.0.ff.net.0.proj",
        "mid_block_attentions_0_transformer_blocks_0_attn2_to_out_0, mid_block.attentions.0.transformer_blocks.0.attn2.to_out.0",
        "down_blocks_0_downsamplers_0_conv, down_blocks.0.downsamplers.0.conv",
        "down_blocks_1_resnets_0_time_emb_proj, down_blocks.1.resnets.0.time_emb_proj",
        "time_embedding_linear_1, time_embedding.linear_1",
        "text_model_encoder_layers_11_self_attn_out_proj, text_model.encoder.layers.11.self_attn.out_proj",
        "encoder_layers_0_mlp_fc1, encoder.layers.0.mlp.fc1",
        "input_blocks_1_1_transformer_blocks_0_attn1_to_q, down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q",
        "input_blocks_3_0_op, down_blocks.0.downsamplers.0.conv",
        "input_blocks_8_0_in_layers_2, down_blocks.2.resnets.1.conv1",
        "middle_block_1_transformer_blocks_9_ff_net_0_proj, mid_block.attentions.0.transformer_blocks.9.ff.net.0.proj",
        "output_blocks_2_2_conv, up_blocks.0.upsamplers.0.conv",
        "output_blocks_2_1_conv, up_blocks.0.upsamplers.0.conv",
        "output_blocks_5_0_skip_connection, up_blocks.1.resnets.2.conv_shortcut",
        "label_emb_0_2, add_embedding.linear_2",
        "time_embed_0, time_embedding.linear_1",
        "out_2, conv_out",
        "input_blocks.4.1.proj_in, down_blocks.1.attentions.0.proj_in",
        "text_projection, text_projection",
        "single_blocks_1_linear2, "
    })
    void diffusersNamesAreFoundBehindUnderscores(String kohya, String path) {
        assertThat(LoraKey.diffusers(kohya)).isEqualTo(java.util.Optional.ofNullable(path));
    }

    /** What a LoRA changes, or its file said, tells which models it is for: names and metadata follow. */
    @ParameterizedTest
    @CsvSource({
        "down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_k, 2048, , sdxl_base_v1-0, lora_unet_input_blocks_4_1_transformer_blocks_0_attn2_to_k",
        "down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_k, 1024, , sd_v2, lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn2_to_k",
        "down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_k, 768, , sd_v1, lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn2_to_k",
        "down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_k, 6, sdxl_base_v1-0, sdxl_base_v1-0, lora_unet_input_blocks_4_1_transformer_blocks_0_attn1_to_k",
        "down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_k, 6, sd_v2_v, sd_v2_v, lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn1_to_k",
        "mid_block.attentions.0.transformer_blocks.9.ff.net.2, 6, , sdxl_base_v1-0, lora_unet_middle_block_1_transformer_blocks_9_ff_net_2",
        "mid_block.attentions.0.transformer_blocks.9.ff.net.2, 6, sd_v1, sd_v1, lora_unet_mid_block_attentions_0_transformer_blocks_9_ff_net_2",
        "up_blocks.0.upsamplers.0.conv, 6, sdxl_base_v1-0, sdxl_base_v1-0, lora_unet_output_blocks_2_2_conv",
        "add_embedding.linear_2, 6, , sdxl_base_v1-0, lora_unet_label_emb_0_2",
        "up_blocks.0.attentions.0.transformer_blocks.0.attn1.to_k, 6, , sd_v1, lora_unet_up_blocks_0_attentions_0_transformer_blocks_0_attn1_to_k"
    })
    void namesAndMetadataAreThoseOfTheModelsThatItIsFor(
            String module, int in, String said, String version, String written) {
        Lora.Part part = Lora.Part.lowRank(random(in), new long[] {1, in}, random(6), new long[] {6, 1}, 1);
        Lora lora = Lora.of(
                "mine",
                Map.of(Parts.DENOISER, Map.of(module, part)),
                said == null ? Map.of() : Map.of("ss_base_model_version", said));
        Path file = folder.resolve("mine.safetensors");
        LoraFile.write(file, lora, DType.F32, Map.of());
        try (SafeTensors tensors = SafeTensors.open(file)) {
            assertThat(tensors.names()).contains(written + ".lora_down.weight");
            assertThat(tensors.metadata())
                    .containsEntry("ss_base_model_version", version)
                    .containsEntry("ss_v2", version.startsWith("sd_v2") ? "True" : "False")
                    .containsEntry(
                            "modelspec.architecture",
                            version.startsWith("sdxl")
                                    ? "stable-diffusion-xl-v1-base/lora"
                                    : version.startsWith("sd_v2")
                                            ? "stable-diffusion-v2-" + (version.endsWith("_v") ? "768-v" : "512")
                                                    + "/lora"
                                            : "stable-diffusion-v1/lora");
        }
    }

    @Test
    void embeddingsBundledWithALoraAreNoneOfItsLayers() {
        String name = "lora_te2_text_projection";
        Path file = file(
                Map.of(),
                matrix(name + ".lora_down.weight", 2, 6),
                matrix(name + ".lora_up.weight", 6, 2),
                matrix("bundle_emb.pot.clip_g", 2, 6));
        assertThat(LoraFile.read(file).layers(Parts.TEXT_2).keySet()).containsExactly("text_projection");
        LoraFile.write(folder.resolve("back.safetensors"), LoraFile.read(file), LoraFormat.PEFT, DType.F32, Map.of());
        try (SafeTensors back = SafeTensors.open(folder.resolve("back.safetensors"))) {
            assertThat(back.names())
                    .containsExactlyInAnyOrder(
                            "text_encoder_2.text_projection.lora_A.weight",
                            "text_encoder_2.text_projection.lora_B.weight");
        }
    }

    @Test
    void aFailedTrainingIsNotApplied() {
        String name = "lora_unet_" + LoraKey.flatten(TO_Q);
        Path file = file(
                Map.of(),
                Tensor.of(name + ".lora_down.weight", DType.F32, new long[] {1, 2}, new float[] {1, Float.NaN}),
                matrix(name + ".lora_up.weight", 6, 1));
        assertThatThrownBy(() -> LoraFile.read(file))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("holds NaN; use another, since its training had failed");
    }

    @Test
    void whatIsWrittenAsF32IsReadBackExactly() throws IOException {
        Lora.Part convolution =
                Lora.Part.lowRank(random(2 * 54), new long[] {2, 6, 3, 3}, random(12), new long[] {6, 2, 1, 1}, 1);
        Lora lora = Lora.of(
                "mine",
                Map.of(
                        Parts.DENOISER, Map.of(TO_Q, linear(4, 8), CONV, convolution),
                        Parts.TEXT, Map.of(Q_PROJ, linear(2, 2))),
                Map.of("ss_steps", "300"));
        Path file = folder.resolve("loras/mine.safetensors");
        LoraFile.write(file, lora, DType.F32, Map.of("ss_base_model_version", "sd_v2"));

        Lora back = LoraFile.read(file);
        assertThat(back.name()).isEqualTo("mine");
        assertThat(back.rank()).isEqualTo(4);
        assertThat(back.layers(Parts.DENOISER).get(LoraKey.flatten(TO_Q))).isEqualTo(linear(4, 8));
        assertThat(back.layers(Parts.DENOISER).get(LoraKey.flatten(CONV))).isEqualTo(convolution);
        assertThat(back.layers(Parts.TEXT).get(LoraKey.flatten(Q_PROJ))).isEqualTo(linear(2, 2));
        assertThat(back.metadata())
                .containsEntry("ss_steps", "300")
                .containsEntry("ss_base_model_version", "sd_v2")
                .containsEntry("ss_network_module", "networks.lora")
                .containsEntry("ss_network_dim", "4")
                .containsEntry("ss_network_alpha", "8.0")
                .containsEntry("ss_output_name", "mine")
                .containsEntry("modelspec.architecture", "stable-diffusion-v1/lora");
        assertThat(back.metadata().get("sshs_model_hash")).isEqualTo(ModelHash.ofTensors(file));
        // SHA-256 of nothing: the file ends before its second mebibyte.
        assertThat(back.metadata().get("sshs_legacy_hash")).isEqualTo("e3b0c442");
    }

    @Test
    void kohyasKeysAreWrittenWithAScalarAlphaOfTheSameType() {
        Path file = folder.resolve("mine.safetensors");
        LoraFile.write(
                file,
                Lora.of("mine", Map.of(Parts.DENOISER, Map.of(TO_Q, linear(4, 8))), Map.of()),
                DType.F16,
                Map.of());
        try (SafeTensors tensors = SafeTensors.open(file)) {
            String name = "lora_unet_down_blocks_0_attentions_1_transformer_blocks_0_attn1_to_q";
            assertThat(tensors.names())
                    .containsExactlyInAnyOrder(name + ".lora_down.weight", name + ".lora_up.weight", name + ".alpha");
            assertThat(tensors.entry(name + ".alpha").shape()).isEmpty();
            assertThat(tensors.entry(name + ".alpha").dtype()).isEqualTo(DType.F16);
        }
    }

    @Test
    void aLoraThatWasReadIsWrittenInTheSameKeysAgainWithTrueAlphas() {
        Path diffusers = file(
                Map.of("lora_adapter_metadata", "{\"text_encoder.lora_alpha\": 6}"),
                matrix("text_encoder.encoder.layers.3.self_attn.q_proj.lora_linear_layer.down.weight", 2, 6),
                matrix("text_encoder.encoder.layers.3.self_attn.q_proj.lora_linear_layer.up.weight", 6, 2));
        Path kohya = folder.resolve("kohya.safetensors");
        LoraFile.write(kohya, LoraFile.read(diffusers), DType.BF16, Map.of());
        try (SafeTensors tensors = SafeTensors.open(kohya)) {
            assertThat(tensors.floats("lora_te_text_model_encoder_layers_3_self_attn_q_proj.alpha"))
                    .containsExactly(6);
            assertThat(tensors.metadata()).doesNotContainKey("lora_adapter_metadata");
        }
    }

    @Test
    void whatIsTooLargeForHalfPrecisionIsNotWritten() throws IOException {
        Lora.Part wide =
                Lora.Part.lowRank(new float[] {1e6f}, new long[] {1, 1}, new float[] {1}, new long[] {1, 1}, 1);
        Lora lora = Lora.of("mine", Map.of(Parts.DENOISER, Map.of(TO_Q, wide)), Map.of());
        assertThatThrownBy(() -> LoraFile.write(folder.resolve("mine.safetensors"), lora, DType.F16, Map.of()))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("is infinite or not a number as F16");
        List<Path> left = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.forEach(left::add);
        }
        assertThat(left).isEmpty();
    }

    /** kohya.pt: torch.save of a dict of two matrices, arange(8)/4 as [2, 4] in fp32 and arange(6)/8 as [3, 2] in fp16, and alpha 1. */
    @Test
    void aPickleIsReadWithoutRunningIt() throws IOException {
        Path file = Files.write(
                folder.resolve("old.pt"),
                LoraFileTest.class.getResourceAsStream("kohya.pt").readAllBytes());
        Lora lora = LoraFile.read(file);
        assertThat(lora.name()).isEqualTo("old");
        assertThat(lora.alpha()).isEqualTo(1);
        assertThat(lora.layers(Parts.DENOISER)
                        .get(LoraKey.flatten("down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k")))
                .isEqualTo(Lora.Part.lowRank(
                        new float[] {0, 0.25f, 0.5f, 0.75f, 1, 1.25f, 1.5f, 1.75f},
                        new long[] {2, 4},
                        new float[] {0, 0.125f, 0.25f, 0.375f, 0.5f, 0.625f},
                        new long[] {3, 2},
                        1));
        assertThat(LoraSpec.of(file)).isEqualTo(new LoraSpec("old", OptionalInt.of(4)));
    }
}
