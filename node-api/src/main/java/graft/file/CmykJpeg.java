package graft.file;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import javax.imageio.ImageReader;

/**
 * JPEG files of four inks, which Java's reader decodes but cannot colour.
 *
 * <p>Adobe stores them inverted (255 is no ink) and often as YCCK; the colours are the plain product of ink and black,
 * as Pillow and browsers without a profile make them. Markers: ITU T.81 table B.1; Adobe technical note 5116.
 */
final class CmykJpeg {

    private CmykJpeg() {}

    /** Whether the bytes are a JPEG with four components. */
    static boolean is(byte[] bytes) {
        int frame = marker(bytes, 0xC0);
        return frame >= 0 && frame + 9 < bytes.length && bytes[frame + 9] == 4;
    }

    static BufferedImage decode(ImageReader reader, byte[] bytes) throws IOException {
        Raster raster = reader.readRaster(0, null);
        int adobe = marker(bytes, 0xEE);
        boolean inverted = adobe >= 0;
        boolean ycck = adobe >= 0 && adobe + 15 < bytes.length && bytes[adobe + 15] == 2;
        BufferedImage rgb = new BufferedImage(raster.getWidth(), raster.getHeight(), BufferedImage.TYPE_INT_RGB);
        int[] row = new int[raster.getWidth() * 4];
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, raster.getWidth(), 1, row);
            for (int x = 0; x < raster.getWidth(); x++) {
                int c = row[4 * x];
                int m = row[4 * x + 1];
                int i = row[4 * x + 2];
                int k = row[4 * x + 3];
                if (ycck) {
                    double blue = m - 128.0;
                    double red = i - 128.0;
                    int luma = c;
                    c = clamp(luma + 1.402 * red);
                    m = clamp(luma - 0.344136 * blue - 0.714136 * red);
                    i = clamp(luma + 1.772 * blue);
                }
                rgb.setRGB(
                        x,
                        y,
                        inverted
                                ? Rgb.pack(lit(c, k), lit(m, k), lit(i, k))
                                : Rgb.pack(lit(255 - c, 255 - k), lit(255 - m, 255 - k), lit(255 - i, 255 - k)));
            }
        }
        return rgb;
    }

    private static int lit(int paper, int black) {
        return (paper * black + 127) / 255;
    }

    private static int clamp(double value) {
        return (int) Math.max(0, Math.min(255, Math.round(value)));
    }

    /**
     * Where a segment starts (at its 0xFF), or -1; for 0xC0 any start of frame: 0xC0 to 0xCF but for the tables C4, C8
     * and CC.
     */
    private static int marker(byte[] bytes, int wanted) {
        if (bytes.length < 4 || bytes[0] != (byte) 0xFF || bytes[1] != (byte) 0xD8) {
            return -1;
        }
        int at = 2;
        while (at + 4 <= bytes.length && bytes[at] == (byte) 0xFF) {
            int code = bytes[at + 1] & 255;
            boolean frame = code >= 0xC0 && code <= 0xCF && code != 0xC4 && code != 0xC8 && code != 0xCC;
            if (code == wanted || (wanted == 0xC0 && frame)) {
                return at;
            }
            if (code == 0xDA) {
                return -1;
            }
            at += code == 0xFF ? 1 : 2 + (bytes[at + 2] & 255) * 256 + (bytes[at + 3] & 255);
        }
        return -1;
    }
}
