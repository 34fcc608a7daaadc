package graft.app.comfy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The classes of ComfyUI's that Graft has a node for; a signature there is as ComfyUI 0.3 has it, with what later ones added. */
final class Counterparts {

    private static final String CONDITIONING = "CONDITIONING";
    private static final String IMAGE = "IMAGE";
    private static final String LATENT = "LATENT";
    private static final String MASK = "MASK";
    private static final String MODEL = "MODEL";
    private static final String CLIP = "CLIP";
    private static final String VAE = "VAE";

    private static final Map<String, Counterpart> ALL = new LinkedHashMap<>();

    static {
        Stream.of(models(), prompts(), conditionings(), controls(), samplers(), latents(), pictures())
                .flatMap(List::stream)
                .forEach(each -> ALL.put(each.name(), each));
    }

    private Counterparts() {}

    /** What a class becomes; empty when there is nothing like it here. */
    static Optional<Counterpart> of(String name) {
        return Optional.ofNullable(ALL.get(name));
    }

    /** The classes that become a type, the one to take first. */
    static List<Counterpart> becoming(String type) {
        return ALL.values().stream().filter(each -> each.type().equals(type)).toList();
    }

    /** All of them. */
    static List<Counterpart> all() {
        return List.copyOf(ALL.values());
    }

    private static List<Counterpart> models() {
        return List.of(
                // The VAE is another node there, which becomes a value of this one.
                Counterpart.of(Counterpart.CHECKPOINT, "graft/model/load")
                        .value("ckpt_name", "file")
                        .value("vae_name", "vae")
                        .out(MODEL, "model")
                        .out(CLIP, "model")
                        .out(VAE, "model"),
                Counterpart.of(Counterpart.LORA, "graft/adapters/add-lora")
                        .in("model", MODEL, "model")
                        .in("clip", CLIP, "model")
                        .value("lora_name", "")
                        .value("strength_model", "unetStrength")
                        .value("strength_clip", "textStrength")
                        .out(MODEL, "stacked")
                        .out(CLIP, "stacked"),
                Counterpart.of(Counterpart.LORA_OF_MODEL, "graft/adapters/add-lora")
                        .in("model", MODEL, "model")
                        .value("lora_name", "")
                        .value("strength_model", "unetStrength")
                        .out(MODEL, "stacked"),
                Counterpart.of("CLIPSetLastLayer", "graft/model/clip-skip")
                        .in("clip", CLIP, "model")
                        .value("stop_at_clip_layer", "skip", ChoiceNames.FROM_LAST)
                        .out(CLIP, "skipping"),
                Counterpart.of("PerturbedAttentionGuidance", "graft/model/perturbed-attention")
                        .in("model", MODEL, "model")
                        .value("scale", "scale")
                        .out(MODEL, "perturbed"),
                Counterpart.of("SelfAttentionGuidance", "graft/model/self-attention-guidance")
                        .in("model", MODEL, "model")
                        .value("scale", "scale")
                        .value("blur_sigma", "blur")
                        .out(MODEL, "sharpened"),
                Counterpart.of("RescaleCFG", "graft/model/rescale-guidance")
                        .in("model", MODEL, "model")
                        .value("multiplier", "share")
                        .out(MODEL, "rescaled"),
                Counterpart.of(Counterpart.PERP_NEG, "graft/model/perpendicular-negative")
                        .in("model", MODEL, "model")
                        .in("empty_conditioning", CONDITIONING, "empty")
                        .value("neg_scale", "scale")
                        .out(MODEL, "guided"),
                Counterpart.of("HyperTile", "graft/model/hypertile")
                        .in("model", MODEL, "model")
                        .value("tile_size", "tileSize")
                        .value("swap_size", "swapSize")
                        .value("max_depth", "maxDepth")
                        .value("scale_depth", "scaleDepth")
                        .out(MODEL, "tiled"),
                freeU("FreeU_V2", "v2"),
                freeU("FreeU", "v1"),
                Counterpart.of("DifferentialDiffusion", "graft/model/differential")
                        .in("model", MODEL, "model")
                        .value("strength", "strength")
                        .out(MODEL, "differential"));
    }

    private static Counterpart freeU(String name, String version) {
        return Counterpart.of(name, "graft/model/freeu")
                .in("model", MODEL, "model")
                .value("b1", "b1")
                .value("b2", "b2")
                .value("s1", "s1")
                .value("s2", "s2")
                .always("version", version)
                .out(MODEL, "freed");
    }

    private static List<Counterpart> prompts() {
        return List.of(
                Counterpart.of("CLIPTextEncode", "graft/prompt/encode")
                        .in("clip", CLIP, "model")
                        .value("text", "prompt")
                        .out(CONDITIONING, "conditioning"),
                Counterpart.of("CLIPTextEncodeSDXL", "graft/prompt/encode-two")
                        .in("clip", CLIP, "model")
                        .value("width", "width")
                        .value("height", "height")
                        .value("crop_w", "cropLeft")
                        .value("crop_h", "cropTop")
                        .value("target_width", "targetWidth")
                        .value("target_height", "targetHeight")
                        .value("text_g", "prompt2")
                        .value("text_l", "prompt")
                        .out(CONDITIONING, "conditioning"));
    }

