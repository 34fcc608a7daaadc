package graft.file;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of a Stable Diffusion single file (the original, LDM layout) beside those of the diffusers layout.
 *
 * <p>Every map here goes from the diffusers key ({@code conv_in.weight}) to the whole key of the single file
 * ({@code model.diffusion_model.input_blocks.0.0.weight}). Levels and layers are parsed from the keys, so any size
 * works. A key within a part that the layout does not know keeps its name, so that the loader, which checks all keys,
 * can name it. Source: diffusers {@code loaders/single_file_utils.py}.
 */
public final class OriginalLayout {

    /** What the names of a UNet begin with. */
    public static final String UNET = "model.diffusion_model.";

    /** What the names of a VAE begin with; nothing in a file that holds one alone. */
    public static final String VAE = "first_stage_model.";

    /** What the names of CLIP's text encoder begin with, as transformers names it, in Stable Diffusion 1.x. */
    public static final String CLIP = "cond_stage_model.transformer.";

    /** What the names of OpenCLIP's text encoder begin with in Stable Diffusion 2.x. */
    public static final String OPEN_CLIP = "cond_stage_model.model.";

    /** What the names of Stable Diffusion XL's first text encoder begin with: CLIP's. */
    public static final String CLIP_XL = "conditioner.embedders.0.transformer.";

    /** What the names of Stable Diffusion XL's second text encoder begin with: OpenCLIP's. */
    public static final String OPEN_CLIP_XL = "conditioner.embedders.1.model.";

    /** What the names of a ControlNet begin with where they begin with something. */
    public static final String CONTROL = "control_model.";

    private static final Pattern HINT_BLOCK = Pattern.compile("input_hint_block\\.(\\d{1,6})\\.(.+)");
    private static final Pattern ZERO_CONVOLUTION = Pattern.compile("zero_convs\\.(\\d{1,6})\\.0\\.(.+)");
    private static final Pattern INPUT_BLOCK = Pattern.compile("input_blocks\\.(\\d{1,6})\\.(\\d{1,6})\\.(.+)");
    private static final Pattern OUTPUT_BLOCK = Pattern.compile("output_blocks\\.(\\d{1,6})\\.(\\d{1,6})\\.(.+)");
    private static final Pattern DOWNSAMPLER = Pattern.compile("input_blocks\\.(\\d{1,6})\\.0\\.op\\..+");
    private static final Pattern DOWN_BLOCK =
            Pattern.compile("down_blocks\\.(\\d{1,6})\\.(resnets|attentions|downsamplers)\\.(\\d{1,6})\\.(.+)");
    private static final Pattern UP_BLOCK =
            Pattern.compile("up_blocks\\.(\\d{1,6})\\.(resnets|attentions|upsamplers)\\.(\\d{1,6})\\.(.+)");
    private static final Pattern VAE_DOWN = Pattern.compile("encoder\\.down\\.(\\d{1,6})\\.block\\.(\\d{1,6})\\.(.+)");
    private static final Pattern VAE_UP = Pattern.compile("decoder\\.up\\.(\\d{1,6})\\.block\\.(\\d{1,6})\\.(.+)");
    private static final Pattern VAE_DOWNSAMPLE = Pattern.compile("encoder\\.down\\.(\\d{1,6})\\.downsample\\.(.+)");
    private static final Pattern VAE_UPSAMPLE = Pattern.compile("decoder\\.up\\.(\\d{1,6})\\.upsample\\.(.+)");
    private static final Pattern VAE_DOWN_BLOCK =
            Pattern.compile("encoder\\.down_blocks\\.(\\d{1,6})\\.(resnets|downsamplers)\\.(\\d{1,6})\\.(.+)");
    private static final Pattern VAE_UP_BLOCK =
            Pattern.compile("decoder\\.up_blocks\\.(\\d{1,6})\\.(resnets|upsamplers)\\.(\\d{1,6})\\.(.+)");
    private static final Pattern VAE_ATTENTION_WEIGHT =
            Pattern.compile(".+\\.mid_block\\.attentions\\.0\\.(to_q|to_k|to_v|to_out\\.0)\\.weight");

