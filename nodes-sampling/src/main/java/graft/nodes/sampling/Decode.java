package graft.nodes.sampling;

import graft.model.Checkpoint;
import graft.model.Latents;
import graft.model.Parts;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Run;
import graft.node.SettingGroup;
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

    @SettingGroup
    TileChoice tiling = new TileChoice();

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
        int tile = tiling.tile(model, width, height, model.decoding(width, height), run);
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
