package graft.model;

/** The names of a model's parts, in checkpoints, adapters and settings. */
public final class Parts {

    /** The network that denoises. */
    public static final String DENOISER = "denoiser";

    /** The text encoder, or the first of several. */
    public static final String TEXT = "text";

    /** The second text encoder. */
    public static final String TEXT_2 = "text_2";

    /** What turns pictures into latents and back; no adapter changes it. */
    public static final String VAE = "vae";

    private Parts() {}

    /** Whether a part reads prompts. */
    public static boolean isText(String part) {
        return part.startsWith(TEXT);
    }
}