    /** Beginnings of names that are one to one: original, diffusers. */
    private static final List<Names> UNET_NAMES = List.of(
            new Names("time_embed.0.", "time_embedding.linear_1."),
            new Names("time_embed.2.", "time_embedding.linear_2."),
            new Names("label_emb.0.0.", "add_embedding.linear_1."),
            new Names("label_emb.0.2.", "add_embedding.linear_2."),
            new Names("input_blocks.0.0.", "conv_in."),
            new Names("out.0.", "conv_norm_out."),
            new Names("out.2.", "conv_out."),
            new Names("middle_block.1.", "mid_block.attentions.0."));

    private static final List<Names> UNET_RESNET = List.of(
            new Names("in_layers.0.", "norm1."),
            new Names("in_layers.2.", "conv1."),
            new Names("emb_layers.1.", "time_emb_proj."),
            new Names("out_layers.0.", "norm2."),
            new Names("out_layers.3.", "conv2."),
            new Names("skip_connection.", "conv_shortcut."));

    private static final List<Names> VAE_NAMES = List.of(
            new Names("mid.block_1.", "mid_block.resnets.0."),
            new Names("mid.block_2.", "mid_block.resnets.1."),
            new Names("mid.attn_1.norm.", "mid_block.attentions.0.group_norm."),
            new Names("mid.attn_1.q.", "mid_block.attentions.0.to_q."),
            new Names("mid.attn_1.k.", "mid_block.attentions.0.to_k."),
            new Names("mid.attn_1.v.", "mid_block.attentions.0.to_v."),
            new Names("mid.attn_1.proj_out.", "mid_block.attentions.0.to_out.0."),
            new Names("norm_out.", "conv_norm_out."));

    /** Parts of a UNet in the diffusers layout; what was renamed to none of them is no part of it. */
    private static final List<String> UNET_PARTS = List.of(
            "conv_in.",
            "time_embedding.",
            "add_embedding.",
            "down_blocks.",
            "mid_block.",
            "up_blocks.",
            "conv_norm_out.",
            "conv_out.");

    private static final List<String> VAE_PARTS = List.of("encoder.", "decoder.", "quant_conv.", "post_quant_conv.");

    private static final List<Names> OPEN_CLIP_LAYER = List.of(
            new Names("ln_1.", "layer_norm1."),
            new Names("ln_2.", "layer_norm2."),
            new Names("mlp.c_fc.", "mlp.fc1."),
            new Names("mlp.c_proj.", "mlp.fc2."),
            new Names("attn.out_proj.", "self_attn.out_proj."));

    private static final List<Names> OPEN_CLIP_NAMES = List.of(
            new Names("token_embedding.", "text_model.embeddings.token_embedding."),
            new Names("ln_final.", "text_model.final_layer_norm."));

    private static final String POSITIONS = "text_model.embeddings.position_embedding.weight";
    private static final String PROJECTION = "text_projection.weight";

    private static final Pattern RESBLOCK = Pattern.compile("(?:transformer\\.)?resblocks\\.(\\d{1,6})\\.(.+)");
    private static final Pattern CLIP_LAYER = Pattern.compile("text_model\\.encoder\\.layers\\.(\\d{1,6})\\.(.+)");

    private static final List<Names> VAE_RESNET = List.of(new Names("nin_shortcut.", "conv_shortcut."));

    /** How a name, or the beginning of one, is spelled on both sides. */
    private record Names(String original, String diffusers) {}

    private OriginalLayout() {}

    /** Which part of a stored tensor a weight is. */
    public enum Cut {
        WHOLE,
        /** The first third of the rows of what makes queries, keys and values at once. */
        QUERIES,
        KEYS,
        VALUES,
        /** With its two axes swapped. */
        TRANSPOSED;

        /** The shape of the weight, of that of the stored tensor. */
        public long[] shape(long[] stored) {
            return switch (this) {
                case WHOLE -> stored;
                case TRANSPOSED -> new long[] {stored[1], stored[0]};
                default -> {
                    long[] third = stored.clone();
                    third[0] /= 3;
                    yield third;
                }
            };
        }

        /** Which third it is, counted from 0. */
        public int third() {
            return switch (this) {
                case KEYS -> 1;
                case VALUES -> 2;
                default -> 0;
            };
        }
    }

    /**
     * Where a weight lies in a file.
     *
     * @param tensor the name of the stored tensor
     */
    public record Place(String tensor, Cut cut) {

