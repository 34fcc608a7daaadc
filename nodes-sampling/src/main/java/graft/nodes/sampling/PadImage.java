package graft.nodes.sampling;

import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.picture.Images;
import graft.picture.Mask;
import graft.picture.Picture;
import java.util.Arrays;
import java.util.List;

/** Puts room around pictures, to be drawn. */
@NodeType(
        id = "graft/image/pad",
        title = "Pad for Outpainting",
        category = "images",
        help =
                "Puts grey room around pictures and gives the mask of it, so that a model can draw on beyond their edges.",
        words = {"imagepadforoutpaint", "outpaint", "extend", "canvas", "border", "uncrop"})
public final class PadImage implements Node {

    private static final float GREY = 0.5f;

    @Input(help = "The pictures, all of one size.")
    Images images;

    @Setting(min = 0, max = 16384, step = 8, unit = "pixels", help = "Room on the left.")
    int left = 0;

    @Setting(min = 0, max = 16384, step = 8, unit = "pixels", help = "Room above.")
    int top = 0;

    @Setting(min = 0, max = 16384, step = 8, unit = "pixels", help = "Room on the right.")
    int right = 0;

    @Setting(min = 0, max = 16384, step = 8, unit = "pixels", help = "Room below.")
    int bottom = 0;

    @Setting(
            min = 0,
            max = 16384,
            unit = "pixels",
            help =
                    "How far into the picture the mask fades out at the sides that got room, so that no edge is seen; nowhere when"
                            + " the picture is not more than twice as large.")
    int feather = 40;

    @Output(help = "The pictures with room around them.")
    Images padded;

    @Output(help = "What is to be drawn: 1 where there is room, less and less into the picture.")
    Mask mask;

    @Override
    public void run(Run run) {
        Picture first = images.pictures().get(0);
        if (!images.pictures().stream()
                .allMatch(each -> each.width() == first.width() && each.height() == first.height())) {
            throw new Problem(
                            "cannot make one mask for these pictures",
                            "they differ in size",
                            "bring them to one size before, with Scale Image")
                    .at("images");
        }
        padded = new Images(images.pictures().stream().map(this::padded).toList());
        mask = new Mask(
                padded.pictures().get(0).width(), padded.pictures().get(0).height(), List.of(plane(first)));
    }

    private Picture padded(Picture picture) {
        int width = left + picture.width() + right;
        int height = top + picture.height() + bottom;
        float[] rgb = new float[Math.multiplyExact(3, Math.multiplyExact(width, height))];
        Arrays.fill(rgb, GREY);
        int row = 3 * picture.width();
        for (int y = 0; y < picture.height(); y++) {
            System.arraycopy(picture.rgb(), y * row, rgb, 3 * ((top + y) * width + left), row);
        }
        return new Picture(width, height, rgb);
    }

    private float[] plane(Picture picture) {
        int width = left + picture.width() + right;
        float[] plane = new float[width * (top + picture.height() + bottom)];
        Arrays.fill(plane, 1);
        boolean fades = feather > 0 && 2L * feather < picture.width() && 2L * feather < picture.height();
        for (int y = 0; y < picture.height(); y++) {
            for (int x = 0; x < picture.width(); x++) {
                plane[(top + y) * width + left + x] = fades ? faded(picture, x, y) : 0;
            }
        }
        return plane;
    }

    /** By how near the nearest side is that got room. */
    private float faded(Picture picture, int x, int y) {
        int near = Math.min(
                Math.min(top == 0 ? picture.height() : y, bottom == 0 ? picture.height() : picture.height() - y),
                Math.min(left == 0 ? picture.width() : x, right == 0 ? picture.width() : picture.width() - x));
        double share = Math.max(0, (double) (feather - near) / feather);
        return (float) (share * share);
    }
}
