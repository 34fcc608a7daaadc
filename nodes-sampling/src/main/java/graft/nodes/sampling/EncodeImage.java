package graft.nodes.sampling;

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
import java.util.ArrayList;
import java.util.List;

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

    @Setting(
            min = 0,
            max = 8192,
            step = 8,
            unit = "pixels",
            help = "Width to bring them to; 0 keeps their own, cut to whole latents.")
    int width = 0;

    @Setting(
            min = 0,
            max = 8192,
            step = 8,
            unit = "pixels",
            help = "Height to bring them to; 0 keeps their own, cut to whole latents.")
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
        int factor = model.spec().pixelsPerLatent();
        List<Picture> pictures = images.pictures();
        int toWidth = width == 0 ? pictures.get(0).width() : width;
        int toHeight = height == 0 ? pictures.get(0).height() : height;
        if (width != 0) {
            EmptyLatents.divided(toWidth, factor, "width");
        }
        if (height != 0) {
            EmptyLatents.divided(toHeight, factor, "height");
        }
        checkFits(toWidth, toHeight, factor);
        List<Picture> fitted = new ArrayList<>();
        for (Picture picture : pictures) {
            checkSize(picture, toWidth, toHeight);
            fitted.add(EncodedPictures.whole(picture.fitted(toWidth, toHeight, fit), factor));
        }
        Picture first = fitted.get(0);
        if (first.width() != toWidth || first.height() != toHeight) {
            run.log("Of " + toWidth + "×" + toHeight + " pixels the middle " + first.width() + "×" + first.height()
                    + " are encoded, as a latent of the model stands for " + factor + "×" + factor + ".");
        }
        latents = new Latents(EncodedPictures.of(model, fitted, tiling, run), false);
    }

    private static void checkFits(int toWidth, int toHeight, int factor) {
        if (toWidth < factor || toHeight < factor) {
            throw new Problem(
                            "cannot encode a picture of " + toWidth + "×" + toHeight + " pixels",
                            "a latent of the model stands for " + factor + "×" + factor,
                            "choose a larger picture, or set a width and height to bring it to")
                    .at("width");
        }
    }

    private void checkSize(Picture picture, int toWidth, int toHeight) {
        boolean asIs = picture.width() == toWidth && picture.height() == toHeight;
        if (!asIs && (width == 0 || height == 0)) {
            throw new Problem(
                            "the pictures differ in size",
                            "one is " + toWidth + "×" + toHeight + ", another " + picture.width() + "×"
                                    + picture.height(),
                            "set a width and height to bring them to")
                    .at("width");
        }
    }
}
