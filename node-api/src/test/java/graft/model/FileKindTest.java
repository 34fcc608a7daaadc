package graft.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.Golden;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.model.FileKind.Role;
import graft.node.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A file or folder is what is in it, whatever it is called. */
final class FileKindTest {

    @TempDir
    private Path folder;

    /** @param tensors names, each with its shape behind an equals sign where it matters: {@code conv.weight=4x3} */
    private Path written(String name, String... tensors) {
        List<Tensor> all = new ArrayList<>();
        for (String each : tensors) {
            String[] parts = each.split("=", -1);
            long[] shape = parts.length == 1
                    ? new long[] {2, 2}
                    : Arrays.stream(parts[1].split("x", -1))
                            .mapToLong(Long::parseLong)
                            .toArray();
            long size = Arrays.stream(shape).reduce(1, (left, right) -> left * right);
            all.add(Tensor.of(parts[0], DType.F16, shape, new float[(int) size]));
        }
        Path file = folder.resolve(name);
        SafeTensors.write(file, all, Map.of());
        return file;
    }

    /** The keys that the models' own programs, ComfyUI, diffusers and transformers write; one of many is enough. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        a Stable Diffusion 3 model | model.diffusion_model.joint_blocks.0.context_block.attn.qkv.weight
        a Stable Diffusion 3 model | joint_blocks.23.x_block.mlp.fc1.weight
        a Stable Diffusion 3 model | transformer_blocks.0.attn.add_q_proj.weight, pos_embed.pos_embed
        a FLUX.1 model | double_blocks.0.img_attn.qkv.weight, guidance_in.in_layer.weight
        a FLUX.1 model | model.diffusion_model.single_blocks.37.linear1.weight
        a FLUX.1 model | single_transformer_blocks.0.attn.to_q.weight, transformer_blocks.0.attn.add_q_proj.weight
        a FLUX.2 model | double_stream_modulation_img.lin.weight, double_blocks.0.img_attn.qkv.weight
        a FLUX.2 model | single_stream_modulation.linear.weight, single_transformer_blocks.0.attn.to_qkv_mlp_proj.weight
        a Chroma model | distilled_guidance_layer.norms.0.scale, double_blocks.0.img_attn.qkv.weight
        a Z-Image model | layers.0.adaLN_modulation.0.weight, cap_embedder.1.weight
        a Z-Image model | model.diffusion_model.noise_refiner.0.attention.qkv.weight, model.diffusion_model.x_pad_token
        a Z-Image model | all_x_embedder.2-1.weight, layers.0.attention.to_q.weight
        a Lumina 2 model | layers.0.adaLN_modulation.1.weight, cap_embedder.1.weight
        a Wan model | blocks.0.self_attn.q.weight, head.modulation, patch_embedding.weight=2x2x1x1x1
        a Wan model | model.diffusion_model.blocks.39.cross_attn.norm_k.weight
        a Wan model | condition_embedder.time_embedder.linear_1.weight, blocks.0.attn1.to_q.weight
        a Qwen-Image model | transformer_blocks.0.img_mod.1.weight, transformer_blocks.0.attn.add_q_proj.weight
        a HunyuanVideo model | txt_in.individual_token_refiner.blocks.0.norm1.weight, double_blocks.0.img_attn_qkv.weight
        a HunyuanDiT model | model.diffusion_model.mlp_t5.0.weight
        an AuraFlow model | double_layers.0.attn.w1q.weight
        a PixArt or LTX-Video model | adaln_single.emb.timestep_embedder.linear_1.bias, pos_embed.proj.bias
        a Stable Cascade model | model.diffusion_model.clip_txt_mapper.weight
        a HiDream model | caption_projection.0.linear.weight
        a Cosmos model | blocks.0.adaln_modulation_cross_attn.1.weight, blocks.0.cross_attn.q_proj.weight
        an Anima model | llm_adapter.blocks.0.mlp.0.weight, blocks.0.adaln_modulation_cross_attn.1.weight
        a Sana model | transformer_blocks.0.ff.conv_inverted.weight=2x2x1x1
        a Mochi model | t5_yproj.weight
        a ControlNet | controlnet_blocks.0.weight, transformer_blocks.0.attn.add_q_proj.weight
        an IP-Adapter | image_proj.proj.weight, ip_adapter.1.to_k_ip.weight
        a motion module of AnimateDiff | down_blocks.0.motion_modules.0.temporal_transformer.proj_in.weight
        a text model (T5) | encoder.block.0.layer.0.SelfAttention.k.weight, shared.weight
        a text model (Qwen3) | model.layers.0.self_attn.q_norm.weight=2, model.layers.0.mlp.gate_proj.weight
        a text model (Qwen2) | model.layers.0.self_attn.q_proj.bias=2, model.embed_tokens.weight
        a text model (Qwen-VL) | visual.blocks.0.attn.qkv.weight, model.layers.0.self_attn.q_proj.bias=2
        a text model (Gemma) | model.layers.0.pre_feedforward_layernorm.weight=2
        a text model (of the kind of Llama) | model.layers.31.self_attn.q_proj.weight, lm_head.weight
        a text model (BERT) | bert.encoder.layer.0.attention.self.query.weight
        a VAE of FLUX.1 or Stable Diffusion 3 | decoder.conv_in.weight=8x16x3x3, decoder.up.0.block.0.conv1.weight=2x2x1x1
        a VAE of FLUX.2 | decoder.conv_in.weight=8x32x3x3, encoder.down.0.block.0.conv1.weight=2x2x1x1
        a VAE of Wan or Qwen-Image | decoder.middle.0.residual.0.gamma=2x1x1x1, decoder.upsamples.0.residual.0.gamma
        a UNet of Stable Diffusion XL alone, without text encoder | conv_in.weight=8x4x3x3, time_embedding.linear_1.weight, down_blocks.0.resnets.0.conv1.weight, mid_block.attentions.0.transformer_blocks.0.attn2.to_k.weight=2x2048
        a UNet of Stable Diffusion 1.x alone, without text encoder | input_blocks.0.0.weight=8x4x3x3, time_embed.0.weight, middle_block.1.transformer_blocks.0.attn2.to_k.weight=2x768
        """)
    void whatIsNotWorkedWithHasAName(String name, String tensors) {
        FileKind kind = FileKind.of(written("model.safetensors", tensors.split(", ", -1)));
        assertThat(kind.name()).isEqualTo(name);
        assertThat(kind.role()).isEqualTo(Role.OTHER);
        assertThat(kind.noModel(folder).getMessage()).contains("it is " + name + ", which Graft does not draw with");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        VAE | a tiny autoencoder (TAESD) | 1.weight=8x4x3x3, 3.conv.0.weight=8x8x3x3
        VAE | a tiny autoencoder (TAESD) | decoder.layers.2.conv.0.weight=8x8x3x3
        VAE | a tiny autoencoder (TAESD) | taesd_decoder.3.conv.0.weight=8x8x3x3
        CONTROLNET | a T2I-Adapter | body.0.block1.weight, conv_in.weight=8x192x3x3
        CONTROLNET | a T2I-Adapter | adapter.body.0.resnets.0.block1.weight
        CONTROLNET | a control-LoRA | lora_controlnet=0, input_hint_block.0.weight, input_blocks.1.0.in_layers.2.up
        """)
    void whatBelongsToAModelHasItsRole(Role role, String name, String tensors) {
        FileKind kind = FileKind.of(written("model.safetensors", tensors.split(", ", -1)));
        assertThat(kind.name()).isEqualTo(name);
        assertThat(kind.role()).isEqualTo(role);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "body.0.rdb1.conv1.weight, conv_first.weight",
                "params_ema.body.0.rdb1.conv1.weight, params_ema.conv_first.weight",
                "RRDB_trunk.0.RDB1.conv1.weight, trunk_conv.weight",
                "model.1.sub.0.RDB1.conv1.0.weight, model.0.weight",
                "body.0.weight=8x3x3x3, body.1.weight=8, body.2.weight=48x8x3x3"
            })
    void anUpscalerIsLoadedAsOne(String tensors) {
        FileKind kind = FileKind.of(written("model.safetensors", tensors.split(", ", -1)));

        assertThat(kind).isEqualTo(FileKind.of(Role.UPSCALER, "an upscaler of pictures"));
        assertThat(kind.noModel(folder).getMessage()).contains("load it with Load Upscaler");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "control_model.input_hint_block.0.weight",
                "input_hint_block.0.weight, zero_convs.0.0.weight",
                "controlnet_cond_embedding.conv_in.weight, down_blocks.0.resnets.0.conv1.weight"
            })
    void aControlNetIsLoadedAsOne(String tensors) {
        FileKind kind = FileKind.of(written("model.safetensors", tensors.split(", ", -1)));

        assertThat(kind).isEqualTo(FileKind.of(Role.CONTROLNET, "a ControlNet"));
        assertThat(kind.noModel(folder).getMessage()).contains("load it with Load ControlNet");
    }

    private static final String[] UNET = {
        "model.diffusion_model.input_blocks.0.0.weight=8x4x3x3",
        "model.diffusion_model.middle_block.1.norm.weight=2",
        "model.diffusion_model.middle_block.1.transformer_blocks.0.attn2.to_k.weight=2x16"
    };

    private Path checkpoint(int channels, String... more) {
        List<String> names = new ArrayList<>(Arrays.asList(UNET));
        names.set(0, "model.diffusion_model.input_blocks.0.0.weight=8x" + channels + "x3x3");
        names.addAll(List.of(more));
        return written("m.safetensors", names.toArray(String[]::new));
    }

    private static final String CLIP = "cond_stage_model.transformer.text_model.final_layer_norm.weight=2";
    private static final String OPEN_CLIP = "cond_stage_model.model.ln_final.weight=2";
    private static final String XL_1 = "conditioner.embedders.0.transformer.text_model.final_layer_norm.weight=2";
    private static final String XL_2 = "conditioner.embedders.1.model.ln_final.weight=2";

    @Test
    void theFamilyOfACheckpointIsThatOfItsTextEncoders() {
        assertThat(FileKind.of(checkpoint(4, CLIP)))
                .isEqualTo(new FileKind(Role.MODEL, "a Stable Diffusion 1.x model", "sd1"));
        assertThat(FileKind.of(checkpoint(4, OPEN_CLIP)))
                .isEqualTo(new FileKind(Role.MODEL, "a Stable Diffusion 2.x model", "sd2"));
        assertThat(FileKind.of(checkpoint(4, XL_1, XL_2)))
                .isEqualTo(new FileKind(Role.MODEL, "a Stable Diffusion XL model", "sdxl"));
        assertThat(FileKind.of(checkpoint(9, CLIP)).name()).isEqualTo("a Stable Diffusion 1.x inpainting model");
        assertThat(FileKind.of(checkpoint(9, OPEN_CLIP)).family()).isEqualTo("sd2");
        assertThat(FileKind.of(checkpoint(9, XL_1, XL_2)).name()).isEqualTo("a Stable Diffusion XL inpainting model");
    }

    @Test
    void relativesOfStableDiffusionAreNotTakenForIt() {
        assertThat(FileKind.of(checkpoint(4, "conditioner.embedders.0.model.ln_final.weight=2"))
                        .name())
                .isEqualTo("the refiner of Stable Diffusion XL");
        assertThat(FileKind.of(checkpoint(8, CLIP)).name())
                .isEqualTo("an InstructPix2Pix model of Stable Diffusion 1.x");
        assertThat(FileKind.of(checkpoint(5, OPEN_CLIP)).name()).contains("takes 5 channels");
        assertThat(FileKind.of(checkpoint(4, CLIP, "control_model.zero_convs.0.0.weight=2x2x1x1"))
                        .name())
                .contains("ControlNet");
        assertThat(FileKind.of(checkpoint(4, XL_1, XL_2, "edm_mean=4")).name()).contains("Playground");
        assertThat(FileKind.of(checkpoint(4, OPEN_CLIP, "noise_augmentor.data_mean=4"))
                        .name())
                .contains("unCLIP");
        assertThat(FileKind.of(checkpoint(
                                8,
                                "conditioner.embedders.0.open_clip.model.ln_final.weight=2",
                                "model.diffusion_model.input_blocks.1.1.time_stack.0.norm1.weight=2"))
                        .name())
                .isEqualTo("a Stable Video Diffusion model");
        assertThat(FileKind.of(checkpoint(4)).name()).contains("UNet", "alone");
        assertThat(FileKind.of(checkpoint(4, XL_2)).name()).contains("without its first text encoder");
        for (Path each : List.of(checkpoint(4), checkpoint(8, CLIP))) {
            assertThat(FileKind.of(each).isModel()).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        a LoRA | lora_unet_mid_block_attentions_0_proj_in.lora_down.weight
        a LoRA | unet.mid_block.attentions.0.proj_in.lora_A.weight
        a LoRA | lycoris_mid_block_attentions_0_proj_in.hada_w1_a
        a LoRA | lora_unet_x.diff
        a LoRA for Stable Diffusion XL | lora_te2_text_model_encoder_layers_0_mlp_fc1.lora_down.weight
        a LoRA for FLUX.1 or FLUX.2 | lora_unet_double_blocks_0_img_attn_qkv.lora_down.weight
        a LoRA for FLUX.2 | transformer.single_transformer_blocks.0.attn.to_qkv_mlp_proj.lora_A.weight
        a LoRA for Z-Image | lora_unet_layers_0_attention_to_q.lora_down.weight
        a LoRA for Lumina 2 or Z-Image | lora_unet_noise_refiner_0_attention_qkv.lora_down.weight
        a LoRA for Z-Image | diffusion_model.layers.0.adaLN_modulation.0.lora_A.weight
        a LoRA for Wan | diffusion_model.blocks.0.cross_attn.q.lora_A.weight
        a LoRA for Wan | lora_unet_blocks_0_self_attn_k.lora_down.weight
        """)
    void aLoraSaysWhatItIsFor(String name, String tensor) {
        FileKind kind = FileKind.of(written("l.safetensors", tensor));
        assertThat(kind).isEqualTo(FileKind.of(Role.ADAPTER, name));
        assertThat(kind.noModel(folder).getMessage()).contains(name, "Load LoRA");
    }

    @Test
    void whatIsWorkedWithOtherwiseIsKnown() throws IOException {
        assertThat(FileKind.of(written("e.safetensors", "emb_params=2x768")).role())
                .isEqualTo(Role.EMBEDDING);
        assertThat(FileKind.of(written("e2.safetensors", "clip_l=2x768", "clip_g=2x1280"))
                        .role())
                .isEqualTo(Role.EMBEDDING);
        assertThat(FileKind.of(Golden.resource("/golden/training/ti_a1111.pt")).role())
                .isEqualTo(Role.EMBEDDING);
        assertThat(FileKind.of(written("v.safetensors", "decoder.conv_in.weight=8x4x3x3", "decoder.up.0.block.0.x=2"))
                        .role())
                .isEqualTo(Role.VAE);
        assertThat(FileKind.of(Golden.resource("/golden/sd15/vae")).role()).isEqualTo(Role.VAE);
        assertThat(FileKind.of(Golden.resource("/golden/sd15/text_encoder")).role())
                .isEqualTo(Role.TEXT_ENCODER);
        assertThat(FileKind.of(Golden.resource("/golden/sd15/text_encoder/model.safetensors"))
                        .role())
                .isEqualTo(Role.TEXT_ENCODER);
        assertThat(FileKind.of(Golden.resource("/golden/sd15")).family()).isEqualTo("sd1");
        assertThat(FileKind.of(Golden.resource("/golden/sd21")).family()).isEqualTo("sd2");
        assertThat(FileKind.of(Files.writeString(folder.resolve("w.json"), "{\"nodes\": []}"))
                        .role())
                .isEqualTo(Role.WORKFLOW);
        assertThat(FileKind.of(Files.write(folder.resolve("unnamed"), new byte[] {(byte) 137, 'P', 'N', 'G', 13, 10}))
                        .role())
                .isEqualTo(Role.PICTURE);
        assertThat(FileKind.of(folder).role()).isEqualTo(Role.UNKNOWN);
    }

    /** The class in {@code model_index.json}, in the part's config where that says nothing. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        StableDiffusion3Pipeline | a Stable Diffusion 3 model
        StableDiffusion3Img2ImgPipeline | a Stable Diffusion 3 model
        FluxPipeline | a FLUX.1 model
        FluxKontextPipeline | a FLUX.1 model
        Flux2KleinPipeline | a FLUX.2 model
        ZImagePipeline | a Z-Image model
        WanImageToVideoPipeline | a Wan model
        Lumina2Pipeline | a Lumina 2 model
        HunyuanVideoPipeline | a HunyuanVideo model
        QwenImageEditPipeline | a Qwen-Image model
        ChromaPipeline | a Chroma model
        PixArtSigmaPipeline | a PixArt model
        StableCascadeDecoderPipeline | a Stable Cascade model
        StableVideoDiffusionPipeline | a Stable Video Diffusion model
        StableDiffusionUpscalePipeline | an upscaler of Stable Diffusion
        SomethingNewPipeline | a model of the kind SomethingNewPipeline
        """)
    void aFolderOfDiffusersIsWhatItsClassSays(String type, String name) throws IOException {
        Files.writeString(folder.resolve("model_index.json"), "{\"_class_name\": \"" + type + "\"}");
        for (String part : List.of("text_encoder", "text_encoder_2", "transformer")) {
            Files.createDirectories(folder.resolve(part));
            Files.writeString(folder.resolve(part).resolve("config.json"), "{\"model_type\": \"clip_text_model\"}");
        }
        FileKind kind = FileKind.of(folder);
        assertThat(kind).isEqualTo(FileKind.other(name));
        assertThatThrownBy(() -> Family.opened(folder))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("it is " + name)
                .hasMessageNotContaining("Stable Diffusion XL,");
    }

    @ParameterizedTest
    @CsvSource({
        "SD3Transformer2DModel,a Stable Diffusion 3 model",
        "FluxTransformer2DModel,a FLUX.1 model",
        "ZImageTransformer2DModel,a Z-Image model",
        "WanTransformer3DModel,a Wan model"
    })
    void aFolderWhoseIndexSaysNothingIsWhatItsPartSays(String type, String name) throws IOException {
        Files.writeString(folder.resolve("model_index.json"), "{}");
        Files.createDirectories(folder.resolve("transformer"));
        Files.createDirectories(folder.resolve("text_encoder_2"));
        Files.writeString(folder.resolve("transformer/config.json"), "{\"_class_name\": \"" + type + "\"}");
        assertThat(FileKind.of(folder)).isEqualTo(FileKind.other(name));
        Files.delete(folder.resolve("model_index.json"));
        assertThat(FileKind.of(folder.resolve("transformer"))).isEqualTo(FileKind.other(name));
    }

    @ParameterizedTest
    @CsvSource({
        "qwen3,a text model (Qwen3)",
        "llama,a text model (Llama)",
        "t5,a text model (T5)",
        "gemma2,a text model (Gemma 2)",
        "qwen2_5_vl,a text model (Qwen2.5-VL)",
        "something,a model of the kind something of transformers"
    })
    void aFolderOfTransformersIsWhatItsTypeSays(String type, String name) throws IOException {
        Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"" + type + "\"}");
        assertThat(FileKind.of(folder)).isEqualTo(FileKind.other(name));
    }

    @Test
    void theRefinerIsAFolderWithTheSecondTextEncoderAlone() throws IOException {
        Files.writeString(
                folder.resolve("model_index.json"), "{\"_class_name\": \"StableDiffusionXLImg2ImgPipeline\"}");
        Files.createDirectories(folder.resolve("text_encoder_2"));
        Files.writeString(folder.resolve("text_encoder_2/config.json"), "{}");
        assertThat(FileKind.of(folder).name()).isEqualTo("the refiner of Stable Diffusion XL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"flux", "qwen3", "new"})
    void aGgufFileIsNamed(String architecture) throws IOException {
        byte[] name = architecture.getBytes(StandardCharsets.UTF_8);
        java.nio.ByteBuffer bytes = java.nio.ByteBuffer.allocate(200).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        bytes.put("GGUF".getBytes(StandardCharsets.US_ASCII))
                .putInt(3)
                .putLong(0)
                .putLong(1);
        bytes.putLong("general.architecture".length())
                .put("general.architecture".getBytes(StandardCharsets.US_ASCII))
                .putInt(8)
                .putLong(name.length)
                .put(name);
        FileKind kind = FileKind.of(Files.write(folder.resolve("m.gguf"), bytes.array()));
        assertThat(kind.name())
                .isEqualTo(
                        switch (architecture) {
                            case "flux" -> "a FLUX.1 model as a GGUF file";
                            case "qwen3" -> "a text model (Qwen3) as a GGUF file";
                            default -> "a GGUF file";
                        });
    }
}
