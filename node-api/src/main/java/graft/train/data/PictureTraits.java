package graft.train.data;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.Arrays;

/**
 * What tells one picture from another, and a sharp one from a blurred one.
 *
 * @param width in pixels
 * @param height likewise
 * @param dots a hash of every pixel
 * @param look 64 bits by its coarse shape, of which few differ between pictures that look alike
 * @param mirroredLook the same of the picture turned left to right
 * @param small the picture at {@link #SMALL}×{@link #SMALL}, red, green and blue interleaved, of mean 0 and length 1
 * @param sharpness of its sharpest part: the variance of the Laplacian of its brightness, 0 to 255, with the longer side at
 *     {@link #SIDE} pixels or less
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody but its own methods
record PictureTraits(int width, int height, long dots, long look, long mirroredLook, float[] small, double sharpness) {

    /** Small enough that the grain of a soft drawing or photograph does not count, only blur that is seen in a thumbnail. */
    private static final int SIDE = 128;

    private static final int SMALL = 16;

    /** Side of what the look is told by, and of the coarsest waves in it that count. */
    private static final int LOOK = 32;

    private static final int WAVES = 8;

    /** A picture with a blurred background is sharp where its subject is. */
    private static final int TILES = 4;

    /** Of 64 bits, how many may differ between pictures that look alike. */
    private static final int DIFFERENT_BITS = 10;

    /** How alike the small pictures are then, 1 for equal. */
    private static final double CORRELATION = 0.985;

    private static final double OTHER_SHAPE = 1.06;

    /** Half a turn for each half wave along the side. */
    private static final double[][] WAVE = new double[WAVES][LOOK];

    static {
        for (int wave = 0; wave < WAVES; wave++) {
            for (int x = 0; x < LOOK; x++) {
                WAVE[wave][x] = Math.cos((2 * x + 1) * wave * Math.PI / (2 * LOOK));
            }
        }
    }

    static PictureTraits of(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        double scale = Math.min(1, (double) SIDE / Math.max(width, height));
        Plane reduced = new Plane(
                Math.max(1, (int) Math.round(width * scale)), Math.max(1, (int) Math.round(height * scale)), 3);
        long dots = 17;
        int[] pixels = pixels(image);
        int[] counts = new int[reduced.width * reduced.height];
        for (int y = 0; y < height; y++) {
            int into = (int) ((long) y * reduced.height / height) * reduced.width;
            for (int x = 0; x < width; x++) {
                int rgb = pixels[y * width + x];
                dots = dots * 0x100000001b3L + (rgb & 0xFFFFFF);
                int at = into + (int) ((long) x * reduced.width / width);
                counts[at]++;
                reduced.values[3 * at] += rgb >> 16 & 0xFF;
                reduced.values[3 * at + 1] += rgb >> 8 & 0xFF;
                reduced.values[3 * at + 2] += rgb & 0xFF;
            }
        }
        for (int i = 0; i < reduced.values.length; i++) {
            reduced.values[i] /= counts[i / 3];
        }
        Plane grey = reduced.grey();
        Plane coarse = grey.reduced(LOOK, LOOK);
        return new PictureTraits(
                width,
                height,
                dots,
                look(coarse),
                look(coarse.mirrored()),
                normed(reduced.reduced(SMALL, SMALL).values),
                sharpness(grey));
    }

    /** Whole pictures are drawn many times faster than their dots are asked for. */
    private static int[] pixels(BufferedImage image) {
        BufferedImage plain = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = plain.createGraphics();
        graphics.drawImage(image, 0, 0, null);
        graphics.dispose();
        return ((DataBufferInt) plain.getRaster().getDataBuffer()).getData();
    }

    boolean isCopyOf(PictureTraits other) {
        return dots == other.dots && width == other.width && height == other.height;
    }

    boolean looksLike(PictureTraits other) {
        return hasShapeOf(other)
                && Long.bitCount(look ^ other.look) <= DIFFERENT_BITS
                && correlation(small, other.small) >= CORRELATION;
    }

    boolean mirrors(PictureTraits other) {
        return hasShapeOf(other)
                && Long.bitCount(mirroredLook ^ other.look) <= DIFFERENT_BITS
                && correlation(new Plane(SMALL, SMALL, 3, small).mirrored().values, other.small) >= CORRELATION;
    }

    private boolean hasShapeOf(PictureTraits other) {
        double ratio = (double) width / height / ((double) other.width / other.height);
        return Math.max(ratio, 1 / ratio) <= OTHER_SHAPE;
    }

    private static double correlation(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }

    /** What is left of brightness and contrast when neither counts; all 0 for a picture of one colour. */
    private static float[] normed(float[] values) {
        double mean = 0;
        for (float value : values) {
            mean += value / values.length;
        }
        double square = 0;
        for (float value : values) {
            square += (value - mean) * (value - mean);
        }
        double length = Math.sqrt(square);
        float[] normed = new float[values.length];
        for (int i = 0; i < values.length && length > 0; i++) {
            normed[i] = (float) ((values[i] - mean) / length);
        }
        return normed;
    }

    /** Which of the coarsest waves of a picture are above their median (pHash). */
    private static long look(Plane plane) {
        double[] waves = new double[WAVES * WAVES];
        for (int v = 0; v < WAVES; v++) {
            for (int u = 0; u < WAVES; u++) {
                double sum = 0;
                for (int y = 0; y < LOOK; y++) {
                    double across = 0;
                    for (int x = 0; x < LOOK; x++) {
                        across += plane.values[y * LOOK + x] * WAVE[u][x];
                    }
                    sum += across * WAVE[v][y];
                }
                waves[v * WAVES + u] = sum;
            }
        }
        // Brightness alone is no look.
        waves[0] = 0;
        double[] sorted = waves.clone();
        Arrays.sort(sorted);
        double median = (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;
        long bits = 0;
        for (int i = 0; i < waves.length; i++) {
            bits |= waves[i] > median ? 1L << i : 0;
        }
        return bits;
    }

    private static double sharpness(Plane grey) {
        double most = 0;
        for (int row = 0; row < TILES; row++) {
            for (int column = 0; column < TILES; column++) {
                most = Math.max(most, variance(grey, row, column));
            }
        }
        return most;
    }

    private static double variance(Plane grey, int row, int column) {
        int count = 0;
        double sum = 0;
        double squares = 0;
        for (int y = Math.max(1, row * grey.height / TILES);
                y < Math.min(grey.height - 1, (row + 1) * grey.height / TILES);
                y++) {
            for (int x = Math.max(1, column * grey.width / TILES);
                    x < Math.min(grey.width - 1, (column + 1) * grey.width / TILES);
                    x++) {
                int at = y * grey.width + x;
                double bend = grey.values[at - 1]
                        + grey.values[at + 1]
                        + grey.values[at - grey.width]
                        + grey.values[at + grey.width]
                        - 4 * grey.values[at];
                count++;
                sum += bend;
                squares += bend * bend;
            }
        }
        return count == 0 ? 0 : squares / count - sum / count * (sum / count);
    }

    /** Numbers in rows from the top, so many for each place. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Plane(int width, int height, int depth, float[] values) {

        Plane(int width, int height, int depth) {
            this(width, height, depth, new float[width * height * depth]);
        }

        Plane grey() {
            Plane grey = new Plane(width, height, 1);
            for (int i = 0; i < grey.values.length; i++) {
                grey.values[i] = 0.299f * values[3 * i] + 0.587f * values[3 * i + 1] + 0.114f * values[3 * i + 2];
            }
            return grey;
        }

        Plane mirrored() {
            Plane other = new Plane(width, height, depth);
            for (int i = 0; i < width * height; i++) {
                int from = i / width * width + width - 1 - i % width;
                System.arraycopy(values, from * depth, other.values, i * depth, depth);
            }
            return other;
        }

        /** Each place is the mean of those that it stands for, at least of the nearest. */
        Plane reduced(int toWidth, int toHeight) {
            Plane small = new Plane(toWidth, toHeight, depth);
            for (int y = 0; y < toHeight; y++) {
                for (int x = 0; x < toWidth; x++) {
                    mean(small, x, y);
                }
            }
            return small;
        }

        private void mean(Plane small, int x, int y) {
            int left = x * width / small.width;
            int top = y * height / small.height;
            int right = Math.max(left + 1, (x + 1) * width / small.width);
            int bottom = Math.max(top + 1, (y + 1) * height / small.height);
            for (int part = 0; part < depth; part++) {
                float sum = 0;
                for (int j = top; j < bottom; j++) {
                    for (int i = left; i < right; i++) {
                        sum += values[(j * width + i) * depth + part];
                    }
                }
                small.values[(y * small.width + x) * depth + part] = sum / ((right - left) * (bottom - top));
            }
        }
    }
}
