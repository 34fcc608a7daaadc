package graft.model;

import java.util.List;

/**
 * One pass of a network on the way from noise to picture, as hooks are told of it.
 *
 * @param walk the same object for all passes of one walk and for no others
 * @param progress how far the walk is, from 0 (noise) to 1 (picture)
 * @param timestep in the units of the model's training
 * @param rows of the batch, in order
 */
public record NetworkPass(Object walk, double progress, double timestep, List<Row> rows) {

    public NetworkPass {
        rows = List.copyOf(rows);
    }

    /**
     * Of which picture and prompt a row of the batch is.
     *
     * @param negative whether the prompt is one of what is not to be drawn
     * @param picture counted from 0 within the batch of latents
     */
    public record Row(boolean negative, int picture) {}
}
