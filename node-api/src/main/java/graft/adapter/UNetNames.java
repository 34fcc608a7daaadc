package graft.adapter;

import graft.file.OriginalLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What the layers of a UNet are called in the original layout and in diffusers, with no model at hand: it has two ResNets a
 * level, as all of Stable Diffusion have.
 */
final class UNetNames {

    private static final Pattern ORIGINAL =
            Pattern.compile("(input_blocks|middle_block|output_blocks|time_embed|label_emb|out)\\..+");

    private static final String ROOT = "model.diffusion_model.";
    private static final String WEIGHT = ".weight";

    /** Tells the original layout that the next level begins after two ResNets. */
    private static final String DOWNSAMPLER = ROOT + "input_blocks.3.0.op" + WEIGHT;

    /** The same, and that an upsampler comes after attention: on the two inner levels of XL. */
    private static final List<String> LAST_RESNET_AND_ATTENTIONS = List.of(
            "down_blocks.0.resnets.1.conv1" + WEIGHT,
            "up_blocks.0.attentions.0.proj_in" + WEIGHT,
            "up_blocks.1.attentions.0.proj_in" + WEIGHT);

    private UNetNames() {}

    /** Whether a path, with dots, is one of the original layout. */
    static boolean isOriginal(String module) {
        return ORIGINAL.matcher(module).matches();
    }

    /** The path in diffusers of one in the original layout. */
    static String toDiffusers(String original) {
        String key = ROOT + original + WEIGHT;
        for (Map.Entry<String, String> names :
                OriginalLayout.unet(List.of(key, DOWNSAMPLER)).entrySet()) {
            if (names.getValue().equals(key)) {
                return withoutWeight(names.getKey());
            }
        }
        throw new AssertionError(original);
    }

    /** The path in the original layout of Stable Diffusion XL of one in diffusers. */
    static String toOriginalOfXl(String diffusers) {
        String key = diffusers + WEIGHT;
        List<String> all = new ArrayList<>(LAST_RESNET_AND_ATTENTIONS);
        all.add(key);
        return withoutWeight(OriginalLayout.unetToWrite(all).get(key).substring(ROOT.length()));
    }

    private static String withoutWeight(String key) {
        return key.substring(0, key.length() - WEIGHT.length());
    }
}
