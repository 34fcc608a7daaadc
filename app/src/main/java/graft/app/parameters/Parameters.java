package graft.app.parameters;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a picture was drawn, as another program says it.
 *
 * @param program whose text it is
 * @param prompt without the tags of LoRAs
 * @param samplers ids that its sampler may be here, the likest first
 * @param spacings ids that its schedule may be here, likewise
 * @param sampler what it calls sampler and schedule
 * @param weighting what prompts' emphasis means there: a choice of Encode Prompt, if that has it
 * @param clipSkip layers of the text encoder from the end, 1 for all
 * @param embeddings words of embeddings that its prompts use by their bare names
 * @param denoise below 1 where it drew on a picture
 * @param second a second, larger pass
 * @param rest what of its text has no meaning here, by name
 * @param remarks what is otherwise here
 */
record Parameters(
        String program,
        String prompt,
        String negative,
        List<String> samplers,
        List<String> spacings,
        String sampler,
        String weighting,
        int steps,
        double guidance,
        long seed,
        int width,
        int height,
        int clipSkip,
        Resource model,
        Resource vae,
        List<Laid> loras,
        List<String> embeddings,
        double denoise,
        Optional<SecondPass> second,
        Map<String, String> rest,
        List<String> remarks) {

    /**
     * A file, as it is named there.
     *
     * @param name without ending; empty where it is not said
     * @param hash the first digits of its SHA-256; empty where it is not said
     */
    record Resource(String name, String hash) {
        static final Resource NONE = new Resource("", "");
    }

    /** A LoRA and its strengths. */
    record Laid(Resource file, double unet, double text) {}

    /**
     * What was drawn on the picture of the first.
     *
     * @param upscaler its name there; of latents where it begins "Latent"
     */
    record SecondPass(int width, int height, int steps, double denoise, String upscaler) {}
}
