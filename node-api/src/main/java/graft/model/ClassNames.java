package graft.model;

import graft.model.FileKind.Role;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a model is by the class that its config names: of diffusers ({@code _class_name}) or of transformers. */
final class ClassNames {

    /** By how diffusers' class begins, the longer beginning first where one begins another. */
    private static final Map<String, String> DIFFUSERS = new LinkedHashMap<>();

    static {
        Map<String, String> names = DIFFUSERS;
        names.put("StableDiffusion3ControlNet", "a ControlNet for Stable Diffusion 3");
        names.put("StableDiffusion3", "a Stable Diffusion 3 model");
        names.put("SD3ControlNet", "a ControlNet for Stable Diffusion 3");
        names.put("SD3", "a Stable Diffusion 3 model");
        names.put("StableDiffusionXLInstructPix2Pix", "an InstructPix2Pix model of Stable Diffusion XL");
        names.put("StableDiffusionInstructPix2Pix", "an InstructPix2Pix model of Stable Diffusion 1.x");
        names.put("StableDiffusionUpscale", "an upscaler of Stable Diffusion");
        names.put("StableDiffusionLatentUpscale", "an upscaler of Stable Diffusion");
        names.put("StableDiffusionDepth2Img", "a Stable Diffusion model that draws by depth");
        names.put("StableDiffusionGLIGEN", "a GLIGEN model");
        names.put("StableDiffusionLDM3D", "an LDM3D model");
        names.put("StableDiffusionImageVariation", "a model of Stable Diffusion that draws variations of pictures");
        names.put("StableUnCLIP", "an unCLIP model of Stable Diffusion");
        names.put("StableVideoDiffusion", "a Stable Video Diffusion model");
        names.put("UNetSpatioTemporal", "a Stable Video Diffusion model");
        names.put("StableCascade", "a Stable Cascade model");
        names.put("Wuerstchen", "a Würstchen model");
        names.put("StableAudio", "a Stable Audio model");
        names.put("Flux2", "a FLUX.2 model");
        names.put("AutoencoderKLFlux2", "a VAE of FLUX.2");
        names.put("FluxControlNet", "a ControlNet for FLUX.1");
        names.put("FluxMultiControlNet", "a ControlNet for FLUX.1");
        names.put("Flux", "a FLUX.1 model");
        names.put("ZImageControlNet", "a ControlNet for Z-Image");
        names.put("ZImage", "a Z-Image model");
        names.put("AutoencoderKLWan", "a VAE of Wan");
        names.put("Wan", "a Wan model");
        names.put("Lumina2", "a Lumina 2 model");
        names.put("Lumina", "a Lumina model");
        names.put("AutoencoderKLHunyuanVideo", "a VAE of HunyuanVideo");
        names.put("HunyuanVideo", "a HunyuanVideo model");
        names.put("HunyuanImage", "a HunyuanImage model");
        names.put("HunyuanDiT", "a HunyuanDiT model");
        names.put("AutoencoderKLQwenImage", "a VAE of Qwen-Image");
        names.put("QwenImageControlNet", "a ControlNet for Qwen-Image");
        names.put("QwenImage", "a Qwen-Image model");
        names.put("Chroma", "a Chroma model");
        names.put("AuraFlow", "an AuraFlow model");
        names.put("PixArt", "a PixArt model");
        names.put("Kandinsky", "a Kandinsky model");
        names.put("Sana", "a Sana model");
        names.put("HiDream", "a HiDream model");
        names.put("CogVideoX", "a CogVideoX model");
        names.put("CogView", "a CogView model");
        names.put("LTX", "an LTX-Video model");
        names.put("Mochi", "a Mochi model");
        names.put("Cosmos", "a Cosmos model");
        names.put("OmniGen", "an OmniGen model");
        names.put("Allegro", "an Allegro model");
        names.put("Latte", "a Latte model");
        names.put("Bria", "a Bria model");
        names.put("Krea", "a Krea model");
        names.put("Kolors", "a Kolors model");
        names.put("Amused", "an aMUSEd model");
        names.put("UVit2D", "an aMUSEd model");
        names.put("AltDiffusion", "an AltDiffusion model");
        names.put("VersatileDiffusion", "a Versatile Diffusion model");
        names.put("IFSuperResolution", "a DeepFloyd IF model");
        names.put("IFPipeline", "a DeepFloyd IF model");
        names.put("IFImg2Img", "a DeepFloyd IF model");
        names.put("MotionAdapter", "a motion module of AnimateDiff");
        names.put("UNetMotionModel", "an AnimateDiff model");
        names.put("AnimateDiff", "an AnimateDiff model");
        names.put("TextToVideo", "a model that draws videos");
        names.put("UNet3D", "a model that draws videos");
        names.put("ControlNet", "a ControlNet");
        names.put("MultiControlNet", "a ControlNet");
        names.put("StableDiffusionXLControlNet", "a ControlNet with its Stable Diffusion XL model");
        names.put("StableDiffusionControlNet", "a ControlNet with its Stable Diffusion model");
        names.put("DDPM", "a model that draws without text");
        names.put("UNet2DModel", "a model that draws without text");
        names.put("LDMTextToImage", "a latent diffusion model from before Stable Diffusion");
        names.put("AsymmetricAutoencoderKL", "an asymmetric VAE");
        names.put("ConsistencyDecoder", "a consistency decoder");
    }

    /** By transformers' {@code model_type}; the longer beginning first. */
    private static final Map<String, FileKind> TRANSFORMERS = new LinkedHashMap<>();

