package graft.adapter;

import graft.model.Parts;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the name of a tensor in a LoRA file says: which part of which layer it is.
 *
 * <p>Spellings of kohya ({@code lora_unet_mid_block_….lora_down.weight}), peft ({@code base_model.model.unet.….lora_A.weight}),
 * diffusers ({@code unet.….lora.down.weight}, older {@code ….attn1.processor.to_q_lora.down.weight}), ComfyUI
 * ({@code diffusion_model.….lora_down.weight}) and LyCORIS ({@code lora_unet_….hada_w1_a}). Source: diffusers
 * {@code utils/state_dict_utils.py}, sd-scripts {@code networks/}, ComfyUI {@code comfy/weight_adapter/}, LyCORIS
 * {@code modules/}, peft {@code tuners/}.
 *
 * @param part of the model: {@link Parts#DENOISER} or a text encoder
 * @param module the layer as spelled: dots, or underscores as kohya writes them; diffusers or LDM names
 */
record LoraKey(String part, String module, Role role) {

    enum Role {
        DOWN,
        UP,
        MID,
        ALPHA,
        /** The norms of a DoRA. */
        MAGNITUDE,
        HADA_W1_A,
        HADA_W1_B,
        HADA_T1,
        HADA_W2_A,
        HADA_W2_B,
        HADA_T2,
        LOKR_W1,
        LOKR_W1_A,
        LOKR_W1_B,
        LOKR_W2,
        LOKR_W2_A,
        LOKR_W2_B,
        LOKR_T2,
        LOKR_T1,
        DIFF,
        DIFF_B,
        /** The same of a norm. */
        W_NORM,
        B_NORM,
        /** What stands in the weight's place. */
        SET_WEIGHT,
        /** peft's: the bias of a LoRA's second matrix. */
        LORA_BIAS,
        /** A tensor of the layer's own name: a whole weight of peft, or with {@link #ON_INPUT} LyCORIS' (IA)³. */
        WEIGHT,
        BIAS,
        ON_INPUT,
        IA3_L,
        A1,
        A2,
        B1,
        B2,
        OFT_BLOCKS,
        RESCALE,
        OFT_R,
        OFT_S,
        /** The skew numbers above the diagonal, of peft since 0.16. */
        OFT_UPPER,
        BOFT_R,
        BOFT_S,
        /** The shape that the weight is padded to before it is changed. */
        RESHAPE_WEIGHT
    }

    private static final Pattern ENDING = Pattern.compile("(?<module>.+?)(?:"
            + "\\.lora_(?<kohya>down|up)\\.weight"
            + "|\\.lora\\.(?<diffusers>down|up)\\.weight"
            + "|_lora\\.(?<processor>down|up)\\.weight"
            + "|\\.lora_linear_layer\\.(?<text>down|up)\\.weight"
            + "|\\.lora_(?<peft>A|B)(?:(?:\\.[^.]+)?\\.weight)?"
            + "|\\.lora_B(?:\\.[^.]+)?\\.(?<added>bias)"
            + "|\\.(?<general>a1|a2|b1|b2)\\.weight"
            + "|\\.(?<turn>oft_R)(?:\\.[^.]+)?\\.weight"
            + "|\\.(?:ln_tuning_layers\\.)?(?<whole>weight|bias)"
            + "|\\.lora_(?<mid>mid)\\.weight"
            + "|\\.(?<norms>dora_scale|lora_magnitude_vector(?:\\.[^.]+)?(?:\\.weight)?)"
            + "|\\.(?<named>alpha|hada_(?:w[12]_[ab]|t[12])|lokr_(?:w[12](?:_[ab])?|t[12])|diff(?:_b)?"
            + "|[wb]_norm|set_weight|on_input|ia3_l|oft_blocks|rescale|oft_r|oft_s|boft_R|boft_s|reshape_weight))");

    /** Files of these beginnings may hold a layer's weight under its own name; elsewhere that is a model. */
    private static final Pattern WHOLE = Pattern.compile("(base_model\\.model\\.|lora_|lycoris_).+");

    /** What a file says before the layer's own name; none is the beginning of another. */
    private static final Map<String, String> BEGINNINGS = Map.ofEntries(
            Map.entry("lora_unet_", Parts.DENOISER),
            Map.entry("oft_unet_", Parts.DENOISER),
            Map.entry("lycoris_", Parts.DENOISER),
            Map.entry("lora_te_", Parts.TEXT),
            Map.entry("lora_te1_", Parts.TEXT),
            Map.entry("lora_te2_", Parts.TEXT_2),
            Map.entry("unet.", Parts.DENOISER),
            Map.entry("text_encoder.", Parts.TEXT),
            Map.entry("text_encoder_2.", Parts.TEXT_2),
            Map.entry("text_encoders.clip_l.transformer.", Parts.TEXT),
            Map.entry("text_encoders.clip_h.transformer.", Parts.TEXT),
            Map.entry("text_encoders.clip_g.transformer.", Parts.TEXT_2),
            Map.entry("clip_l.", Parts.TEXT),
            Map.entry("clip_h.", Parts.TEXT),
            Map.entry("clip_g.", Parts.TEXT_2),
            Map.entry("cond_stage_model.transformer.", Parts.TEXT),
            Map.entry("cond_stage_model.model.", Parts.TEXT),
            Map.entry("conditioner.embedders.0.transformer.", Parts.TEXT),
            Map.entry("conditioner.embedders.1.model.", Parts.TEXT_2),
            Map.entry("diffusion_model.", Parts.DENOISER),
            Map.entry("model.diffusion_model.", Parts.DENOISER));

    /** Files of one network alone, as peft saves them, name no network: these names tell. */
    private static final Pattern BARE_UNET = Pattern.compile(
            "conv_in|conv_out|conv_norm_out|(down_blocks|up_blocks|mid_block|time_embedding|add_embedding)\\..+");

    private static final Pattern BARE_TEXT =
            Pattern.compile("(text_model\\.)?(encoder\\.layers\\..+|final_layer_norm)|text_projection");

    /** The text encoder's names for what the oldest diffusers files spell as in the UNet. */
    private static final Map<String, String> OLD_TEXT_NAMES =
            Map.of("to_q", "q_proj", "to_k", "k_proj", "to_v", "v_proj", "to_out", "out_proj");

    private static final Pattern OPEN_CLIP_BLOCK = Pattern.compile("(?:transformer\\.)?resblocks\\.(\\d{1,6})\\.(.+)");

    private static final Map<String, String> OPEN_CLIP_LAYERS = Map.of(
            "ln_1", "layer_norm1",
            "ln_2", "layer_norm2",
            "mlp.c_fc", "mlp.fc1",
            "mlp.c_proj", "mlp.fc2",
            "attn.out_proj", "self_attn.out_proj",
            "attn.in_proj", "self_attn." + Fused.IN_PROJ,
            "attn.in_proj_weight", "self_attn." + Fused.IN_PROJ);

    /** Empty for a name that no known tool writes for a LoRA. */
    static Optional<LoraKey> parse(String tensor) {
        Matcher ending = ENDING.matcher(tensor);
        if (!ending.matches()
                || (ending.group("whole") != null && !WHOLE.matcher(tensor).matches())) {
            return Optional.empty();
        }
        return of(ending.group("module"), role(ending));
    }

    private static Role role(Matcher ending) {
        if (ending.group("norms") != null) {
            return Role.MAGNITUDE;
        }
        if (ending.group("mid") != null) {
            return Role.MID;
        }
        if (ending.group("turn") != null) {
            return Role.OFT_UPPER;
        }
        if (ending.group("added") != null) {
            return Role.LORA_BIAS;
        }
        for (String group : new String[] {"named", "general", "whole"}) {
            if (ending.group(group) != null) {
                return Role.valueOf(ending.group(group).toUpperCase(Locale.ROOT));
            }
        }
        for (String tool : new String[] {"kohya", "diffusers", "processor", "text", "peft"}) {
            String word = ending.group(tool);
            if (word != null) {
                return word.equals("down") || word.equals("A") ? Role.DOWN : Role.UP;
            }
        }
        throw new AssertionError(ending.group());
    }

    private static Optional<LoraKey> of(String spelled, Role role) {
        String name =
                spelled.startsWith("base_model.model.") ? spelled.substring("base_model.model.".length()) : spelled;
        for (Map.Entry<String, String> beginning : BEGINNINGS.entrySet()) {
            if (name.startsWith(beginning.getKey())) {
                return Optional.of(of(
                        beginning.getValue(), name.substring(beginning.getKey().length()), role));
            }
        }
        if (BARE_UNET.matcher(name).matches()) {
            return Optional.of(of(Parts.DENOISER, name, role));
        }
        return BARE_TEXT.matcher(name).matches() ? Optional.of(of(Parts.TEXT, name, role)) : Optional.empty();
    }

    private static LoraKey of(String part, String spelled, Role role) {
        // peft calls the layer that it wraps base_layer, where it keeps a bias that it trained.
        String module = spelled.replace(".processor.", ".").replaceFirst("\\.base_layer$", "");
        if (Parts.isText(part)) {
            module = openClip(module.replaceFirst("^transformer\\.(?=text_model\\.)", ""));
        }
        int dot = module.lastIndexOf('.');
        String last = module.substring(dot + 1);
        if (part.equals(Parts.DENOISER) && last.equals("to_out")) {
            module += ".0";
        } else if (Parts.isText(part) && OLD_TEXT_NAMES.containsKey(last)) {
            module = module.substring(0, dot + 1) + OLD_TEXT_NAMES.get(last);
        }
        return new LoraKey(part, module, role);
    }

    /** The path in transformers of a layer that OpenCLIP named; its queries, keys and values in one stay one. */
    private static String openClip(String module) {
        Matcher block = OPEN_CLIP_BLOCK.matcher(module);
        if (!block.matches()) {
            return module;
        }
        String layer = block.group(2);
        return "text_model.encoder.layers." + block.group(1) + "." + OPEN_CLIP_LAYERS.getOrDefault(layer, layer);
    }

    /** The names in a Stable Diffusion model, of diffusers and of the original layout, that hold an underscore, or are any other word. */
    private static final Pattern WORD =
            Pattern.compile("(down_blocks|up_blocks|mid_block|transformer_blocks|to_q|to_k|to_v"
                    + "|to_out|proj_in|proj_out|time_emb_proj|time_embedding|add_embedding|linear_1|linear_2|conv_shortcut|conv_in|conv_out|conv_norm_out|final_layer_norm|layer_norm\\d"
                    + "|input_blocks|middle_block|output_blocks|in_layers|emb_layers|out_layers|skip_connection|time_embed|label_emb"
                    + "|text_model|text_projection|self_attn|q_proj|k_proj|v_proj|out_proj|[a-z]+\\d?|\\d+)(?:_|$)");

    /**
     * The path in diffusers of a module, whichever way it was spelled.
     *
     * @return empty where it is of no names that are known, so that it takes a model to tell
     */
    static Optional<String> diffusers(String module) {
        return module.indexOf('.') >= 0
                ? Optional.of(UNetNames.isOriginal(module) ? UNetNames.toDiffusers(module) : module)
                : dotted(module);
    }

    /** That of a module that kohya's keys gave with underscores for its dots. */
    private static Optional<String> dotted(String module) {
        StringBuilder path = new StringBuilder();
        Matcher word = WORD.matcher(module);
        int at = 0;
        while (at < module.length() && word.find(at) && word.start() == at) {
            path.append(at == 0 ? "" : ".").append(word.group(1));
            at = word.end();
        }
        String spelled = path.toString();
        String found = UNetNames.isOriginal(spelled) ? UNetNames.toDiffusers(spelled) : spelled;
        boolean known =
                BARE_UNET.matcher(found).matches() || BARE_TEXT.matcher(found).matches();
        return at == module.length() && known ? Optional.of(found) : Optional.empty();
    }

    /** The module as kohya spells it. */
    static String flatten(String module) {
        return module.replace('.', '_');
    }
}
