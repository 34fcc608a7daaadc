package graft.nodes.sampling;

import graft.model.Checkpoint;
import graft.model.Latents;
import graft.model.Parts;
import graft.model.Tiling;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Run;
import graft.node.Setting;
import graft.picture.Images;
import graft.picture.Picture;
import graft.tensor.Compute;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Turns latents into pictures. */
@NodeType(
        id = "graft/latents/decode",
        title = "Decode",
        category = "latents",
        help = "Turns latents into pictures, with the model's VAE.",
        words = {"vae", "picture", "pixels"})
public final class Decode implements Node {

    @Input(help = "The model whose VAE decodes them.")
    Checkpoint model;

    @Input(help = "What a sampler has drawn.")
    Latents latents;

    @Setting(
            advanced = true,
            help =
                    "Whether a picture is decoded in overlapping tiles, which takes less memory and changes colours slightly: auto"
                            + " where the whole does not fit into the free memory.")
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

    @Output(help = "One picture for each latent of the batch.")
    Images images;

    @Override
    public void run(Run run) throws Exception {
        Compute.prepareThread();
        model.makeRoomFor(Parts.VAE);
        int count = Math.toIntExact(latents.array().getShape().get(0));
        int factor = model.vae().factor();
        int height = Math.toIntExact(latents.array().getShape().get(2)) * factor;
        int width = Math.toIntExact(latents.array().getShape().get(3)) * factor;
        int tile = TileChoice.of(tiles, tileSize, model, width, height, model.decoding(width, height), run);
        List<Picture> pictures = new ArrayList<>();
        // One after the other: a decoder's activations are what takes the most memory of all.
        for (int i = 0; i < count; i++) {
            run.checkCancelled();
            pictures.add(model.vae().picture(latents.array(), i, tile));
            run.progress("picture", i + 1, count, Map.of());
        }
        images = new Images(pictures);
    }
}
