package graft.picture;

/**
 * Resampling of one line of pixels to another length, as Pillow does: when shrinking, the filter widens with the ratio,
 * so that no pixel is skipped.
 */
public final class Resampling {

    /** How much a pixel counts by its distance. */
    public enum Filter {
        BILINEAR(1) {
            @Override
            double at(double x) {
                return 1 - x;
            }
        },
        /** Keys's cubic convolution (1981) with a = −1/2. */
        BICUBIC(2) {
            @Override
            double at(double x) {
                return x < 1 ? (1.5 * x - 2.5) * x * x + 1 : (((x - 5) * x + 8) * x - 4) * -0.5;
            }
        },
        LANCZOS(3) {
            @Override
            double at(double x) {
                return sinc(x) * sinc(x / 3);
            }
        };

        /** Pixels at this distance and beyond do not count. */
        private final double reach;

        Filter(double reach) {
            this.reach = reach;
        }

        /** @param x from 0 to the reach */
        abstract double at(double x);
    }

    /** Bits after the point of Pillow's weights for pictures of bytes. */
    private static final int FIXED = 22;

    /** For each pixel of the result, the first pixel of the source that counts. */
    private final int[] first;

    /** For each pixel of the result, the weights from there on, which sum to one. */
    private final double[][] weights;

    private Resampling(int[] first, double[][] weights) {
        this.first = first;
        this.weights = weights;
    }

    /** From a line of {@code from} pixels to one of {@code to}. */
    public static Resampling between(int from, int to, Filter filter) {
        double ratio = (double) from / to;
        double stretch = Math.max(1, ratio);
        double reach = filter.reach * stretch;
        int[] first = new int[to];
        double[][] weights = new double[to][];
        for (int i = 0; i < to; i++) {
            double centre = (i + 0.5) * ratio;
            int low = Math.max(0, (int) (centre - reach + 0.5));
            int high = Math.min(from, (int) (centre + reach + 0.5));
            double[] line = new double[high - low];
            double sum = 0;
            for (int k = 0; k < line.length; k++) {
                double distance = Math.abs((low + k - centre + 0.5) / stretch);
                line[k] = distance < filter.reach ? filter.at(distance) : 0;
                sum += line[k];
            }
            for (int k = 0; k < line.length; k++) {
                line[k] /= sum;
            }
            first[i] = low;
            weights[i] = line;
        }
        return new Resampling(first, weights);
    }

    /** Resamples one line of RGB pixels: an offset to its first value and the distance between its pixels, each way. */
    void apply(float[] source, int from, int step, float[] target, int to, int targetStep) {
        for (int i = 0; i < first.length; i++) {
            double red = 0;
            double green = 0;
            double blue = 0;
            int at = from + first[i] * step;
            for (double weight : weights[i]) {
                red += weight * source[at];
                green += weight * source[at + 1];
                blue += weight * source[at + 2];
                at += step;
            }
            int put = to + i * targetStep;
            target[put] = clamped(red);
            target[put + 1] = clamped(green);
            target[put + 2] = clamped(blue);
        }
    }

    /** As {@link #apply}, on values 0 to 255 with whole-numbered weights: bit for bit what Pillow gives. */
    public void applyToBytes(int[] source, int from, int step, int[] target, int to, int targetStep) {
        for (int i = 0; i < first.length; i++) {
            for (int channel = 0; channel < 3; channel++) {
                int sum = 1 << (FIXED - 1);
                int at = from + first[i] * step + channel;
                for (double weight : weights[i]) {
                    sum += source[at] * (int) (weight * (1 << FIXED) + (weight < 0 ? -0.5 : 0.5));
                    at += step;
                }
                target[to + i * targetStep + channel] = Math.min(255, Math.max(0, sum >> FIXED));
            }
        }
    }

    /** Rows of RGB pixels, values 0 to 255, at another size with Lanczos's filter, as Pillow resizes: across, then down. */
    static int[] resizedBytes(int[] rgb, int width, int height, int toWidth, int toHeight) {
        int[] narrowed = rgb;
        if (toWidth != width) {
            narrowed = new int[3 * toWidth * height];
            Resampling columns = between(width, toWidth, Filter.LANCZOS);
            for (int y = 0; y < height; y++) {
                columns.applyToBytes(rgb, y * width * 3, 3, narrowed, y * toWidth * 3, 3);
            }
        }
        if (toHeight == height) {
            return narrowed;
        }
        int[] result = new int[3 * toWidth * toHeight];
        Resampling rows = between(height, toHeight, Filter.LANCZOS);
        for (int x = 0; x < toWidth; x++) {
            rows.applyToBytes(narrowed, x * 3, toWidth * 3, result, x * 3, toWidth * 3);
        }
        return result;
    }

    /** Lanczos overshoots at edges; a picture's values stay within 0 to 1. */
    private static float clamped(double value) {
        return (float) Math.min(1, Math.max(0, value));
    }

    private static double sinc(double x) {
        return x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    }
}
