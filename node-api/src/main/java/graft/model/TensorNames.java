package graft.model;

import graft.file.OriginalLayout;
import graft.model.FileKind.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a file of tensors is, by their names and shapes.
 *
 * <p>Names are looked at with dots for underscores, so that an adapter's, which have underscores in kohya's spelling, tell as a
 * model's do what they are of. Sources: the names that the models' own code, diffusers and transformers give.
 */
final class TensorNames {

    /** A kind, by what one of the names has in it. */
    private record Rule(Pattern pattern, FileKind kind) {

        static Rule of(String regex, FileKind kind) {
            return new Rule(Pattern.compile(regex), kind);
        }

        static Rule of(String regex, String name) {
            return of(regex, FileKind.other(name));
        }

        boolean knows(List<String> names) {
            return names.stream().anyMatch(name -> pattern.matcher(name).find());
        }
    }

    /** Names that only a change of another model has. */
    private static final Pattern ADAPTER = Pattern.compile("(^|\\.)(lora|lycoris|oft\\.unet)\\."
            + "|^base\\.model\\.model\\."
            + "|\\.(hada\\.[wt]\\d|lokr\\.[wt]\\d|dora\\.scale|oft\\.(blocks|diag|r|s)|boft\\.|ia3\\.l|on\\.input|glora)"
            + "|\\.lora(\\.|$)|\\.(diff|diff\\.b|set\\.weight|[wb]\\.norm)$|^(unet|text\\.encoder):\\d+:(up|down)");

    /** What is laid over a model and is none, and is no adapter that is stacked. */
    private static final List<Rule> ADDITIONS = List.of(
            Rule.of("(^|\\.)(control\\.model|controlnet(\\.\\w+)?|control\\.net)\\.", "a ControlNet"),
            Rule.of("^lora\\.controlnet", "a ControlNet"),
            Rule.of(
                    "(^|\\.)(input\\.hint\\.block|zero\\.convs|controlnet\\.(cond|blocks|down|mid|mode|x)|control\\.add\\.embedding)",
                    "a ControlNet"),
            Rule.of("(^|\\.)control\\.(layers|noise\\.refiner|all\\.x)\\.", "a ControlNet"),
            Rule.of("^(ip\\.adapter|image\\.proj)\\.|\\.to\\.[kv]\\.ip\\.|\\.ip\\.adapter\\.", "an IP-Adapter"),
            Rule.of("^id\\.encoder\\.", "a PhotoMaker adapter"),
            Rule.of("(^|\\.)motion\\.modules\\.", "a motion module of AnimateDiff"),
            Rule.of(
                    "^(adapter\\.)?body\\.\\d+\\.(block\\d|in\\.conv|resnets\\.\\d+\\.block\\d)|^adapter\\.conv\\.in\\.",
                    FileKind.T2I_ADAPTER),
            Rule.of("(^|\\.)position\\.net\\.", "a GLIGEN model"),
            Rule.of("^(linear\\.\\d+\\.\\d+|\\d+\\.\\d+\\.linear)\\.", "a hypernetwork"));

