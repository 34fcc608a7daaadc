package graft.nodes.sampling;

import graft.model.upscale.Upscaler;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Run;
import graft.picture.Images;
import graft.picture.Picture;
import graft.tensor.Compute;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes pictures larger by a network. */
@NodeType(
        id = "graft/image/upscale",
        title = "Upscale",
        category = "images",
        help =
                "Makes pictures larger by an upscaler, which draws the detail that scaling cannot. Large ones go through it in tiles of"
                        + " 512 pixels, or smaller ones where memory is short.",
        words = {"imageupscalewithmodel", "esrgan", "enlarge", "super resolution", "hires", "resize"})
public final class UpscaleImage implements Node {

    @Input(help = "The network that does it.")
    Upscaler upscaler;

    @Input(help = "The pictures.")
    Images images;

    @Output(help = "The larger pictures.")
    Images upscaled;

    @Override
    public void run(Run run) throws Exception {
        Compute.prepareThread();
        int tile = upscaler.tile();
        int count = images.pictures().size();
        List<Picture> larger = new ArrayList<>();
        for (Picture picture : images.pictures()) {
            int before = larger.size();
            larger.add(upscaler.upscaled(picture, tile, (done, tiles) -> {
                run.checkCancelled();
                run.progress("tile", (long) before * tiles + done, (long) count * tiles, Map.of());
            }));
        }
        upscaled = new Images(larger);
    }
}
