package graft.adapter;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the name of a tensor in a LoRA file says: which part of which layer it is.
 *
 * <p>Spellings of kohya ({@code lora_unet_mid_block_….lora_down.weight}), peft ({@code base_model.model.unet.….lora_A.weight}),
 * diffusers ({@code unet.….lora.down.weight}, older {@code ….attn1.processor.to_q_lora.down.weight}) and ComfyUI
 * ({@code diffusion_model.….lora_down.weight}). Source: diffusers {@code utils/state_dict_utils.py}, sd-scripts
 * {@code networks/lora.py}, ComfyUI {@code comfy/lora.py}.
 *
 * @param module the layer as spelled: dots, or underscores as kohya writes them; diffusers or LDM names
 */
record LoraKey(Side side, String module, Role role) {

    enum Side {
        UNET,
        TEXT
    }

    enum Role {
        DOWN,
        UP,
        ALPHA
    }

    private static final Pattern ENDING = Pattern.compile("(?<module>.+?)(?:"
            + "\\.lora_(?<kohya>down|up)\\.weight"
            + "|\\.lora\\.(?<diffusers>down|up)\\.weight"
            + "|_lora\\.(?<processor>down|up)\\.weight"
            + "|\\.lora_linear_layer\\.(?<text>down|up)\\.weight"
            + "|\\.lora_(?<peft>A|B)(?:\\.[^.]+)?\\.weight"
            + "|\\.(?<alpha>alpha))");

    /** What a file says before the layer's own name; none is the beginning of another. */
    private static final Map<String, Side> BEGINNINGS = Map.ofEntries(
            Map.entry("lora_unet_", Side.UNET),
            Map.entry("lora_te_", Side.TEXT),
            Map.entry("lora_te1_", Side.TEXT),
            Map.entry("unet.", Side.UNET),
            Map.entry("text_encoder.", Side.TEXT),
            Map.entry("diffusion_model.", Side.UNET),
            Map.entry("model.diffusion_model.", Side.UNET));

    /** Files of one network alone, as peft saves them, name no network: these names tell. */
    private static final Pattern BARE_UNET =
            Pattern.compile("(down_blocks|up_blocks|mid_block|conv_in|conv_out|time_embedding)\\..+");

    private static final Pattern BARE_TEXT = Pattern.compile("(text_model\\.)?encoder\\.layers\\..+");

    /** The text encoder's names for what the oldest diffusers files spell as in the UNet. */
    private static final Map<String, String> OLD_TEXT_NAMES =
            Map.of("to_q", "q_proj", "to_k", "k_proj", "to_v", "v_proj", "to_out", "out_proj");

    /** Empty for a name that no known tool writes for a LoRA. */
    static Optional<LoraKey> parse(String tensor) {
        Matcher ending = ENDING.matcher(tensor);
        return ending.matches() ? of(ending.group("module"), role(ending)) : Optional.empty();
    }

    private static Role role(Matcher ending) {
        if (ending.group("alpha") != null) {
            return Role.ALPHA;
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
        for (Map.Entry<String, Side> beginning : BEGINNINGS.entrySet()) {
            if (name.startsWith(beginning.getKey())) {
                return Optional.of(of(
                        beginning.getValue(), name.substring(beginning.getKey().length()), role));
            }
        }
        if (BARE_UNET.matcher(name).matches()) {
            return Optional.of(of(Side.UNET, name, role));
        }
        return BARE_TEXT.matcher(name).matches() ? Optional.of(of(Side.TEXT, name, role)) : Optional.empty();
    }

    private static LoraKey of(Side side, String spelled, Role role) {
        String module = spelled.replace(".processor.", ".");
        int dot = module.lastIndexOf('.');
        String last = module.substring(dot + 1);
        if (side == Side.UNET && last.equals("to_out")) {
            module += ".0";
        } else if (side == Side.TEXT && OLD_TEXT_NAMES.containsKey(last)) {
            module = module.substring(0, dot + 1) + OLD_TEXT_NAMES.get(last);
        }
        return new LoraKey(side, module, role);
    }

    /** The module as kohya spells it. */
    static String flatten(String module) {
        return module.replace('.', '_');
    }
}
