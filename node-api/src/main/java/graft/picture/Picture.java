package graft.picture;

import java.awt.image.BufferedImage;
import java.util.Arrays;

/**
 * One picture on the Java heap: sRGB in rows from the top, red, green and blue interleaved.
 *
 * <p>Layout {@code rgb[(y * width + x) * 3 + channel]}, values 0 to 1 as displayed (not linear light). Immutable by
 * agreement: whoever holds one never writes to {@code rgb}.
 */
public final class Picture {

    private final int width;
    private final int height;
    private final float[] rgb;

    /** Takes over {@code rgb}: the caller no longer writes to it. */
    public Picture(int width, int height, float[] rgb) {
        if (width < 1 || height < 1 || rgb.length != Math.multiplyExact(Math.multiplyExact(width, height), 3)) {
            throw new IllegalArgumentException(rgb.length + " values for " + width + "×" + height + "×3");
        }
        this.width = width;
        this.height = height;
        this.rgb = rgb;
    }

    /** The picture of an image without transparency, whatever its raster. */
    public static Picture of(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        int[] packed = image.getRGB(0, 0, width, height, null, 0, width);
        float[] rgb = new float[packed.length * 3];
        for (int i = 0; i < packed.length; i++) {
            rgb[3 * i] = (packed[i] >> 16 & 0xFF) / 255f;
            rgb[3 * i + 1] = (packed[i] >> 8 & 0xFF) / 255f;
            rgb[3 * i + 2] = (packed[i] & 0xFF) / 255f;
        }
        return new Picture(width, height, rgb);
    }

    /**
     * The picture of one image in a decoder's output.
     *
     * @param planes red, then green, then blue plane, each {@code height * width}, values -1 to 1, clamped if beyond
     * @param offset where the red plane begins
     */
    public static Picture ofPlanes(float[] planes, int offset, int width, int height) {
        int plane = width * height;
        float[] rgb = new float[3 * plane];
        for (int channel = 0; channel < 3; channel++) {
            int from = offset + channel * plane;
            for (int i = 0; i < plane; i++) {
                rgb[3 * i + channel] = Math.min(1f, Math.max(0f, planes[from + i] / 2 + 0.5f));
            }
        }
        return new Picture(width, height, rgb);
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    /** The values themselves, not a copy. */
    public float[] rgb() {
        return rgb;
    }

    /** One of red (0), green (1) and blue (2) as a plane {@code [height, width]}, 0 to 1. */
    public float[] channel(int colour) {
        float[] plane = new float[width * height];
        for (int i = 0; i < plane.length; i++) {
            plane[i] = rgb[3 * i + colour];
        }
        return plane;
    }

    /** The values as an encoder takes them: red, green and blue planes {@code [3, height, width]}, -1 to 1. */
    public float[] toPlanes() {
        int plane = width * height;
        float[] planes = new float[rgb.length];
        for (int channel = 0; channel < 3; channel++) {
            for (int i = 0; i < plane; i++) {
                planes[channel * plane + i] = rgb[3 * i + channel] * 2 - 1;
            }
        }
        return planes;
    }

    /** The values in the same layout, each rounded to the nearest of 256. */
    public int[] toBytes() {
        int[] bytes = new int[rgb.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = byteOf(rgb[i]);
        }
        return bytes;
    }

    /** An image of type {@code TYPE_INT_RGB}, each value rounded to the nearest of 256. */
    public BufferedImage toBufferedImage() {
        int[] packed = new int[width * height];
        for (int i = 0; i < packed.length; i++) {
            packed[i] = byteOf(rgb[3 * i]) << 16 | byteOf(rgb[3 * i + 1]) << 8 | byteOf(rgb[3 * i + 2]);
        }
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, width, height, packed, 0, width);
        return image;
    }

    /** This picture at another size; itself when the size is its own. */
    public Picture fitted(int toWidth, int toHeight, Fit fit) {
        return fitted(toWidth, toHeight, fit, 0.5, 0.5);
    }

