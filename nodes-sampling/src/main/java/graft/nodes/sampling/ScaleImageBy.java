package graft.nodes.sampling;

import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Run;
import graft.node.Setting;
import graft.picture.Crop;
import graft.picture.Images;
import graft.picture.Picture;
import graft.picture.Scaling;

/** Makes pictures larger or smaller by a factor. */
@NodeType(
        id = "graft/image/scale-by",
        title = "Scale Image By",
        category = "images",
        help = "Makes pictures larger or smaller by a factor, in the ways that ComfyUI has.",
        words = {"imagescaleby", "resize", "upscale", "enlarge", "shrink", "factor", "lanczos"})
public final class ScaleImageBy implements Node {

    @Input(help = "The pictures.")
    Images images;

    @Setting(min = 0.01, max = 8, step = 0.05, help = "How many times larger each side becomes.")
    double factor = 1;

    @Setting(help = "How: lanczos is the finest, area the best to shrink by much, nearest keeps pixels square.")
    ImageScaling method = ImageScaling.LANCZOS;

    @Output(help = "The pictures at the new size.")
    Images scaled;

    @Override
    public void run(Run run) {
        scaled = new Images(images.pictures().stream().map(this::scaled).toList());
    }

    private Picture scaled(Picture picture) {
        return picture.scaled(
                Scaling.times(picture.width(), factor),
                Scaling.times(picture.height(), factor),
                method.way(),
                Crop.NONE);
    }
}