    private static List<Counterpart> conditionings() {
        return List.of(
                joining("ConditioningCombine", "combine", "conditioning_1", "conditioning_2"),
                joining("ConditioningConcat", "concatenate", "conditioning_to", "conditioning_from"),
                joining("ConditioningAverage", "average", "conditioning_to", "conditioning_from")
                        .value("conditioning_to_strength", "share"),
                area("ConditioningSetArea", "area"),
                area("ConditioningSetAreaPercentage", "area-share"),
                conditioning("ConditioningSetMask", "mask", "placed")
                        .in("mask", MASK, "mask")
                        .value("strength", "strength")
                        .value("set_cond_area", "bounds", ChoiceNames.BOUNDS),
                conditioning("ConditioningSetTimestepRange", "range", "timed")
                        .value("start", "start")
                        .value("end", "end"),
                conditioning("ConditioningZeroOut", "zero", "zero"));
    }

    private static Counterpart conditioning(String name, String id, String output) {
        return Counterpart.of(name, "graft/conditioning/" + id)
                .in("conditioning", CONDITIONING, "conditioning")
                .out(CONDITIONING, output);
    }

    private static Counterpart joining(String name, String id, String first, String second) {
        return Counterpart.of(name, "graft/conditioning/" + id)
                .in(first, CONDITIONING, "first")
                .in(second, CONDITIONING, "second")
                .out(CONDITIONING, "conditioning");
    }

    private static Counterpart area(String name, String id) {
        return conditioning(name, id, "placed")
                .value("width", "width")
                .value("height", "height")
                .value("x", "x")
                .value("y", "y")
                .value("strength", "strength");
    }

    private static List<Counterpart> controls() {
        return List.of(
                Counterpart.of("ControlNetLoader", "graft/control/load")
                        .value("control_net_name", "file")
                        .out("CONTROL_NET", "control"),
                // Its VAE is for models that Graft has no ControlNets of.
                Counterpart.of("ControlNetApplyAdvanced", "graft/control/apply")
                        .in("positive", CONDITIONING, "positive")
                        .in("negative", CONDITIONING, "negative")
                        .in("control_net", "CONTROL_NET", "control")
                        .in("image", IMAGE, "images")
                        .mayIn("vae", VAE, "")
                        .value("strength", "strength")
                        .value("start_percent", "start")
                        .value("end_percent", "end")
                        .out("positive", CONDITIONING, "steered")
                        .out("negative", CONDITIONING, "steeredNegative"),
                Counterpart.of("ControlNetApply", "graft/control/apply")
                        .in("conditioning", CONDITIONING, "positive")
                        .in("control_net", "CONTROL_NET", "control")
                        .in("image", IMAGE, "images")
                        .value("strength", "strength")
                        .out(CONDITIONING, "steered"),
                Counterpart.of("Canny", "graft/image/canny")
                        .in("image", IMAGE, "images")
                        .value("low_threshold", "low")
                        .value("high_threshold", "high")
                        .out(IMAGE, "edges"),
                Counterpart.of("InpaintModelConditioning", "graft/conditioning/inpaint")
                        .in("positive", CONDITIONING, "positive")
                        .in("negative", CONDITIONING, "negative")
                        .in("vae", VAE, "model")
                        .in("pixels", IMAGE, "images")
                        .in("mask", MASK, "mask")
                        .value("noise_mask", "noiseMask")
                        .out("positive", CONDITIONING, "inpaintPositive")
                        .out("negative", CONDITIONING, "inpaintNegative")
                        .out("latent", LATENT, "latents"));
    }

    private static List<Counterpart> samplers() {
        return List.of(
                sampler(Counterpart.SAMPLER, "graft/latents/sample")
                        .value("seed", "seed")
                        .window(Counterpart.CONTROL, "fixed")
                        .value("steps", "steps")
                        .value("cfg", "guidance")
                        .value("sampler_name", "sampler", ChoiceNames.SAMPLER)
                        .value("scheduler", "spacing", ChoiceNames.SCHEDULER)
                        .value("denoise", "denoise"),
                sampler(Counterpart.ADVANCED_SAMPLER, "graft/latents/sample-advanced")
                        .value("add_noise", "addNoise", ChoiceNames.ENABLED)
                        .value("noise_seed", "seed")
                        .window(Counterpart.CONTROL, "fixed")
                        .value("steps", "steps")
                        .value("cfg", "guidance")
                        .value("sampler_name", "sampler", ChoiceNames.SAMPLER)
                        .value("scheduler", "spacing", ChoiceNames.SCHEDULER)
                        .value("start_at_step", "startStep")
                        .value("end_at_step", "endStep")
                        .value("return_with_leftover_noise", "leftoverNoise", ChoiceNames.ENABLED));
    }

    private static Counterpart sampler(String name, String type) {
        return Counterpart.of(name, type)
                .in("model", MODEL, "model")
                .in("positive", CONDITIONING, "positive")
                .in("negative", CONDITIONING, "negative")
                .in("latent_image", LATENT, "latents")
                .out(LATENT, "samples");
    }