        public static Place whole(String tensor) {
            return new Place(tensor, Cut.WHOLE);
        }
    }

    /** Whether these are keys of a single file rather than of one part in the diffusers layout. */
    public static boolean is(Collection<String> keys) {
        return keys.contains(UNET + "input_blocks.0.0.weight");
    }

    /** The UNet's keys, found among all keys of a single file. */
    public static Map<String, String> unet(Collection<String> singleFileKeys) {
        int layers = layers(singleFileKeys, UNET);
        Map<String, String> keys = renamed(singleFileKeys, UNET, key -> unetToDiffusers(key, layers));
        keys.keySet().removeIf(key -> UNET_PARTS.stream().noneMatch(key::startsWith));
        return keys;
    }

    /**
     * The keys of a ControlNet, found among all keys of a file.
     *
     * @param prefix what its names begin with: {@link #CONTROL}, or nothing
     */
    public static Map<String, String> controlNet(Collection<String> fileKeys, String prefix) {
        int layers = layers(fileKeys, prefix);
        Pattern hint = Pattern.compile(Pattern.quote(prefix) + "input_hint_block\\.(\\d{1,6})\\..+");
        int last = highest(fileKeys, hint);
        return renamed(fileKeys, prefix, key -> controlToDiffusers(key, layers, last));
    }

    /** @param last the place of the last layer that sees the picture */
    private static String controlToDiffusers(String key, int layers, int last) {
        Matcher hint = HINT_BLOCK.matcher(key);
        if (hint.matches()) {
            int place = number(hint, 1);
            String layer = place == 0 ? "conv_in" : place == last ? "conv_out" : "blocks." + (place / 2 - 1);
            return "controlnet_cond_embedding." + layer + "." + hint.group(2);
        }
        Matcher output = ZERO_CONVOLUTION.matcher(key);
        if (output.matches()) {
            return "controlnet_down_blocks." + output.group(1) + "." + output.group(2);
        }
        return key.startsWith("middle_block_out.0.")
                ? "controlnet_mid_block." + key.substring("middle_block_out.0.".length())
                : unetToDiffusers(key, layers);
    }

    /** How many resnets a level of the way down has. */
    private static int layers(Collection<String> keys, String prefix) {
        return keys.stream()
                .filter(key -> key.startsWith(prefix))
                .map(key -> DOWNSAMPLER.matcher(key.substring(prefix.length())))
                .filter(Matcher::matches)
                .mapToInt(matcher -> number(matcher, 1) - 1)
                .min()
                .orElse(Integer.MAX_VALUE - 1);
    }

    /** The UNet's keys for a single file to write, from its keys in the diffusers layout. */
    public static Map<String, String> unetToWrite(Collection<String> diffusersKeys) {
        int layers = 1 + highest(diffusersKeys, Pattern.compile("down_blocks\\.0\\.resnets\\.(\\d{1,6})\\..+"));
        Map<String, String> keys = new LinkedHashMap<>();
        for (String key : diffusersKeys) {
            keys.put(key, UNET + unetToOriginal(key, layers, diffusersKeys));
        }
        return keys;
    }

    /**
     * The VAE's keys, found among all keys of a file; see {@link #vaeShape} for the one shape that differs.
     *
     * @param prefix what they begin with: {@link #VAE}, or nothing in a file of its own
     */
    public static Map<String, String> vae(Collection<String> keys, String prefix) {
        int last = highest(keys, Pattern.compile(Pattern.quote(prefix) + "decoder\\.up\\.(\\d{1,6})\\..+"));
        Map<String, String> vae = renamed(keys, prefix, key -> vaeToDiffusers(key, last));
        // Training files also carry the discriminator and its loss, and averages of the weights.
        vae.keySet().removeIf(key -> VAE_PARTS.stream().noneMatch(key::startsWith));
        return vae;
    }

    /** The VAE's keys for a single file to write, from its keys in the diffusers layout. */
    public static Map<String, String> vaeToWrite(Collection<String> diffusersKeys) {
        int last = highest(diffusersKeys, Pattern.compile("decoder\\.up_blocks\\.(\\d{1,6})\\..+"));
        Map<String, String> keys = new LinkedHashMap<>();
        for (String key : diffusersKeys) {
            keys.put(key, VAE + vaeToOriginal(key, last));
        }
        return keys;
    }

