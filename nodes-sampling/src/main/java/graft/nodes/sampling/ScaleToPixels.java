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

/** Brings pictures to a number of pixels, whatever their shape. */
@NodeType(
        id = "graft/image/scale-to-pixels",
        title = "Scale Image to Total Pixels",
        category = "images",
        help =
                "Makes pictures as many megapixels large, each in its own shape: a model draws best near the size that it was"
                        + " made for.",
        words = {"imagescaletototalpixels", "megapixels", "resize", "upscale", "shrink", "size"})
public final class ScaleToPixels implements Node {

    /** As ComfyUI counts: 1024 times 1024. */
    private static final double MEGAPIXEL = 1024.0 * 1024.0;

    @Input(help = "The pictures.")
    Images images;

    @Setting(
            min = 0.001,
            max = 16,
            step = 0.05,
            unit = "megapixels",
            help = "How many pixels, in millions of 1024 times 1024: 1 for Stable Diffusion XL, 0.25 for 1.x.")
    double megapixels = 1;

    @Setting(help = "How: lanczos is the finest, area the best to shrink by much, nearest keeps pixels square.")
    ImageScaling method = ImageScaling.LANCZOS;

    @Output(help = "The pictures at that size.")
    Images scaled;

    @Override
    public void run(Run run) {
        scaled = new Images(images.pictures().stream().map(this::scaled).toList());
    }

    private Picture scaled(Picture picture) {
        double by = Math.sqrt(megapixels * MEGAPIXEL / ((double) picture.width() * picture.height()));
        return picture.scaled(
                Scaling.times(picture.width(), by), Scaling.times(picture.height(), by), method.way(), Crop.NONE);
    }
}
