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

/** Brings pictures to a size. */
@NodeType(
        id = "graft/image/scale",
        title = "Scale Image",
        category = "images",
        help = "Brings pictures to a size, in the ways that ComfyUI has.",
        words = {"imagescale", "resize", "upscale", "enlarge", "shrink", "lanczos", "bicubic"})
public final class ScaleImage implements Node {

    @Input(help = "The pictures.")
    Images images;

    @Setting(min = 0, max = 16384, unit = "pixels", help = "Width to bring them to; 0 keeps the ratio of the sides.")
    int width = 512;

    @Setting(min = 0, max = 16384, unit = "pixels", help = "Height to bring them to; 0 keeps the ratio of the sides.")
    int height = 512;

    @Setting(help = "How: lanczos is the finest, area the best to shrink by much, nearest keeps pixels square.")
    ImageScaling method = ImageScaling.LANCZOS;

    @Setting(help = "What becomes of pictures of another shape: stretched, or cut to the middle.")
    Crop crop = Crop.NONE;

    @Output(help = "The pictures at that size.")
    Images scaled;

    @Override
    public void run(Run run) {
        scaled = new Images(images.pictures().stream().map(this::scaled).toList());
    }

    private Picture scaled(Picture picture) {
        if (width == 0 && height == 0) {
            return picture;
        }
        int wide = width == 0 ? along(picture.width(), height, picture.height()) : width;
        int high = height == 0 ? along(picture.height(), width, picture.width()) : height;
        return picture.scaled(wide, high, method.way(), crop);
    }

    private static int along(int side, int other, int from) {
        return Math.max(1, (int) Math.rint((double) side * other / from));
    }
}