    /** A tensor's shape in the diffusers VAE: attention weights lose the two ones of [C,C,1,1]. */
    public static long[] vaeShape(String diffusersKey, long[] shape) {
        boolean convolution = shape.length == 4 && shape[2] == 1 && shape[3] == 1;
        return convolution && VAE_ATTENTION_WEIGHT.matcher(diffusersKey).matches()
                ? new long[] {shape[0], shape[1]}
                : shape;
    }

    /** A tensor's shape in the single file's VAE: attention weights are [C,C,1,1]. */
    public static long[] vaeShapeToWrite(String diffusersKey, long[] shape) {
        return shape.length == 2 && VAE_ATTENTION_WEIGHT.matcher(diffusersKey).matches()
                ? new long[] {shape[0], shape[1], 1, 1}
                : shape;
    }

    /**
     * The keys of CLIP's text encoder, found among all keys of a single file; diffusers keys start with
     * {@code text_model.}, also where an old merge left that out.
     *
     * @param prefix {@link #CLIP} or {@link #CLIP_XL}
     */
    public static Map<String, String> clip(Collection<String> singleFileKeys, String prefix) {
        Map<String, String> keys =
                renamed(singleFileKeys, prefix, key -> key.startsWith("text_model.") ? key : "text_model." + key);
        keys.keySet().removeIf(key -> !isTextWeight(key));
        return keys;
    }

    /** Not weights: an index that may even be stored as float, and what else is left there by merges. */
    private static boolean isTextWeight(String key) {
        return key.equals(PROJECTION)
                || ((key.startsWith("text_model.embeddings.")
                                || key.startsWith("text_model.encoder.layers.")
                                || key.startsWith("text_model.final_layer_norm."))
                        && !key.endsWith(".position_ids"));
    }

    /** The keys of CLIP's text encoder for a single file to write, from its keys in the diffusers layout. */
    public static Map<String, String> clipToWrite(Collection<String> diffusersKeys, String prefix) {
        Map<String, String> keys = new LinkedHashMap<>();
        for (String key : diffusersKeys) {
            keys.put(key, prefix + (key.startsWith("text_model.") ? key : "text_model." + key));
        }
        return keys;
    }

    /**
     * Where the weights of OpenCLIP's text encoder lie, by their keys in the diffusers layout.
     *
     * @param prefix {@link #OPEN_CLIP} or {@link #OPEN_CLIP_XL}
     */
    public static Map<String, Place> openClip(Collection<String> singleFileKeys, String prefix) {
        Map<String, Place> places = new LinkedHashMap<>();
        for (String key : singleFileKeys) {
            if (key.startsWith(prefix)) {
                openClip(key, key.substring(prefix.length()), places);
            }
        }
        places.keySet().removeIf(key -> !isTextWeight(key));
        return places;
    }

    private static void openClip(String tensor, String key, Map<String, Place> places) {
        Matcher block = RESBLOCK.matcher(key);
        if (block.matches()) {
            String layer = "text_model.encoder.layers." + number(block, 1) + ".";
            String rest = block.group(2);
            if (rest.equals("attn.in_proj_weight") || rest.equals("attn.in_proj_bias")) {
                String kind = rest.substring("attn.in_proj_".length());
                places.put(layer + "self_attn.q_proj." + kind, new Place(tensor, Cut.QUERIES));
                places.put(layer + "self_attn.k_proj." + kind, new Place(tensor, Cut.KEYS));
                places.put(layer + "self_attn.v_proj." + kind, new Place(tensor, Cut.VALUES));
            } else {
                places.put(layer + toRight(OPEN_CLIP_LAYER, rest), Place.whole(tensor));
            }
        } else if (key.equals("positional_embedding")) {
            places.put(POSITIONS, Place.whole(tensor));
        } else if (key.equals("text_projection")) {
            places.put(PROJECTION, new Place(tensor, Cut.TRANSPOSED));
        } else {
            places.put(toRight(OPEN_CLIP_NAMES, key), Place.whole(tensor));
        }
    }

