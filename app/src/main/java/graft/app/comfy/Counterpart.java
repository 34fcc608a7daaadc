package graft.app.comfy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a class of ComfyUI's becomes.
 *
 * @param type the node type here
 * @param widgets the names of the values that the drawn format lists without names; empty for one that means nothing
 * @param settings the setting here of each value there
 * @param inputs the input here of each input there
 * @param outputs the output here of each output there, in order; empty for one that there is not here
 * @param passes the input there that each output hands on as it came, for nodes that have no outputs here
 */
record Counterpart(
        String type,
        List<String> widgets,
        Map<String, String> settings,
        Map<String, String> inputs,
        List<String> outputs,
        List<String> passes) {

    /** What a seed becomes after a run. */
    static final String CONTROL = "control_after_generate";

    static final String LORA = "LoraLoader";
    static final String LORA_OF_MODEL = "LoraLoaderModelOnly";
    static final String SAMPLER = "KSampler";
    static final String PROMPT = "CLIPTextEncode";
    static final String PREVIEW = "PreviewImage";

    private static final Map<String, Counterpart> ALL = new LinkedHashMap<>();

    static {
        add(
                "CheckpointLoaderSimple",
                "graft/model/load",
                List.of("ckpt_name"),
                Map.of("ckpt_name", "file"),
                Map.of(),
                List.of("model", "model", "model"),
                List.of());
        add(
                PROMPT,
                "graft/prompt/encode",
                List.of("text"),
                Map.of("text", "prompt"),
                Map.of("clip", "model"),
                List.of("conditioning"),
                List.of());
        add(
                "EmptyLatentImage",
                "graft/latents/empty",
                List.of("width", "height", "batch_size"),
                Map.of("width", "width", "height", "height", "batch_size", "batch"),
                Map.of(),
                List.of("latents"),
                List.of());
        add(
                SAMPLER,
                "graft/latents/sample",
                List.of("seed", CONTROL, "steps", "cfg", "sampler_name", "scheduler", "denoise"),
                Map.of(
                        "seed", "seed",
                        "steps", "steps",
                        "cfg", "guidance",
                        "sampler_name", "sampler",
                        "scheduler", "spacing",
                        "denoise", "denoise"),
                Map.of("model", "model", "positive", "positive", "negative", "negative", "latent_image", "latents"),
                List.of("samples"),
                List.of());
        add(
                "VAEDecode",
                "graft/latents/decode",
                List.of(),
                Map.of(),
                Map.of("samples", "latents", "vae", "model"),
                List.of("images"),
                List.of());
        add(
                "VAEEncode",
                "graft/images/encode",
                List.of(),
                Map.of(),
                Map.of("pixels", "images", "vae", "model"),
                List.of("latents"),
                List.of());
        // The second value is the name of the button that uploads.
        add(
                "LoadImage",
                "graft/images/load",
                List.of("image", "upload"),
                Map.of("image", "file"),
                Map.of(),
                List.of("image", ""),
                List.of());
        add(
                "SaveImage",
                "graft/images/save",
                List.of("filename_prefix"),
                Map.of("filename_prefix", "name"),
                Map.of("images", "images"),
                List.of(""),
                List.of("images"));
        add(
                PREVIEW,
                "graft/images/save",
                List.of(),
                Map.of(),
                Map.of("images", "images"),
                List.of(""),
                List.of("images"));
        add(
                LORA,
                "graft/adapters/add-lora",
                List.of("lora_name", "strength_model", "strength_clip"),
                Map.of("strength_model", "unetStrength", "strength_clip", "textStrength"),
                Map.of("model", "model", "clip", "model"),
                List.of("stacked", "stacked"),
                List.of());
        add(
                LORA_OF_MODEL,
                "graft/adapters/add-lora",
                List.of("lora_name", "strength_model"),
                Map.of("strength_model", "unetStrength"),
                Map.of("model", "model"),
                List.of("stacked"),
                List.of());
    }

    private static void add(
            String name,
            String type,
            List<String> widgets,
            Map<String, String> settings,
            Map<String, String> inputs,
            List<String> outputs,
            List<String> passes) {
        ALL.put(name, new Counterpart(type, widgets, settings, inputs, outputs, passes));
    }

    /** What a class becomes; empty when there is nothing like it here. */
    static Optional<Counterpart> of(String type) {
        return Optional.ofNullable(ALL.get(type));
    }

    /** The input or setting here of an input there. */
    Optional<String> socket(String input) {
        return Optional.ofNullable(inputs.get(input)).or(() -> Optional.ofNullable(settings.get(input)));
    }

    /** The output here of an output there. */
    Optional<String> output(int slot) {
        return slot < outputs.size() && !outputs.get(slot).isEmpty()
                ? Optional.of(outputs.get(slot))
                : Optional.empty();
    }

    /** The input there whose value an output there hands on. */
    Optional<String> passed(int slot) {
        return slot < passes.size() ? Optional.of(passes.get(slot)) : Optional.empty();
    }
}