    private static List<Counterpart> latents() {
        return List.of(
                Counterpart.of("EmptyLatentImage", "graft/latents/empty")
                        .value("width", "width", ChoiceNames.SIZE)
                        .value("height", "height", ChoiceNames.SIZE)
                        .value("batch_size", "batch")
                        .out(LATENT, "latents"),
                decode("VAEDecode"),
                tiled(decode("VAEDecodeTiled")),
                encode("VAEEncode"),
                tiled(encode("VAEEncodeTiled")),
                Counterpart.of("VAEEncodeForInpaint", "graft/latents/inpaint-encode")
                        .in("pixels", IMAGE, "images")
                        .in("vae", VAE, "model")
                        .in("mask", MASK, "mask")
                        .value("grow_mask_by", "grow")
                        .out(LATENT, "latents"),
                Counterpart.of("SetLatentNoiseMask", "graft/latents/noise-mask")
                        .in("samples", LATENT, "latents")
                        .in("mask", MASK, "mask")
                        .out(LATENT, "masked"),
                Counterpart.of("LatentUpscale", "graft/latents/upscale")
                        .in("samples", LATENT, "latents")
                        .value("upscale_method", "method", ChoiceNames.METHOD)
                        .value("width", "width")
                        .value("height", "height")
                        .value("crop", "crop", ChoiceNames.CROP)
                        .out(LATENT, "upscaled"),
                Counterpart.of("LatentUpscaleBy", "graft/latents/upscale-by")
                        .in("samples", LATENT, "latents")
                        .value("upscale_method", "method", ChoiceNames.METHOD)
                        .value("scale_by", "factor")
                        .out(LATENT, "upscaled"));
    }

    private static Counterpart decode(String name) {
        return Counterpart.of(name, "graft/latents/decode")
                .in("samples", LATENT, "latents")
                .in("vae", VAE, "model")
                .out(IMAGE, "images");
    }

    private static Counterpart encode(String name) {
        return Counterpart.of(name, "graft/images/encode")
                .in("pixels", IMAGE, "images")
                .in("vae", VAE, "model")
                .out(LATENT, "latents");
    }

    /** The last two values are for videos. */
    private static Counterpart tiled(Counterpart whole) {
        return whole.value("tile_size", "tileSize")
                .unused("overlap", 64)
                .unused("temporal_size", 64)
                .unused("temporal_overlap", 8)
                .always("tiles", "always");
    }

    private static List<Counterpart> pictures() {
        return List.of(
                Counterpart.of("LoadImage", "graft/images/load")
                        .value("image", "file")
                        .window("upload", "image")
                        .out(IMAGE, "image")
                        .out(MASK, "mask"),
                Counterpart.of("LoadImageMask", "graft/mask/load")
                        .value("image", "file")
                        .value("channel", "channel")
                        .window("upload", "image")
                        .out(MASK, "mask"),
                Counterpart.of("SaveImage", "graft/images/save")
                        .in("images", IMAGE, "images")
                        .value("filename_prefix", "name", "ComfyUI")
                        .handsOn("images"),
                Counterpart.of("PreviewImage", "graft/images/preview")
                        .in("images", IMAGE, "images")
                        .handsOn("images"),
                Counterpart.of("ImageScale", "graft/image/scale")
                        .in("image", IMAGE, "images")
                        .value("upscale_method", "method", ChoiceNames.METHOD)
                        .value("width", "width")
                        .value("height", "height")
                        .value("crop", "crop", ChoiceNames.CROP)
                        .out(IMAGE, "scaled"),
                Counterpart.of("ImageScaleBy", "graft/image/scale-by")
                        .in("image", IMAGE, "images")
                        .value("upscale_method", "method", ChoiceNames.METHOD)
                        .value("scale_by", "factor")
                        .out(IMAGE, "scaled"),
                Counterpart.of("ImageScaleToTotalPixels", "graft/image/scale-to-pixels")
                        .in("image", IMAGE, "images")
                        .value("upscale_method", "method", ChoiceNames.METHOD)
                        .value("megapixels", "megapixels")
                        .unused("resolution_steps", 1)
                        .out(IMAGE, "scaled"),
                Counterpart.of("ImagePadForOutpaint", "graft/image/pad")
                        .in("image", IMAGE, "images")
                        .value("left", "left")
                        .value("top", "top")
                        .value("right", "right")
                        .value("bottom", "bottom")
                        .value("feathering", "feather")
                        .out(IMAGE, "padded")
                        .out(MASK, "mask"),
                Counterpart.of("UpscaleModelLoader", "graft/upscaler/load")
                        .value("model_name", "file")
                        .out("UPSCALE_MODEL", "upscaler"),
                Counterpart.of("ImageUpscaleWithModel", "graft/image/upscale")
                        .in("upscale_model", "UPSCALE_MODEL", "upscaler")
                        .in("image", IMAGE, "images")
                        .out(IMAGE, "upscaled"));
    }
}
