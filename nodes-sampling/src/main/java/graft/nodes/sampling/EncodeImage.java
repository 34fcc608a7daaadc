package graft.nodes.sampling;

import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.model.Checkpoint;
import graft.model.Latents;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.SettingGroup;
import graft.picture.Fit;
import graft.picture.Images;
import graft.picture.Picture;
import graft.tensor.Compute;
import graft.tensor.Scope;
import java.util.List;
import java.util.Map;

/** Turns pictures into latents, to draw on from them. */
@NodeType(
        id = "graft/images/encode",
        title = "Encode Image",
        category = "latents",
        help = "Turns pictures into latents, with the model's VAE, so that the sampler can start from them.",
        words = {"vae", "img2img", "latent", "picture"})
public final class EncodeImage implements Node {

    @Input(help = "The model whose VAE encodes them.")
    Checkpoint model;

    @Input(help = "The pictures.")
    Images images;

    @Setting(min = 0, max = 8192, step = 8, unit = "pixels", help = "Width to bring them to; 0 keeps their own.")
    int width = 0;

    @Setting(min = 0, max = 8192, step = 8, unit = "pixels", help = "Height to bring them to; 0 keeps their own.")
    int height = 0;

    @Setting(help = "How pictures of another shape are made to fit: cut, padded with white, or stretched.")
    Fit fit = Fit.CROP;

    @SettingGroup
    TileChoice tiling = new TileChoice();

    @Output(help = "The latents: what the encoder expects of the picture, without noise, so always the same.")
    Latents latents;

    @Override
    public void run(Run run) throws Exception {
        Compute.prepareThread();
        List<Picture> pictures = images.pictures();
        int toWidth = width == 0 ? pictures.get(0).width() : width;
        int toHeight = height == 0 ? pictures.get(0).height() : height;
        int factor = model.spec().pixelsPerLatent();
        EmptyLatents.divided(toWidth, factor, "width");
        EmptyLatents.divided(toHeight, factor, "height");
        int tile = tiling.tile(model, toWidth, toHeight, model.encoding(toWidth, toHeight), run);
        try (Scope scope = Scope.open();
                NDManager working = model.compute().newManager()) {
            NDList encoded = new NDList();
            for (Picture picture : pictures) {
                run.checkCancelled();
                boolean asIs = picture.width() == toWidth && picture.height() == toHeight;
                if (!asIs && (width == 0 || height == 0)) {
                    throw new Problem(
                                    "the pictures differ in size",
                                    "one is " + toWidth + "×" + toHeight + ", another " + picture.width() + "×"
                                            + picture.height(),
                                    "set a width and height to bring them to")
                            .at("width");
                }
                float[] planes = picture.fitted(toWidth, toHeight, fit).toPlanes();
                encoded.add(model.vae().encode(working.create(planes, new Shape(1, 3, toHeight, toWidth)), null, tile));
                run.progress("picture", encoded.size(), pictures.size(), Map.of());
            }
            latents = new Latents(
                    scope.keep(NDArrays.concat(encoded, 0), model.compute().newManager()), false);
        }
    }
}