    /** This picture with its longer side of so many pixels at the most; itself when it is no longer. */
    public Picture within(int longest) {
        double scale = Math.min(1, (double) longest / Math.max(width, height));
        return fitted(
                Math.max(1, (int) Math.round(width * scale)),
                Math.max(1, (int) Math.round(height * scale)),
                Fit.STRETCH);
    }

    /**
     * As {@link #fitted(int, int, Fit)}, cut elsewhere than in the middle.
     *
     * @param cutAcross where {@link Fit#CROP} cuts, 0 to keep the left edge, 1 to keep the right one
     * @param cutDown likewise from the top
     */
    public Picture fitted(int toWidth, int toHeight, Fit fit, double cutAcross, double cutDown) {
        if (toWidth == width && toHeight == height) {
            return this;
        }
        Cut cut = Cut.of(width, height, toWidth, toHeight, fit, cutAcross, cutDown);
        return scaled(cut.scaledWidth(), cut.scaledHeight()).window(cut.left(), cut.top(), toWidth, toHeight);
    }

    /** Left becomes right. */
    public Picture mirrored() {
        float[] other = new float[rgb.length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                System.arraycopy(rgb, 3 * (y * width + x), other, 3 * (y * width + width - 1 - x), 3);
            }
        }
        return new Picture(width, height, other);
    }

    /**
     * This picture at another size by one of ComfyUI's ways. Bicubic overshoots at edges: values may then lie a little beyond 0
     * to 1, as they do there.
     */
    public Picture scaled(int toWidth, int toHeight, Scaling way, Crop crop) {
        int plane = width * height;
        float[] planes = new float[rgb.length];
        for (int channel = 0; channel < 3; channel++) {
            for (int i = 0; i < plane; i++) {
                planes[channel * plane + i] = rgb[3 * i + channel];
            }
        }
        float[] scaled = way.scaled(planes, width, height, toWidth, toHeight, crop);
        int size = toWidth * toHeight;
        float[] other = new float[3 * size];
        for (int channel = 0; channel < 3; channel++) {
            for (int i = 0; i < size; i++) {
                other[3 * i + channel] = scaled[channel * size + i];
            }
        }
        return new Picture(toWidth, toHeight, other);
    }

    /** A part of it; white where the window reaches beyond its edges. */
    public Picture window(int left, int top, int toWidth, int toHeight) {
        float[] part = new float[toWidth * toHeight * 3];
        Arrays.fill(part, 1f);
        int firstColumn = Math.max(0, left);
        int columns = Math.min(width, left + toWidth) - firstColumn;
        for (int y = Math.max(0, top); y < Math.min(height, top + toHeight); y++) {
            System.arraycopy(
                    rgb,
                    (y * width + firstColumn) * 3,
                    part,
                    ((y - top) * toWidth + firstColumn - left) * 3,
                    columns * 3);
        }
        return new Picture(toWidth, toHeight, part);
    }

    private Picture scaled(int toWidth, int toHeight) {
        if (toWidth == width && toHeight == height) {
            return this;
        }
        Resampling columns = Resampling.between(width, toWidth, Resampling.Filter.LANCZOS);
        float[] narrowed = new float[toWidth * height * 3];
        for (int y = 0; y < height; y++) {
            columns.apply(rgb, y * width * 3, 3, narrowed, y * toWidth * 3, 3);
        }
        Resampling rows = Resampling.between(height, toHeight, Resampling.Filter.LANCZOS);
        float[] result = new float[toWidth * toHeight * 3];
        for (int x = 0; x < toWidth; x++) {
            rows.apply(narrowed, x * 3, toWidth * 3, result, x * 3, toWidth * 3);
        }
        return new Picture(toWidth, toHeight, result);
    }

    private static int byteOf(float value) {
        return Math.round(Math.min(1f, Math.max(0f, value)) * 255f);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Picture that
                && width == that.width
                && height == that.height
                && Arrays.equals(rgb, that.rgb);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * width + height) + Arrays.hashCode(rgb);
    }

    @Override
    public String toString() {
        return "Picture[" + width + "×" + height + "]";
    }
}
