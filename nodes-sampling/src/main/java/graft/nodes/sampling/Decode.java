package graft.nodes.sampling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import graft.model.Checkpoint;
import graft.model.Images;
import graft.model.Latents;
import graft.model.Picture;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Run;
import graft.tensor.Compute;
import graft.tensor.Scope;
import java.util.ArrayList;
import java.util.List;

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

    @Output(help = "One picture for each latent of the batch.")
    Images images;

    @Override
    public void run(Run run) throws Exception {
        Compute.prepareThread();
        int count = Math.toIntExact(latents.array().getShape().get(0));
        List<Picture> pictures = new ArrayList<>();
        // One after the other: a decoder's activations are what takes the most memory of all.
        for (int i = 0; i < count; i++) {
            run.checkCancelled();
            pictures.add(picture(model, latents.array(), i));
            run.progress(i + 1, count);
        }
        images = new Images(pictures);
        run.preview(pictures.get(0).toBufferedImage());
    }

    /** Decodes one of a batch of latents, float32 [n, c, h, w], scaled. */
    @SuppressWarnings("try") // the scope is not spoken to: it frees what is made within it
    static Picture picture(Checkpoint model, NDArray latents, int index) {
        try (Scope scope = Scope.open()) {
            NDArray pixels = model.vae().decode(latents.get(new NDIndex("{}:{}", index, index + 1)));
            int height = Math.toIntExact(pixels.getShape().get(2));
            int width = Math.toIntExact(pixels.getShape().get(3));
            return Picture.ofPlanes(pixels.toFloatArray(), 0, width, height);
        }
    }
}