    /** Families of models that draw, and that Graft does not know; the most telling first. */
    private static final List<Rule> FAMILIES = List.of(
            Rule.of("distilled\\.guidance\\.layer\\.", "a Chroma model"),
            Rule.of(
                    "(double|single)\\.stream\\.modulation(\\.(img|txt))?\\.|time\\.guidance\\.embed\\.|to\\.qkv\\.mlp\\.proj",
                    "a FLUX.2 model"),
            Rule.of(
                    "individual\\.token\\.refiner|context\\.embedder\\.token\\.refiner|blocks\\.\\d+\\.(img|txt)\\.mlp\\.fc\\d"
                            + "|double\\.blocks\\.\\d+\\.(img|txt)\\.attn\\.[qk]\\.norm",
                    "a HunyuanVideo model"),
            Rule.of("(^|\\.)byt5\\.in\\.", "a HunyuanImage model"),
            Rule.of(
                    "(^|\\.)(double\\.layers|single\\.layers)\\.\\d+\\.|joint\\.transformer\\.blocks\\.\\d+|(^|\\.)register\\.tokens$",
                    "an AuraFlow model"),
            Rule.of(
                    "(^|\\.)(double\\.stream\\.blocks|single\\.stream\\.blocks)\\.\\d+\\.block|caption\\.projection\\.\\d+\\.linear",
                    "a HiDream model"),
            Rule.of("(^|\\.)(visual|text)\\.transformer\\.blocks\\.\\d+", "a Kandinsky model"),
            Rule.of(
                    "(^|\\.)double\\.blocks\\.\\d+\\.|(^|\\.)single\\.blocks\\.\\d+\\.|single\\.transformer\\.blocks\\.\\d+",
                    "a FLUX.1 model"),
            Rule.of("joint\\.blocks\\.\\d+|\\.context\\.block\\.", "a Stable Diffusion 3 model"),
            Rule.of(
                    "transformer\\.blocks\\.\\d+\\.(img|txt)\\.(mod|mlp)\\.|(^|\\.)txt\\.norm\\.",
                    "a Qwen-Image model"),
            Rule.of("(^|\\.)patch\\.embed\\.text\\.proj\\.", "a CogVideoX model"),
            Rule.of(
                    "transformer\\.blocks\\.\\d+\\.(attn\\.add\\.[qkv]\\.proj|attn\\.to\\.add\\.out|norm\\d\\.context|ff\\.context|attn2\\.add)",
                    "a Stable Diffusion 3 model"),
            Rule.of(
                    "layers\\.\\d+\\.(adaln\\.modulation\\.0|attention\\.to\\.[qkv])(\\.|$)|(^|\\.)(x|cap)\\.pad\\.token|(^|\\.)all\\.(x\\.embedder|final\\.layer)\\.",
                    "a Z-Image model"),
            Rule.of(
                    "(^|\\.)(cap\\.embedder|noise\\.refiner|context\\.refiner|time\\.caption\\.embed)\\.",
                    "a Lumina 2 model"),
            Rule.of("(^|\\.)llm\\.adapter\\.", "an Anima model"),
            Rule.of(
                    "adaln\\.modulation\\.(cross|self)\\.attn|(^|\\.)blocks\\.block\\d+\\.|(^|\\.)net\\.(blocks|x\\.embedder)\\.",
                    "a Cosmos model"),
            Rule.of(
                    "blocks\\.\\d+\\.(self|cross)\\.attn\\.(q|k|v|o|k\\.img|v\\.img|norm\\.q|norm\\.k)(\\.(?!proj|linear)|$)"
                            + "|(^|\\.)head\\.modulation$|(^|\\.)condition\\.embedder\\.(time|text|image)\\."
                            + "|(^|\\.)vace\\.blocks\\.|(^|\\.)blocks\\.\\d+\\.ffn\\.(0|2|net)\\.",
                    "a Wan model"),
            Rule.of("conv\\.inverted|conv\\.depth\\.(weight|bias)|glumb", "a Sana model"),
            Rule.of(
                    "(^|\\.)patchify\\.proj\\.|(^|\\.)caption\\.projection\\..*|(^|\\.)scale\\.shift\\.table$|(^|\\.)adaln\\.single\\."
                            + "|(^|\\.)y\\.embedder\\.|(^|\\.)t\\.block\\.1\\.",
                    "a PixArt or LTX-Video model"),
            Rule.of(
                    "clip\\.(txt|img)(\\.pooled)?\\.mapper|(^|\\.)clip\\.mapper\\.|effnet\\.mapper|\\.channelwise\\.",
                    "a Stable Cascade model"),
            Rule.of("(^|\\.)(mlp\\.t5|style\\.embedder|text\\.embedding\\.padding)", "a HunyuanDiT model"),
            Rule.of("(^|\\.)t5\\.(yproj|y\\.embedder)\\.", "a Mochi model"),
            Rule.of("(^|\\.)(genre\\.embedder|lyric\\.\\w+)\\.", "an ACE-Step model"),
            Rule.of("rotary\\.pos\\.emb\\.inv\\.freq", "a Stable Audio model"),
            Rule.of(
                    "\\.(time\\.stack|time\\.mixer|temporal\\.transformer\\.blocks|time\\.mix\\.\\w+)\\.",
                    "a Stable Video Diffusion model"),
            Rule.of("(^|\\.)(encoder\\.hid\\.proj)\\.", "a Kolors model"),
            Rule.of(
                    "(^|\\.)model\\.diffusion\\.model\\.(blocks|layers|transformer|x\\.embedder|img\\.in)",
                    "a diffusion transformer of a kind that is not known"));

    /** Families whose adapters may change layers of the same names. */
    private static final Map<String, String> ALIKE =
            Map.of("a FLUX.1 model", "FLUX.1 or FLUX.2", "a Lumina 2 model", "Lumina 2 or Z-Image");