    static {
        Map<String, FileKind> kinds = TRANSFORMERS;
        kinds.put("clip_text_model", FileKind.of(Role.TEXT_ENCODER, "a CLIP text encoder"));
        kinds.put("clip", FileKind.of(Role.VISION, "a CLIP model that compares pictures and texts"));
        kinds.put("siglip", FileKind.other("a SigLIP model that compares pictures and texts"));
        kinds.put("blip-2", FileKind.other("a BLIP-2 captioner"));
        kinds.put("blip_2", FileKind.other("a BLIP-2 captioner"));
        kinds.put("blip", FileKind.of(Role.VISION, "a BLIP captioner"));
        kinds.put("dinov2", FileKind.of(Role.VISION, "a DINOv2 model that compares pictures"));
        kinds.put("dino", FileKind.of(Role.VISION, "a DINO model that compares pictures"));
        kinds.put("vit", FileKind.of(Role.VISION, "a vision transformer (ViT) that looks at pictures"));
        kinds.put("florence", FileKind.other("a Florence captioner"));
        kinds.put("t5", text("T5"));
        kinds.put("umt5", text("UMT5"));
        kinds.put("mt5", text("mT5"));
        kinds.put("qwen3_vl", text("Qwen3-VL"));
        kinds.put("qwen3", text("Qwen3"));
        kinds.put("qwen2_5_vl", text("Qwen2.5-VL"));
        kinds.put("qwen2", text("Qwen2"));
        kinds.put("llama", text("Llama"));
        kinds.put("mistral", text("Mistral"));
        kinds.put("gemma3", text("Gemma 3"));
        kinds.put("gemma2", text("Gemma 2"));
        kinds.put("gemma", text("Gemma"));
        kinds.put("phi", text("Phi"));
        kinds.put("gpt2", text("GPT-2"));
        kinds.put("bert", text("BERT"));
        kinds.put("roberta", text("RoBERTa"));
        kinds.put("deepseek", text("DeepSeek"));
        kinds.put("chatglm", text("ChatGLM"));
    }

    /** Architectures of transformers whose config leaves the {@code model_type} out, by a part of their name. */
    private static final Map<String, String> ARCHITECTURES = Map.ofEntries(
            Map.entry("CLIPText", "clip_text_model"),
            Map.entry("CLIPModel", "clip"),
            Map.entry("T5", "t5"),
            Map.entry("Qwen3", "qwen3"),
            Map.entry("Qwen2", "qwen2"),
            Map.entry("Llama", "llama"),
            Map.entry("Mistral", "mistral"),
            Map.entry("Gemma", "gemma"),
            Map.entry("GPT2", "gpt2"),
            Map.entry("Bert", "bert"));

    private static final String AUTOENCODER = "AutoencoderKL";

    /** Channels of the latents of Stable Diffusion 1.x, 2.x and XL. */
    private static final int LATENTS = 4;

    private ClassNames() {}

    static FileKind text(String name) {
        return FileKind.other("a text model (" + name + ")");
    }

    /** What a config is of; empty when it names no class. */
    static Optional<FileKind> kind(Config config) {
        if (config.has("_class_name")) {
            int channels = config.number("latent_channels", LATENTS);
            if (channels != LATENTS && config.text("_class_name", "").equals(AUTOENCODER)) {
                return Optional.of(FileKind.other("a VAE of " + channels + " channels"));
            }
            String name = config.raw("_class_name").isJsonPrimitive() ? config.text("_class_name", "") : "";
            return Optional.of(
                    ofDiffusers(name).orElse(FileKind.other("a model of the kind " + name.replaceAll("[^\\w.]", "?"))));
        }
        if (config.has("model_type")) {
            return Optional.of(ofTransformers(config.text("model_type", "")));
        }
        if (config.has("architectures")) {
            List<String> names = config.texts("architectures");
            return names.stream()
                    .map(name -> ARCHITECTURES.entrySet().stream()
                            .filter(known -> name.contains(known.getKey()))
                            .findFirst()
                            .map(known -> ofTransformers(known.getValue()))
                            .orElse(FileKind.other("a model of the kind " + name.replaceAll("\\W", "?"))))
                    .findFirst();
        }
        return Optional.empty();
    }

    /** Of a class of diffusers that is known by name; those that Graft draws with are told apart by their parts. */
    static Optional<FileKind> ofDiffusers(String name) {
        String bare = name.startsWith("Flax") || name.startsWith("Onnx") ? name.substring(4) : name;
        if (name.equals("ControlNetModel")) {
            return Optional.of(FileKind.of(Role.CONTROLNET, "a ControlNet"));
        }
        if (name.equals("T2IAdapter")) {
            return Optional.of(FileKind.T2I_ADAPTER);
        }
        for (Map.Entry<String, String> known : DIFFUSERS.entrySet()) {
            if (bare.startsWith(known.getKey())) {
                return Optional.of(FileKind.other(known.getValue()));
            }
        }
        return switch (bare) {
            case "UNet2DConditionModel" -> Optional.of(FileKind.other("a UNet alone"));
            case "AutoencoderTiny" -> Optional.of(FileKind.TINY_VAE);
            case AUTOENCODER -> Optional.of(FileKind.of(Role.VAE, "a VAE"));
            default -> Optional.empty();
        };
    }

    private static FileKind ofTransformers(String type) {
        String plain = type.replace('-', '_');
        for (Map.Entry<String, FileKind> known : TRANSFORMERS.entrySet()) {
            if (plain.startsWith(known.getKey().replace('-', '_'))) {
                return known.getValue();
            }
        }
        return FileKind.other("a model of the kind " + type.replaceAll("[^\\w.-]", "?") + " of transformers");
    }
}
