package graft.nodes.sampling;

import graft.model.Checkpoint;
import graft.model.Tiling;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.tensor.Memory;

/** Whether a VAE goes over pictures in tiles, and what is said of it. */
final class TileChoice {

    @Setting(
            advanced = true,
            help =
                    "Whether the VAE goes over a picture in overlapping tiles, which takes less memory and changes colours slightly:"
                            + " auto where the whole does not fit into the free memory.")
    Tiling tiles = Tiling.AUTO;

    @Setting(
            advanced = true,
            min = 64,
            max = 8192,
            step = 64,
            unit = "pixels",
            help =
                    "Along a side of a tile; neighbours overlap by a quarter. Smaller ones take less memory and change more.")
    int tileSize = 512;

    /**
     * Chooses, and tells the run where there are tiles, as the picture then is not the same bit for bit.
     *
     * @param whole bytes that the VAE takes for a whole picture
     * @return pixels along a side of a tile; 0 for none
     */
    int tile(Checkpoint model, int width, int height, long whole, Run run) {
        int factor = model.vae().factor();
        if (tileSize % factor != 0 || tileSize < 4 * factor) {
            throw new Problem(
                            "cannot cut tiles of " + tileSize + " pixels",
                            "a latent of this model stands for " + factor + " by " + factor + " pixels",
                            "set tileSize to a multiple of " + factor + " from " + 4 * factor + " on")
                    .at("tileSize");
        }
        boolean fits = width <= tileSize && height <= tileSize;
        if (fits || !tiles.wanted(whole, model.compute().freeMemory())) {
            return 0;
        }
        String what = width + "×" + height + " pixels were taken in tiles of " + tileSize
                + ", which changes colours slightly";
        if (tiles == Tiling.AUTO) {
            run.warn(what + ": the whole takes about " + Memory.words(whole) + " of memory, and less is free.");
        } else {
            run.log(what + ".");
        }
        return tileSize;
    }
}
