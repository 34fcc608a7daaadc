package graft.model;

/**
 * Lanczos resampling of one line of pixels to another length, as Pillow does: when shrinking, the filter widens with
 * the ratio, so that no pixel is skipped.
 */
final class Resampling {

    private static final double LOBES = 3;

    /** For each pixel of the result, the first pixel of the source that counts. */
    private final int[] first;

    /** For each pixel of the result, the weights from there on, which sum to one. */
    private final double[][] weights;

    private Resampling(int[] first, double[][] weights) {
        this.first = first;
        this.weights = weights;
    }

    static Resampling between(int from, int to) {
        double ratio = (double) from / to;
        double stretch = Math.max(1, ratio);
        double reach = LOBES * stretch;
        int[] first = new int[to];
        double[][] weights = new double[to][];
        for (int i = 0; i < to; i++) {
            double centre = (i + 0.5) * ratio;
            int low = Math.max(0, (int) (centre - reach + 0.5));
            int high = Math.min(from, (int) (centre + reach + 0.5));
            double[] line = new double[high - low];
            double sum = 0;
            for (int k = 0; k < line.length; k++) {
                line[k] = lanczos((low + k - centre + 0.5) / stretch);
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

    /** Lanczos overshoots at edges; a picture's values stay within 0 to 1. */
    private static float clamped(double value) {
        return (float) Math.min(1, Math.max(0, value));
    }

    private static double lanczos(double x) {
        return Math.abs(x) < LOBES ? sinc(x) * sinc(x / LOBES) : 0;
    }

    private static double sinc(double x) {
        return x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    }
}
