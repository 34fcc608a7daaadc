package graft.nodes.sampling;

import graft.model.Checkpoint;
import graft.model.Tiling;
import graft.node.Problem;
import graft.node.Run;
import graft.tensor.Memory;

/** Whether a VAE goes over pictures in tiles, and what is said of it. */
final class TileChoice {

    private TileChoice() {}

    /**
     * Chooses, and tells the run where there are tiles, as the picture then is not the same bit for bit.
     *
     * @param size pixels along a side of a tile
     * @param whole bytes that the VAE takes for a whole picture
     * @return pixels along a side of a tile; 0 for none
     */
    static int of(Tiling tiles, int size, Checkpoint model, int width, int height, long whole, Run run) {
        int factor = model.vae().factor();
        if (size % factor != 0 || size < 4 * factor) {
            throw new Problem(
                            "cannot cut tiles of " + size + " pixels",
                            "a latent of this model stands for " + factor + " by " + factor + " pixels",
                            "set tileSize to a multiple of " + factor + " from " + 4 * factor + " on")
                    .at("tileSize");
        }
        boolean fits = width <= size && height <= size;
        if (fits || !tiles.wanted(whole, model.compute().freeMemory())) {
            return 0;
        }
        String what =
                width + "×" + height + " pixels were taken in tiles of " + size + ", which changes colours slightly";
        if (tiles == Tiling.AUTO) {
            run.warn(what + ": the whole takes about " + Memory.words(whole) + " of memory, and less is free.");
        } else {
            run.log(what + ".");
        }
        return size;
    }
}