    /** What reads texts or looks at pictures. */
    private static final List<Rule> READERS = List.of(
            Rule.of("text\\.decoder\\.(bert|cls)\\.", FileKind.of(Role.VISION, "a BLIP captioner")),
            Rule.of("(^|\\.)(qformer|query\\.tokens)", "a BLIP-2 captioner"),
            Rule.of(
                    "encoder\\.block\\.\\d+\\.layer\\.\\d+\\.(selfattention|densereludense|layer\\.norm)",
                    ClassNames.text("T5")),
            Rule.of("(^|\\.)visual\\.(blocks|merger)\\.", ClassNames.text("Qwen-VL")),
            Rule.of("(^|\\.)layers\\.\\d+\\.(pre|post)\\.feedforward\\.layernorm", ClassNames.text("Gemma")),
            Rule.of("(^|\\.)layers\\.\\d+\\.self\\.attn\\.[qk]\\.norm\\.", ClassNames.text("Qwen3")),
            Rule.of(
                    "(^|\\.)(?<!encoder\\.)layers\\.\\d+\\.self\\.attn\\.[qkv]\\.proj\\.bias",
                    ClassNames.text("Qwen2")),
            Rule.of(
                    "(^|\\.)(?<!encoder\\.)layers\\.\\d+\\.(self\\.attn\\.[qkvo]\\.proj|mlp\\.(gate|up|down)\\.proj|input\\.layernorm)",
                    ClassNames.text("of the kind of Llama")),
            Rule.of("(^|\\.)(model\\.)?embed\\.tokens\\.weight|^lm\\.head\\.", ClassNames.text("of the kind of Llama")),
            Rule.of("(^|\\.)h\\.\\d+\\.(attn\\.c\\.attn|mlp\\.c\\.fc)\\.", ClassNames.text("GPT-2")),
            Rule.of(
                    "(vision\\.model|visual|^vision)\\.",
                    FileKind.of(Role.VISION, "a CLIP model that looks at pictures")),
            Rule.of(
                    "(^|\\.)encoder\\.layer\\.\\d+\\.(attention\\.attention|layer\\.scale|norm1)|embeddings\\.(cls|mask)\\.token",
                    FileKind.of(Role.VISION, "a DINO model that compares pictures")),
            Rule.of("(^|\\.)(bert|encoder\\.layer\\.\\d+\\.attention)\\.", ClassNames.text("BERT")),
            Rule.of(
                    "text\\.model\\.|(^|\\.)(transformer\\.)?resblocks\\.\\d+|^encoder\\.layers\\.\\d+\\.(self\\.attn|mlp\\.fc)",
                    FileKind.of(Role.TEXT_ENCODER, "a CLIP text encoder")));

    /** Networks that make pictures larger. */
    private static final List<Rule> UPSCALERS = List.of(Rule.of(
            "(^|\\.)(body\\.\\d+\\.rdb\\d|rrdb\\.trunk|model\\.1\\.sub\\.\\d+|trunk\\.conv|hrconv|conv\\.hr|conv\\.up\\d|upconv\\d)"
                    + "|residual\\.group\\.(blocks|layers)|^(upsample|upsampler|conv\\.before\\.upsample)\\."
                    + "|^(params(\\.ema)?\\.)?body\\.\\d+\\.weight$",
            FileKind.of(Role.UPSCALER, "an upscaler of pictures")));

    /** Channels that the UNet of an inpainting model takes: latents, a mask, and the latents of the masked picture. */
    static final int INPAINTING = 9;

    private TensorNames() {}

    static FileKind kind(TensorStore store) {
        List<String> names = plain(store.names());
        for (Rule rule : ADDITIONS) {
            if (rule.knows(names)) {
                return steering(store.names()).orElse(rule.kind());
            }
        }
        if (names.stream().anyMatch(name -> ADAPTER.matcher(name).find())) {
            return adapter(store, names);
        }
        if (OriginalLayout.is(store.names())) {
            return original(store, names);
        }
        for (List<Rule> rules : List.of(FAMILIES, UPSCALERS)) {
            for (Rule rule : rules) {
                if (rule.knows(names)) {
                    return rule.kind();
                }
            }
        }
        return unetAlone(store)
                .or(() -> vae(store, names))
                .or(() -> first(READERS, names))
                .or(() -> embedding(store))
                .orElse(FileKind.of(Role.UNKNOWN, unknown(store)));
    }

