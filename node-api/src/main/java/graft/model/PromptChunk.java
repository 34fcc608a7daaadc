package graft.model;

import java.util.Arrays;

/**
 * As much of a prompt as a text encoder reads at once.
 *
 * @param ids its tokens with begin and end, filled up
 * @param weights what each counts; 1 for one like any other
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record PromptChunk(int[] ids, float[] weights) {

    /** Of tokens that all count alike. */
    public static PromptChunk of(int[] ids) {
        float[] ones = new float[ids.length];
        Arrays.fill(ones, 1);
        return new PromptChunk(ids, ones);
    }

    /** Whether any token counts more or less than others. */
    public boolean isWeighted() {
        for (float weight : weights) {
            if (weight != 1) {
                return true;
            }
        }
        return false;
    }
}
