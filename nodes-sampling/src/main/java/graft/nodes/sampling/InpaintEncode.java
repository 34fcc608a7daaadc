package graft.nodes.sampling;

import graft.model.Checkpoint;
import graft.model.Latents;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Run;
import graft.node.Setting;
import graft.node.SettingGroup;
import graft.picture.Images;
import graft.picture.Mask;
import graft.tensor.Compute;

/** Turns a picture into latents of which a part is to be drawn from nothing. */
@NodeType(
        id = "graft/latents/inpaint-encode",
        title = "Encode for Inpainting",
        category = "latents",
        help =
                "Turns pictures into latents with grey in place of what the mask covers, and has the sampler draw that part: for"
                        + " inpainting models, at denoise 1. To change a part and keep something of it, use Encode Image and Set Noise"
                        + " Mask.",
        words = {"vaeencodeforinpaint", "inpaint", "fill", "remove", "vae", "mask"})
public final class InpaintEncode implements Node {

    @Input(help = "The model whose VAE encodes them.")
    Checkpoint model;

    @Input(help = "The pictures, all of one size.")
    Images images;

    @Input(help = "1 where it is to be drawn, of any size.")
    Mask mask;

    @Setting(
            min = 0,
            max = 64,
            unit = "pixels",
            help = "How much larger the drawn part is than what is covered, so that no seam is seen.")
    int grow = 6;

    @SettingGroup
    TileChoice tiling = new TileChoice();

    @Output(help = "The latents with their mask.")
    Latents latents;

    @Override
    public void run(Run run) throws Exception {
        Compute.prepareThread();
        MaskedPictures masked = MaskedPictures.of(images, mask, model.spec().pixelsPerLatent());
        latents = Latents.masked(
                EncodedPictures.of(model, masked.greyed(), tiling, run),
                masked.mask().grown(grow));
    }
}