    /** One that Graft draws with: of a UNet. */
    private static Optional<FileKind> steering(Set<String> names) {
        if (names.contains("input_hint_block.0.weight")) {
            return Optional.of(
                    names.contains(FileKind.LORA_MARK)
                            ? FileKind.CONTROL_LORA
                            : FileKind.of(Role.CONTROLNET, "a ControlNet"));
        }
        return names.contains("controlnet_cond_embedding.conv_in.weight")
                        || names.contains(OriginalLayout.CONTROL + "input_hint_block.0.weight")
                ? Optional.of(FileKind.of(Role.CONTROLNET, "a ControlNet"))
                : Optional.empty();
    }

    private static Optional<FileKind> first(List<Rule> rules, List<String> names) {
        return rules.stream().filter(rule -> rule.knows(names)).findFirst().map(Rule::kind);
    }

    private static List<String> plain(Set<String> names) {
        List<String> plain = new ArrayList<>(names.size());
        names.forEach(name ->
                plain.add(name.toLowerCase(Locale.ROOT).replace('_', '.').replace('/', '.')));
        return plain;
    }

    /** With what it is for, where that is another family than Graft knows. */
    private static FileKind adapter(TensorStore store, List<String> names) {
        String base = store.metadata().getOrDefault("ss_base_model_version", "").toLowerCase(Locale.ROOT);
        boolean second = names.stream()
                .anyMatch(name -> name.startsWith("lora.te2.")
                        || name.startsWith("text.encoder.2.")
                        || name.startsWith("clip.g."));
        if (second || base.startsWith("sdxl")) {
            return FileKind.of(Role.ADAPTER, "a LoRA for Stable Diffusion XL");
        }
        return FAMILIES.stream()
                .filter(rule -> rule.knows(names))
                .findFirst()
                .map(rule -> FileKind.of(
                        Role.ADAPTER,
                        "a LoRA for "
                                + ALIKE.getOrDefault(
                                        rule.kind().name(), rule.kind().title().replaceFirst(" model$", ""))))
                .orElse(FileKind.of(Role.ADAPTER, "a LoRA"));
    }

    /** What a checkpoint in the original layout is. */
    private static FileKind original(TensorStore store, List<String> names) {
        Set<String> all = store.names();
        if (has(all, "control_model.")) {
            return FileKind.other("a ControlNet with its model");
        }
        Optional<FileKind> other = first(
                FAMILIES.stream()
                        .filter(rule -> rule.kind().name().contains("Video")
                                || rule.kind().name().contains("Kolors"))
                        .toList(),
                names);
        if (other.isPresent()) {
            return other.get();
        }
        if (all.contains("edm_mean") || all.contains("edm_std") || has(all, "edm_vpred.")) {
            return FileKind.other("a model of the kind of Stable Diffusion XL trained by EDM (Playground 2.5, CosXL)");
        }
        if (has(all, "noise_augmentor.") || has(all, "embedder.model.visual.") || has(all, "embedder.visual.")) {
            return FileKind.other("an unCLIP model of Stable Diffusion");
        }
        if (has(all, "depth_model.")) {
            return FileKind.other("a Stable Diffusion model that draws by depth");
        }
        long in = axis(store, OriginalLayout.UNET + "input_blocks.0.0.weight", 1);
        boolean xl = has(all, OriginalLayout.OPEN_CLIP_XL);
        boolean refiner = !xl && has(all, "conditioner.embedders.0.model.");
        boolean second = has(all, OriginalLayout.OPEN_CLIP);
        boolean first = has(all, OriginalLayout.CLIP);
        if (refiner || (!xl && contextWidth(store) == 1280)) {
            return FileKind.other("the refiner of Stable Diffusion XL");
        }
        String version = xl ? "XL" : second ? "2.x" : "1.x";
        if (in == 8) {
            return FileKind.other("an InstructPix2Pix model of Stable Diffusion " + version);
        }
        if (in != 4 && in != INPAINTING) {
            return FileKind.other("a Stable Diffusion model whose UNet takes " + in + " channels in");
        }
        if (!all.contains(OriginalLayout.UNET + "middle_block.1.norm.weight")) {
            return FileKind.other("a Stable Diffusion model without attention in its middle (SSD-1B, Segmind)");
        }
        if (!xl && !second && !first) {
            return unet(contextWidth(store));
        }
        if (xl && !has(all, OriginalLayout.CLIP_XL)) {
            return FileKind.other("a Stable Diffusion XL model without its first text encoder");
        }
        String name = "Stable Diffusion " + version + (in == INPAINTING ? " inpainting model" : " model");
        return new FileKind(Role.MODEL, "a " + name, xl ? "sdxl" : second ? "sd2" : "sd1");
    }

