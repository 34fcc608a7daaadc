package graft.app;

import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tiny files and folders of models that Graft does not draw with, with the names that their makers give. */
public final class ForeignModels {

    private static final Map<String, List<String>> FILES = Map.of(
            "a Stable Diffusion 3 model",
            List.of(
                    "model.diffusion_model.joint_blocks.0.context_block.attn.qkv.weight",
                    "model.diffusion_model.joint_blocks.0.x_block.attn.qkv.weight",
                    "first_stage_model.decoder.conv_in.weight",
                    "text_encoders.clip_l.transformer.text_model.final_layer_norm.weight"),
            "a FLUX.1 model",
            List.of("model.diffusion_model.double_blocks.0.img_attn.qkv.weight", "model.diffusion_model.img_in.weight"),
            "a Z-Image model",
            List.of("layers.0.adaLN_modulation.0.weight", "cap_embedder.1.weight", "x_pad_token"),
            "a Wan model",
            List.of("blocks.0.self_attn.q.weight", "blocks.0.cross_attn.q.weight", "head.modulation"),
            "a text model (Qwen3)",
            List.of("model.embed_tokens.weight", "model.layers.0.self_attn.q_norm.weight"));

    private static final Map<String, String> FOLDERS = Map.of(
            "a Stable Diffusion 3 model", "StableDiffusion3Pipeline",
            "a FLUX.1 model", "FluxPipeline",
            "a Z-Image model", "ZImagePipeline",
            "a Wan model", "WanPipeline");

    private ForeignModels() {}

    /** A single file of each, by what it is called. */
    public static Map<String, Path> files(Path folder) {
        Map<String, Path> written = new LinkedHashMap<>();
        FILES.forEach((name, tensors) -> {
            List<Tensor> all = new ArrayList<>();
            tensors.forEach(each -> all.add(Tensor.of(each, DType.F16, new long[] {2, 2}, new float[4])));
            Path file = folder.resolve(name.replaceAll("\\W+", "-") + ".safetensors");
            SafeTensors.write(file, all, Map.of());
            written.put(name, file);
        });
        return written;
    }

    /** A folder of each as diffusers or transformers has it, by what it is called. */
    public static Map<String, Path> folders(Path folder) {
        Map<String, Path> written = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, String> each : FOLDERS.entrySet()) {
                Path model = Files.createDirectories(folder.resolve(each.getValue()));
                Files.writeString(model.resolve("model_index.json"), "{\"_class_name\": \"" + each.getValue() + "\"}");
                for (String part : List.of("text_encoder", "text_encoder_2")) {
                    Path config = Files.createDirectories(model.resolve(part)).resolve("config.json");
                    Files.writeString(config, "{\"model_type\": \"clip_text_model\"}");
                }
                written.put(each.getKey(), model);
            }
            Path text = Files.createDirectories(folder.resolve("text"));
            Files.writeString(text.resolve("config.json"), "{\"model_type\": \"qwen3\"}");
            written.put("a text model (Qwen3)", text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return written;
    }
}