    /**
     * Of what each tensor of OpenCLIP's text encoder is made in a single file to write: one weight, transposed where it is the
     * {@code text_projection}, or the rows of three after each other.
     *
     * @param diffusersKeys its keys in the diffusers layout
     * @param prefix {@link #OPEN_CLIP} or {@link #OPEN_CLIP_XL}
     */
    public static Map<String, List<String>> openClipToWrite(Collection<String> diffusersKeys, String prefix) {
        Map<String, List<String>> tensors = new LinkedHashMap<>();
        for (String key : diffusersKeys) {
            Matcher layer = CLIP_LAYER.matcher(key);
            if (layer.matches()) {
                String block = prefix + "transformer.resblocks." + number(layer, 1) + ".";
                String rest = layer.group(2);
                if (rest.startsWith("self_attn.q_proj.")) {
                    String kind = rest.substring("self_attn.q_proj.".length());
                    tensors.put(
                            block + "attn.in_proj_" + kind,
                            List.of(key, key.replace(".q_proj.", ".k_proj."), key.replace(".q_proj.", ".v_proj.")));
                } else if (!rest.startsWith("self_attn.k_proj.") && !rest.startsWith("self_attn.v_proj.")) {
                    tensors.put(block + toLeft(OPEN_CLIP_LAYER, rest), List.of(key));
                }
            } else if (key.equals(POSITIONS)) {
                tensors.put(prefix + "positional_embedding", List.of(key));
            } else if (key.equals(PROJECTION)) {
                tensors.put(prefix + "text_projection", List.of(key));
            } else {
                tensors.put(prefix + toLeft(OPEN_CLIP_NAMES, key), List.of(key));
            }
        }
        return tensors;
    }

    private static Map<String, String> renamed(
            Collection<String> singleFileKeys, String prefix, UnaryOperator<String> toDiffusers) {
        Map<String, String> keys = new LinkedHashMap<>();
        for (String key : singleFileKeys) {
            if (key.startsWith(prefix)) {
                keys.put(toDiffusers.apply(key.substring(prefix.length())), key);
            }
        }
        return keys;
    }

    /** Blocks are numbered through: with L layers a level takes L resnets and one downsampler, L+1 going up. */
    private static String unetToDiffusers(String key, int layers) {
        Matcher input = INPUT_BLOCK.matcher(key);
        if (input.matches() && number(input, 1) > 0) {
            int level = (number(input, 1) - 1) / (layers + 1);
            int layer = (number(input, 1) - 1) % (layers + 1);
            String rest = input.group(3);
            if (rest.startsWith("op.")) {
                return "down_blocks." + level + ".downsamplers.0.conv." + rest.substring("op.".length());
            }
            return "down_blocks." + level + unetLayer(number(input, 2), layer, rest);
        }
        Matcher output = OUTPUT_BLOCK.matcher(key);
        if (output.matches()) {
            int level = number(output, 1) / (layers + 1);
            int layer = number(output, 1) % (layers + 1);
            String rest = output.group(3);
            if (rest.startsWith("conv.")) {
                return "up_blocks." + level + ".upsamplers.0." + rest;
            }
            return "up_blocks." + level + unetLayer(number(output, 2), layer, rest);
        }
        if (key.startsWith("middle_block.0.")) {
            return "mid_block.resnets.0." + toRight(UNET_RESNET, key.substring("middle_block.0.".length()));
        }
        if (key.startsWith("middle_block.2.")) {
            return "mid_block.resnets.1." + toRight(UNET_RESNET, key.substring("middle_block.2.".length()));
        }
        return toRight(UNET_NAMES, key);
    }

    private static String unetLayer(int place, int layer, String rest) {
        return place == 0
                ? ".resnets." + layer + "." + toRight(UNET_RESNET, rest)
                : ".attentions." + layer + "." + rest;
    }

