package graft.model;

/**
 * The colours that latents show best, for previews that need no decoder.
 *
 * @param rows red, green and blue, −1 to 1, for each channel of the latents, and what is added to them in the last row
 */
@SuppressWarnings("ArrayRecordComponent") // looked up, never compared or changed
public record LatentColours(float[][] rows) {

    /** How many channels latents of these colours have. */
    public int channels() {
        return rows.length - 1;
    }
}
