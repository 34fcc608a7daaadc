package graft.file;

import java.util.Collection;
import java.util.Map;

/**
 * The names of a Stable Diffusion single file (the original, LDM layout) beside those of the diffusers layout.
 *
 * <p>Levels and layers are parsed from the keys, so any size works. Names on both sides are whole keys:
 * {@code model.diffusion_model.input_blocks.0.0.weight} and {@code conv_in.weight}.
 */
@SuppressWarnings("DoNotCallSuggester") // until it is written, within this issue
public final class OriginalLayout {

    private OriginalLayout() {}

    /** diffusers key of the UNet to key of the single file, for every UNet key among {@code originalKeys}. */
    public static Map<String, String> unet(Collection<String> originalKeys) {
        throw new UnsupportedOperationException(originalKeys.toString());
    }

    /** diffusers key of the VAE to key of the single file; attention weights are [C,C,1,1] there and [C,C] in diffusers. */
    public static Map<String, String> vae(Collection<String> originalKeys) {
        throw new UnsupportedOperationException(originalKeys.toString());
    }

    /** transformers key of the text encoder ({@code text_model.…}) to key of the single file (SD 1.x). */
    public static Map<String, String> textEncoder(Collection<String> originalKeys) {
        throw new UnsupportedOperationException(originalKeys.toString());
    }
}
