package graft.nodes.sampling;

import graft.node.Problem;
import graft.picture.Images;
import graft.picture.Mask;
import graft.picture.Picture;
import graft.picture.Scaling;
import java.util.ArrayList;
import java.util.List;

/**
 * Pictures and the mask over them at sizes that latents can be made of, as ComfyUI's nodes for inpainting take them: what is too
 * wide or high by a part of a latent is cut off around.
 *
 * @param pictures one or more of one size
 * @param mask of the same size, a plane for each or one for all
 */
record MaskedPictures(List<Picture> pictures, Mask mask) {

    private static final float GREY = 0.5f;

    /**
     * Brings them together.
     *
     * @param factor pixels along a side of a latent
     * @throws Problem at its socket, for pictures of several sizes, smaller than a latent, or fewer than the mask's planes
     */
    static MaskedPictures of(Images images, Mask mask, int factor) {
        List<Picture> given = images.pictures();
        EncodedPictures.checkSizes(given);
        int width = given.get(0).width();
        int height = given.get(0).height();
        if (width < factor || height < factor) {
            throw new Problem(
                            "cannot encode pictures of " + width + "×" + height + " pixels",
                            "a latent of the model stands for " + factor + "×" + factor,
                            "choose larger pictures")
                    .at("images");
        }
        if (mask.count() != 1 && mask.count() != given.size()) {
            throw new Problem(
                            "cannot share " + mask.count() + " masks out among " + given.size() + " pictures",
                            "there is one mask for all, or one for each",
                            "wire in as many masks as pictures, or one")
                    .at("mask");
        }
        Mask fitted = mask.scaled(width, height, Scaling.BILINEAR);
        return new MaskedPictures(
                given.stream()
                        .map(picture -> EncodedPictures.whole(picture, factor))
                        .toList(),
                fitted.cut(width % factor / 2, height % factor / 2, width - width % factor, height - height % factor));
    }

    /** The pictures with grey where the rounded mask is 1. */
    List<Picture> greyed() {
        Mask whole = mask.rounded();
        List<Picture> greyed = new ArrayList<>();
        for (Picture picture : pictures) {
            float[] covered = whole.planes().get(greyed.size() % whole.count());
            float[] rgb = picture.rgb().clone();
            for (int i = 0; i < rgb.length; i++) {
                rgb[i] = covered[i / 3] == 0 ? rgb[i] : GREY;
            }
            greyed.add(new Picture(picture.width(), picture.height(), rgb));
        }
        return greyed;
    }
}
