package graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.picture.Cut;
import java.util.List;

/**
 * What a network that knows sizes is told of one picture, in pixels (Podell et al., 2023, "SDXL", section 2.2).
 *
 * @param originalHeight of the picture before it was cut; small ones are drawn as if enlarged
 * @param top of the cut; other than 0 draws a subject out of the middle
 * @param height of the cut: what is drawn or learnt
 */
public record PictureSizes(int originalHeight, int originalWidth, int top, int left, int height, int width) {

    /** A whole picture. */
    public static PictureSizes of(int height, int width) {
        return new PictureSizes(height, width, 0, 0, height, width);
    }

    /**
     * A part of a picture that was scaled before it was cut, as those were that Stable Diffusion XL learnt from: the cut is
     * counted in the scaled picture (diffusers' {@code train_text_to_image_sdxl.py}).
     *
     * @param originalHeight of the picture's file
     */
    public static PictureSizes of(int originalHeight, int originalWidth, Cut cut) {
        return new PictureSizes(
                originalHeight,
                originalWidth,
                Math.max(0, cut.top()),
                Math.max(0, cut.left()),
                cut.height(),
                cut.width());
    }

    /** [n,6] float32 of so many pictures, in the order that networks take them. */
    public static NDArray array(NDManager manager, List<PictureSizes> pictures) {
        float[] numbers = new float[6 * pictures.size()];
        for (int i = 0; i < pictures.size(); i++) {
            PictureSizes each = pictures.get(i);
            numbers[6 * i] = each.originalHeight;
            numbers[6 * i + 1] = each.originalWidth;
            numbers[6 * i + 2] = each.top;
            numbers[6 * i + 3] = each.left;
            numbers[6 * i + 4] = each.height;
            numbers[6 * i + 5] = each.width;
        }
        return manager.create(numbers, new Shape(pictures.size(), 6));
    }
}
