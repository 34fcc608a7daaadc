package graft.file;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    /** What kind of model a single file holds. */
    public enum Family {
        SD1,
        SD2,
        SDXL,
        /** A UNet that also takes a mask and a masked picture: 9 channels in. */
        INPAINTING
    }

    private static final String UNET = "model.diffusion_model.";
    private static final String VAE = "first_stage_model.";
    private static final String TEXT = "cond_stage_model.transformer.";
    private static final String OPEN_CLIP = "cond_stage_model.model.";
    private static final String OPEN_CLIP_XL = "conditioner.embedders.1.";

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

    private static final List<Names> VAE_RESNET = List.of(new Names("nin_shortcut.", "conv_shortcut."));

    /** How a name, or the beginning of one, is spelled on both sides. */
    private record Names(String original, String diffusers) {}

    private OriginalLayout() {}

    /** Whether these are keys of a single file rather than of one part in the diffusers layout. */
    public static boolean is(Collection<String> keys) {
        return keys.stream().anyMatch(key -> key.startsWith(UNET));
    }

    /** What kind of model a single file holds, by the keys and widths that differ. */
    public static Family family(SafeTensors file) {
        if (width(file, UNET + "input_blocks.0.0.weight", 1).equals(Optional.of(9L))) {
            return Family.INPAINTING;
        }
        if (file.names().stream().anyMatch(key -> key.startsWith(OPEN_CLIP_XL))) {
            return Family.SDXL;
        }
        boolean wide = width(file, UNET + "input_blocks.2.1.transformer_blocks.0.attn2.to_k.weight", 1)
                .equals(Optional.of(1024L));
        return wide || file.names().stream().anyMatch(key -> key.startsWith(OPEN_CLIP)) ? Family.SD2 : Family.SD1;
    }

    private static Optional<Long> width(SafeTensors file, String key, int axis) {
        if (!file.names().contains(key)) {
            return Optional.empty();
        }
        long[] shape = file.entry(key).shape();
        return axis < shape.length ? Optional.of(shape[axis]) : Optional.empty();
    }

    /** The UNet's keys, found among all keys of a single file. */
    public static Map<String, String> unet(Collection<String> singleFileKeys) {
        int layers = singleFileKeys.stream()
                .filter(key -> key.startsWith(UNET))
                .map(key -> DOWNSAMPLER.matcher(key.substring(UNET.length())))
                .filter(Matcher::matches)
                .mapToInt(matcher -> number(matcher, 1) - 1)
                .min()
                .orElse(Integer.MAX_VALUE - 1);
        return renamed(singleFileKeys, UNET, key -> unetToDiffusers(key, layers));
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

    /** The VAE's keys, found among all keys of a single file; see {@link #vaeShape} for the one shape that differs. */
    public static Map<String, String> vae(Collection<String> singleFileKeys) {
        int last = highest(singleFileKeys, Pattern.compile(Pattern.quote(VAE) + "decoder\\.up\\.(\\d{1,6})\\..+"));
        Map<String, String> keys = renamed(singleFileKeys, VAE, key -> vaeToDiffusers(key, last));
        // Training files also carry the discriminator and its loss.
        keys.keySet().removeIf(key -> key.startsWith("loss."));
        return keys;
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
     * The SD 1.x text encoder's keys, found among all keys of a single file; diffusers keys start with
     * {@code text_model.}, also where an old merge left that out.
     */
    public static Map<String, String> textEncoder(Collection<String> singleFileKeys) {
        Map<String, String> keys =
                renamed(singleFileKeys, TEXT, key -> key.startsWith("text_model.") ? key : "text_model." + key);
        // Not weights: an index that may even be stored as float.
        keys.keySet().removeIf(key -> key.endsWith(".position_ids"));
        return keys;
    }

    /** The SD 1.x text encoder's keys for a single file to write, from its keys in the diffusers layout. */
    public static Map<String, String> textEncoderToWrite(Collection<String> diffusersKeys) {
        Map<String, String> keys = new LinkedHashMap<>();
        for (String key : diffusersKeys) {
            keys.put(key, TEXT + (key.startsWith("text_model.") ? key : "text_model." + key));
        }
        return keys;
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