    private static String unetToOriginal(String key, int layers, Collection<String> all) {
        Matcher down = DOWN_BLOCK.matcher(key);
        if (down.matches()) {
            int first = 1 + number(down, 1) * (layers + 1);
            String rest = down.group(4);
            return switch (down.group(2)) {
                case "resnets" -> "input_blocks." + (first + number(down, 3)) + ".0." + toLeft(UNET_RESNET, rest);
                case "attentions" -> "input_blocks." + (first + number(down, 3)) + ".1." + rest;
                default -> "input_blocks." + (first + layers) + ".0.op." + rest.substring("conv.".length());
            };
        }
        Matcher up = UP_BLOCK.matcher(key);
        if (up.matches()) {
            int first = number(up, 1) * (layers + 1);
            String rest = up.group(4);
            String attention = "up_blocks." + up.group(1) + ".attentions.";
            return switch (up.group(2)) {
                case "resnets" -> "output_blocks." + (first + number(up, 3)) + ".0." + toLeft(UNET_RESNET, rest);
                case "attentions" -> "output_blocks." + (first + number(up, 3)) + ".1." + rest;
                default ->
                    "output_blocks." + (first + layers)
                            + (all.stream().anyMatch(other -> other.startsWith(attention)) ? ".2." : ".1.") + rest;
            };
        }
        if (key.startsWith("mid_block.resnets.0.")) {
            return "middle_block.0." + toLeft(UNET_RESNET, key.substring("mid_block.resnets.0.".length()));
        }
        if (key.startsWith("mid_block.resnets.1.")) {
            return "middle_block.2." + toLeft(UNET_RESNET, key.substring("mid_block.resnets.1.".length()));
        }
        return toLeft(UNET_NAMES, key);
    }

    /** The decoder's levels are numbered from the picture in the original, from the latents in diffusers. */
    private static String vaeToDiffusers(String key, int last) {
        Matcher down = VAE_DOWN.matcher(key);
        if (down.matches()) {
            return "encoder.down_blocks." + down.group(1) + ".resnets." + down.group(2) + "."
                    + toRight(VAE_RESNET, down.group(3));
        }
        Matcher downsample = VAE_DOWNSAMPLE.matcher(key);
        if (downsample.matches()) {
            return "encoder.down_blocks." + downsample.group(1) + ".downsamplers.0." + downsample.group(2);
        }
        Matcher up = VAE_UP.matcher(key);
        if (up.matches()) {
            return "decoder.up_blocks." + (last - number(up, 1)) + ".resnets." + up.group(2) + "."
                    + toRight(VAE_RESNET, up.group(3));
        }
        Matcher upsample = VAE_UPSAMPLE.matcher(key);
        if (upsample.matches()) {
            return "decoder.up_blocks." + (last - number(upsample, 1)) + ".upsamplers.0." + upsample.group(2);
        }
        return within(key, rest -> toRight(VAE_NAMES, rest));
    }

    private static String vaeToOriginal(String key, int last) {
        Matcher down = VAE_DOWN_BLOCK.matcher(key);
        if (down.matches()) {
            return "encoder.down." + down.group(1)
                    + (down.group(2).equals("resnets")
                            ? ".block." + down.group(3) + "." + toLeft(VAE_RESNET, down.group(4))
                            : ".downsample." + down.group(4));
        }
        Matcher up = VAE_UP_BLOCK.matcher(key);
        if (up.matches()) {
            return "decoder.up." + (last - number(up, 1))
                    + (up.group(2).equals("resnets")
                            ? ".block." + up.group(3) + "." + toLeft(VAE_RESNET, up.group(4))
                            : ".upsample." + up.group(4));
        }
        return within(key, rest -> toLeft(VAE_NAMES, rest));
    }

    /** Renames what follows {@code encoder.} or {@code decoder.}. */
    private static String within(String key, UnaryOperator<String> rename) {
        for (String half : List.of("encoder.", "decoder.")) {
            if (key.startsWith(half)) {
                return half + rename.apply(key.substring(half.length()));
            }
        }
        return key;
    }

    private static String toRight(List<Names> pairs, String key) {
        for (Names pair : pairs) {
            if (key.startsWith(pair.original())) {
                return pair.diffusers() + key.substring(pair.original().length());
            }
        }
        return key;
    }

    private static String toLeft(List<Names> pairs, String key) {
        for (Names pair : pairs) {
            if (key.startsWith(pair.diffusers())) {
                return pair.original() + key.substring(pair.diffusers().length());
            }
        }
        return key;
    }

    private static int number(Matcher matcher, int group) {
        return Integer.parseInt(matcher.group(group));
    }

    private static int highest(Collection<String> keys, Pattern pattern) {
        return keys.stream()
                .map(pattern::matcher)
                .filter(Matcher::matches)
                .mapToInt(matcher -> number(matcher, 1))
                .max()
                .orElse(0);
    }
}