    private static boolean has(Set<String> names, String prefix) {
        return names.stream().anyMatch(name -> name.startsWith(prefix));
    }

    /** Width of the text states that a UNet in the original layout attends to; 0 when it does not show. */
    private static long contextWidth(TensorStore store) {
        return axis(store, OriginalLayout.UNET + "middle_block.1.transformer_blocks.0.attn2.to_k.weight", 1);
    }

    private static long axis(TensorStore store, String key, int axis) {
        if (!store.names().contains(key)) {
            return 0;
        }
        long[] shape = store.shape(key);
        return axis < shape.length ? shape[axis] : 0;
    }

    /** A UNet in diffusers' names, or in the original ones without their beginning. */
    private static Optional<FileKind> unetAlone(TensorStore store) {
        Set<String> names = store.names();
        if (names.contains("conv_in.weight") && has(names, "down_blocks.") && has(names, "time_embedding.")) {
            return Optional.of(unet(axis(store, "mid_block.attentions.0.transformer_blocks.0.attn2.to_k.weight", 1)));
        }
        if (names.contains("input_blocks.0.0.weight") && has(names, "time_embed.")) {
            return Optional.of(unet(axis(store, "middle_block.1.transformer_blocks.0.attn2.to_k.weight", 1)));
        }
        return has(names, OriginalLayout.UNET + "input_blocks.") || has(names, OriginalLayout.UNET + "output_blocks.")
                ? Optional.of(FileKind.other("a part of a Stable Diffusion model"))
                : Optional.empty();
    }

    private static FileKind unet(long contextWidth) {
        Map<Long, String> versions = Map.of(768L, " 1.x", 1024L, " 2.x", 2048L, " XL", 1280L, " XL's refiner");
        return FileKind.other("a UNet of Stable Diffusion" + versions.getOrDefault(contextWidth, "")
                + " alone, without text encoder");
    }

    private static Optional<FileKind> vae(TensorStore store, List<String> names) {
        if (names.stream().anyMatch(name -> name.matches("decoder\\.(middle|upsamples)\\.\\d+\\..*"))) {
            return Optional.of(FileKind.other("a VAE of Wan or Qwen-Image"));
        }
        if (names.stream()
                .anyMatch(name -> name.matches("((taesd[_.])?(decoder|encoder)\\.(layers\\.)?)?\\d+\\.conv\\.\\d.*"))) {
            return Optional.of(FileKind.TINY_VAE);
        }
        if (store.names().contains("bn.running_mean")) {
            return Optional.of(FileKind.other("a VAE of FLUX.2"));
        }
        return VaeFile.latentChannels(store).map(channels -> switch (channels) {
            case 4 -> FileKind.of(Role.VAE, "a VAE");
            case 16 -> FileKind.other("a VAE of FLUX.1 or Stable Diffusion 3");
            case 32 -> FileKind.other("a VAE of FLUX.2");
            default -> FileKind.other("a VAE of " + channels + " channels");
        });
    }

    /** A handful of small tables, or one of the names that trainers give. */
    private static Optional<FileKind> embedding(TensorStore store) {
        Set<String> names = store.names();
        boolean known = List.of("emb_params", "emp_params", "clip_l", "clip_g", "string_to_param").stream()
                .anyMatch(name -> names.contains(name) || has(names, name + "."));
        boolean small = names.size() <= 4
                && names.stream()
                        .map(store::shape)
                        .allMatch(shape -> shape.length <= 2
                                && shape.length > 0
                                && Arrays.stream(shape).allMatch(size -> size > 0)
                                && (shape.length == 1 || shape[0] <= 1024));
        return known || (small && !names.isEmpty())
                ? Optional.of(FileKind.of(Role.EMBEDDING, "an embedding"))
                : Optional.empty();
    }

    private static String unknown(TensorStore store) {
        return store.names().isEmpty()
                ? "a file without tensors"
                : "a file of tensors such as " + store.names().iterator().next().replaceAll("\\p{Cntrl}", "?");
    }
}
