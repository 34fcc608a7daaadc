package graft.file;

import java.awt.Graphics2D;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/** Pictures of any kind as plain opaque {@link BufferedImage#TYPE_INT_RGB}. */
final class Rgb {

    private Rgb() {}

    /** The picture, laid on white where it lets light through. */
    static BufferedImage onWhite(BufferedImage image) {
        ColorModel colors = image.getColorModel();
        boolean gray =
                !(colors instanceof IndexColorModel) && colors.getColorSpace().getType() == ColorSpace.TYPE_GRAY;
        if (gray) {
            return gray(image, image.getColorModel().hasAlpha());
        }
        BufferedImage rgb = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
        if (!colors.hasAlpha()) {
            Graphics2D graphics = rgb.createGraphics();
            graphics.drawImage(image, 0, 0, null);
            graphics.dispose();
            return rgb;
        }
        int[] row = new int[image.getWidth()];
        for (int y = 0; y < image.getHeight(); y++) {
            image.getRGB(0, y, row.length, 1, row, 0, row.length);
            for (int x = 0; x < row.length; x++) {
                int argb = row[x];
                int alpha = argb >>> 24;
                row[x] = pack(blend(argb >> 16 & 255, alpha), blend(argb >> 8 & 255, alpha), blend(argb & 255, alpha));
            }
            rgb.setRGB(0, y, row.length, 1, row, 0, row.length);
        }
        return rgb;
    }

    /** Java takes stored greys for linear light and would brighten them; everyone else stores them as sRGB. */
    private static BufferedImage gray(BufferedImage image, boolean alpha) {
        Raster raster = image.getRaster();
        int largest = (1 << image.getColorModel().getComponentSize(0)) - 1;
        BufferedImage rgb = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
        int bands = raster.getNumBands();
        int[] row = new int[image.getWidth() * bands];
        for (int y = 0; y < image.getHeight(); y++) {
            raster.getPixels(0, y, image.getWidth(), 1, row);
            for (int x = 0; x < image.getWidth(); x++) {
                int value = scaled(row[x * bands], largest);
                int on = alpha ? blend(value, scaled(row[x * bands + 1], largest)) : value;
                rgb.setRGB(x, y, pack(on, on, on));
            }
        }
        return rgb;
    }

    /** How opaque each pixel is, as grey. */
    static BufferedImage opacity(BufferedImage image) {
        BufferedImage grey = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
        int[] row = new int[image.getWidth()];
        for (int y = 0; y < image.getHeight(); y++) {
            image.getRGB(0, y, row.length, 1, row, 0, row.length);
            for (int x = 0; x < row.length; x++) {
                int alpha = row[x] >>> 24;
                row[x] = pack(alpha, alpha, alpha);
            }
            grey.setRGB(0, y, row.length, 1, row, 0, row.length);
        }
        return grey;
    }

    /** The picture as if it let no light through. */
    static BufferedImage colours(BufferedImage image) {
        ColorModel colors = image.getColorModel();
        if (!(colors instanceof IndexColorModel) && colors.getColorSpace().getType() == ColorSpace.TYPE_GRAY) {
            return gray(image, false);
        }
        BufferedImage rgb = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
        int[] row = new int[image.getWidth()];
        for (int y = 0; y < image.getHeight(); y++) {
            image.getRGB(0, y, row.length, 1, row, 0, row.length);
            rgb.setRGB(0, y, row.length, 1, row, 0, row.length);
        }
        return rgb;
    }

    private static int scaled(int value, int largest) {
        return (int) ((value * 255L + largest / 2) / largest);
    }

    private static int blend(int value, int alpha) {
        return (value * alpha + 255 * (255 - alpha) + 127) / 255;
    }

    static int pack(int red, int green, int blue) {
        return red << 16 | green << 8 | blue;
    }

    /** The picture upright, from how EXIF says that it lies: 1 upright, 3 upside down, 6 and 8 on its side, others mirrored. */
    static BufferedImage turned(BufferedImage image, int orientation) {
        if (orientation < 2 || orientation > 8) {
            return image;
        }
        boolean sideways = orientation >= 5;
        int width = image.getWidth();
        int height = image.getHeight();
        BufferedImage upright =
                new BufferedImage(sideways ? height : width, sideways ? width : height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int right = width - 1 - x;
                int up = height - 1 - y;
                int rgb = image.getRGB(x, y);
                switch (orientation) {
                    case 2 -> upright.setRGB(right, y, rgb);
                    case 3 -> upright.setRGB(right, up, rgb);
                    case 4 -> upright.setRGB(x, up, rgb);
                    case 5 -> upright.setRGB(y, x, rgb);
                    case 6 -> upright.setRGB(up, x, rgb);
                    case 7 -> upright.setRGB(up, right, rgb);
                    default -> upright.setRGB(y, right, rgb);
                }
            }
        }
        return upright;
    }
}
